# %% [markdown]
# # 6 · When float32 stops
#
# A thousand steps with a rate of 0.01 left `x` at 0.999998569, not at 1. So take ten thousand? It is the obvious thing
# to try, and it gives exactly the same. In this lesson you find out why, and what would have helped.
#
# It takes about 35 minutes. No new mathematics; a closer look at numbers.

# %%
# %load_ext widgets
import numpy as np
import tensorflow as tf

from widgets import PrecisionMicroscope, check, descend, first_difference, hint, precision, predict

# %% [markdown]
# ## Ten times as long
#
# The parabola and the rate of the last lesson. `descend` runs the same loop as you did, compiled: ten thousand steps in
# the blink of an eye, bit for bit what eager steps give.
#
# ### Predict
#
# After ten thousand steps, is `x` `"nearer"` to 1 than after a thousand, or `"the same"`?

# %% exercise="predict-longer" stub='predict("10,000 steps", ..., choices=("nearer", "the same"))'
### BEGIN SOLUTION
predict("10,000 steps", "the same", choices=("nearer", "the same"))
### END SOLUTION

# %%
def f(x):
    return x**2 - 2 * x + 1

long = descend(f, 0.0, 0.01, iterations=10_000)
x = tf.constant(long.x[:, 0])
tf.print(x[1000], x[10_000])

# %%
check("10,000 steps", "nearer" if x[10_000] > x[1000] else "the same")

# %% [markdown]
# Nine thousand steps for nothing. When did `x` stop?

# %%
print("stalls at step", long.stalled_at[0])
for step in range(657, 663):
    tf.print(step, x[step])

# %% [markdown]
# Step 660 is the first that leaves `x` where it was, and so do all that follow. We say the path **stalls** (it has
# not converged: the gradient is not 0).
#
# Has it arrived, then? Is the gradient 0 there?

# %%
gradient = 2 * x[660] - 2
update = 0.01 * gradient
tf.print("gradient", gradient, "; update", update)

# %% [markdown]
# It is not 0. The optimizer does subtract something from `x`, step after step. It only comes to nothing:

# %%
print(bool(x[660] - update == x[660]))

# %% [markdown]
# ## Ticks
#
# A float32 has a 24-bit **significand**, and that is all. Near 1 there is a float32 every 0.00000006, and *nothing in
# between*, like **ticks** on a ruler. The distance from one to the next is called a **ULP**, a unit in the last place.
# `np.spacing` measures it.

# %%
for number in [1000.0, 1.0, 0.999998569, 0.001]:
    print(number, np.spacing(np.float32(number)))

# %% [markdown]
# The larger the number, the wider the ticks: they double at every power of two. Just below 1 they are half as wide as
# just above.
#
# When a result falls between two ticks, it is **rounded to nearest** (IEEE 754); a tie goes to the neighbor whose
# last bit is 0. So how long must an update be, at least, to get `x` away from its tick? Look at the two numbers:

# %%
half = np.spacing(x[660]) / 2
print("update    ", abs(update.numpy()))
print("half a ULP", half)

# %% [markdown]
# The update is a little less than *half* a ULP. So `x - update` lies nearer to the old `x` than to its neighbour, and
# is rounded back to it. The next step finds the same `x`, the same gradient, and the same update. Forever.
#
# ### Exercise: `needed`
#
# Return the learning rate at which an update would be exactly half a ULP of `x`. `x` is a float32, and so is the
# gradient, which may be negative.

# %% exercise="needed" stub="return ..."
def needed(x, gradient):
    ### BEGIN SOLUTION
    return np.spacing(x) / 2 / abs(gradient)
    ### END SOLUTION

# %% check="needed"
check("needed", needed)

# %% [markdown]
# `precision` says all this about one step, in TensorFlow's own numbers. Is your `needed` the same as its threshold?

# %%
step = precision(f, x[660], 0.01)
print("moves:", step.moves)
print("half ULPs:", step.share)
print("rate needed:", step.threshold)

# %% [markdown]
# ## Under the microscope
#
# The number line, from the whole run down to single floats. Press *Zoom in to the floats*: each line is a float32, the
# arrow is the update, and all that ends inside the band is rounded back to `x`. Then go some steps back, and see how
# much longer the arrow was.

# %%
PrecisionMicroscope(f)

# %% [markdown]
# ### Exercise: `again`
#
# The run has stalled. With *Try another rate for the next step*, find the smallest rate on the slider that moves `x`
# again. **The widget is your answer.** (If you hand your work in, write it into the cell below the widget, too.)

# %%
rates = [0.005, 0.01, 0.0102, 0.0104, 0.0105, 0.011, 0.012, 0.015, 0.02]
again = PrecisionMicroscope(f, learning_rates=rates)
again

# %% exercise="again" stub="# again.next_rate = the rate you found"
### BEGIN SOLUTION
again.next_rate = 0.0105
### END SOLUTION

# %% check="again"
check("again", again)

