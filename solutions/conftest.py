"""`pytest solutions` runs in the surroundings of all tests, and starts the kernels of most solutions in less time."""

import contextlib
import os
from unittest.mock import patch

import pytest

from tests import surroundings
from tests.notebooks.forked_kernels import forking
from widgets.common import still

FRESH = "00_start_here.ipynb"
"""Its kernel starts by itself, like a learner's. The others are forked from a process that has imported TensorFlow."""

surroundings.enter()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    """Have the kernel that nbval starts for a notebook forked."""
    kernels = contextlib.nullcontext() if item.path.name == FRESH else forking()
    with kernels, patch.dict(os.environ, {still.SETTING: "off"}):  # what is kept has each view once
        return (yield)
