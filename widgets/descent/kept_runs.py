"""Runs that were kept to be compared with, as the front end and Python both make and read them."""

import numpy as np
import traitlets

from widgets.common.catalogue import _
from widgets.common.function_checks import FLOATS
from widgets.descent import first_difference
from widgets.descent.labels import OPTIMIZERS

MOST = 3
"""Runs that are kept at most."""

_KINDS = {
    "learning_rate": (int, float),
    "optimizer": str,
    "dtype": str,
    "start": str,
    "steps": (list, tuple),
    "x": (bytes, memoryview),
    "y": (bytes, memoryview),
}


def run_of(paths, at, steps, start):
    """Return the run at position `at` of the learning rates: at these steps, and with its start as it was given."""
    x, y = (array[steps, at].tobytes() for array in (paths.x, paths.y))
    about = {"optimizer": paths.optimizer, "dtype": paths.dtype, "start": start, "steps": list(steps)}
    return {"learning_rate": float(paths.learning_rates[at]), **about, "x": x, "y": y}


def checked_run(run):
    """Return a run with its numbers as bytes, however they came. Raises TraitError for what is no run."""
    is_run = run.keys() == _KINDS.keys() and all(isinstance(run[name], kind) for name, kind in _KINDS.items())
    if not is_run or run["optimizer"] not in OPTIMIZERS or run["dtype"] not in FLOATS:
        raise traitlets.TraitError(_("kept takes runs as keep() makes them, for example explorer.keep()."))
    run = run | {name: bytes(run[name]) for name in ("x", "y")}
    if len(run["y"]) != len(run["steps"]) * np.dtype(run["dtype"]).itemsize or len(run["x"]) % (len(run["y"]) or 1):
        raise traitlets.TraitError(_("kept takes runs with an x and a y for each of their steps."))
    return run


def fits(run, paths):
    """Say whether a run has as many parameters as some paths."""
    return len(run["x"]) == len(run["y"]) * paths.x[0, 0].size


def parting(run, paths, at, steps):
    """Return the first step at which a run differs from the one at `at`, and whether the step before is known.

    None, True if they are the same. Looked at are the steps that were sent of both.
    """
    x = np.frombuffer(run["x"], run["dtype"]).reshape(-1, *paths.x.shape[2:])
    common, ours, _theirs = np.intersect1d(run["steps"], steps, return_indices=True)
    found = first_difference(x[ours], paths.x[common.astype(int), at])
    if found is None:
        return None, True
    return int(common[found]), found == 0 or common[found - 1] == common[found] - 1
