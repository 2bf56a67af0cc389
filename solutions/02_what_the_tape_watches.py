# %% [markdown]
# # 2 · What the tape watches
#
# You ask a tape for a gradient, and it answers `None`. Everybody meets that, and it is no error message: it is an
# answer. It means: *no recorded operation connects this target to that source*. In this lesson you learn what a tape
# follows, what it does not, and eight ways in which a way back gets lost. Each of them you will mend.
#
# It takes about 40 minutes.

# %%
# %load_ext widgets
import numpy as np
import tensorflow as tf

from widgets import check, hint, predict

# %% [markdown]
# ## Variables yes, constants no
#
# Once more $y = a x^2 + b x + c$ at $x = 0$. `x` is a Variable, the others are constants.

# %%
x = tf.Variable(0.0, name="x")
a = tf.constant(1.0)
b = tf.constant(-2.0)
c = tf.constant(1.0)

# %% [markdown]
# ### Predict
#
# `c` is simply added. When `c` grows by 1, by how much does `y` grow? That is the gradient dy/dc.

# %% exercise="predict-dc" stub='predict("dy/dc on paper", ...)'
### BEGIN SOLUTION
predict("dy/dc on paper", 1.0)
### END SOLUTION

# %% [markdown]
# And what will the tape say, when you ask it about `c`? Choose one.

# %% exercise="predict-unwatched" stub='predict("the tape about c", ..., choices=("1.0", "0.0", "None"))'
### BEGIN SOLUTION
predict("the tape about c", "None", choices=("1.0", "0.0", "None"))
### END SOLUTION

# %% [markdown]
# ### Run
#
# One question about four sources: hand over a list, and a list comes back.

# %%
with tf.GradientTape() as tape:
    y = a * tf.pow(x, 2) + b * x + c
dy_dx, dy_da, dy_db, dy_dc = tape.gradient(y, [x, a, b, c])
print("dy_dx =", dy_dx.numpy())
print("dy_da =", dy_da, "; dy_db =", dy_db, "; dy_dc =", dy_dc)

# %%
check("the tape about c", str(dy_dc))

# %% [markdown]
# By hand you get a derivative; from the tape you get `None`. To save memory it follows only what you are likely to
# ask about: trainable Variables, from the moment they are read. A constant it follows when you say so: **watch** it.

# %%
# %%tape
with tf.GradientTape() as tape:
    tape.watch([a, b, c])
    y = a * tf.pow(x, 2) + b * x + c
dy_da, dy_db, dy_dc = tape.gradient(y, [a, b, c])

# %%
print("dy_da =", dy_da.numpy())
print("dy_db =", dy_db.numpy())
print("dy_dc =", dy_dc.numpy())
check("dy/dc on paper", dy_dc)

# %% [markdown]
# ### Investigate
#
# Now there are three numbers. Step the deck to its end and look at what the last pullbacks hand over:
#
# 1. `a` stands in front of $x^2$, so dy/da is $x^2$. What is that at 0?
# 2. `b` stands in front of $x$. What is dy/db?
# 3. The two zeros are real slopes: here, at $x = 0$, changing `a` or `b` does not change $y$.
#
# Move $x$ to 3, and they mind:

# %%
x.assign(3.0)
with tf.GradientTape() as tape:
    tape.watch([a, b, c])
    y = a * tf.pow(x, 2) + b * x + c
for gradient in tape.gradient(y, [a, b, c]):
    print(gradient.numpy())

# %% [markdown]
# ### Modify
#
# Does it matter *when* you watch? Here the line has moved one down, behind the calculation. $y = c^2 + c$ has the slope
# $2c + 1$, which is 3 at $c = 1$. What will the tape say?

# %% exercise="predict-late" stub='predict("watched too late", ..., choices=("3.0", "0.0", "None"))'
### BEGIN SOLUTION
predict("watched too late", "None", choices=("3.0", "0.0", "None"))
### END SOLUTION

# %%
with tf.GradientTape() as tape:
    y = c * c + c
    tape.watch(c)
dy_dc = tape.gradient(y, c)
print(dy_dc)
check("watched too late", str(dy_dc))

# %% [markdown]
# A tape does not look back: when the square and the sum ran, nothing in them was watched, and they were not recorded.
# (Had a Variable been in them, they would have been recorded for *its* sake. Do not rely on such luck: watch first.)
#
# ### Exercise: `watch_all`
#
# `function` takes three numbers as tensors, `numbers` is a list of three floats. Return the three gradients, as a list.
# (`function(*tensors)` hands over the parts of a list one by one.)

