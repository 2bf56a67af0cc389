# %% [markdown]
# # 4 · Derivatives of derivatives
#
# A gradient says how steep a curve is. How quickly does the steepness itself change? That is the **second
# derivative**, f″, and it decides how far one may safely step: you will need it in the next lesson.
#
# TensorFlow needs nothing new for it. Playing a tape backward is arithmetic too. So put a second tape around the
# first, and let it record the playing back.
#
# It takes about 35 minutes.

# %%
# %load_ext widgets
import tensorflow as tf

from widgets import DerivativeExplorer, check, hint, predict

# %% [markdown]
# ## The slope of the slope
#
# Here is the parabola again, $f(x) = x^2 - 2x + 1$. At 0 its slope is $-2$, at 1 it is 0, at 2 it is 2.

# %%
def f(x):
    return x**2 - 2 * x + 1

# %% [markdown]
# ### Predict
#
# When $x$ moves by 1, by how much does the slope move? Read it off the three slopes above.

# %% exercise="predict-bend" stub='predict("second derivative", ...)'
### BEGIN SOLUTION
predict("second derivative", 2.0)
### END SOLUTION

# %% [markdown]
# ### Run
#
# Two tapes, one inside the other. Mind the indentation of the fifth line: the inner tape is asked *inside* the block
# of the outer one.

# %%
x = tf.Variable(0.0, name="x")
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        y = f(x)
    dy_dx = inner.gradient(y, x)
d2y_dx2 = outer.gradient(dy_dx, x)
print("slope", dy_dx.numpy(), "and its slope", d2y_dx2.numpy())

# %%
check("second derivative", d2y_dx2)

# %% [markdown]
# ### Watch it happen
#
# The same on the deck. Step through it with **→** and look for three things:
#
# 1. Which tape records while $f$ is worked out?
# 2. The inner tape is played back. Who writes down that arithmetic?
# 3. The outer tape is played back through *that*. Which entry hands over the 2?

# %%
# %%tape
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        y = x**2 - 2 * x + 1
    dy_dx = inner.gradient(y, x)
d2y_dx2 = outer.gradient(dy_dx, x)

# %% [markdown]
# Both tapes record $f$. Playing back the inner one takes four more operations, a power, two products and a sum, and
# the outer tape records them like any others. It does not care that they belong to a gradient. The product that made
# $2x$ out of $x$ hands over the 2.
#
# ### One step to the left
#
# Now take away the indentation of one line, so that the inner tape is asked when the outer block has ended. What
# will `d2y_dx2` be: `"2.0"`, `"None"` or `"error"`?

# %% exercise="predict-outside" stub='predict("asked outside", ..., choices=("2.0", "None", "error"))'
### BEGIN SOLUTION
predict("asked outside", "None", choices=("2.0", "None", "error"))
### END SOLUTION

# %%
# %%tape
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        y = x**2 - 2 * x + 1
dy_dx = inner.gradient(y, x)
d2y_dx2 = outer.gradient(dy_dx, x)

# %%
print(dy_dx.numpy(), "and", d2y_dx2)
check("asked outside", str(d2y_dx2))

# %% [markdown]
# Look at the end of the deck: the outer tape has $f$ on it, and nothing after that. It never saw how the slope was
# computed. To the outer tape, `dy_dx` is just a number with no history, so there is no path back to `x`, and the
# gradient is `None`.
#
# ### Exercise: `curvature`
#
# Write the tool: the second derivative of *any* function at any place.

# %% exercise="curvature" stub="return ..."
def curvature(function, start):
    ### BEGIN SOLUTION
    x = tf.Variable(start)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = function(x)
        dy_dx = inner.gradient(y, x)
    return outer.gradient(dy_dx, x)
    ### END SOLUTION

# %% check="curvature"
check("curvature", curvature)

# %% [markdown]
# ## What f″ looks like
#
# Before you look, draw it: $f''$ of the sine, once round from 0 to 6.28. Where is a wave bent downward, where upward,
# and where is it straight? Draw with the mouse, or move the points by keys.

# %% exercise="predict-sine" stub='predict("bend of the sine", ..., sketch=(0.0, 6.28, -1.5, 1.5))'
### BEGIN SOLUTION
drawn = [(0.0, 0.0), (1.57, -1.0), (3.14, 0.0), (4.71, 1.0), (6.28, 0.0)]
predict("bend of the sine", drawn, sketch=(0.0, 6.28, -1.5, 1.5))
### END SOLUTION

