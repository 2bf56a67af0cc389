# %% [markdown]
# # 5 · Gradient descent
#
# You can ask how steep a curve is. Now use it: to find the lowest point, go a little way downhill, ask again, go
# again. That is **gradient descent**, and it is how networks learn. In machine learning the function that we minimize
# is the **loss function**. How far is "a little way"? Everything depends on that.
#
# It takes about 40 minutes.

# %%
# %load_ext widgets
import tensorflow as tf

from widgets import DescentExplorer, check, descend, hint, order_lines, predict

# %% [markdown]
# ## One step
#
# Once more $f(x) = x^2 - 2x + 1$. We stand at 0, where the slope is $-2$: the curve falls to the right. Downhill is
# *against* the gradient, so we subtract it, scaled by a small number, the **learning rate** (or step size):
#
# $$x \leftarrow x - \text{rate} \cdot \text{gradient}$$

# %%
def f(x):
    return x**2 - 2 * x + 1

# %% [markdown]
# ### Predict
#
# From $x = 0$ with a gradient of $-2$ and a learning rate of 0.1: where does one step lead?

# %% exercise="predict-step" stub='predict("x after one step", ...)'
### BEGIN SOLUTION
predict("x after one step", 0.2)
### END SOLUTION

# %%
# %%tape
x = tf.Variable(0.0, name="x")
with tf.GradientTape() as tape:
    y = f(x)
gradient = tape.gradient(y, x)
x.assign_sub(0.1 * gradient)
print("x =", x.numpy())

# %%
check("x after one step", x)

# %% [markdown]
# Every training **step** does four things, and the deck shows them: **record** the forward pass, compute the
# **gradient**, **scale** it by the learning rate, and **assign** the new value. Learning rate × gradient is the
# **update**. The last two come after the `with` block, and no tape records them. That is as it should be: nobody
# wants the slope of having moved.
#
# Why `assign_sub` and not `x = x - 0.1 * gradient`? That would make a new, ordinary tensor and call it `x`. The tape
# watches Variables; of the new `x` it would know nothing, and the next gradient would be `None`.
#
# ## Ten steps
#
# Put the four steps of a training step into a loop. A used tape is used up, so each iteration makes a new one.

# %%
x = tf.Variable(0.0)
for step in range(10):
    with tf.GradientTape() as tape:
        y = f(x)
    x.assign_sub(0.1 * tape.gradient(y, x))
    tf.print("y =", y, "; x =", x)

# %% [markdown]
# Watch the moves: 0.2, then 0.16, then 0.128. Each is 0.8 times the one before. Nobody told the loop to go more
# carefully near the minimum; the gradient gets smaller by itself, because the curve gets flatter.
#
# (Each line shows `y` from before the step and `x` from after it, in the order in which they were worked out.)
#
# ### Exercise: `walk`
#
# Write it for any function, start, rate and number of iterations. Return the `x` at which it ends.

# %% exercise="walk" stub="return ..."
def walk(function, start, learning_rate, iterations):
    ### BEGIN SOLUTION
    x = tf.Variable(start)
    for step in range(iterations):
        with tf.GradientTape() as tape:
            y = function(x)
        x.assign_sub(learning_rate * tape.gradient(y, x))
    return x
    ### END SOLUTION

# %% check="walk"
check("walk", walk)

# %% [markdown]
# ## With an optimizer
#
# Scaling and assigning is what an **optimizer** is for. `SGD` (stochastic gradient descent) does just what you did by
# hand; others are cleverer. It takes a list of pairs, each a gradient and its Variable.
#
# A thousand steps at a learning rate of 0.01. How close to 1 will `x` come? They take about two seconds.

# %%
optimizer = tf.keras.optimizers.SGD(learning_rate=0.01)
x = tf.Variable(0.0)
for step in range(1000):
    with tf.GradientTape() as tape:
        y = f(x)
    gradient = tape.gradient(y, x)
    optimizer.apply_gradients([(gradient, x)])
tf.print("y =", y, "; x =", x)

# %% [markdown]
# Nearly 1, and `y` is 0 as far as it can be told. Now go on from there, ten steps with a rate ten times as large. The
# optimizer stays the same; only its rate is set anew.

# %%
optimizer.learning_rate = 0.1
for step in range(10):
    with tf.GradientTape() as tape:
        y = f(x)
    gradient = tape.gradient(y, x)
    optimizer.apply_gradients([(gradient, x)])
    tf.print("y =", y, "; x =", x)

# %% [markdown]
# Ten more steps moved `x` on. Yet of the thousand before, the last three hundred had not moved it at all. What held
# it up is worth a lesson of its own, the next one.
#
# ### What became of `minimize`?
#
# Older programs have the tape, the gradient and the step in one line: `optimizer.minimize(f, [x])`. The optimizers of
# Keras 3 no longer have that method. In lesson 7 you write it yourself.

# %%
print(hasattr(optimizer, "minimize"), hasattr(optimizer, "apply_gradients"))

# %% [markdown]
# ### Exercise: `loop_order`
#
# Here is such a loop, cut into lines and shuffled, with some that do not belong. Put it together: carry lines with the
# mouse, or use the buttons or the keys. A line keeps its indentation. The check runs what you have made; any order
# that does the work is right.
#
# (The notebook does not remember lines. Under them stands what to write into the cell, if you hand your work in.)

# %% exercise="loop_order" stub='loop = order_lines("loop_order", ...)'
### BEGIN SOLUTION
loop = order_lines("loop_order", [3, 7, 9, 11, 10, 5])
### END SOLUTION

# %% check="loop_order"
check("loop_order", loop)

# %% [markdown]
# ### Exercise: `train`
#
# Now write one. It is your `walk` again, but the optimizer is handed in, ready made. It may be any: the check brings
# three different ones.

