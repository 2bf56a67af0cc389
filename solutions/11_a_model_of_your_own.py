# %% [markdown]
# # 11 · A model of your own
#
# Now all of it together, on real data: 342 penguins from Antarctica. You write the training loop of a Keras model,
# three times. The first is there in full, in the second half is missing, the third is yours from the first line to the
# last. And then you compare it with `fit`.
#
# It takes about 40 minutes.

# %%
# %load_ext widgets
import csv

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from widgets import check, hint, lesson_data, predict

# %% [markdown]
# ## The data
#
# Species, bill, flipper and mass of penguins on three islands, measured from 2007 to 2009 by Kristen Gorman and the
# Palmer Station LTER. Where the table is from, and its licence (CC0), is in `lessons/data/penguins.md`. Two penguins
# were not measured; we leave them out. The table is sorted by species, so we shuffle it.

# %%
with open(lesson_data("penguins.csv"), newline="") as file:
    rows = [row for row in csv.DictReader(file) if row["body_mass_g"] != "NA"]
np.random.default_rng(11).shuffle(rows)

names = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
measured = np.array([[row[name] for name in names] for row in rows], "float32")
print(measured.shape, measured[0], rows[0]["species"])

# %% [markdown]
# First a small question: how heavy is a penguin with a flipper of this length? `x` is the length, `y` the mass in kg.
# We take the mean away from `x` and divide by its spread, which makes the valley rounder. (Lesson 10: two curvatures,
# one rate.)

# %%
flipper = measured[:, 2:3]
x = (flipper - flipper.mean()) / flipper.std()
y = measured[:, 3] / 1000
print(x.shape, y.shape)

# %% [markdown]
# ## A model
#
# One layer with one output: weight times input plus bias, a straight line. Both start at 0. `model(x)` is a column,
# one row for each penguin.

# %%
def line():
    zero = tf.keras.layers.Dense(1, kernel_initializer="zeros")
    return tf.keras.Sequential([tf.keras.Input((1,)), zero])

model = line()
print(model(x).shape, [variable.name for variable in model.trainable_variables])

# %% [markdown]
# ### Predict
#
# The loss will be the mean of `(model(x) - y)**2`. What is the shape of `model(x) - y`?

# %% exercise="predict-shape" stub='predict("shape of model(x) - y", ..., choices=("(342,)", "(342, 1)", "(342, 342)"))'
### BEGIN SOLUTION
predict("shape of model(x) - y", "(342, 342)", choices=("(342,)", "(342, 1)", "(342, 342)"))
### END SOLUTION

# %%
difference = model(x) - y
check("shape of model(x) - y", str(difference.shape))

# %% [markdown]
# `model(x)` is a column of shape (342, 1), `y` a row of shape (342,). NumPy and TensorFlow call this
# **broadcasting**: a column minus a row is a *matrix*, each penguin minus each other one. There is no error message.
# The loss is a number, it goes down, and the model learns nothing but the mean. Always look at the shapes.
#
# ### Exercise: `mse`
#
# Write the mean squared error properly, for a model with one output and a `y` that is a row.

# %% exercise="mse" stub="return ..."
def mse(model, x, y):
    ### BEGIN SOLUTION
    return tf.reduce_mean((model(x)[:, 0] - y) ** 2)
    ### END SOLUTION

# %% check="mse"
check("mse", mse)

# %% [markdown]
# ## The loop, in full
#
# The four parts of a training step, as in lesson 5. What is new: there are several Variables, so `gradients` is a
# list, and `zip` makes the pairs. From now on `y` is a column, as `model(x)` is.
#
# Look at one round on the deck first, with four penguins, rounded to quarters so that the numbers are short. Which
# operations are the model, which are the loss? And where do the two gradients come from?

# %%
few_x, few_y = np.round(4 * x[:4]) / 4, np.round(4 * y[:4, None]) / 4

# %%
# %%tape
weights = model.trainable_variables
with tf.GradientTape() as tape:
    loss = tf.reduce_mean((model(few_x) - few_y) ** 2)
gradients = tape.gradient(loss, weights)
print(*(gradient.numpy() for gradient in gradients))