# %% [markdown]
# So that is why ten more steps at 0.1 went on in the last lesson: a rate ten times as large makes the update ten times
# as large, nearly five ULPs. But as `x` comes closer the gradient shrinks, until even that update is too small.
#
# ## Smaller steps, better result?
#
# Often people take a *smaller* rate to come closer. Predict: does descent with 0.001 stall `"nearer"` to 1 than with
# 0.01, or `"further"` away?

# %% exercise="predict-smaller" stub='predict("rate 0.001", ..., choices=("nearer", "further"))'
### BEGIN SOLUTION
predict("rate 0.001", "further", choices=("nearer", "further"))
### END SOLUTION

# %%
paths = descend(f, 0.0, [0.1, 0.01, 0.001], iterations=10_000)
ends = tf.constant(paths.x[-1])
tf.print(ends)
print("stall at steps", paths.stalled_at)

# %%
check("rate 0.001", "further" if ends[2] < ends[1] else "nearer")

# %% [markdown]
# Further, ten times as far. A small rate needs a large gradient to make up half a ULP, and the gradient is large only
# at a distance. Smaller steps are more careful, but they are rounded away sooner.
#
# ### Exercise: `stops`
#
# Write it without TensorFlow: take `f` from 0 down with this rate, in `np.float32` all the way, until a step no longer
# moves `x`. Return that `x`. The gradient, on paper, is $2x - 2$.

# %% exercise="stops" stub="return ..."
def stops(learning_rate):
    ### BEGIN SOLUTION
    x, rate = np.float32(0.0), np.float32(learning_rate)
    while x - rate * (2 * x - 2) != x:
        x = x - rate * (2 * x - 2)
    return x
    ### END SOLUTION

# %% check="stops"
check("stops", stops)

# %% [markdown]
# ## More digits
#
# A float64 has 53 binary digits instead of 24. Same loop, same rate:

# %%
fine = descend(f, 0.0, 0.01, iterations=10_000, dtype="float64")
tf.print("float32", x[10_000])
tf.print("float64", tf.constant(fine.x[10_000, 0]))
print("they part at step", first_difference(x, fine.x[:, 0]))

# %% [markdown]
# It does not stall at 0.999998569; it goes on, hundreds of millions of times closer. But it stalls as well, where *its*
# ticks are too wide:

# %%
print("stalls at step", fine.stalled_at[0], "this far from 1:", 1 - fine.x[10_000, 0])

# %% [markdown]
# So float64 pushes the limit further out, but doesn't remove it. Networks are trained in float32, and in 16 bits too,
# because they are not after the last digit. It is enough to know the limit, so as not to spend ten thousand steps on
# it.
#
# ## Why does y print 0?
#
# One thing is odd still. At 0.999998569 the parabola is not at its floor: on paper $(x - 1)^2$ is about
# $2 \cdot 10^{-12}$, a number that float32 can hold with ease. But `y` was 0.

# %%
end = x[660]
tf.print("x*x - 2*x     ", end * end - 2 * end)
tf.print("x*x - 2*x + 1 ", end * end - 2 * end + 1)

# %% [markdown]
# $x^2 - 2x$ is $-0.999999999998$. The nearest float32 is $-1$. Then 1 is added, and all digits that could have told
# the difference are gone already. Such a loss is called **cancellation** (here, *catastrophic* cancellation): two
# nearly equal numbers are subtracted, and what remains is mostly their rounding.
#
# ### Exercise: `honest`
#
# Write the same function so that it does not cancel: near 1 it should be right to six digits, in float32.

# %% exercise="honest" stub="return ..."
def honest(x):
    ### BEGIN SOLUTION
    return (x - 1) ** 2
    ### END SOLUTION

# %% check="honest"
check("honest", honest)

# %% [markdown]
# ## Make
#
# Does an honest `y` make descent stall later? Think of what the tape hands back for each way of writing it, predict
# `"later"` or `"the same"`, and let it run.

# %% exercise="predict-honest" stub='predict("with an honest y", ..., choices=("later", "the same"))'
### BEGIN SOLUTION
predict("with an honest y", "the same", choices=("later", "the same"))
### END SOLUTION

# %%
path = descend(lambda x: (x - 1) ** 2, 0.0, 0.01, iterations=1_000)
check("with an honest y", "later" if path.stalled_at[0] > 660 else "the same")

# %% [markdown]
# The gradients are the same: $2x - 2$ near 1 is exact either way. Descent never looks at `y`, only at its slope.
#
# Last, put a floor of your own somewhere else: at 1000, where ticks are wide; at 0.001, where they are narrow; or at 0,
# where they get narrower without end. Predict how close to it 0.01 comes, and look.

# %%
def mine(x):
    return (x - 1000) ** 2

PrecisionMicroscope(mine)

# %% [markdown]
# ## What you know now
#
# - Floats are ticks on a line. Between neighbours is a **ULP**, and what falls between is rounded to the nearer tick.
# - An update of less than half a ULP is rounded away. The next step is the same step, so the path **stalls**.
# - More steps do not help. A larger rate does, for a while; a smaller one stalls further away; float64 stalls
#   much closer.
# - Subtracting nearly equal numbers **cancels**: `y` may print 0 where it is not.
#
# Next you write the method that Keras no longer has: `minimize`.
