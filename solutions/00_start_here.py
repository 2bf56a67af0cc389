# %% [markdown]
# # 0 · Start here
#
# Welcome. In this course you learn how TensorFlow finds gradients: you watch it, predict it, write it, and fix it. You
# need some Python. You need not have used TensorFlow.
#
# This first notebook takes about 15 minutes. It checks your installation and introduces what every lesson uses:
# cells, predictions, decks, checks, and hints.
#
# ## Cells
#
# A notebook is made of cells. Grey ones hold Python. Click the next cell and press **Shift + Enter**. The cell runs,
# and the following cell is selected. Go through a notebook like that, from top to bottom.
#
# ## Is everything there?
#
# In a terminal you would type `tapedeck doctor`. Here is the same from a cell. It looks at this machine, and changes
# nothing.

# %%
from widgets.doctor import examine, report

said = report(examine(start_tensorflow=False))
print(said.splitlines()[-1])

# %% [markdown]
# "All is well" is what you want to read. If something is missing, let the doctor say how to get it: take away the `#`
# in the next cell, and run it. (What is marked as *only needed for* something else, you can leave.)

# %%
# print(said)

# %% [markdown]
# Every lesson has a cell like the next near its top. It fetches TensorFlow, and from `widgets` what the lesson uses.

# %%
# %load_ext widgets
import tensorflow as tf

from widgets import DerivativeExplorer, check, hint, predict, progress

# %% [markdown]
# If ever you get lost, choose *Restart Kernel and Run All Cells* in the menu *Kernel*. Nothing that you wrote is lost.
#
# ## Predict
#
# Before you run something, you will often be asked what it will do. Run the next cell, type a number into the field
# that appears, and commit it. (Or put it in place of the three dots, and run the cell again.) Guess if you must: a
# wrong prediction teaches more than none.
#
# In the next program $x$ is 3 and $y = 2x + 1$. How much is $y$?

# %% exercise="predict-y" stub='predict("y at 3", ...)'
### BEGIN SOLUTION
predict("y at 3", 7.0)
### END SOLUTION

# %% [markdown]
# Other predictions let you choose, with the mouse or with the keys.
#
# When $x$ grows by 1, how does $y$ move?

# %% exercise="predict-moves" stub='predict("y beside x", ..., choices=("less than x", "as x does", "more than x"))'
### BEGIN SOLUTION
predict("y beside x", "more than x", choices=("less than x", "as x does", "more than x"))
### END SOLUTION

# %% [markdown]
# The next deck stays hidden until you have made your prediction.
#
# ## A deck
#
# Write `%%tape` on top of a cell, and a **deck** appears under it. It plays what TensorFlow did in that cell, step by
# step. Never mind what it all means; that is the next lesson. Click on the deck and try the keys:
#
# | key | does |
# |---|---|
# | → | one step forward |
# | ← | one step back |
# | Home, End | to the beginning, to the end |
# | Space | play, or pause |

# %%
# %%tape
x = tf.Variable(3.0, name="x")
with tf.GradientTape() as tape:
    y = 2 * x + 1
gradient = tape.gradient(y, x)

# %% [markdown]
# First comes the **forward pass**: TensorFlow computes `y` and records each operation. Then the deck goes *backward*,
# and in the end a number arrives at `x`. Call `check` with the name of your prediction to compare it with the actual
# result:

# %%
check("y at 3", y)
check("y beside x", "more than x" if gradient > 1 else "less than x" if gradient < 1 else "as x does")

# %% [markdown]
# ## Checks
#
# After each exercise stands a check. It says one of three things: **no answer yet**, **right**, or **not right** and
# why.
#
# ### Exercise: `came_back`
#
# Step through the deck to its end. Which number comes back to `x`? Put it in place of the three dots, run that cell,
# then the check.

# %% exercise="came_back" stub="came_back = ..."
### BEGIN SOLUTION
came_back = 2.0
### END SOLUTION

# %% check="came_back"
check("came_back", came_back)

# %% [markdown]
# Try a wrong number too: change it and run both cells again. A check never minds, and does not count against you.
#
# ### Exercise: `double`
#
# Mostly you will write functions. This one should return twice the number that it gets. First see what a check makes
# of a wrong answer. (`counts=False` says that it is not yours, so `progress` leaves it out.)

# %%
def wrong(x):
    return x * x

check("double", wrong, counts=False)

# %% [markdown]
# The check called the function with some numbers, compared what came back with what should have, and named the
# mistake. It looks at what your function *does*, never at how it is written: `x + x` would be as right as `2 * x`.
#
# ### Hints
#
# When you are stuck, ask for a hint. There are three for each exercise: a nudge, then more, then the line itself. Run
# this cell three times.

# %% tags=["nbval-ignore-output"]
hint("double")

# %% [markdown]
# Now yours. Don't forget `return`: `print` only displays a number; it doesn't return it.

# %% exercise="double" stub="return ..."
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% check="double"
check("double", double)

# %% [markdown]
# ## Widgets
#
# Some exercises are answered by moving something. Here is a curve with a point on it. Drag the point, or click on the
# slider and use the arrow keys.
#
# ### Exercise: `at_two`
#
# Put the point at $x = 2$, then run the check. **The widget is your answer.** A notebook does not remember where a
# point was put; if you hand your work in, also write it into the cell between.

# %%
point = DerivativeExplorer(tf.sin)
point

# %% exercise="at_two" stub="# point.at = the place where you put it"
### BEGIN SOLUTION
point.at = 2.0
### END SOLUTION

# %% check="at_two"
check("at_two", point)

# %% [markdown]
# ## Your progress
#
# `progress` lists what you predicted, answered and asked hints for, in every lesson. It is kept in one small file on
# this machine, so it is still there tomorrow, and it is never sent anywhere.

# %% tags=["nbval-ignore-output"]
progress()

# %% [markdown]
# ## Make
#
# The lessons end with something of your own. Here, change the cell with `%%tape` above: another `x`, another line for
# `y`, a square with `x**2`. Run it and look at the deck again. Whatever you try, nothing breaks, and the same cell
# can be run as often as you like.
#
# ## What you know now
#
# - **Shift + Enter** runs a cell; `...` means that it is your turn.
# - `predict` before you run; a `check` says right, or not right and why; `hint` helps, a little more each
#   time.
# - `%%tape` puts a deck under a cell: **→** and **←** step through it.
# - `progress()` says how far you are; `tapedeck doctor` says what is missing, if something is.
#
# You have already seen a gradient: the number that came back to `x`. What it says, and how the tape finds it, is the
# next lesson.
