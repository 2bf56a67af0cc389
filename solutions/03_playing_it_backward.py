# %% [markdown]
# # 3 · Playing it backward
#
# A tape goes forward once, writing down numbers. Then it goes backward once, and at the end every source has its
# gradient. What passes from entry to entry on that backward pass? You will follow it, do it by hand, begin it with
# weights of your own, take it apart row by row, and check it with a method that uses no tape at all.
#
# It takes about 40 minutes.

# %%
# %load_ext widgets
import tensorflow as tf

from widgets import check, hint, predict

# %% [markdown]
# ## A chain of two operations
#
# Let $y = x^2$ and $z = y^3$, at $x = 2$. Forward: $y = 4$ and $z = 64$.
#
# ### Predict
#
# The backward pass starts at $z$ with a 1. First it comes to the cube, whose slope is $3y^2$. What does the cube pass
# back to $y$?

# %% exercise="predict-cube" stub='predict("handed to y", ...)'
### BEGIN SOLUTION
predict("handed to y", 48.0)
### END SOLUTION

# %% [markdown]
# Then it comes to the square, whose own slope at $x = 2$ is $2x = 4$. What does the square pass back to $x$?

# %% exercise="predict-square" stub='predict("handed to x", ...)'
### BEGIN SOLUTION
predict("handed to x", 192.0)
### END SOLUTION

# %%
# %%tape
x = tf.Variable(2.0, name="x")
with tf.GradientTape() as tape:
    y = x**2
    z = y**3
dz_dy, dz_dx = tape.gradient(z, [y, x])

# %%
check("handed to y", dz_dy)
check("handed to x", dz_dx)

# %% [markdown]
# ### Investigate
#
# Step to the end of the deck. Each **pullback** (JAX: vector-Jacobian product; micrograd: `_backward`) multiplies two
# numbers: the **upstream gradient** that it receives (JAX: cotangent; older books: adjoint), and its **local
# gradient**, its own slope at the number that it had in the forward pass. It passes their product back: $1 \cdot 48$,
# then $48 \cdot 4$. That is the **chain rule**, one link at a time. No entry ever sees the whole formula.
#
# ### Exercise: `backward`
#
# Do two pullbacks by hand, for $y = \sin(x)$ and $z = y^3$. Return dz/dy and dz/dx. Try it without a tape.

# %% exercise="backward" stub="return ..."
def backward(x):
    ### BEGIN SOLUTION
    y = tf.sin(x)
    dz_dy = 3 * y**2
    dz_dx = dz_dy * tf.cos(x)
    return dz_dy, dz_dx
    ### END SOLUTION

# %% check="backward"
check("backward", backward)

# %% [markdown]
# ## Where one number goes several ways
#
# Now $h = x^2$ is used three times in $z = h \cdot h + 3h$. That is called a **fan-out**: one number, several ways to
# the result. In the backward pass the gradients **accumulate**: `h` receives one from each of them, and they are added.
#
# At $x = 2$, where $h = 4$: what is the gradient of $z$ with respect to $h$, after all three contributions have been
# added?

# %% exercise="predict-fan" stub='predict("gradient of h", ...)'
### BEGIN SOLUTION
predict("gradient of h", 11.0)
### END SOLUTION

# %%
# %%tape
with tf.GradientTape() as tape:
    h = x**2
    z = h * h + 3 * h
dz_dh, dz_dx = tape.gradient(z, [h, x])

# %%
check("gradient of h", dz_dh)
print("dz_dx =", dz_dx.numpy())

# %% [markdown]
# $4 + 4 + 3 = 11$: a product hands to each of its two factors the *other* one, here 4 and 4, and the factor 3 comes
# from $3h$. The square is played back only when all three have arrived. Then it hands on $11 \cdot 4 = 44$.
#
# ### Exercise: `paths`
#
# For $a = x^2$, $b = \sin(x)$ and $z = a \cdot b$ return three numbers: what `x` is handed by way of `a`, what by way
# of `b`, and the gradient that they make together.

# %% exercise="paths" stub="return ..."
def paths(x):
    ### BEGIN SOLUTION
    a, b = x**2, tf.sin(x)
    by_a = b * 2 * x
    by_b = a * tf.cos(x)
    return by_a, by_b, by_a + by_b
    ### END SOLUTION

# %% check="paths"
check("paths", paths)

# %% [markdown]
# ## Intermediate values
#
# You have just asked a tape about `h`, which is neither Variable nor watched constant. Any **intermediate value**, a
# tensor that was made *on the tape* from something watched, may be a source. But it has to be that very tensor. Here
# the right number is asked about:

# %%
with tf.GradientTape(persistent=True) as tape:
    h = x**2
    z = h * h + 3 * h
again = x**2
print(h.numpy() == again.numpy(), tape.gradient(z, h).numpy(), tape.gradient(z, again))

