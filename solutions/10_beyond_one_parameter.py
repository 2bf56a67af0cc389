# %% [markdown]
# # 10 · Beyond one parameter
#
# Until now one number moved. A network has thousands, and all of them move at once, with one tape and one learning
# rate. Two are enough to see what is new: valleys in which no single learning rate works well, and points where the
# gradient is zero but there is no minimum. The graph of the loss over the parameters is the **loss surface**. Then
# you meet what people have thought of: momentum, Adam, mini-batches, schedules.
#
# It takes about 40 minutes.

# %%
# %load_ext widgets
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from widgets import DescentExplorer, check, descend, hint, predict

# %% [markdown]
# ## A narrow valley
#
# $f(x) = 0.01\, x_0^2 + x_1^2$ is a bowl, a hundred times as steep across as along. `x` is now one Variable with two
# numbers in it, so the tape gives two slopes: the gradient.

# %%
def valley(x):
    return 0.01 * x[0]**2 + x[1]**2

# %%
# %%tape
x = tf.Variable([-4.0, 1.0], name="x")
with tf.GradientTape() as tape:
    y = valley(x)
gradient = tape.gradient(y, x)
x.assign_sub(0.1 * gradient)
print(gradient.numpy(), "leads to", x.numpy())

# %% [markdown]
# Nothing in the loop had to change. (On the deck each `x[0]` is an entry of its own, a *slice*, and its pullback puts
# the slope back into its place, with 0 everywhere else.)
#
# ### Predict
#
# We go on like that, a hundred steps with a rate of 0.9. The start is 4 away from the floor along the valley and 1
# away across it. At the end, in which direction is it further away?

# %% exercise="predict-further" stub='predict("further away", ..., choices=("along", "across"))'
### BEGIN SOLUTION
predict("further away", "along", choices=("along", "across"))
### END SOLUTION

# %%
paths = descend(valley, [-4.0, 1.0], [0.1, 0.9, 1.1], iterations=100)
for rate, (along, across) in zip(paths.learning_rates, paths.x[-1]):
    print(f"rate {rate}: along {along:.1e}, across {across:.1e}")

# %%
along, across = abs(paths.x[-1, 1])
check("further away", "along" if along > across else "across")

# %% [markdown]
# Each direction has a curvature of its own, $\lambda = 0.02$ along and $\lambda = 2$ across, and you know from lesson 5
# what that means: a step multiplies the distance by $1 - \text{rate} \cdot \lambda$.
#
# - Across, $2/\lambda = 1$ is the limit: with 1.1 it flies apart.
# - Along, a rate below 1 takes away at most a fiftieth of the way with each step.
#
# The steep direction forbids the rate that the flat one would need. That is what makes a valley *narrow*: the ratio
# of the two curvatures, here 100, is its **condition number**, and a problem like this is *ill-conditioned*.
#
# ### Watch it happen
#
# Slide the rate up to the limit. Why does the path zigzag, and which part of each step is wasted?

# %%
DescentExplorer(valley, start=[-4.0, 1.0], learning_rate=0.9, iterations=30)

# %% [markdown]
# ### Exercise: `best_rate`
#
# The factors are $1 - \text{rate} \cdot \lambda$ with the lower and the higher curvature. A rate is best when both
# factors are *equally large*: then no direction lags behind. (One of them is negative then. It overshoots.) Which rate
# is it?

# %% exercise="best_rate" stub="return ..."
def best_rate(low, high):
    ### BEGIN SOLUTION
    return 2 / (low + high)
    ### END SOLUTION

# %% check="best_rate"
check("best_rate", best_rate)

# %% [markdown]
# Even with the best of all rates, here about 0.99, a step leaves 98 % of the way. One in fifty: that is the price of a
# valley a hundred times as steep across as along.
#
# ## A saddle point
#
# The second trap: a pass between two hollows. Across the pass it goes up, along it goes down both ways, and on top
# the gradient is zero. A point where the gradient is zero is a **stationary point**: a minimum, a maximum, or, as
# here, a **saddle point**. We start beside it, exactly on the ridge, at $(1, 0)$.
#
# ### Predict
#
# Two minima lie at $(0, 1)$ and $(0, -1)$, where $f = 0$. On the pass, at $(0, 0)$, $f$ is 0.25. What is $f$ after two
# hundred steps?

