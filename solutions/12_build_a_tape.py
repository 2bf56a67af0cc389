# %% [markdown]
# # 12 · Build a tape
#
# You have watched a tape, asked it, steered it and trained with it. Now build one: a tape of your own that records
# arithmetic and plays it backward, in plain Python, without TensorFlow. It is shorter than you may think. At the end
# you check your gradients against TensorFlow's.
#
# It takes about 40 minutes.

# %%
# %load_ext widgets
import math

import tensorflow as tf

from widgets import check, hint, predict

# %% [markdown]
# ## What it has to do
#
# Once more the real one, on $y = x \cdot x + 2x$ at 3. Step through it, and note what the tape *keeps* of each entry,
# and what it *does* with it in the backward pass.

# %%
# %%tape
x = tf.Variable(3.0, name="x")
with tf.GradientTape() as tape:
    y = x * x + 2 * x
dy_dx = tape.gradient(y, x)

# %% [markdown]
# It keeps which numbers went in, which came out, and how to pass a gradient back. That is all we need. So:
#
# - a **number** that can tell when it is calculated with;
# - a **tape**, a list of entries: (output, inputs, pullback);
# - the **backward pass**: go through the list from its end. The tape is already in **topological order**, so no
#   sorting is needed.
#
# ## A number
#
# A box with a value in it. We need the box because two numbers may both be 3 and yet be different: one is `x`, the
# other is not.

# %% tags=["tape"]
class Number:
    def __init__(self, value):
        self.value = value

    def __repr__(self):
        return f"Number({self.value:g})"

# %% [markdown]
# ## A tape
#
# `with Tape() as tape:` calls `__enter__` at the beginning of the block and `__exit__` at its end. In between the tape
# is among those that are open. Several may be, one inside the other.

# %% tags=["tape"]
class Tape:
    opened = []

    def __enter__(self):
        self.entries = []
        Tape.opened.append(self)
        return self

    def __exit__(self, *error):
        Tape.opened.remove(self)

# %% [markdown]
# ## An operation
#
# Who writes the entries? The operations themselves. Give `operation` two functions, one that calculates and one that
# passes gradients back, and it makes one that does its work *and* tells every open tape.

# %% tags=["tape"]
def operation(forward, pullback):
    def run(*inputs):
        inputs = [i if isinstance(i, Number) else Number(i) for i in inputs]
        output = Number(forward(*[i.value for i in inputs]))
        for tape in Tape.opened:
            tape.entries.append((output, inputs, pullback))
        return output
    return run

# %% [markdown]
# A pullback gets the **upstream gradient**, dy/d(output), and the inputs. It gives back one gradient for each input.
# A sum passes on what it got; a product passes back to each factor the upstream gradient times *the other* one.

# %% tags=["tape"]
add = operation(lambda a, b: a + b, lambda upstream, a, b: (upstream, upstream))
multiply = operation(lambda a, b: a * b, lambda upstream, a, b: (upstream * b, upstream * a))

Number.__add__ = Number.__radd__ = add
Number.__mul__ = Number.__rmul__ = multiply

# %% [markdown]
# The last two lines are what lets us write `x * x`: Python turns it into `x.__mul__(x)`, and `2 * x`, whose left side
# knows nothing of Numbers, into `x.__rmul__(2)`.
#
# ### Run

# %%
x = Number(3.0)
with Tape() as tape:
    y = x * x + 2 * x
for output, inputs, pullback in tape.entries:
    print(inputs, "make", output)

# %% [markdown]
# Three entries, as on the deck. (TensorFlow had to read its Variable too.) Half of the tape is built.
#
# ### Predict
#
# Now play it back in your head, from the end. How often does something arrive at `x`, and what do the parts sum up to?

# %% exercise="predict-parts" stub='predict("handed to x in all", ...)'
### BEGIN SOLUTION
predict("handed to x in all", 8.0)
### END SOLUTION

# %% [markdown]
# ### Exercise: `play_back`
#
# Write it. Keep a dictionary from numbers to gradients. It begins with the target, whose gradient is `Number(1.0)`.
# Then take the entries from the end. For each one whose output has a gradient by now, ask
# `pullback(gradient of the output, *inputs)`, and *add* each part to what its input has already. Return the
# dictionary.

# %% exercise="play_back" stub="return ..." tags=["tape"]
def play_back(entries, target):
    ### BEGIN SOLUTION
    gradients = {target: Number(1.0)}
    for output, inputs, pullback in reversed(entries):
        if output in gradients:
            for number, part in zip(inputs, pullback(gradients[output], *inputs)):
                gradients[number] = gradients[number] + part if number in gradients else part
    return gradients
    ### END SOLUTION

# %% check="play_back"
check("play_back", play_back)

# %% [markdown]
# ## The question
#
# With that, `tape.gradient(y, x)` is one look into the dictionary. What is not in it has no way back, and
# `get` gives `None`. So that is where `None` comes from. (As long as `play_back` is not written, `...` comes back.)

# %% tags=["tape"]
def gradient(tape, target, source):
    found = play_back(tape.entries, target)
    return found if found is ... else found.get(source)

Tape.gradient = gradient

# %%
other = Number(3.0)
print("dy/dx", tape.gradient(y, x), "and", tape.gradient(y, other))

# %%
dy_dx = tape.gradient(y, x)
check("handed to x in all", dy_dx if dy_dx is ... else dy_dx.value)

# %% [markdown]
# `other` is a 3 as well, and yet not `x`.
#
# ## More operations
#
# Each new one is one line: how it calculates, and how it hands back. Minus needs no entry of its own; it is a product
# and a sum.