# %% [markdown]
# `again` is 4 as well, but `z` was not made from it. A tape follows tensors, not numbers.
#
# ## A target of several numbers
#
# So far each target was one number. Let us have three: $y = x \cdot [3, 4, 5]$.

# %% exercise="predict-three" stub='predict("three at once", ..., choices=("[3. 4. 5.]", "12.0", "error"))'
### BEGIN SOLUTION
predict("three at once", "12.0", choices=("[3. 4. 5.]", "12.0", "error"))
### END SOLUTION

# %%
# %%tape
with tf.GradientTape() as tape:
    y = x * [3.0, 4.0, 5.0]
dy_dx = tape.gradient(y, x)

# %%
check("three at once", str(dy_dx.numpy()))

# %% [markdown]
# The way back can carry only one gradient for each tensor. It starts with a 1 at each of the three, and what comes to
# `x` is added: $3 + 4 + 5$. So the gradient of a target with several numbers is the gradient of their **sum**. For a
# loss that is a sum over examples it is just what you want. For everything else, remember it.
#
# ## Choosing the seed
#
# The 1 that starts the backward pass is its **seed**. Those three 1s are only the default. With `output_gradients`
# you choose them yourself. What will 1, 10 and 100 give?

# %% exercise="predict-weights" stub='predict("weights 1, 10, 100", ...)'
### BEGIN SOLUTION
predict("weights 1, 10, 100", 543.0)
### END SOLUTION

# %%
# %%tape
with tf.GradientTape() as tape:
    y = x * [3.0, 4.0, 5.0]
weighted = tape.gradient(y, x, output_gradients=tf.constant([1.0, 10.0, 100.0]))

# %%
check("weights 1, 10, 100", weighted)

# %% [markdown]
# $1 \cdot 3 + 10 \cdot 4 + 100 \cdot 5$. The weights are the upstream gradient of `y`: as if more calculation came
# after it, whose pullbacks had handed down these numbers.
#
# ### Modify
#
# Hand over a Python list instead of a tensor. Nothing complains, and the number is another one:

# %%
with tf.GradientTape() as tape:
    y = x * [3.0, 4.0, 5.0]
print(tape.gradient(y, x, output_gradients=[1.0, 10.0, 100.0]).numpy())

# %% [markdown]
# A list means *one gradient for each target*. There is one target, so the tape took the 1 and dropped the rest. Always
# hand over a tensor of the target's shape.
#
# ### Exercise: `part`
#
# `function` gives a tensor of three numbers. Return the slope of the one at place `k` (0, 1 or 2). `tf.one_hot(k, 3)`
# makes a tensor of weights with a single 1.

# %% exercise="part" stub="return ..."
def part(function, x, k):
    ### BEGIN SOLUTION
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x, output_gradients=tf.one_hot(k, 3))
    ### END SOLUTION

# %% check="part"
check("part", part)

# %% [markdown]
# ## All of them: the Jacobian
#
# Three results and two inputs have six slopes. The matrix of them, a row for each result and a column for each input,
# is the **Jacobian**. `tape.jacobian` gives it.

# %%
v = tf.Variable([1.0, 2.0], name="v")
with tf.GradientTape(persistent=True) as tape:
    y = tf.stack([v[0] * v[1], v[0] + 3 * v[1], v[1] ** 2])
print(tape.jacobian(y, v).numpy())
print("gradient:", tape.gradient(y, v).numpy())

# %% [markdown]
# Check a row on paper: $v_0 v_1$ changes by $v_1 = 2$ with the first input and by $v_0 = 1$ with the second. Then
# compare the last line with the columns of the table: 3 is $2 + 1 + 0$, and 8 is $1 + 3 + 4$. The gradient is the sum
# of the rows.
#
# A gradient costs one backward pass, whatever the number of inputs. A Jacobian costs one for each *result*. That is why
# networks are trained with one loss, and not with a thousand.
#
# ## One table for each example
#
# Data come in batches: here two examples of two numbers, and for each example two results.

# %%
batch = tf.constant([[1.0, 2.0], [3.0, 4.0]])
with tf.GradientTape(persistent=True) as tape:
    tape.watch(batch)
    first, other = batch[:, 0], batch[:, 1]
    y = tf.stack([first * other, first + other**2], axis=1)
whole = tape.jacobian(y, batch)
print(whole.shape)

# %% [markdown]
# Two by two results, each with two by two inputs: 16 slopes. But the results of one example do not depend on the
# *other* example. How many of the 16 are 0?

# %% exercise="predict-zeros" stub='predict("zeros among the 16", ...)'
### BEGIN SOLUTION
predict("zeros among the 16", 8)
### END SOLUTION

# %%
check("zeros among the 16", 16 - tf.math.count_nonzero(whole))
print(tape.batch_jacobian(y, batch).numpy())

