"""`pytest solutions` runs in the surroundings of all tests, and starts the kernels of most solutions in less time."""

import contextlib

import pytest

from tests import surroundings
from tests.notebooks.forked_kernels import forking

FRESH = "00_start_here.ipynb"
"""Its kernel starts by itself, like a learner's. The others are forked from a process that has imported TensorFlow."""

surroundings.enter()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    """Have the kernel that nbval starts for a notebook forked."""
    with contextlib.nullcontext() if item.path.name == FRESH else forking():
        return (yield)
