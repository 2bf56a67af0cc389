"""What if another optimizer or schedule had as many gradient evaluations? Its best learning rate, and the words."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Array, Floats
from widgets.common.catalogue import _, listed
from widgets.common.numbers import printed
from widgets.descent.losses.loss import Loss
from widgets.descent.losses.parameter_names import value_name
from widgets.descent.model import Paths
from widgets.descent.optimizers import OPTIMIZERS, PLAIN, optimizer_named
from widgets.descent.paths.batching import values_of
from widgets.descent.schedules import CONSTANT, LABELS
from widgets.descent.surface.stability import ABOVE, slider_rates

BEST_RATE = "best rate"
"""The name of what is asked for where only the learning rate is to be another."""

_SCHEDULES = CONSTANT, "cosine", "exponential"
_REACH = 4  # times the distance to the lowest point: an adaptive optimizer's first step is as long as its learning rate


@dataclasses.dataclass(frozen=True)
class WhatIf:
    """What is tried in place of what is shown.

    Attributes:
        name: by which it is asked for.
        label: on its button.
        optimizer: that of the run.
        schedule: that of the run.
    """

    name: str
    label: str
    optimizer: str
    schedule: str


def what_ifs(optimizer: str, schedule: str) -> Mapping[str, WhatIf]:
    """Return what can be tried in place of an optimizer under a schedule, by name."""
    names = {PLAIN.name: PLAIN.label, "momentum": _("momentum"), "adam": OPTIMIZERS["adam"].label}
    found = [WhatIf(name, label, name, schedule) for name, label in names.items() if name != optimizer]
    for name in _SCHEDULES:
        if name != schedule:
            label = _("constant rate") if name == CONSTANT else _("{schedule} schedule").format(schedule=LABELS[name])
            found.append(WhatIf(name, label, optimizer, name))
    best = WhatIf(BEST_RATE, _("best rate"), optimizer, schedule)
    return {one.name: one for one in (*found, best)}


def rates_to_try(optimizer: str, slider: npt.NDArray[np.float64], shown: Paths) -> npt.NDArray[np.float64]:
    """Return as many learning rates as the slider has, in the range that suits an optimizer.

    SGD's range follows from the curvature, as the slider's does. An adaptive optimizer moves about as far as its
    learning rate in each step, so its range follows from how far it is to the lowest point.

    Args:
        optimizer: its name.
        slider: the slider's learning rates.
        shown: the paths that are shown.

    Returns:
        Rising learning rates.
    """
    y = np.where(np.isfinite(shown.y), shown.y, np.inf)
    lowest = shown.x[np.unravel_index(y.argmin(), y.shape)]
    reach = _REACH * float(np.abs(lowest.astype(np.float64) - shown.start).max())
    if optimizer_named(optimizer).keras_class is PLAIN.keras_class or not 0 < reach < np.inf:
        return slider
    return slider_rates(reach / ABOVE)


def values_after(loss: Loss, paths: Paths, step: int) -> Array:
    """Return y of each path after some steps: on all data, also where each step saw a mini-batch of it."""
    points: Floats = paths.x[step]
    batched: Floats = paths.y[step]
    if loss.batches is None:
        return batched
    values = values_of(loss.whole, points, len(points))
    return np.stack([loss.whole(tf.constant(point)) for point in points]) if values is None else values


def best_at(values: Array) -> int:
    """Return the position of the lowest value that is finite."""
    return int(np.where(np.isfinite(values), values, np.inf).argmin())


@dataclasses.dataclass(frozen=True)
class Tried:
    """A run for the comparison.

    Attributes:
        title: "Adam at 0.5, cosine over 30 iterations".
        value: y after the steps.
        rate: its learning rate.
        best: the learning rate with the lowest y, of those that were computed.
        best_value: y with that.
        name: what y is called.
    """

    title: str
    value: float
    rate: float
    best: float
    best_value: float
    name: str = "y"

    @classmethod
    def of(cls, paths: Paths, schedule: str, values: Array, at: int) -> Tried:
        """Return the run at a position of some paths, of which `values` are y after the steps."""
        best, rates = best_at(values), paths.learning_rates
        title = _("{optimizer} at {rate}").format(optimizer=optimizer_named(paths.optimizer).label, rate=rates[at])
        return cls(
            listed([title, schedule]),
            float(values[at]),
            float(rates[at]),
            float(rates[best]),
            float(values[best]),
            value_name(paths.names),
        )


def compared_text(step: int, shown: Tried, other: Tried, rates: npt.NDArray[np.float64], is_batched: bool) -> str:
    """Return how two runs compare after as many gradient evaluations; the other's rate is the best of some."""
    head = _(
        "At iteration {count}, with one gradient evaluation for each iteration: {name} = {value} with {title}, and "
        "{name} = {other_value} with {other_title}."
    )
    texts = {"value": _short(shown.value), "title": shown.title, "other_value": _short(other.value)}
    said = [head.format(count=step, name=shown.name, other_title=other.title, **texts)]
    best = _("{rate} is its best of {count} learning rates from {low} to {high}.")
    if rates.size == 1:
        best = _("{rate} is the only learning rate that there was time for.")
    ends = {"low": f"{rates[0]:.3g}", "high": f"{rates[-1]:.3g}"}
    said.append(best.format(rate=other.rate, count=rates.size, **ends))
    if shown.best not in (shown.rate, other.rate) and _short(shown.best_value) != _short(shown.value):
        own = _("The best for the run shown is {rate}: {name} = {value}.")
        said.append(own.format(rate=shown.best, name=shown.name, value=_short(shown.best_value)))
    if is_batched:
        said.append(_("Each iteration saw a mini-batch; these values are on all data."))
    return " ".join(said)


def _short(value: float) -> str:
    return printed(np.float32(f"{value:.4g}"))