# %% exercise="predict-pass" stub='predict("height after 200 steps", ...)'
### BEGIN SOLUTION
predict("height after 200 steps", 0.25)
### END SOLUTION

# %%
def saddle(x):
    return x[0]**2 + 0.25 * (x[1]**2 - 1)**2

ridge = descend(saddle, [1.0, 0.0], 0.1, iterations=200)
check("height after 200 steps", ridge.y[-1, 0])

# %% [markdown]
# It rests on the pass. The gradient is 0 there, and descent asks nothing else. But a second derivative would know.
# Lesson 4 has the tool, the Hessian:

# %%
x = tf.Variable([0.0, 0.0])
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        y = saddle(x)
    gradient = inner.gradient(y, x)
print(gradient.numpy(), outer.jacobian(gradient, x).numpy(), sep="\n")

# %% [markdown]
# A curvature of 2 in one direction, of $-1$ in the other: stationary, and yet not a minimum. Real ridges are never
# hit that exactly. A thousandth beside it is enough:

# %%
beside = descend(saddle, [1.0, 0.001], 0.1, iterations=200)
for step in [0, 20, 40, 60, 80, 100]:
    print(step, beside.y[step, 0].round(4), beside.x[step, 0].round(3))

# %% [markdown]
# From step 20 to step 40 it looks like the end: $f$ hardly changes. Then it goes down after all. A loss that has
# stopped falling need not have arrived. In large networks saddle points are thought to be far more common than bad
# local minima.
#
# ## Momentum
#
# Back to the valley. What is wasted there are the moves across, each of which takes back the one before. So let moves
# *add up*: those that agree will grow, those that contradict each other will cancel. A ball does that. It has a
# **velocity**, keeps most of it, and the gradient only pulls at it. What it keeps is the **momentum coefficient**
# (`momentum=0.9` in Keras):
#
# $$v \leftarrow \text{keep} \cdot v - \text{rate} \cdot \text{gradient} \qquad x \leftarrow x + v$$
#
# ### Exercise: `roll`
#
# Write it, for any function. At the start the ball is at rest. Return the `x` at which it ends.

# %% exercise="roll" stub="return ..."
def roll(function, start, learning_rate, keep, iterations):
    ### BEGIN SOLUTION
    x, velocity = tf.Variable(start), 0.0
    for step in range(iterations):
        with tf.GradientTape() as tape:
            y = function(x)
        velocity = keep * velocity - learning_rate * tape.gradient(y, x)
        x.assign_add(velocity)
    return x
    ### END SOLUTION

# %% check="roll"
check("roll", roll)

# %% [markdown]
# In Keras it is `SGD(learning_rate, momentum=0.9)`. Does it pay? A hundred steps with the same rate, without and with:

# %%
for rule in ["sgd", "momentum"]:
    path = descend(valley, [-4.0, 1.0], 0.2, iterations=100, optimizer=rule)
    print(f"{rule:9}", f"f = {path.y[-1, 0]:.0e}")

# %% [markdown]
# ## Adam
#
# Another thought: give each number its own rate. **Adam** keeps, for each parameter by itself, a running mean of its
# gradients and one of their squares. The move is the rate times the one, divided by the root of the other:
#
# $$x \leftarrow x - \text{rate} \cdot \frac{\text{mean of the gradient}}{\sqrt{\text{mean of its square}}}$$
#
# ### Predict
#
# At the start of the valley the gradient is $-0.08$ along and $2$ across. At the first step both means are of one
# gradient only. Adam with a rate of 0.1: how far does it move *along*?

# %% exercise="predict-adam" stub='predict("first move along", ...)'
### BEGIN SOLUTION
predict("first move along", 0.1)
### END SOLUTION

# %%
x = tf.Variable([-4.0, 1.0])
adam = tf.keras.optimizers.Adam(learning_rate=0.1)
with tf.GradientTape() as tape:
    y = valley(x)
adam.apply_gradients([(tape.gradient(y, x), x)])
print(x.numpy().round(4))

# %%
check("first move along", x[0] + 4)

