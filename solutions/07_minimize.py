# %% [markdown]
# # 7 · minimize
#
# In many older programs a whole training step is one line: `optimizer.minimize(f, [x])`. Your TensorFlow does not have
# that line any more. In this lesson you find out what it did, and write it again, in three lines. Then one more line
# makes it many times faster.
#
# It takes about 30 minutes.

# %%
# %load_ext widgets
import tensorflow as tf

from widgets import check, hint, predict

# %% [markdown]
# ## A line that is gone
#
# Here are the parabola and the optimizer of lesson 5. One thing is new: `f` takes no arguments. It reads the Variable
# `x` directly. The old programs were written like that, and soon you will see why.

# %%
x = tf.Variable(0.0, name="x")
optimizer = tf.keras.optimizers.SGD(learning_rate=0.01)

def f():
    return x**2 - 2 * x + 1

# %% [markdown]
# ### Predict
#
# What does `optimizer.minimize(f, [x])` do today?

# %% exercise="predict-gone" stub='predict("minimize today", ..., choices=("one step", "nothing", "AttributeError"))'
### BEGIN SOLUTION
predict("minimize today", "AttributeError", choices=("one step", "nothing", "AttributeError"))
### END SOLUTION

# %% [markdown]
# ### Run
#
# `try` catches the error, so that the notebook can go on.

# %%
try:
    optimizer.minimize(f, [x])
    outcome = "one step"
except AttributeError as error:
    outcome = type(error).__name__
    print(error)

# %%
check("minimize today", outcome)

# %% [markdown]
# Since TensorFlow 2.16, `tf.keras` is Keras 3. Keras 3 also runs on other libraries, and those have no tape. So its
# optimizers keep only the part that is the same everywhere: `apply_gradients`. The tape is left to you.
#
# ## What it did
#
# One call of `minimize(f, [x])` was a whole step:
#
# 1. open a tape, and call `f` inside it,
# 2. ask the tape for the gradients,
# 3. hand each gradient, with its Variable, to `apply_gradients`.
#
# That is why it wanted a *function*: it had to call it itself, inside its own tape. A value that you had worked out
# before would have come too late.
#
# ### Watch it happen
#
# The three parts on the deck, for one step. Step through it with **→**. Which entries belong to the optimizer? Does
# the tape record any of them?

# %%
# %%tape
with tf.GradientTape() as tape:
    y = x**2 - 2 * x + 1
gradient = tape.gradient(y, x)
optimizer.apply_gradients([(gradient, x)])
print("x =", x.numpy())

# %% [markdown]
# Nothing after the block is on the tape. The optimizer reads its learning rate, multiplies, subtracts from `x`, and
# counts the step in a Variable of its own.
#
# ### Exercise: `gradients`
#
# Write the first half: parts 1 and 2. `f` takes nothing, and `variables` is a list. Return the list of gradients.

# %% exercise="gradients" stub="return ..."
def gradients(f, variables):
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        y = f()
    return tape.gradient(y, variables)
    ### END SOLUTION

# %% check="gradients"
check("gradients", gradients)

# %% [markdown]
# ### Exercise: `minimize`
#
# Now the whole of it: one step, for any optimizer and any number of Variables. You may use your `gradients`. Python's
# `zip` makes pairs out of two lists. Nothing needs to be returned; the Variables change.

# %% exercise="minimize" stub="return ..."
def minimize(optimizer, f, variables):
    ### BEGIN SOLUTION
    optimizer.apply_gradients(zip(gradients(f, variables), variables))
    ### END SOLUTION

# %% check="minimize"
check("minimize", minimize)

# %% [markdown]
# ## A thousand steps
#
# ### Predict
#
# In lesson 5 a thousand steps with a rate of 0.01 ended at 0.999998569. Your `minimize` does the same work in another
# place. Is that nearer to 1, the same, or further away?

# %% exercise="predict-thousand" stub='predict("1,000 times minimize", ..., choices=("nearer", "the same", "further"))'
### BEGIN SOLUTION
predict("1,000 times minimize", "the same", choices=("nearer", "the same", "further"))
### END SOLUTION

# %%
x.assign(0.0)
for step in range(1000):
    minimize(optimizer, f, [x])
tf.print("y =", f(), "; x =", x)