# %% [markdown]
# `batch_jacobian` leaves out the slopes between different examples and gives one table each. For 100 examples that is
# a hundredth of the numbers. It *trusts* you that examples do not mix: where they do (a mean over the batch, say),
# its result is not a Jacobian at all.
#
# ## Checking a gradient
#
# How do you know that a gradient is right? Compute it a second time, without the tape. An estimate from values of the
# function alone is called a **finite difference**; the symmetric one, with a value a little to the right and one a
# little to the left, is the **central difference**:
#
# $$f'(x) \approx \frac{f(x + h) - f(x - h)}{2 h}$$
#
# ### Exercise: `central`
#
# Write it, without a tape.

# %% exercise="central" stub="return ..."
def central(function, x, h):
    ### BEGIN SOLUTION
    return (function(x + h) - function(x - h)) / (2 * h)
    ### END SOLUTION

# %% check="central"
check("central", central)

# %% [markdown]
# ### The smaller, the better?
#
# $x^3$ at 2 has the slope 12. With float32, which of these $h$ comes nearest to it?

# %% exercise="predict-h" stub='predict("best h", ..., choices=("0.1", "0.01", "0.0001", "0.000001"))'
### BEGIN SOLUTION
predict("best h", "0.01", choices=("0.1", "0.01", "0.0001", "0.000001"))
### END SOLUTION

# %%
def cube(x):
    return x * x * x

widths = ["0.1", "0.01", "0.0001", "0.000001"]
estimates = [(cube(x + float(h)) - cube(x - float(h))) / (2 * float(h)) for h in widths]
for h, estimate in zip(widths, estimates):
    print(h, estimate.numpy())

# %%
errors = [abs(estimate.numpy() - 12) for estimate in estimates]
check("best h", widths[errors.index(min(errors))])

# %% [markdown]
# Two errors pull in opposite directions. With a large $h$ you look too far away, and the curve bends. With a tiny one
# the two values are nearly equal, and subtracting them leaves mostly rounding. About 0.01 is a good width for float32
# and numbers near 1. A gradient from the tape has neither error. Use a finite difference to catch bugs, not to get
# more digits. Comparing the two is called **gradient checking**.
#
# ### What a check finds
#
# `None` you would notice. A *wrong number* you would not. This was meant to be $x^2$, so its slope at 2 is 4:

# %%
def suspicious(x):
    return x * float(x)

with tf.GradientTape() as tape:
    y = suspicious(x)
print("tape:", tape.gradient(y, x).numpy())

# %% [markdown]
# What does the central difference say?

# %% exercise="predict-witness" stub='predict("the witness", ..., choices=("2.0", "4.0", "None"))'
### BEGIN SOLUTION
predict("the witness", "4.0", choices=("2.0", "4.0", "None"))
### END SOLUTION

# %%
estimate = (suspicious(x + 0.01) - suspicious(x - 0.01)) / 0.02
print("witness:", estimate.numpy())
check("the witness", f"{estimate.numpy():.1f}")

# %% [markdown]
# They differ, and so you look closer: `float(x)` left TensorFlow. The tape saw $x$ times a plain 2, while the
# difference saw what really happens. That is also why each deck writes a central difference under the gradient.
#
# ## Make
#
# ### Exercise: `rows`
#
# Build `jacobian` yourself. `function` takes one tensor of two numbers and gives three; `start` is a list of two
# floats. Return three rows of two. (You have the main part already.)

# %% exercise="rows" stub="return ..."
def rows(function, start):
    ### BEGIN SOLUTION
    x = tf.Variable(start)
    with tf.GradientTape(persistent=True) as tape:
        y = function(x)
    return [tape.gradient(y, x, output_gradients=tf.one_hot(k, 3)) for k in range(3)]
    ### END SOLUTION

# %% check="rows"
check("rows", rows)

# %% [markdown]
# ### A function of your own
#
# Put a function with a fan-out after `return`: use what you call `h` at least twice. Before you step through the
# deck, write on paper what each entry will pass back. The last line of the text is your check.

# %%
# %%tape
x = tf.Variable(0.5, name="x")
with tf.GradientTape() as tape:
    h = tf.exp(x)
    z = h * tf.sin(h) + h
dz_dx = tape.gradient(z, x)

# %% [markdown]
# ## What you know now
#
# - A **pullback** multiplies the upstream gradient by its local gradient, and passes the product back. That is the
#   chain rule.
# - Where ways meet, what arrives is added, and only then does it go on.
# - Tensors made on the tape can be sources; a target of several numbers counts as their sum.
# - `output_gradients` are the numbers that the backward pass begins with: a tensor, not a list.
# - `jacobian` asks once for each result; `batch_jacobian` gives one table for each example.
# - A central difference is an independent check. Use it when a gradient looks odd, and also when it does not.
#
# A backward pass is arithmetic like any other. So could a second tape record it? That is the next lesson.
