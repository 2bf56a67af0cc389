# %% [markdown]
# # 1 · Taylor series
#
# A polynomial that has the derivatives of a function at one place follows it around that place.

# %%
# %load_ext widgets
import numpy as np
import tensorflow as tf

from widgets import check, explain, hint, progress, record

# %% [markdown]
# ## The first terms

# %% exercise="taylor_sine"

# %% check="taylor_sine"
check("taylor_sine", taylor_sine)

# %% [markdown]
# ## Where the coefficients come from

# %% exercise="coefficient"

# %% check="coefficient" points=3
check("coefficient", coefficient)