# %% [markdown]
# A gradient divided by its own size is 1 or $-1$. So the first move is the rate itself, along just as across, however
# flat it is. **RMSprop** is the same without the upper mean.
#
# ## The same budget
#
# To compare fairly, all get a hundred steps, and each the rate that suits it best, of thirty.

# %%
rates = np.geomspace(0.01, 2, 30)
def best(function, start, rule):
    ends = descend(function, start, rates, 100, optimizer=rule).y[-1]
    return np.nanmin(ends)

for rule in ["sgd", "momentum", "nesterov", "rmsprop", "adam"]:
    print(f"{rule:9} {best(valley, [-4.0, 1.0], rule):.0e}")

# %% [markdown]
# Plain descent is far behind, as it must be. The others are much alike. ("nesterov" is momentum that looks one move
# ahead.) Is one of them the best, then? Turn the valley by 45°, so that it runs along neither axis:

# %%
def turned(x):
    return 0.005 * (x[0] + x[1])**2 + 0.5 * (x[0] - x[1])**2

there = [-2.12, -3.54]  # the start, turned along with it

# %% [markdown]
# ### Predict
#
# Which of these loses most by that?

# %% exercise="predict-turned" stub='predict("loses most", ..., choices=("sgd", "momentum", "rmsprop", "adam"))'
### BEGIN SOLUTION
predict("loses most", "rmsprop", choices=("sgd", "momentum", "rmsprop", "adam"))
### END SOLUTION

# %%
ratios = {}
for rule in ["sgd", "momentum", "rmsprop", "adam"]:
    height = best(turned, there, rule)
    ratios[rule] = height / best(valley, [-4.0, 1.0], rule)
    print(f"{rule:9} {height:.0e}")

# %%
check("loses most", max(ratios, key=ratios.get))

# %% [markdown]
# A rate for each number helps as long as the valley runs along one of them. SGD and momentum do not even notice the
# turn. Adam has momentum too, and that saves it.
#
# So there is no best optimizer, only one that fits. And remember that each of these had thirty tries to find its rate.
# See for yourself how much hangs on it: choose the optimizer above the picture, and slide. *Keep this run* keeps one
# to compare with.

# %%
DescentExplorer(turned, start=there, learning_rate=0.5, iterations=100)

# %% [markdown]
# ## Mini-batches
#
# Where do functions of many parameters come from? From data. Here are 200 points near a line. The loss is the mean of
# the squared errors, and its parameters `w` are the slope of the line and its height.

# %%
random = np.random.default_rng(10)
xs = random.uniform(-1, 1, 200).astype("float32")
ys = (2 * xs + 1 + random.normal(0, 0.5, 200)).astype("float32")

def loss(w, x, y):
    return tf.reduce_mean((w[0] * x + w[1] - y)**2)

# %% [markdown]
# With a million points each step would have to look at all of them. So one takes a few, a **mini-batch**, and follows
# *their* gradient. It points nearly downhill. Ten gradients from the same place, each of ten points, and that of all:

# %%
w = tf.Variable([0.0, 0.0])
for rows in [*np.split(random.permutation(200)[:40], 4), np.arange(200)]:
    with tf.GradientTape() as tape:
        y = loss(w, xs[rows], ys[rows])
    print(len(rows), "points:", tape.gradient(y, w).numpy().round(2))

# %% [markdown]
# One pass through all the data, batch by batch, is an **epoch**. It costs as much as one step with all points, and
# makes many.
#
# ### Exercise: `epoch`
#
# Go through `xs` and `ys` in their order, `size` rows at a time. At the end fewer may be left; they are a batch, too.
# After each batch make a step of plain descent. `w` is a Variable with two numbers; return it. `loss` is there.

# %% exercise="epoch" stub="return ..."
def epoch(w, xs, ys, size, learning_rate):
    ### BEGIN SOLUTION
    for at in range(0, len(xs), size):
        with tf.GradientTape() as tape:
            y = loss(w, xs[at:at + size], ys[at:at + size])
        w.assign_sub(learning_rate * tape.gradient(y, w))
    return w
    ### END SOLUTION

# %% check="epoch"
check("epoch", epoch)

# %% [markdown]
# ## A schedule
#
# Now let it run: 300 steps, each with ten points drawn anew. `rate` is a function here: it gives the rate of each step.
# We note how far `w` is from the best line.