# %% [markdown]
# Drag the point along the sine. The straight line has the slope of the curve, the **osculating parabola** has its
# second derivative as well (it is the curve's second-order Taylor approximation): it opens upward where $f''$ is
# positive, downward where it is negative.

# %%
DerivativeExplorer(tf.sin)

# %% [markdown]
# Now your drawing beside what your own `curvature` says:

# %%
check("bend of the sine", lambda x: curvature(tf.sin, x))

# %% [markdown]
# Where the sine is at its highest its slope is 0, and its second derivative at its lowest. Each curve is the one before
# it, a quarter of a wave further left.
#
# ### Exercise: `bend`
#
# Here is an S-shaped curve, as many networks have in them. From left to right it bends upward, then downward. The
# place where the curve changes from bending up to bending down is its **inflection point**. Put the point there, and
# run the check: **the widget is your answer**.
#
# (The notebook does not remember where a point was put. If you hand your work in, also write it into the cell between.)

# %%
def s_curve(x):
    return tf.sigmoid(2 * x - 2)

explorer = DerivativeExplorer(s_curve)
explorer

# %% exercise="bend" stub="# explorer.at = the place you found"
### BEGIN SOLUTION
explorer.at = 1.0
### END SOLUTION

# %% check="bend"
check("bend", explorer)

# %% [markdown]
# ## A third tape
#
# It does not end at two. The sine is a good function to practise on, because its derivatives go round in a circle:
# sine, cosine, minus sine, minus cosine, and sine again.
#
# Predict the *third* derivative of the sine at 0. Which of the four is it, and what is that at 0?

# %% exercise="predict-third" stub='predict("third derivative of sin at 0", ...)'
### BEGIN SOLUTION
predict("third derivative of sin at 0", -1.0)
### END SOLUTION

# %%
x = tf.Variable(0.0, name="x")
with tf.GradientTape() as third:
    with tf.GradientTape() as second:
        with tf.GradientTape() as first:
            y = tf.sin(x)
        dy = first.gradient(y, x)
    d2y = second.gradient(dy, x)
d3y = third.gradient(d2y, x)
print(y.numpy(), dy.numpy(), d2y.numpy(), d3y.numpy())

# %%
check("third derivative of sin at 0", d3y)

# %% [markdown]
# ### None is not 0
#
# On paper the second derivative of $2x$ is 0. Ask two tapes:

# %%
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        y = 2 * x
    dy_dx = inner.gradient(y, x)
print(dy_dx.numpy(), "and", outer.gradient(dy_dx, x))

# %% [markdown]
# The slope of $2x$ is 2 wherever $x$ is. The inner tape handed it over without looking at $x$, so again there is no way
# back, and `None` says so. Where you would rather have 0, ask with `unconnected_gradients="zero"`.

# %% [markdown]
# ## Two parameters: the Hessian
#
# A function of two numbers has two slopes, and each slope changes with each number: four second derivatives. As a
# matrix of two rows they are called the **Hessian**.
#
# Take $z = u^2 v + v^3$, with $u$ and $v$ in one Variable.

# %%
p = tf.Variable([1.0, 2.0], name="p")
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        z = p[0] ** 2 * p[1] + p[1] ** 3
    gradient = inner.gradient(z, p)
hessian_of_z = outer.jacobian(gradient, p)
print(gradient.numpy())
print(hessian_of_z.numpy())

# %% [markdown]
# `jacobian` asks the outer tape once for each part of the gradient, so each row is the gradient of one slope. On
# paper: the first slope is $2uv$, and that changes by $2v = 4$ with $u$ and by $2u = 2$ with $v$: the first row.
#
# ### Investigate
#
# What if you ask with `gradient`, as before? Predict, then run. Compare the numbers with the table above.

# %%
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        z = p[0] ** 2 * p[1] + p[1] ** 3
    gradient = inner.gradient(z, p)
print(outer.gradient(gradient, p).numpy())

# %% [markdown]
# 6 is $4 + 2$, and 14 is $2 + 12$: a target of several numbers is added up first, so what you get are the sums of the
# columns. For one parameter there is nothing to add, which is why nobody notices until there are two.
#
# ### Exercise: `hessian`
#
# `function` takes *one* tensor of two numbers, `start` is a list of two floats. Return the table.

