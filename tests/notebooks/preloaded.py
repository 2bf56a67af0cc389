"""What the fork server imports before it forks kernels, and what has to be so before that.

None of ours: our modules read the environment when they are imported, and a lesson may set its language.
"""

import builtins
import gc
import importlib
import os
import sys

SURROUNDINGS = {
    "OPENBLAS_NUM_THREADS": "1",  # NumPy starts threads at its import, and what has threads cannot be forked
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # as in any kernel
}

PATH = [*filter(None, sys.path)]
"""Where kernels look for modules: not in the folder that pytest was started in."""


def be_in(environment, folder):
    """Go on in an environment and a folder, as a process that is started there."""
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:] = [*filter(None, environment.get("PYTHONPATH", "").split(os.pathsep)), *PATH]
    os.chdir(folder)


os.environ.update(SURROUNDINGS)
builtins.get_ipython = lambda: None  # by this TensorFlow knows, when it is imported, that it has cells to print in
for _name in ("tensorflow", "keras", "matplotlib.figure", "IPython", "ipywidgets", "anywidget", "ipykernel.ipkernel"):
    importlib.import_module(_name)
gc.freeze()
