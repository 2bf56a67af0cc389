# %% [markdown]
# # 8 · The tape in `tf.function`
#
# Up to now Python ran every line of your loop, every time. In a `tf.function` TensorFlow runs the loop by itself,
# tape and all, and that can be a hundred times faster. But while the graph runs, your Python code does not. That
# surprises everyone once. Here it can surprise you safely.
#
# It takes about 40 minutes.

# %%
# %load_ext widgets
import tensorflow as tf

from widgets import ExecutionRace, check, hint, predict

# %% [markdown]
# ## A function that gives its own slope
#
# The tape stands inside the function, and the gradient is asked for inside, too. `x` comes from outside, as a plain
# tensor, so the tape is told to watch it. Slope and value come back together.

# %%
@tf.function
def f(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x**2 - 2 * x + 1
    return tape.gradient(y, x), y

# %% [markdown]
# ### Predict
#
# At 0 the slope is $-2$ and the value 1. And at 1: what is the first of the two numbers?

# %% exercise="predict-at-one" stub='predict("slope at 1", ...)'
### BEGIN SOLUTION
predict("slope at 1", 0.0)
### END SOLUTION

# %%
tf.print(f(tf.constant(0.0)))
tf.print(f(tf.constant(1.0)))

# %%
check("slope at 1", f(tf.constant(1.0))[0])

# %% [markdown]
# ### Exercise: `slope_and_value`
#
# Make such a function out of *any* function: define a `tf.function` inside, and return it. The check calls it at three
# places, and counts how often Python runs `function`.

# %% exercise="slope_and_value" stub="return ..."
def slope_and_value(function):
    ### BEGIN SOLUTION
    @tf.function
    def compiled(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        return tape.gradient(y, x), y
    return compiled
    ### END SOLUTION

# %% check="slope_and_value"
check("slope_and_value", slope_and_value)

# %% [markdown]
# ## When does Python run?
#
# Two counters: a Python number, and a Variable. Both go up by one in the same function. Call it three times.

# %%
python_ran, tensorflow_ran = 0, tf.Variable(0)

@tf.function
def square(x):
    global python_ran
    python_ran += 1
    tensorflow_ran.assign_add(1)
    return x * x

# %% [markdown]
# ### Predict
#
# How far does Python's counter get in three calls?

# %% exercise="predict-python" stub='predict("times Python ran", ...)'
### BEGIN SOLUTION
predict("times Python ran", 1)
### END SOLUTION

# %%
for number in [1.0, 2.0, 3.0]:
    print(square(tf.constant(number)).numpy())
print("Python:", python_ran, " TensorFlow:", tensorflow_ran.numpy())

# %%
check("times Python ran", python_ran)

# %% [markdown]
# At the first call Python ran the lines once, with a placeholder for `x`: that is called **tracing** (until now
# everything ran in **eager execution**). The result is a **graph**: *count up, multiply*. The two later calls ran the
# graph. Python's `+= 1` is no operation of TensorFlow, so it is not in the graph.
#
# The same holds for `print`, for `list.append`, for random numbers from Python: such **side effects** happen only
# while the function is traced. `tf.print` and Variables are in the graph.
#
# ### Tracing again
#
# A graph fits one *kind* of argument. When another kind comes, Python is called again and traces a new graph:
# **retracing**. For a tensor, the kind is its dtype and shape. A Python number is part of the graph itself, so each
# *value* is a kind.
#
# ### Predict
#
# Here are six calls. How many graphs do they need?

# %%
@tf.function
def double(x):
    return 2 * x

calls = [tf.constant(1.0), tf.constant(2.0), 1.0, 2.0, 1.0, tf.constant([1.0, 2.0])]

# %% exercise="predict-graphs" stub='predict("graphs", ...)'
### BEGIN SOLUTION
predict("graphs", 4)
### END SOLUTION

# %%
for x in calls:
    before = double.experimental_get_tracing_count()
    double(x)
    print(double.experimental_get_tracing_count() - before, "new for", x)

# %%
check("graphs", double.experimental_get_tracing_count())

# %% [markdown]
# One for a single float, one for 1.0, one for 2.0, one for two floats in a row. In a training loop that hands over a
# *Python* number which changes, tracing never ends. It gives the right numbers, slowly. From the fifth graph on
# TensorFlow prints a warning about retracing. Try it: put more numbers into `calls`.
#
# ### Exercise: `steady`
#
# People will call your slope with Python numbers: `slope(0.5)`, `slope(0.7)`. Return a slope of `function` that is
# traced once, whatever number comes. There are several ways. For instance, `tf.function` can be told the kind:
# `@tf.function(input_signature=[tf.TensorSpec([], tf.float32)])`.

# %% exercise="steady" stub="return ..."
def steady(function):
    ### BEGIN SOLUTION
    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        return tape.gradient(y, x)
    return slope
    ### END SOLUTION

# %% check="steady"
check("steady", steady)

# %% [markdown]
# ### Investigate: what is captured
#
# A Python number need not be an argument to get into the graph. `rate` below is read while tracing. Then it is changed.
# What does the second call do?

# %%
rate = 0.1

@tf.function
def scaled(gradient):
    return rate * gradient

# %% exercise="predict-frozen" stub='predict("with rate = 100", ..., choices=("0.1 times", "100 times", "an error"))'
### BEGIN SOLUTION
predict("with rate = 100", "0.1 times", choices=("0.1 times", "100 times", "an error"))
### END SOLUTION

# %%
first = scaled(tf.constant(1.0))
rate = 100.0
second = scaled(tf.constant(1.0))
print(first.numpy(), second.numpy())

# %%
check("with rate = 100", "0.1 times" if second < 1 else "100 times")

# %% [markdown]
# The graph has 0.1 in it, and nobody tells it otherwise. What is to change must be a Variable, or an argument. This is
# why an optimizer of Keras keeps its learning rate in a Variable.
#
# ## A loop in the graph
#
# Now put the loop inside. Python's `range` first. Then the same with `tf.range`.

# %%
x = tf.Variable(0.0)

@tf.function
def with_range(steps):
    for _ in range(steps):
        x.assign_sub(0.01 * (2 * x - 2))

@tf.function
def with_tf_range(steps):
    for _ in tf.range(steps):
        x.assign_sub(0.01 * (2 * x - 2))

# %% [markdown]
# `get_concrete_function` traces without running. How many operations are in the graph for 10 steps, and for 100?

# %%
def size(function, steps):
    return len(function.get_concrete_function(steps).graph.get_operations())

print("range   ", size(with_range, 10), size(with_range, 100))
print("tf.range", size(with_tf_range, 10), size(with_tf_range, 100))

# %% [markdown]
# While Python traces, `range` really goes round: the graph gets a copy of the step for each. That is called
# **unrolling**. For 10,000 steps, tracing alone would take half a minute. `tf.range` becomes *one* operation, a loop
# that TensorFlow goes round.
#
# (If `steps` is a tensor, even `range(steps)` becomes a loop of the graph. `tf.range` always does.)
#
# ### Ten thousand steps
#
# The training loop of lesson 5, whole, in one function. The tape is inside the loop, as ever.

# %%
optimizer = tf.keras.optimizers.SGD(learning_rate=0.01)
x.assign(0.0)

@tf.function
def ten_thousand():
    for _ in tf.range(10_000):
        with tf.GradientTape() as tape:
            y = x**2 - 2 * x + 1
        optimizer.apply_gradients([(tape.gradient(y, x), x)])
    return x**2 - 2 * x + 1

# %%
y = ten_thousand()
tf.print("y =", y, "; x =", x)

# %% [markdown]
# It takes about a second and gives exactly the same number as in lessons 5, 6, and 7. Eagerly these steps would have
# taken twenty or more.
#
# ### `train(epochs)`
#
# One going through the training data is called an **epoch**. Our data is a single parabola, so here an epoch is a step.
# With `epochs` as an argument the function can be called again, and goes on where `x` is.

# %%
@tf.function
def train(epochs):
    for _ in tf.range(epochs):
        with tf.GradientTape() as tape:
            y = x**2 - 2 * x + 1
        optimizer.apply_gradients([(tape.gradient(y, x), x)])
    return x**2 - 2 * x + 1

# %%
x.assign(0.0)
for epochs in [100, 400, 500]:
    y = train(tf.constant(epochs))
    tf.print("y =", y, "; x =", x)
print("traced:", train.experimental_get_tracing_count())

# %% [markdown]
# A hundred, four hundred, five hundred: together a thousand, and one graph for all three. Why `tf.constant(epochs)`?
# Take it away, run the two cells again, and look at the last line.
#
# ### Exercise: `make_train`
#
# Return a function `train(epochs)` that descends on `function` from `start` with `rate`, in a graph, and returns `x`.
# A second call goes on where the first one ended. By hand or with an optimizer, as you like.

# %% exercise="make_train" stub="return ..."
def make_train(function, start, rate):
    ### BEGIN SOLUTION
    x = tf.Variable(start)
    @tf.function
    def train(epochs):
        for _ in tf.range(epochs):
            with tf.GradientTape() as tape:
                y = function(x)
            x.assign_sub(rate * tape.gradient(y, x))
        return x
    return train
    ### END SOLUTION

# %% check="make_train"
check("make_train", make_train)

# %% [markdown]
# ## XLA
#
# A graph still runs operation by operation. With `jit_compile=True` TensorFlow's compiler **XLA** makes machine code of
# the whole graph, one program for the loop with all that is in it.

# %%
@tf.function(jit_compile=True)
def compiled(x, epochs):
    for _ in tf.range(epochs):
        x = x - 0.01 * (2 * x - 2)
    return x

print(abs(compiled(tf.constant(0.0), tf.constant(10_000)) - 1).numpy() < 1e-5)

# %% [markdown]
# We print only that it comes close to 1, and not the digits. XLA may put a multiplication and an addition into one
# operation, which rounds once and not twice. Then the last digits differ, and not on every machine in the same way.
# Print them and compare with 0.999998569.
#
# ## The race
#
# So what is it worth? Four ways to run the same few lines: eagerly, in a `tf.function`, in one that is handed a new
# Python number each time, and with XLA.
#
# ### Predict
#
# Whose *first* call is over sooner, that of eager or that of the `tf.function`?

# %% exercise="predict-first" stub='predict("first call", ..., choices=("eager", "tf.function"))'
### BEGIN SOLUTION
predict("first call", "eager", choices=("eager", "tf.function"))
### END SOLUTION

# %%
def parabola(x):
    return x**2 - 2 * x + 1

race = ExecutionRace(parabola, seconds=0.3)
race

# %% [markdown]
# Press *Start*, or run the next cell: it runs the race, and the numbers of *your* machine appear above. They are
# different every time, so the notebook does not keep them. `print(race)`, in a cell of your own, says them in words.

# %%
facts = race.run()
eager, traced = facts.eager.first.seconds, facts.result("tf.function").first.seconds
check("first call", "eager" if eager < traced else "tf.function")

# %% [markdown]
# The first call of a `tf.function` pays for tracing, that of XLA for compiling, too. Only then does it get fast. These
# things hold on every machine:

# %%
print("tf.function is faster than eager:", facts.times_faster("tf.function") > 1)
print("with XLA it is, too:", facts.times_faster("XLA") > 1)
print("a tensor traces", facts.result("tf.function").traces, "time")
print("new Python numbers trace more often:", facts.result("retraced").traces > 1)

# %% [markdown]
# How *many* times faster is a matter of your machine. Read it off: after how many steps had tracing paid for itself?
#
# Do not expect as much everywhere. Our operations are tiny, one number each, and nearly all the time goes into
# Python. Where an operation multiplies large matrices, Python's share is small, and so is the gain.
#
# ## Make
#
# Race a function of your own. One that costs more, perhaps: a sum over a thousand numbers, or ten sines in a row. Is
# eager still so far behind?

# %%
def mine(x):
    return tf.reduce_sum(tf.sin(x * tf.linspace(0.0, 1.0, 1000)) ** 2)

ExecutionRace(mine, start=1.0, seconds=0.3)

# %% [markdown]
# ## What you know now
#
# - A tape works inside a `tf.function` as it does outside. The graph holds the forward pass and the backward pass.
# - Python runs while **tracing**, and not afterwards. `print`, `append` and plain Python numbers belong to tracing.
# - A new dtype, a new shape or a new *Python number* is traced again. Hand over tensors.
# - `tf.range` is a loop in the graph; `range` over a Python number is unrolled, a copy for each step. Make Variables
#   outside.
# - Eager for looking closely, `tf.function` when it works. If you must see inside,
#   `tf.config.run_functions_eagerly(True)` lets Python run everything again.
#
# Up to now you took gradients as they came. In the next lesson you steer them: stop them, replace them, clip them, and
# keep them from becoming `nan`.