# %% exercise="hessian" stub="return ..."
def hessian(function, start):
    ### BEGIN SOLUTION
    x = tf.Variable(start)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            z = function(x)
        gradient = inner.gradient(z, x)
    return outer.jacobian(gradient, x)
    ### END SOLUTION

# %% check="hessian"
check("hessian", hessian)

# %% [markdown]
# ## Where is the minimum? Newton's step
#
# At $x = 0$ the slope of $f$ is $-2$, and with each unit of $x$ it grows by 2. So how far is it to the lowest point,
# the **minimum**, where the slope is 0? One unit. In letters: the minimum is at $x - f'(x) / f''(x)$. That is
# **Newton's step**.

# %%
x = tf.Variable(0.0)
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        y = f(x)
    dy_dx = inner.gradient(y, x)
x.assign_sub(dy_dx / outer.gradient(dy_dx, x))
print("x =", x.numpy(), "and there f(x) =", f(x).numpy())

# %% [markdown]
# One step, and it has landed. On a parabola the slope changes evenly, so the calculation is exact.
#
# ### Exercise: `newton`
#
# Return where one such step from `start` arrives, for any function.

# %% exercise="newton" stub="return ..."
def newton(function, start):
    ### BEGIN SOLUTION
    x = tf.Variable(start)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = function(x)
        dy_dx = inner.gradient(y, x)
    return x - dy_dx / outer.gradient(dy_dx, x)
    ### END SOLUTION

# %% check="newton"
check("newton", newton)

# %% [markdown]
# ### Modify
#
# Other curves bend differently at every place, so one step does not arrive, but it comes closer, and quickly. This one
# is level at $\sqrt{2} = 1.4142135\ldots$ Count how many digits are right after each step.

# %%
def quartic(x):
    return x**4 - 4 * x**2

# %%
x = 1.0
for step in range(5):
    x = newton(quartic, x)
    print(x)

# %% [markdown]
# The number of right digits roughly doubles with each step, until float32 has no more digits to give.
#
# Now change 1.0 to 0.5 and run it again. It goes to 0, where the curve is level too, but on *top* of a bump: f″ is
# negative there. Newton's step looks for a level place; it does not ask whether that is a minimum or a maximum.
#
# ## Make
#
# ### Exercise: `nth`
#
# The derivative of *any* order of any function: order 0 is the function itself, 1 the slope, 2 the second
# derivative, and so on. How many tapes that takes is known only when it runs.
#
# A hint to begin with: inside the block of a tape, your function may call itself.

# %% exercise="nth" stub="return ..."
def nth(function, x, order):
    ### BEGIN SOLUTION
    if order == 0:
        return function(x)
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = nth(function, x, order - 1)
    return tape.gradient(y, x)
    ### END SOLUTION

# %% check="nth"
check("nth", nth)

# %% [markdown]
# ### A function of your own
#
# Put any function after `return`, and predict its second derivative at 0: positive where the curve bends upward, like
# a bowl, negative where it bends downward, like a bump.

# %%
def mine(x):
    return tf.exp(-x * x)

# %% exercise="predict-mine" stub='predict("second derivative of mine at 0", ...)'
### BEGIN SOLUTION
predict("second derivative of mine at 0", -2.0)
### END SOLUTION

# %%
check("second derivative of mine at 0", nth(mine, 0.0, 2))

# %% [markdown]
# If you try `nth(f, 0.0, 3)` with our parabola, you get `nan` where 0 would be right. On the way back TensorFlow
# works out $0 \cdot x^{-1}$, and at $x = 0$ that is zero times infinity. At any other place it is 0. Lesson 9 shows
# where such NaNs come from and how to avoid them.
#
# ## What you know now
#
# - Playing back is arithmetic, and a tape that is open at the time records it. So derivatives nest: one tape for
#   each order.
# - Ask the inner tape inside the block of the outer one. Outside it, the answer is `None`.
# - `gradient` adds up a target of several numbers; `jacobian` takes them one by one. With two parameters the second
#   derivatives make a matrix, the **Hessian**.
# - f″ tells how the slope will change, so it tells how far to go: **Newton's step** goes f′ / f″ and lands at once on
#   a parabola.
#
# With millions of parameters nobody can afford that table: a million rows of a million numbers. What people do
# instead, with nothing but the slope and a fixed rate, is the next lesson.
