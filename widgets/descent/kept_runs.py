"""Runs that are kept to be compared with the one shown: as the front end has them, and where they differ from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np
import traitlets

from widgets.common.arrays import Floats
from widgets.common.catalogue import _
from widgets.common.functions import FLOATS
from widgets.descent.model import Paths, first_difference
from widgets.descent.optimizers import is_optimizer

if TYPE_CHECKING:
    from widgets.descent.surface.path_plane import PathPlane
    from widgets.descent.view_numbers import ViewNumbers

MAX_KEPT = 6
"""Runs that are kept at most."""


class KeptRun(TypedDict):
    """A run that was kept: its settings, and its numbers at the steps that the front end has.

    `details` says what else it was computed with: "cosine over 30 iterations"; `scaled`, whether x belongs to scaled
    features.
    `x`, `y`, `gradient` and `scheduled` are the bytes of arrays in the run's dtype, a row for each step, as
    `ViewNumbers` has them; `scheduled` is empty where the learning rate is the same at every step.
    """

    learning_rate: float
    optimizer: str
    dtype: str
    start: str
    details: str
    scaled: bool
    steps: list[int]
    x: bytes
    y: bytes
    gradient: bytes
    scheduled: bytes


_NUMBERS = "x", "y", "gradient", "scheduled"
_FIELD_TYPES: dict[str, type | tuple[type, ...]] = {
    "learning_rate": (int, float),
    "optimizer": str,
    "dtype": str,
    "start": str,
    "details": str,
    "scaled": bool,
    "steps": (list, tuple),
    **dict.fromkeys(_NUMBERS, (bytes, memoryview)),
}


def kept_run(
    paths: Paths, numbers: ViewNumbers, at: int, steps: Sequence[int], start: str, details: str, is_scaled: bool
) -> KeptRun:
    """Return the run at position `at`, to be kept: its numbers at the `steps` of the front end, the rest as text."""
    return {
        "learning_rate": float(paths.learning_rates[at]),
        "optimizer": paths.optimizer,
        "dtype": paths.dtype,
        "start": start,
        "details": details,
        "scaled": is_scaled,
        "steps": list(steps),
        "x": numbers.x[steps, at].tobytes(),
        "y": numbers.y[steps, at].tobytes(),
        "gradient": numbers.gradient[steps, at].tobytes(),
        "scheduled": b"" if numbers.scheduled is None else numbers.scheduled[steps, at].tobytes(),
    }


def checked_run(run: Any) -> KeptRun:
    """Return a kept run with its numbers as bytes, however they came; raise TraitError for anything else."""
    run = {"details": "", "scaled": False, "scheduled": b"", **run}  # which runs that version 0.2 kept do not have
    is_run = run.keys() == _FIELD_TYPES.keys() and all(isinstance(run[key], kind) for key, kind in _FIELD_TYPES.items())
    if not is_run or not is_optimizer(run["optimizer"]) or run["dtype"] not in FLOATS:
        raise traitlets.TraitError(_("kept takes runs as keep() makes them, for example explorer.keep()."))
    found: KeptRun = run | {name: bytes(run[name]) for name in _NUMBERS}
    count = len(found["steps"]) * np.dtype(found["dtype"]).itemsize
    sizes = [len(run[name]) for name in _NUMBERS]
    if sizes[1] != count or sizes[3] not in (0, count) or any(size % (count or 1) for size in sizes):
        raise traitlets.TraitError(_("kept takes runs with x, y and gradient at each of their steps."))
    return found


class KeptPoints:
    """All parameters of the runs that were kept: the front end keeps runs, and has not all of them.

    They are known by what stays the same, y and the settings, so that a run can be drawn on another plane.
    """

    def __init__(self) -> None:
        self._points: dict[tuple[Any, ...], Floats] = {}

    def remember(self, runs: Sequence[KeptRun], paths: Paths, numbers: ViewNumbers) -> None:
        """Take the parameters of those runs that are among some paths; forget those of runs that are dropped."""
        known, self._points = self._points, {}
        for run in runs if numbers.on_plane else ():
            found, steps = known.get(_key(run)), run["steps"]
            places = np.flatnonzero(paths.learning_rates == run["learning_rate"])
            is_there = places.size and max(steps) < len(paths.y)
            if found is None and is_there and paths.y[steps, places[0]].tobytes() == run["y"]:
                found = paths.x[steps, places[0]]
            if found is not None:
                self._points[_key(run)] = found

    def comparable(self, runs: Sequence[KeptRun], numbers: ViewNumbers, plane: PathPlane | None) -> list[KeptRun]:
        """Return the runs that can be compared with others.

        Args:
            runs: that were kept.
            numbers: that a view has now.
            plane: a new one, on which the runs are to be drawn.

        Returns:
            Those that have as many parameters, drawn on the new plane.
        """
        if plane is None:
            return list(runs) if all(_is_comparable(run, numbers) for run in runs) else []
        known = [(run, self._points.get(_key(run))) for run in runs]
        columns = list(numbers.parameters)
        return [
            {**run, "x": np.hstack([plane.seen(x[:, None])[0][:, 0], x[:, columns]]).astype(run["dtype"]).tobytes()}
            for run, x in known
            if x is not None and x.shape[1:] == (numbers.count,)
        ]


def _key(run: KeptRun) -> tuple[Any, ...]:
    return run["learning_rate"], run["optimizer"], run["dtype"], run["start"], run["details"], run["y"]


def _is_comparable(run: KeptRun, numbers: ViewNumbers) -> bool:
    return all(
        len(sent) == len(run["y"]) * int(ours[0, 0].size)
        for sent, ours in ((run["x"], numbers.x), (run["gradient"], numbers.gradient))
    )


def value_at(run: KeptRun, step: int) -> Floats | None:
    """Return y of a kept run after some steps, or None where it is not known."""
    if step not in run["steps"]:
        return None
    y: Floats = np.frombuffer(run["y"], run["dtype"])
    found: Floats = y[run["steps"].index(step)]
    return found


def first_difference_from(
    run: KeptRun, numbers: ViewNumbers, at: int, steps: Sequence[int]
) -> tuple[int, bool] | tuple[None, bool]:
    """Return the first step at which a kept run differs from the one at position `at`, and whether that is exact.

    Only steps and parameters that the front end has of both are compared, so they may differ before: then it is not
    exact. None if all that is compared is equal.
    """
    theirs, ours = _rows(run, numbers.is_all), _rows_of(numbers, at)
    common, theirs_at, _ours_at = np.intersect1d(run["steps"], steps, return_indices=True)
    found = first_difference(theirs[theirs_at], ours[common.astype(int)])
    if found is None:
        return None, numbers.is_all
    is_next = found == 0 or common[found - 1] == common[found] - 1
    return int(common[found]), bool(is_next and numbers.is_all)


def _rows(run: KeptRun, is_all: bool) -> Floats:
    """Return what is compared of a kept run, a row for each step: x, and more where x has not all parameters."""
    names = ("x",) if is_all else ("x", "y", "gradient")
    each = [np.frombuffer(run[name], run["dtype"]).reshape(len(run["steps"]), -1) for name in names]  # type: ignore[literal-required]  # fields of bytes
    return np.concatenate(each, axis=1)


def _rows_of(numbers: ViewNumbers, at: int) -> Floats:
    arrays = [numbers.x] if numbers.is_all else [numbers.x, numbers.y, numbers.gradient]
    return np.concatenate([array[:, at].reshape(len(array), -1) for array in arrays], axis=1)
