# %% [markdown]
# # 1 · Losses of your own
#
# Keras takes any function of the targets and the model's outputs as its loss.

# %%
# %load_ext widgets
import numpy as np
import tensorflow as tf

from widgets import check, hint, progress

# %% exercise="huber"

# %% check="huber"
check("huber", huber)

# %% [markdown]
# Now Keras can use it.

# %%
model = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(1)])
model.compile(loss=huber, optimizer="sgd")

# %% exercise="log_cosh"

# %% check="log_cosh"
check("log_cosh", log_cosh)
