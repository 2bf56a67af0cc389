# %% [markdown]
# # 9 · Steering gradients
#
# So far you took gradients as they came. Sometimes you know better: this calculation is not to count, this gradient is
# too long, this one is missing, and this one is `nan`. Here are the tools, each with the case that it is made for.
#
# It takes about 40 minutes.

# %%
# %load_ext widgets
import tensorflow as tf

from widgets import TapeDeck, check, hint, predict

# %% [markdown]
# A small helper for this lesson: what is the value of a function at a place, and what its slope?

# %%
def value_and_slope(function, place):
    x = tf.constant(place)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return y.numpy().tolist(), tape.gradient(y, x).numpy().tolist()

# %% [markdown]
# ## Without leaving a trace: `stop_recording`
#
# Inside `with tape.stop_recording():` the tape looks away. What is worked out there has a value, and no history.
#
# ### Predict
#
# Below, $w = y + z$ with $y = x^2$ and $z = x^3$. At 3, on paper, the slope is $2x + 3x^2 = 33$. But $z$ is worked
# out while the tape looks away. What does the tape say?

# %% exercise="predict-unseen" stub='predict("slope of w", ...)'
### BEGIN SOLUTION
predict("slope of w", 6.0)
### END SOLUTION

# %%
# %%tape
x = tf.Variable(3.0, name="x")
with tf.GradientTape() as tape:
    y = x * x
    with tape.stop_recording():
        z = y * x
    w = y + z
dw_dx = tape.gradient(w, x)

# %%
check("slope of w", dw_dx)

# %% [markdown]
# The tape has $y$ and the sum. Where `z` came from it does not know, so only the $2x = 6$ of $y$ is left. Look at the
# deck's last line: the **central difference**, which changes `x` and looks at `w`, says 33. Both are right. They answer
# different questions, and you decided which.
#
# It is meant for things that are only to be looked at, such as a measure of how good the training is. They cost no
# room on the tape.
#
# ### Starting over: `reset`
#
# `tape.reset()` makes a tape forget everything up to here, in the middle of its block.

# %%
with tf.GradientTape(persistent=True) as tape:
    y = x * x
    tape.reset()
    z = 3 * x
print(tape.gradient(y, x), "and", tape.gradient(z, x).numpy())

# %% [markdown]
# $y$ was forgotten, $z$ was not. Both methods belong to *one* tape. Often you want more: that no tape at all, neither
# inner nor outer, goes back through a number.
#
# ## A number without a history: `stop_gradient`
#
# `tf.stop_gradient(x)` has the value of `x`. To every tape it is a constant.
#
# ### Predict
#
# `x * tf.stop_gradient(x)` is $x \cdot x$. What is its slope at 3?

# %% exercise="predict-stopped" stub='predict("half stopped", ...)'
### BEGIN SOLUTION
predict("half stopped", 3.0)
### END SOLUTION

# %%
def half_stopped(x):
    return x * tf.stop_gradient(x)

value, slope = value_and_slope(half_stopped, 3.0)
print("value", value, "slope", slope)

# %%
check("half stopped", slope)

# %% [markdown]
# Two paths lead from $x$ to $x \cdot x$, and each hands over 3. One is stopped.
#
# This is what you need when a number is *used* but should not be *moved*: a goal that the network itself works out, a
# mean that is subtracted. Without it, gradient descent might move the target instead of the prediction.
#
# ### Exercise: `straight_through`
#
# Rounding is a staircase: flat everywhere, so it has no useful gradient. TensorFlow returns `None`. Write a function
# whose *value* is `tf.round(x)` and whose *slope* is 1, as if it had not rounded. This is called a **straight-through
# estimator**.

# %% exercise="straight_through" stub="return ..."
def straight_through(x):
    ### BEGIN SOLUTION
    return x + tf.stop_gradient(tf.round(x) - x)
    ### END SOLUTION

# %% check="straight_through"
check("straight_through", straight_through)

# %% [markdown]
# ## A pullback of your own: `custom_gradient`
#
# In lesson 3 each entry of the tape had its **pullback**: it receives the upstream gradient, and passes something
# back to its inputs. You can write one. Return two things: the value, and the pullback.

# %%
@tf.custom_gradient
def square(x):
    def pullback(upstream):
        return upstream * 2 * x
    return x * x, pullback