# %% exercise="watch_all" stub="return ..."
def watch_all(function, numbers):
    ### BEGIN SOLUTION
    tensors = [tf.constant(number) for number in numbers]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        y = function(*tensors)
    return tape.gradient(y, tensors)
    ### END SOLUTION

# %% check="watch_all"
check("watch_all", watch_all)

# %% [markdown]
# ## Trainable or not
#
# Some Variables are not meant to be learned: a counter, a mean that is kept up to date, a layer that you froze. They
# are made with `trainable=False`, and a tape passes them by. `watched_variables` lists what it did watch.

# %%
u = tf.Variable(2.0, name="u")
frozen = tf.Variable(3.0, name="frozen", trainable=False)
with tf.GradientTape() as tape:
    y = u * frozen + u
print([variable.name for variable in tape.watched_variables()])
print(tape.gradient(y, [u, frozen]))

# %% [markdown]
# (The `:0` behind a name is an old habit of TensorFlow's.) `u` was read twice and is on the list once. You can turn the
# habit round: a tape that watches nothing by itself, only what you name.

# %%
with tf.GradientTape(watch_accessed_variables=False) as tape:
    tape.watch(frozen)
    y = u * frozen + u
print([variable.name for variable in tape.watched_variables()])
print(tape.gradient(y, [u, frozen]))

# %% [markdown]
# ### Exercise: `reads`
#
# How many Variables does a tape watch by itself while `function()` runs? Return the number. (The functions of the check
# have their Variables inside, where you cannot see them. The tape can.)

# %% exercise="reads" stub="return ..."
def reads(function):
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        function()
    return len(tape.watched_variables())
    ### END SOLUTION

# %% check="reads"
check("reads", reads)

# %% [markdown]
# ## Eight ways to get None
#
# You know the first. Here are the other seven, one at a time: the fault, then its repair. Before you read on, look at
# each cell and find the fault yourself.
#
# | | cause | in short |
# |---|---|---|
# | 1 | a constant that is not watched | `tape.watch`, or make it a Variable |
# | 2 | calculated outside the block | indent it |
# | 3 | it left TensorFlow | `tf.sin`, not `np.sin` |
# | 4 | the Variable was replaced | `assign_sub`, not `=` |
# | 5 | an integer | 3.0, not 3 |
# | 6 | an operation without a slope | another operation |
# | 7 | no path at all | ask about something else |
# | 8 | assigned on the way | tensors inside the block |
#
# ### 2 · Outside the block

# %%
x = tf.Variable(3.0, name="x")
y = x**2
with tf.GradientTape() as tape:
    z = 2 * y
print("None because outside:", tape.gradient(z, x))

# %% [markdown]
# The square was worked out before the tape was there. Only `2 * y` ran inside, and `y` is to the tape a number that
# fell from the sky. Everything from the source to the target has to run inside the block:

# %%
with tf.GradientTape() as tape:
    y = x**2
    z = 2 * y
print("mended:", tape.gradient(z, x).numpy())

# %% [markdown]
# ### 3 · It left TensorFlow

# %%
with tf.GradientTape() as tape:
    y = tf.constant(np.sin(x.numpy()))
print("None because it left TensorFlow:", tape.gradient(y, x))

# %% [markdown]
# `x.numpy()` and `np.sin` calculate without TensorFlow, so the tape hears nothing of it. `float(x)` and the module
# `math` do the same. Use TensorFlow's own operations:

# %%
with tf.GradientTape() as tape:
    y = tf.sin(x)
print("mended:", tape.gradient(y, x).numpy())

# %% [markdown]
# ### 4 · The Variable was replaced
#
# Two steps of gradient descent on $x^2$. The first goes from 3 to 2.4, where the slope is 4.8. What will the second
# tape say?

# %% exercise="predict-second" stub='predict("second gradient", ..., choices=("4.8", "None", "error"))'
### BEGIN SOLUTION
predict("second gradient", "None", choices=("4.8", "None", "error"))
### END SOLUTION

# %%
# %%tape
x = tf.Variable(3.0, name="x")
with tf.GradientTape() as tape:
    y = x**2
x = x - 0.1 * tape.gradient(y, x)
with tf.GradientTape() as tape:
    y = x**2