# %%
floor = np.polyfit(xs, ys, 1)

def noisy(rate, steps=300):
    draw, w, far = np.random.default_rng(0), tf.Variable([0.0, 0.0]), []
    for step in range(steps):
        rows = draw.integers(0, 200, 10)
        with tf.GradientTape() as tape:
            y = loss(w, xs[rows], ys[rows])
        w.assign_sub(rate(step) * tape.gradient(y, w))
        far.append(np.linalg.norm(w.numpy() - floor))
    return far

# %% [markdown]
# ### Predict
#
# Three runs: with a large rate, 0.3; with a small one, 0.01; and with a **learning-rate schedule** that begins at 0.3
# and falls, $0.3 / (1 + \text{step} / 20)$. Which is nearest to the floor at the end, over its last hundred steps?

# %% exercise="predict-schedule" stub='predict("nearest at the end", ..., choices=("0.3", "0.01", "schedule"))'
### BEGIN SOLUTION
predict("nearest at the end", "schedule", choices=("0.3", "0.01", "schedule"))
### END SOLUTION

# %%
runs = {
    "0.3": noisy(lambda step: 0.3),
    "0.01": noisy(lambda step: 0.01),
    "schedule": noisy(lambda step: 0.3 / (1 + step / 20)),
}
ends = {name: np.mean(far[-100:]) for name, far in runs.items()}
for name, end in ends.items():
    print(f"{name:8} {end:.2f}")

# %%
check("nearest at the end", min(ends, key=ends.get))

# %%
figure, axes = plt.subplots(figsize=(7, 3))
for style, (name, far) in zip(["-", "--", ":"], runs.items()):
    axes.semilogy(far, style, label=name)
axes.set(xlabel="step", ylabel="distance from the floor")
axes.legend()
plt.show()

# %% [markdown]
# The large rate is near in a few steps, and then never comes to rest: each batch pulls elsewhere, and a large rate
# obeys. The small rate hardly feels that noise, and is on its way still. The schedule gives you both: large steps
# first, small steps at the end. (Noise has its good side, too. On the ridge of the saddle it would have pushed `x`
# off.)
#
# ### Exercise: `cool`
#
# Write descent with a schedule for any function, with the full gradient. `schedule(step)` is the rate of a step; the
# first step has the number 0. Return the `x` at which it ends.

# %% exercise="cool" stub="return ..."
def cool(function, start, schedule, iterations):
    ### BEGIN SOLUTION
    x = tf.Variable(start)
    for step in range(iterations):
        with tf.GradientTape() as tape:
            y = function(x)
        x.assign_sub(schedule(step) * tape.gradient(y, x))
    return x
    ### END SOLUTION

# %% check="cool"
check("cool", cool)

# %% [markdown]
# Keras takes a schedule in place of a rate, and asks it with the number of the step, just as you do:

# %%
falling = tf.keras.optimizers.schedules.InverseTimeDecay(0.3, decay_steps=20, decay_rate=1)
optimizer = tf.keras.optimizers.SGD(falling)
print([round(float(falling(step)), 3) for step in [0, 20, 100, 300]])

# %% [markdown]
# ## Make
#
# Make a landscape that is hard in its own way: a bent valley, a plain with a hole, many floors side by side. Predict
# which optimizer gets through it with a hundred steps, then let them all try. (Under *Function* there are ready-made
# ones, too: a saddle, a plateau, two minima.)

# %%
def mine(x):
    return 0.1 * (x[0] - 1)**2 + (x[1] - x[0]**2)**2

DescentExplorer(mine, start=[-1.5, 1.0], learning_rate=0.05, iterations=100)

# %% [markdown]
# ## What you know now
#
# - With several parameters each direction has its own curvature. The steepest sets the limit, the flattest the time.
# - Where the gradient is 0 there need not be a minimum. At a **saddle point** some curvatures are negative.
# - **Momentum** adds moves up; **Adam** gives each number a rate of its own. Which is better depends on the loss
#   surface.
# - A **mini-batch** gives a rough gradient for little work. A **schedule** starts fast and ends calm.
# - Compare with the same budget, and give each its best rate; else you compare luck.
#
# Next it gets real: data from the Antarctic, a model of Keras, and your own loop around it.