# %%
column = y[:, None]
optimizer = tf.keras.optimizers.SGD(learning_rate=0.1)
losses = []
for epoch in range(40):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x) - column) ** 2)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    losses.append(float(loss))
print(f"from {losses[0]:.3f} to {losses[-1]:.3f}")

# %% [markdown]
# Each round sees all penguins, so here an epoch is one step. The **loss curve** shows how it went; on the right is what
# came of it.

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3))
left.semilogy(losses)
left.set(xlabel="epoch", ylabel="loss")
right.scatter(flipper, y, s=8)
right.plot(flipper, model(x), color="black")
right.set(xlabel="flipper in mm", ylabel="mass in kg")
plt.show()

# %% [markdown]
# The curve flattens well above 0. That is no failure. Penguins with equal flippers differ in mass, and no line can know
# why.
#
# ## The same with `fit`
#
# Keras has that loop built in. Tell it the optimizer and the loss, the size of a batch and the number of epochs.

# %%
twin = line()
twin.compile(optimizer=tf.keras.optimizers.SGD(learning_rate=0.1), loss="mse")
history = twin.fit(x, column, batch_size=len(x), epochs=40, shuffle=False, verbose=0)
print("by hand", np.round(losses[:4], 4), "...", np.round(losses[-1], 4))
print("by fit ", np.round(history.history["loss"][:4], 4), "...", np.round(history.history["loss"][-1], 4))

# %% [markdown]
# The same losses. For this model `fit` is your loop, put into a `tf.function`. (For others it does more: it calls the
# model with `training=True`, which dropout and batch normalization need, adds what regularizers ask for to the loss,
# and keeps metrics.) Why write it yourself, then? Because in your own you can change any line, and look at any number.
#
# ## Three species
#
# Now let a model *name* the penguin, from all four measurements. It has three outputs, one for each species; the
# highest is its answer. 57 penguins are put aside as the **test set**: the model will not see them while it learns
# from the others, its **training set**.

# %%
species = ["Adelie", "Chinstrap", "Gentoo"]
labels = np.array([species.index(row["species"]) for row in rows])
seen, unseen = slice(0, 285), slice(285, 342)
inputs = (measured - measured[seen].mean(axis=0)) / measured[seen].std(axis=0)  # the unseen have no say in the scale
print([int((labels[seen] == kind).sum()) for kind in range(3)], "are seen")

# %%
def namer():
    zero = tf.keras.layers.Dense(3, kernel_initializer="zeros")
    return tf.keras.Sequential([tf.keras.Input((4,)), zero])

entropy = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)

# %% [markdown]
# The three outputs are **logits**; **softmax** turns them into probabilities. The loss, called **cross-entropy**,
# does that, looks at the one of the right species, and takes $-\log$ of that. Certain and right costs nothing;
# certain and wrong costs a lot.
#
# ### Predict
#
# A new model gives 0 for every species, so it believes in each with a probability of 1/3. What is its loss? (The
# natural logarithm of 3 is about 1.1.)

# %% exercise="predict-loss" stub='predict("loss of a new model", ...)'
### BEGIN SOLUTION
predict("loss of a new model", np.log(3))
### END SOLUTION

# %%
model = namer()
check("loss of a new model", entropy(labels, model(inputs)))

# %% [markdown]
# Remember that number. Whoever starts far above it has a mistake in the loop, or in the data.
#
# ### Exercise: `one_step`
#
# One step of training. The first half is there, recorded and all. Write the rest: gradients, step, and return the loss.

# %% exercise="one_step" stub="return ..."
def one_step(model, optimizer, x, labels):
    variables = model.trainable_variables
    with tf.GradientTape() as tape:
        loss = entropy(labels, model(x))
    ### BEGIN SOLUTION
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables))
    return loss
    ### END SOLUTION

# %% check="one_step"
check("one_step", one_step)

# %% [markdown]
# ### Exercise: `my_fit`
#
# Now all of it. For so many `epochs` go through the rows in their order, `size` at a time, with a step for each batch.
# Return a list with one loss for each epoch: the mean over its batches. (You may use `one_step`, or start from an empty
# page.)

# %% exercise="my_fit" stub="return ..."
def my_fit(model, optimizer, x, labels, epochs, size):
    ### BEGIN SOLUTION
    losses = []
    for epoch in range(epochs):
        batch = [
            one_step(model, optimizer, x[at:at + size], labels[at:at + size])
            for at in range(0, len(x), size)
        ]
        losses.append(np.mean(batch))
    return losses
    ### END SOLUTION

