# %% [markdown]
# # 1 · The tape
#
# If I nudge this number, how far does the result move, and which way? Every training loop asks that, over and over.
# The answer is called the **gradient**, and TensorFlow finds it in a disarmingly simple way: it **records** each
# operation as it runs, and afterwards plays the recording backward. The recording is called a **tape**, because
# TensorFlow plays it from the end. This is **automatic differentiation**; because it works from the result back to
# the inputs, it is called *reverse mode*.
#
# In this lesson you watch both: the writing and the playing back.
#
# You need a little Python, and you should have met the derivative at school. It takes about 35 minutes.
# Run a cell with Shift + Enter. Where you see `...`, it is your turn; nothing breaks if you come back to it later.

# %%
# %load_ext widgets
import tensorflow as tf

from widgets import TapeDeck, check, hint, predict

# %% [markdown]
# ## A parabola
#
# Our first function is $f(x) = a x^2 + b x + c$ with $a = 1$, $b = -2$, $c = 1$.
#
# We stand at $x = 0$. A **Variable** is a number that we mean to change later; a **constant** stays as it is.

# %%
x = tf.Variable(0.0, name="x")
a = tf.constant(1.0)
b = tf.constant(-2.0)
c = tf.constant(1.0)

# %% [markdown]
# ### Predict
#
# Before you run it: how steep is $f$ at $x = 0$? Does it rise or fall? The **derivative** $f'$ is the slope at a
# point. The rule from school says $f'(x) = 2 a x + b$. Or just guess: run the cell, type a number and commit to it,
# or write it in place of the `...`.

# %% exercise="predict-slope" stub='predict("slope at 0", ...)'
### BEGIN SOLUTION
predict("slope at 0", -2.0)
### END SOLUTION

# %% [markdown]
# ### Run
#
# The `with` block starts a tape. What TensorFlow computes inside it is recorded. Then we ask the tape: *how does the
# **target** `y` change with the **source** `x`?* The source is the input, or parameter, that we differentiate with
# respect to. In training, the target is the loss.

# %%
with tf.GradientTape() as tape:
    y = a * tf.pow(x, 2) + b * x + c
dy_dx = tape.gradient(y, x)
dy_dx

# %% [markdown]
# The number after `numpy=` is the gradient. Was it what you predicted?

# %%
check("slope at 0", dy_dx)

# %% [markdown]
# ### Watch it happen
#
# Write `%%tape` at the top of a cell, any cell, and a deck appears below it. It plays what TensorFlow did in that
# cell. Click on it, then press **→** for one step forward and **←** for one back.
#
# On your way, look for three things:
#
# 1. Each operation on the tape is one **entry** (a node of the **computation graph**, which the graph pane draws).
#    How many are there when recording ends?
# 2. Which of them is played back *first*?
# 3. In the end `x` receives a gradient twice. What are the two numbers, and what becomes of them?

# %%
# %%tape
with tf.GradientTape() as tape:
    y = a * tf.pow(x, 2) + b * x + c
dy_dx = tape.gradient(y, x)

# %% [markdown]
# Seven entries: the five that the deck lists, and two for reading `x`, which it lists with *Show all steps*. The one
# written last, the addition of `c`, is played back first.
#
# It receives 1.0, because dy/dy = 1: if `y` changes by one, `y` changes by one. Then each entry turns the gradient of
# its output into gradients of its inputs. Such a step is called a **pullback** (JAX calls it a vector-Jacobian
# product, VJP). Finally `x` receives two contributions: $-2.0$ through $b x$, and $0.0$ through the square, whose
# slope at 0 is 0. Their sum is the gradient.
#
# ### Investigate
#
# A deck also takes a function, and then you can change what goes in. The same five lines, as a function:

# %%
def slope_of_f(start):
    x = tf.Variable(start, name="x")
    with tf.GradientTape() as tape:
        y = a * tf.pow(x, 2) + b * x + c
    return tape.gradient(y, x)

# %%
TapeDeck(slope_of_f, start=3.0)

# %% [markdown]
# Type another number into the field `start` and press Enter: TensorFlow runs again, and a new tape is recorded.
# The entries stay the same; the numbers on them change.
#
# ### Exercise: `flat`
#
# At 0 the curve falls, at 3 it climbs. Somewhere between it is level: there the gradient is 0. Where?

# %% exercise="flat" stub="flat = ..."
### BEGIN SOLUTION
flat = 1.0
### END SOLUTION

# %% check="flat"
check("flat", flat)

# %% [markdown]
# Stuck? Press Esc, then B for a new cell, and run `hint("flat")` in it. Run it again and it tells you more. Every
# exercise has three hints, and using them costs nothing.
#
# ## A second function
#
# The tape does not know about parabolas. It knows TensorFlow's operations, and follows whatever you build from them.
#
# ### Exercise: `wave`
#
# Write the function that gives $x \cdot \sin(x)$. Write only the function. The check records it on its own tape and
# compares the gradient with the derivative worked out by hand.

# %% exercise="wave" stub="return ..."
def wave(x):
    ### BEGIN SOLUTION
    return x * tf.sin(x)
    ### END SOLUTION

# %% check="wave"
check("wave", wave)

# %% [markdown]
# Now break it on purpose: use `math.sin` or `np.sin` (import it first) and run the check again. A tape only sees
# TensorFlow operations. Change it back before you continue.
#
# ## Where two paths meet
#
# Take $z = \sin(x^2) + 2x$. Here $x$ goes into $z$ in more than one way.