# %% exercise="train" stub="return ..."
def train(optimizer, function, start, iterations):
    ### BEGIN SOLUTION
    x = tf.Variable(start)
    for step in range(iterations):
        with tf.GradientTape() as tape:
            y = function(x)
        optimizer.apply_gradients([(tape.gradient(y, x), x)])
    return x
    ### END SOLUTION

# %% check="train"
check("train", train)

# %% [markdown]
# ## The rate decides
#
# So is a larger rate better? Three runs from $x = 0$ on the parabola, with 0.1, with 0.5 and with 1. One of them
# arrives at once, one never arrives. Which one *never* does?

# %% exercise="predict-never" stub='predict("never arrives", ..., choices=("0.1", "0.5", "1.0"))'
### BEGIN SOLUTION
predict("never arrives", "1.0", choices=("0.1", "0.5", "1.0"))
### END SOLUTION

# %% [markdown]
# `descend` runs the loop for several rates together, with a real tape, in one compiled program. What it gives is bit
# for bit what your loop gives, only sooner. A row is a step, a column is a rate. Here are the first rows of fifty:

# %%
paths = descend(f, 0.0, [0.1, 0.5, 1.0], iterations=50)
print(paths.x[:8])

# %%
kinds = [verdict.kind for verdict in paths.verdicts]
for rate, kind in zip(paths.learning_rates, kinds):
    print(rate, kind)
check("never arrives", paths.learning_rates[kinds.index("bounces")])

# %% [markdown]
# Tapedeck sorts runs into eight kinds. We call the kind of a run its **verdict**:
#
# | | |
# |---|---|
# | approaches | converges from one side |
# | lands | reaches the minimum in one step |
# | oscillates in | converges, jumping from side to side |
# | bounces | oscillates forever between the same values (a cycle), here 0 and 2 |
# | diverges | gets further and further away |
# | overflows | diverged until the numbers became too large for float32 |
# | stalls | stops changing before it has arrived (the next lesson) |
# | still moving | none of these yet |
#
# ### Why just there?
#
# In deep networks, divergence is known as **exploding gradients**. Lesson 4 has the reason. The slope of $f$ changes
# by $f'' = 2$ with each unit of $x$; this **curvature** is called $\lambda$. At a distance $d$ from the floor the
# slope is $\lambda d$, so a step goes $\text{rate} \cdot \lambda d$:
#
# - with a rate of $1 / \lambda$ it goes exactly $d$, and **lands**;
# - with less it stops short, with more it overshoots;
# - with $2 / \lambda$ it goes $2d$, to the mirror image on the other side, and back: it **bounces**;
# - with more than that it is further away after each step: it **diverges**.
#
# ### Watch it happen
#
# Slide the learning rate. The marks on the slider are $1 / \lambda$ and $2 / \lambda$. Find each verdict once. *Open
# the step* shows the four parts of the last one.

# %%
DescentExplorer(f)

# %% [markdown]
# ## Three answers with the slider
#
# In the next exercises **the widget is your answer**. Move its slider, then run the check. The notebook does not
# remember sliders; if you hand your work in, also write what you found into the cell between the widget and the check.
#
# ### Exercise: `land`
#
# $g(x) = 4 (x - 2)^2$ bends more strongly than $f$. Find the rate with which it lands in one step.

# %%
def g(x):
    return 4 * (x - 2) ** 2

landing = DescentExplorer(g)
landing

# %% exercise="land" stub="# landing.learning_rate = the rate you found"
### BEGIN SOLUTION
landing.learning_rate = 0.125
### END SOLUTION

# %% check="land"
check("land", landing)

# %% [markdown]
# ### Exercise: `largest`
#
# What is the largest rate with which descent on $g$ still comes to the floor, however slowly? Take the slider's last
# position before it no longer does.

# %%
limit = DescentExplorer(g)
limit

# %% exercise="largest" stub="# limit.learning_rate = the rate you found"
### BEGIN SOLUTION
limit.learning_rate = 0.245
### END SOLUTION

# %% check="largest"
check("largest", limit)

# %% [markdown]
# ### Exercise: `bounce`
#
# On a parabola, exactly one learning rate oscillates forever; anything larger diverges. Most curves are not
# parabolas. Here is $1 - \cos x$, a valley that bends less and less towards its rims. Make it bounce between two
# places, forever.

# %%
def valley(x):
    return 1 - tf.cos(x)

bouncing = DescentExplorer(valley, start=0.5)
bouncing

# %% exercise="bounce" stub="# bouncing.learning_rate = the rate you found"
### BEGIN SOLUTION
bouncing.learning_rate = 2.5
### END SOLUTION

# %% check="bounce"
check("bounce", bouncing)

# %% [markdown]
# ## Make
#
# Put a function of your own here. Predict three rates before you slide: one that lands, or nearly; one that only just
# converges; one that flies apart. `curvature` from lesson 4 would tell you $\lambda$ at the floor.

# %%
def mine(x):
    return x**4 - 4 * x**2 + x

DescentExplorer(mine, start=0.5)

# %% [markdown]
# ## What you know now
#
# - A training step has four parts: **record**, **gradient**, **scale**, **assign**. An optimizer does the last two.
# - Descent goes against the gradient. Its steps shrink by themselves as the curve gets flat.
# - With curvature $\lambda$ at the floor, a rate of $1 / \lambda$ lands, and $2 / \lambda$ is the limit. That is exact
#   for a parabola, and right close to the floor for everything else.
# - On other curves descent above the limit need not fly apart: it may bounce.
#
# One riddle is left: why did a thousand steps stop at 0.999998569, when ten with another rate went on? The next lesson
# looks at it under a microscope.