# %%
print(value_and_slope(square, 3.0))
print(value_and_slope(lambda x: 10 * square(x), 3.0))

# %% [markdown]
# In the second line `upstream` was 10: that is how the pullback hears of what comes after. One that forgets it would
# say 6 both times.
#
# TensorFlow believes you. It does not check whether the pullback belongs to the value. Put a 5 in place of the 2, and
# run both cells: wrong, and nobody complains. (A deck would: the central difference beside it says 6.)
#
# ### Exercise: `reverse`
#
# In the forward pass it returns `x` as it is. Backward it turns the gradient round: to $x$ goes minus the upstream
# gradient. Whatever comes after it is then made *larger* by descent. This is called a **gradient reversal layer**.

# %% exercise="reverse" stub="def reverse(x):\n    return ..."
### BEGIN SOLUTION
@tf.custom_gradient
def reverse(x):
    def pullback(upstream):
        return -upstream
    return tf.identity(x), pullback
### END SOLUTION

# %% check="reverse"
check("reverse", reverse)

# %% [markdown]
# ## Too long: clipping
#
# A steep wall. With $x^4$, from 3, at a rate of 0.1:

# %%
def wall(x):
    return x**4

x = tf.Variable(3.0)
for step in range(6):
    with tf.GradientTape() as tape:
        y = wall(x)
    x.assign_sub(0.1 * tape.gradient(y, x))
    print(x.numpy())

# %% [markdown]
# The gradient at 3 is 108. A step of 10.8 leads to the opposite wall, higher up, where the slope is steeper still. Six
# steps, and there is no number left. A smaller rate would do here, and creep along wherever it is flat.
#
# **Gradient clipping** keeps the direction and limits the length: `tf.clip_by_norm(gradient, 1.0)` leaves short
# gradients alone, and shortens longer ones to 1.
#
# ### Predict
#
# The same start, the same rate, clipped to 1. Where does the first step lead?

# %% exercise="predict-clipped" stub='predict("first step, clipped", ...)'
### BEGIN SOLUTION
predict("first step, clipped", 2.9)
### END SOLUTION

# %%
x, places = tf.Variable(3.0), []
for step in range(60):
    with tf.GradientTape() as tape:
        y = wall(x)
    x.assign_sub(0.1 * tf.clip_by_norm(tape.gradient(y, x), 1.0))
    places.append(round(float(x), 3))
print(places[:3], places[28:31], places[59])

# %%
check("first step, clipped", places[0])

# %% [markdown]
# On the wall it goes down by 0.1 at each step, however steep it is. Near the floor the gradient is below 1, and
# descent is the usual one.
#
# An optimizer does this for you: `SGD(0.1, clipnorm=1.0)` clips each gradient, `global_clipnorm=1.0` all together.
#
# ### Exercise: `clip_together`
#
# Why together? If each of several gradients is clipped by itself, long ones lose more than short ones, and the step
# points *elsewhere*. Given a list of gradients and a limit, return the list scaled by one factor, so that the length of
# all numbers together is at most the limit.

# %% exercise="clip_together" stub="return ..."
def clip_together(gradients, limit):
    ### BEGIN SOLUTION
    clipped, length = tf.clip_by_global_norm(gradients, limit)
    return clipped
    ### END SOLUTION

# %% check="clip_together"
check("clip_together", clip_together)

# %% [markdown]
# ## Not a number
#
# Clipping helps against long gradients. Against `nan` it does not: `nan`, scaled, is `nan`. One step with it, and every
# parameter is `nan` for good. So where do they come from? From the edges of functions:

# %%
print("log x  at 0     ", value_and_slope(tf.math.log, 0.0))
print("1 / x  at 0     ", value_and_slope(lambda x: 1 / x, 0.0))
print("length of [0, 0]", value_and_slope(tf.norm, [0.0, 0.0]))

# %% [markdown]
# The first two are infinite, and say so. The third is treacherous: the *value* is a decent 0, and the slope is `nan`.
# Inside `tf.norm` is a root, whose slope at 0 is infinite, and it meets the 0 of a square: $\infty \cdot 0$.
#
# The usual first idea is to choose another value there:
#
# ### Predict
#
# $x \log x$ goes to 0 where $x$ does. So `tf.where(x > 0, x * tf.math.log(x), 0.0)` chooses 0 at 0. Its slope at 0?