# %% [markdown]
# ### Predict
#
# At $x = 3$ the path through $2x$ alone would give a slope of 2. The other path goes through a square and a sine.
# Does it push the total above 2 or below it? Predict `"above"` or `"below"`.

# %% exercise="predict-paths" stub='predict("total against 2", ..., choices=("above", "below"))'
### BEGIN SOLUTION
predict("total against 2", "below", choices=("above", "below"))
### END SOLUTION

# %%
# %%tape
x = tf.Variable(3.0, name="x")
with tf.GradientTape() as tape:
    y = tf.pow(x, 2)
    z = tf.sin(y) + 2 * x
dz_dx = tape.gradient(z, x)

# %%
print(dz_dx)
check("total against 2", "above" if dz_dx > 2 else "below")

# %% [markdown]
# Step to the place where the second gradient reaches `x`. Along the path through the sine, slopes are *multiplied*:
# $\cos(9)$ from the sine times $2 \cdot 3$ from the square makes $-5.4667816$. At `x` the paths meet, and there
# they are *added*: $2 - 5.4667816 = -3.4667816$.
#
# ### Exercise: `by_hand`
#
# Do it once without a tape. Give the derivative of $\sin(x^2) + 2x$ at any $x$, from paper.

# %% exercise="by_hand" stub="return ..."
def by_hand(x):
    ### BEGIN SOLUTION
    return 2 * x * tf.cos(x**2) + 2
    ### END SOLUTION

# %% check="by_hand"
check("by_hand", by_hand)

# %% [markdown]
# ## Asking twice
#
# One tape, two questions: how does `z` change with `x`, and how does `y`?

# %%
with tf.GradientTape() as tape:
    y = tf.pow(x, 2)
    z = tf.sin(y)
print(tape.gradient(z, x))

# %%
try:
    print(tape.gradient(y, x))
except RuntimeError as error:
    print(error)

# %% [markdown]
# An ordinary tape answers once and is thrown away. A **persistent** one answers as often as you like:

# %%
with tf.GradientTape(persistent=True) as tape:
    y = tf.pow(x, 2)
    z = tf.sin(y)
print(tape.gradient(z, x))
print(tape.gradient(y, x))

# %% [markdown]
# ### What it costs
#
# To play back, a tape must keep the numbers in between: the slope of $\sin(y)$ depends on $y$. An ordinary tape
# lets go of them once it has answered. A persistent one cannot know whether you will ask again, so it keeps them.
#
# Let's see this happen. `weakref.ref(y)` lets us look at `y` without keeping it alive. If we delete our own `y`, is
# it gone?

# %%
import weakref

seen = weakref.ref(y)
del y
print("y is still there:", seen() is not None)

# %%
del tape
print("y is still there:", seen() is not None)

# %% [markdown]
# The tape held on to it, and when the tape went, it went too. Here that was one number; in a network it is
# every layer's result for a whole batch of pictures. So: `persistent=True` where you need it, and `del tape` after.
#
# ### Exercise: `both`
#
# From one tape, return two gradients for $y = x^2$ and $z = \sin(y)$: first dy/dx, then dz/dx.

# %% exercise="both" stub="return ..."
def both(start):
    ### BEGIN SOLUTION
    x = tf.Variable(start)
    with tf.GradientTape(persistent=True) as tape:
        y = tf.pow(x, 2)
        z = tf.sin(y)
    return tape.gradient(y, x), tape.gradient(z, x)
    ### END SOLUTION

# %% check="both"
check("both", both)

# %% [markdown]
# ## Make
#
# ### Exercise: `derivative`
#
# Build the tool: it takes *any* function and a place, and returns the slope of that function there.

# %% exercise="derivative" stub="return ..."
def derivative(function, start):
    ### BEGIN SOLUTION
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x)
    ### END SOLUTION

# %% check="derivative"
check("derivative", derivative)

# %% [markdown]
# ### A function of your own
#
# Put any function you like after `return`: powers, `tf.exp`, `tf.sqrt`, loops, an `if`. Then predict its slope at 2,
# and let your own tool say what it is.

# %%
def mine(x):
    return x**3 - 5 * x

# %% exercise="predict-mine" stub='predict("slope of mine at 2", ...)'
### BEGIN SOLUTION
predict("slope of mine at 2", 7.0)
### END SOLUTION

# %%
check("slope of mine at 2", derivative(mine, 2.0))

# %% [markdown]
# And put it on the deck. Before each step, say what comes next; that is how you find out whether you have understood.

# %%
def slope_of_mine(start):
    x = tf.Variable(start, name="x")
    with tf.GradientTape() as tape:
        y = mine(x)
    return tape.gradient(y, x)

# %%
TapeDeck(slope_of_mine, start=2.0)

# %% [markdown]
# ## What you know now
#
# - A **tape** is a list of **entries**, one for each TensorFlow operation that ran in the `with` block.
# - `tape.gradient(target, source)` plays it backward. That is the **backward pass**; for a neural network the same
#   thing is called **backpropagation**. Each **pullback** turns the gradient of an entry's output, the **upstream
#   gradient**, into gradients of its inputs.
# - Slopes multiply along a path and add where paths meet.
# - A tape answers once; a persistent one answers often, and remembers until you delete it.
#
# Why did `a`, `b` and `c` get no gradient, though they were in the formula too? That is the next lesson.