# %% check="my_fit"
check("my_fit", my_fit)

# %% [markdown]
# ### Run
#
# Train with it: 20 epochs, 19 penguins at a time. (285 is 15 times 19, so nobody is left over.)

# %%
model = namer()
mine = my_fit(model, tf.keras.optimizers.SGD(0.1), inputs[seen], labels[seen], 20, 19)
print(mine if mine is ... else np.round(mine[:4], 4))

# %%
twin = namer()
twin.compile(optimizer=tf.keras.optimizers.SGD(0.1), loss=entropy)
history = twin.fit(inputs[seen], labels[seen], batch_size=19, epochs=20, shuffle=False, verbose=0)
theirs = history.history["loss"]
print(np.round(theirs[:4], 4))

# %%
figure, axes = plt.subplots(figsize=(7, 3))
axes.plot(theirs, linewidth=6, alpha=0.3, label="fit")
if mine is not ...:  # once my_fit is written
    axes.plot(mine, color="black", label="my_fit")
axes.set(xlabel="epoch", ylabel="loss", xticks=range(0, 20, 5))
axes.legend()
plt.show()

# %% [markdown]
# One on top of the other. It works only because both go through the same batches in the same order. By itself `fit`
# shuffles before each epoch (`shuffle=True`), and that is better training, but not the same numbers twice.
#
# ## How good is it?
#
# ### Exercise: `accuracy`
#
# A loss is for the optimizer. For people: what share of the penguins is named rightly? The model's answer is the
# species with the highest output. Return a number between 0 and 1.

# %% exercise="accuracy" stub="return ..."
def accuracy(model, x, labels):
    ### BEGIN SOLUTION
    return np.mean(np.argmax(model(x), axis=1) == labels)
    ### END SOLUTION

# %% check="accuracy"
check("accuracy", accuracy)

# %%
for name, part in {"seen": seen, "unseen": unseen}.items():
    share = accuracy(twin, inputs[part], labels[part])
    print(name, share if share is ... else f"{share:.3f}")

# %% [markdown]
# What counts is the test set. If a model had just memorized its training penguins, it would have **overfitted**, and
# only the test set would reveal it. Here it did well on both. Fifteen numbers suffice to tell three species apart:

# %%
kernel, bias = twin.get_weights()
print(f"{'':18}", *(f"{name:>9}" for name in species))
for name, weights in zip(names, kernel):
    print(f"{name:18}", *(f"{weight:9.1f}" for weight in weights))

# %% [markdown]
# Read a row: a long bill speaks against Adelie, a deep one against Gentoo.
#
# ## Make
#
# Change something that `fit` would not let you change so easily, and predict what the curve will do before you look:
#
# - clip the gradients (lesson 9), or let the rate fall with a schedule (lesson 10);
# - give the rare species, Chinstrap, twice the weight in the loss;
# - train with the bills alone; how much do flipper and mass contribute?
# - put a hidden layer into the model. Its weights must not start at 0. (Why not?) Set a seed, so that you can repeat
#   it:

# %%
tf.keras.utils.set_random_seed(11)
deeper = tf.keras.Sequential([
    tf.keras.Input((4,)),
    tf.keras.layers.Dense(8, activation="tanh"),
    tf.keras.layers.Dense(3),
])
deep = my_fit(deeper, tf.keras.optimizers.Adam(0.01), inputs[seen], labels[seen], 20, 19)
print(deeper.count_params(), "weights,", deep if deep is ... else f"loss {deep[-1]:.2f}")

# %% [markdown]
# ## What you know now
#
# - A training step has few parts: **record** the loss, ask for the **gradients**, let the optimizer **step**. The
#   model may be anything with `trainable_variables`.
# - A column minus a row is a matrix. Look at shapes before you believe a loss.
# - A new classifier with n classes has a loss near $\log n$.
# - `fit` is that loop, in a `tf.function`, with shuffling, and with what some models need besides.
# - What counts is what the model says of data that it has not seen.
#
# One lesson is left. You have used the tape for everything by now. Next you build one.