second = tape.gradient(y, x)

# %%
check("second gradient", str(second))
print(type(x).__name__)

# %% [markdown]
# The subtraction gives a new tensor, and `x = ...` sticks the name `x` onto it. The Variable is gone, and the second
# tape is asked about an ordinary tensor, unwatched. The deck says so itself, in its last line, and which line of
# yours it was. Change what is *in* the Variable, and it stays one:

# %%
x = tf.Variable(3.0, name="x")
for step in range(2):
    with tf.GradientTape() as tape:
        y = x**2
    gradient = tape.gradient(y, x)
    x.assign_sub(0.1 * gradient)
    print("mended:", gradient.numpy())

# %% [markdown]
# ### 5 · An integer

# %%
whole = tf.Variable(3, name="whole")
with tf.GradientTape() as tape:
    y = whole * whole
print("None because of", whole.dtype.name, ":", tape.gradient(y, whole))

# %% [markdown]
# A slope asks what a *tiny* nudge does, and an integer has no tiny nudges. One dot in the first line makes a float of
# it. Integers hide well: in `tf.constant([1, 2])`, in `range`, in what was read from a file.

# %%
x = tf.Variable(3.0, name="x")
with tf.GradientTape() as tape:
    y = x * x
print("mended:", tape.gradient(y, x).numpy())

# %% [markdown]
# ### 6 · An operation without a slope
#
# How many of three numbers are greater than 1? A count is a fine thing to want.

# %%
numbers = tf.Variable([0.5, 1.2, 3.0], name="numbers")
with tf.GradientTape() as tape:
    above = tf.cast(numbers > 1, tf.float32)
    count = tf.reduce_sum(above)
print(count.numpy(), "and None because of > :", tape.gradient(count, numbers))

# %% [markdown]
# A comparison jumps from no to yes, and is level elsewhere. TensorFlow knows no pullback for it, and none for rounding,
# `tf.argmax` or a cast to integers. If you want a slope, you need something that *has* one. A sigmoid is a comparison
# with a soft edge:

# %%
with tf.GradientTape() as tape:
    above = tf.sigmoid(4 * (numbers - 1))
    count = tf.reduce_sum(above)
print("mended:", count.numpy(), tape.gradient(count, numbers).numpy())

# %% [markdown]
# The number near the edge matters most: 1.2 has the largest slope, and 3.0 nearly none.
#
# ### 7 · No path at all

# %%
u, v = tf.Variable(2.0, name="u"), tf.Variable(5.0, name="v")
with tf.GradientTape() as tape:
    loss = u**2
    penalty = v**2
print("None because there is no path:", tape.gradient(loss, v))

# %% [markdown]
# All was recorded, and nothing is wrong, except the question: `loss` is not made from `v`. Often it is a name that
# was forgotten. Here the penalty was to be part of the loss:

# %%
with tf.GradientTape() as tape:
    loss = u**2
    penalty = v**2
    total_loss = loss + penalty
print("mended:", tape.gradient(total_loss, v).numpy())

# %% [markdown]
# ### 8 · Assigned on the way

# %%
x = tf.Variable(3.0, name="x")
state = tf.Variable(1.0, name="state")
with tf.GradientTape() as tape:
    state.assign_add(x)
    y = state**2
print(y.numpy(), "and None because it was assigned:", tape.gradient(y, x))

# %% [markdown]
# `y` is 16, so `x` did matter. But a Variable keeps a number and not where it came from: assigning is no entry on the
# tape, and at `state` the way back ends. Compute with ordinary tensors as long as you need gradients; assign to the
# Variable afterwards:

# %%
state.assign(1.0)
with tf.GradientTape() as tape:
    after = state + x
    y = after**2
state.assign(after)
print("mended:", tape.gradient(y, x).numpy())

# %% [markdown]
# ## Mend it
#
# ### Exercise: `repaired`
#
# This was meant to give dz/dx for $y = x \sin x$ and $z = y^2$, also for whole numbers such as 2. It has three faults.
# Find what you can by reading. Then put `%%tape` on top of a cell with its lines: the last line under the deck says
# which fault it would mend first.

# %%
def broken(start):
    x = tf.Variable(start)
    y = x * np.sin(x)
    with tf.GradientTape() as tape:
        z = y**2
    return tape.gradient(z, x)

print(broken(2.0))