# %%
expected = tf.constant(0.999998569)
where = "the same" if x == expected else "nearer" if x > expected else "further"
check("1,000 times minimize", where)

# %% [markdown]
# (If it says `further`, and `x` is 0: `minimize` is still a stub.)
#
# ### The same, as a graph
#
# A thousand steps took a second or two, and hardly any of it was arithmetic. Python ran every line a thousand times.
# With `@tf.function` Python runs the lines *once*, to see which operations there are. A `tf.function` stores the
# whole **computation graph** and runs it without Python, tape and all.

# %%
@tf.function
def step():
    minimize(optimizer, f, [x])

# %%
x.assign(0.0)
for _ in range(1000):
    step()
tf.print("y =", f(), "; x =", x)

# %% [markdown]
# The same floats, sooner. How much sooner, and what to look out for, is the next lesson.
#
# ### Exercise: `make_step`
#
# `step` above works for this optimizer, this `f` and this `x` only. Write a function that makes such a step for
# *any* of them, and returns it: a `tf.function` that takes nothing. The check also counts how often Python runs `f`.

# %% exercise="make_step" stub="return ..."
def make_step(optimizer, f, variables):
    ### BEGIN SOLUTION
    @tf.function
    def step():
        minimize(optimizer, f, variables)
    return step
    ### END SOLUTION

# %% check="make_step"
check("make_step", make_step)

# %% [markdown]
# ## Investigate: an optimizer remembers
#
# The optimizer has made a thousand steps with `x`. What if you hand it another Variable?

# %%
z = tf.Variable(3.0, name="z")
try:
    optimizer.apply_gradients([(6.0, z)])
except ValueError as error:
    print(str(error).splitlines()[0])

# %% [markdown]
# On its first step, an optimizer notes which Variables it is responsible for. Some, like Adam, keep numbers beside
# each of them: how it moved before, for example. For a new Variable it has none. So: **one optimizer for one set of
# Variables**. For other Variables, make a new one.
#
# ### Modify
#
# Two Variables, one call. First predict from the formula where they end. Then change the optimizer to
# `tf.keras.optimizers.Adam(0.1)` and run it again. Only the name changes: that is what an optimizer is for.

# %%
u, v = tf.Variable(0.0), tf.Variable(0.0)

def valley():
    return (u - 3) ** 2 + 2 * (v + 1) ** 2

# %%
both = make_step(tf.keras.optimizers.SGD(0.1), valley, [u, v])
for _ in range(100):
    both() if callable(both) else None
print("u =", round(float(u), 3), "and v =", round(float(v), 3))

# %% [markdown]
# ## Make
#
# Why a thousand steps? Somebody guessed. A better loop looks at the slopes and stops when all of them are small.
#
# ### Exercise: `until`
#
# Minimize until the size of *every* gradient is below `small`, and return how many steps that took. Look first, then
# step: where all slopes are small from the start, the answer is 0.

# %% exercise="until" stub="return ..."
def until(optimizer, f, variables, small):
    ### BEGIN SOLUTION
    steps = 0
    while max(abs(g.numpy()) for g in gradients(f, variables)) >= small:
        minimize(optimizer, f, variables)
        steps += 1
    return steps
    ### END SOLUTION

# %% check="until"
check("until", until)

# %% [markdown]
# Now for the parabola: how many steps with 0.1 until its slope is below 0.001? At each step the slope becomes 0.8
# times what it was, and it begins at 2. Make a guess, then run. Then try other rates.

# %%
x.assign(0.0)
print(until(tf.keras.optimizers.SGD(0.1), f, [x], 0.001))

# %% [markdown]
# What would happen with `small=1e-9`? Think of lesson 6 before you try it. (The square ■ above stops a cell.)
#
# ## What you know now
#
# - `optimizer.minimize(f, [x])` was three parts in one call: a tape around `f()`, the gradients, `apply_gradients`.
#   Keras 3 has kept the last part. The rest is yours, and it takes three lines.
# - It wants a *function*, because the calculation must happen inside the tape.
# - `zip(gradients, variables)` pairs them. An optimizer belongs to the Variables of its first step.
# - In a `tf.function` the same steps give the same floats: 0.999998569, either way.
#
# In the next lesson the whole loop goes into one `tf.function`. You will see when Python runs, when it does not, and
# what that is worth on your machine.