# %% exercise="predict-chosen" stub='predict("slope at the edge", ..., choices=("0", "inf", "nan"))'
### BEGIN SOLUTION
predict("slope at the edge", "nan", choices=("0", "inf", "nan"))
### END SOLUTION

# %%
# %%tape
x = tf.Variable(0.0, name="x")
with tf.GradientTape() as tape:
    product = x * tf.math.log(x)
    y = tf.where(x > 0, product, 0.0)
dy_dx = tape.gradient(y, x)

# %%
print("value", y.numpy(), "slope", dy_dx.numpy())
check("slope at the edge", str(dy_dx.numpy()))

# %% [markdown]
# Step through the backward pass. `tf.where` does what it should: to the side that was not chosen it passes back 0.
# But that side was worked out all the same, and it has its own pullbacks. There 0 is multiplied by what log left
# behind, and **zero times infinity is `nan`**. What is not chosen can still poison you.
#
# ### Choose twice
#
# The cure is to choose *before* as well, so that the dangerous function never sees the dangerous number. This is
# known as the **double-where trick**:

# %%
def inverse(x):
    return tf.where(tf.equal(x, 0.0), 0.0, 1 / x)

def safe_inverse(x):
    safe = tf.where(tf.equal(x, 0.0), 1.0, x)
    return tf.where(tf.equal(x, 0.0), 0.0, 1 / safe)

print(value_and_slope(inverse, 0.0), value_and_slope(safe_inverse, 0.0))
print(value_and_slope(safe_inverse, 2.0))

# %% [markdown]
# The inner `tf.where` puts in 1, with which nothing can go wrong. The outer one throws the result away again. Which
# number you put in does not matter, as long as it is harmless.
#
# For this one case there is a ready function, `tf.math.divide_no_nan`:

# %%
print(value_and_slope(lambda x: tf.math.divide_no_nan(1.0, x), 0.0))

# %% [markdown]
# ### Exercise: `x_log_x`
#
# $x \log x$, for tensors of any shape, with value 0 and slope 0 where `x` is 0. (On paper the slope there is
# $-\infty$; we agree on 0, so that training goes on.)

# %% exercise="x_log_x" stub="return ..."
def x_log_x(x):
    ### BEGIN SOLUTION
    safe = tf.where(x > 0, x, 1.0)
    return tf.where(x > 0, x * tf.math.log(safe), 0.0)
    ### END SOLUTION

# %% check="x_log_x"
check("x_log_x", x_log_x)

# %% [markdown]
# ## Make
#
# ### Exercise: `safe_norm`
#
# The length of `v`, a tensor of numbers: the root of the sum of squares. At `[0, 0]` the value is to be 0, and so are
# the slopes.

# %% exercise="safe_norm" stub="return ..."
def safe_norm(v):
    ### BEGIN SOLUTION
    square = tf.reduce_sum(v * v)
    safe = tf.where(square > 0, square, 1.0)
    return tf.where(square > 0, tf.sqrt(safe), 0.0)
    ### END SOLUTION

# %% check="safe_norm"
check("safe_norm", safe_norm)

# %% [markdown]
# ### A hole of your own
#
# $\sin(x) / x$ has a hole at 0; on paper it is filled with the value 1 and the slope 0. Look at the deck: which entry
# is the first with a `nan`? Then mend `mine`, and run both cells again. In the deck's field for `x` you can try other
# places.

# %%
def mine(x):
    return tf.sin(x) / x

# %%
def slope_of_mine(x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = mine(x)
    return tape.gradient(y, x)

TapeDeck(slope_of_mine, x=0.0)

# %% [markdown]
# ## What you know now
#
# - `tape.stop_recording()`: one tape looks away. `tape.reset()`: it forgets. `tf.stop_gradient(x)`: a constant for all.
# - `x + tf.stop_gradient(other - x)` has the value of one and the slope of the other.
# - `@tf.custom_gradient`: return the value and a pullback, and let the pullback multiply by `upstream`.
# - Clipping shortens a gradient and keeps its direction, if all are clipped together.
# - `nan` is born where 0 meets infinity on the way back, often on the side that `tf.where` did *not* choose. Choose
#   twice: what goes in, and what comes out.
#
# Everything so far had one parameter, or two. The next lesson goes into valleys, over saddles, and through noise, with
# cleverer optimizers.