# %% exercise="repaired" stub="return ..."
def repaired(start):
    ### BEGIN SOLUTION
    x = tf.Variable(float(start))
    with tf.GradientTape() as tape:
        y = x * tf.sin(x)
        z = y**2
    return tape.gradient(z, x)
    ### END SOLUTION

# %% check="repaired"
check("repaired", repaired)

# %% [markdown]
# ### Exercise: `total`
#
# And this one adds up $x + x^2 + x^3$ and asks for the slope. Which of the eight is it? Write it so that it works.

# %%
def broken_total(start):
    x, total = tf.Variable(start), tf.Variable(0.0)
    with tf.GradientTape() as tape:
        for power in (1, 2, 3):
            total.assign_add(x**power)
    return tape.gradient(total, x)

print(broken_total(2.0))

# %% exercise="total" stub="return ..."
def total(start):
    ### BEGIN SOLUTION
    x, total = tf.Variable(start), 0.0
    with tf.GradientTape() as tape:
        for power in (1, 2, 3):
            total = total + x**power
    return tape.gradient(total, x)
    ### END SOLUTION

# %% check="total"
check("total", total)

# %% [markdown]
# ### Ask why
#
# In a program of your own there is no check. There is `explain`: record what you run, and hand over the recording. It
# takes an exception too.

# %%
from widgets import explain, record

print(explain(record(broken_total, 2.0)))

# %% [markdown]
# ## None against 0
#
# Two functions that do not care what $x$ is: the first is $0 \cdot x$, the other is 5, whatever $x$ may be. What will
# the tape say of each?

# %% exercise="predict-zero" stub='predict("0 times x", ..., choices=("0.0", "None"))'
### BEGIN SOLUTION
predict("0 times x", "0.0", choices=("0.0", "None"))
### END SOLUTION

# %% exercise="predict-none" stub='predict("just 5", ..., choices=("0.0", "None"))'
### BEGIN SOLUTION
predict("just 5", "None", choices=("0.0", "None"))
### END SOLUTION

# %%
with tf.GradientTape(persistent=True) as tape:
    nothing = 0.0 * x
    five = tf.constant(5.0)
check("0 times x", str(tape.gradient(nothing, x).numpy()))
check("just 5", str(tape.gradient(five, x)))

# %% [markdown]
# **0** means: there is a way back, and along it the slope is 0. **None** means: there is no way back. On paper both
# are a slope of 0, but for finding faults they could not be more different.
#
# Where a missing way *should* count as 0, say so. It is useful for a model with a part that is not used today:

# %%
print(tape.gradient(five, x, unconnected_gradients="zero"))

# %% [markdown]
# Mind what that does to the faults from above. This is the first one again, a constant that nobody watches:

# %%
with tf.GradientTape() as tape:
    y = c * x
print("dy/dc =", tape.gradient(y, c, unconnected_gradients="zero").numpy(), "but x is", x.numpy())

# %% [markdown]
# It should be 3. A `None` would have told you; the 0 says nothing and training goes on, with `c` standing still.
#
# ## Make
#
# ### Exercise: `zero_or_none`
#
# Write the tool: the slope of any function at `start`, and 0 where the function does not depend on its input.

# %% exercise="zero_or_none" stub="return ..."
def zero_or_none(function, start):
    ### BEGIN SOLUTION
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x, unconnected_gradients="zero")
    ### END SOLUTION

# %% check="zero_or_none"
check("zero_or_none", zero_or_none)

# %% [markdown]
# ### A fault of your own
#
# Hide one of the eight in the cell below, as well as you can, and let somebody else say which it is. Then look at the
# last line under the deck: does it name the fault that you hid? (There are two in this one. Which does it name?)

# %%
# %%tape
x = tf.Variable(2.0, name="x")
with tf.GradientTape() as tape:
    y = x * float(x)
    z = tf.floor(y)
tape.gradient(z, x)

# %% [markdown]
# ## What you know now
#
# - A tape watches trainable Variables when they are read, and what you name with `tape.watch`, from then on.
# - `None` means that the tape sees no way back: not watched, outside, not TensorFlow, replaced, an integer, an
#   operation without a slope, no path, or assigned on the way.
# - `0` is a derivative. `None` means that there isn't one. `unconnected_gradients="zero"` makes the one look like the
#   other, so ask for it only where you expect it.
#
# Now the way back is whole. What exactly happens on it, entry by entry, and how to take it apart, is the next lesson.