# %% tags=["tape"]
Number.__neg__ = lambda a: a * -1.0
Number.__sub__ = lambda a, b: a + b * -1.0
Number.__rsub__ = lambda a, b: b + a * -1.0

def power(a, n):
    return operation(lambda v: v**n, lambda upstream, a: (upstream * n * a ** (n - 1),))(a)

Number.__pow__ = power

# %% tags=["tape"]
sin = operation(math.sin, lambda upstream, a: (upstream * cos(a),))
cos = operation(math.cos, lambda upstream, a: (upstream * sin(a) * -1.0,))

# %% [markdown]
# ### Exercise: `divide_back`
#
# A quotient is missing. Write its pullback: given dy/d(a / b), what do `a` and `b` get? (Hold one of them still and
# take the derivative to the other.) Return two gradients.

# %% exercise="divide_back" stub="return ..." tags=["tape"]
def divide_back(upstream, a, b):
    ### BEGIN SOLUTION
    return upstream / b, upstream * a * -1.0 / (b * b)
    ### END SOLUTION

# %% check="divide_back"
check("divide_back", divide_back)

# %% tags=["tape"]
divide = operation(lambda a, b: a / b, divide_back)
Number.__truediv__ = divide
Number.__rtruediv__ = lambda a, b: divide(b, a)

# %% [markdown]
# ## Use it
#
# ### Exercise: `my_slope`
#
# You wrote this with TensorFlow in lesson 1. Now with *your* tape: the derivative of any function at any place. `x`
# comes as an ordinary Python number.

# %% exercise="my_slope" stub="return ..."
def my_slope(function, x):
    ### BEGIN SOLUTION
    x = Number(x)
    with Tape() as tape:
        y = function(x)
    return tape.gradient(y, x)
    ### END SOLUTION

# %% check="my_slope"
check("my_slope", my_slope)

# %% [markdown]
# ## Against TensorFlow
#
# `+ - * / **` mean the same to both, so the same function can be handed to both tapes. Replace `mine` by whatever you
# like: many paths, a long chain, a loop. Try to make them disagree. (`mine` divides, so it needs your `divide_back`.)

# %%
def mine(x):
    y = x
    for k in range(1, 4):
        y = y * x / (k + y**2) - x
    return y

# %%
def by_tensorflow(function, x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x)

for x in [-1.5, 0.5, 2.0]:
    print(x, "yours:", my_slope(mine, x), "TensorFlow:", f"{by_tensorflow(mine, x):.4g}")

# %% [markdown]
# The loop needs no rule. The tape does not see loops, ifs or functions; it sees the operations that really ran.
#
# For the sine the two need different functions. One line helps:

# %%
def wave(x):
    s = sin(x) if isinstance(x, Number) else tf.sin(x)
    return x**2 * s + s / x

print(my_slope(wave, 2.0), f"{by_tensorflow(wave, 2.0):.4g}")

# %% [markdown]
# ## Tapes round tapes
#
# One thing is left. Your pullbacks calculate with `upstream * b`, and these are Numbers. So while one tape is played
# back, another that is open records *that*. Nobody planned it.
#
# ### Predict
#
# Two of your tapes, one inside the other, and $x^3$ at 2. What is the second derivative?

# %% exercise="predict-second" stub='predict("second derivative of x cubed", ...)'
### BEGIN SOLUTION
predict("second derivative of x cubed", 12.0)
### END SOLUTION

# %% [markdown]
# ### Exercise: `my_second`
#
# Write it. Mind where the inner tape is asked; it is as in lesson 4, and for the same reason.

# %% exercise="my_second" stub="return ..."
def my_second(function, x):
    ### BEGIN SOLUTION
    x = Number(x)
    with Tape() as outer:
        with Tape() as inner:
            y = function(x)
        dy_dx = inner.gradient(y, x)
    return outer.gradient(dy_dx, x)
    ### END SOLUTION

# %% check="my_second"
check("my_second", my_second)

# %%
found = my_second(lambda x: x**3, 2.0)
check("second derivative of x cubed", found if found is ... else found.value)

# %% [markdown]
# ## What TensorFlow has besides
#
# Fewer than eighty lines, and all the ideas are in them. What the real one adds is size and speed:
#
# - Its numbers are **tensors**. An entry may stand for a million products, and its pullback is compiled code.
# - It **watches**. Yours keeps every entry; TensorFlow's keeps only those that depend on what is watched.
# - It **lets go**. After one question its entries are thrown away, unless the tape is persistent. Yours keeps them all.
# - `tf.function` records once, and runs the record again and again without Python.
#
# ## Make
#
# Give your tape what you miss: `exp`, `log`, a `stop_gradient` (an operation whose pullback hands back 0.0), a
# `watch`. Or train something with it. Here is descent with your own tape, on a bowl of your own:

# %%
def bowl(x):
    return (x - 2)**2 + 1

def down(x, steps=20):
    for step in range(steps):
        x = x - 0.2 * my_slope(bowl, x).value
    return x

if my_slope(bowl, 0.0) is not ...:  # once it is written
    print("x =", round(down(0.0), 4))

# %% [markdown]
# ## What you know now
#
# - A tape is a list of entries: what came out, what went in, how to pass gradients back. The backward pass goes
#   through it from the end, and **sums** what arrives.
# - `None` means that the source is not in the dictionary. An operation that nobody recorded cannot be played back.
# - Derivatives of derivatives come for free when the pullbacks themselves are recorded.
#
# What you have built is a reverse-mode automatic differentiation engine, the same idea as TensorFlow's tape,
# PyTorch's autograd, and micrograd. This is the end of the course. You can read a tape, ask it, repair it, steer it,
# train with it, make it fast, and now you have built one. What is left is to use it. If a gradient puzzles you, put
# `%%tape` above the cell, and look.
