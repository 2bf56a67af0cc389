"""The learning rates of paths, step by step: each stays as it is, or falls by one of Keras' schedules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Floats, Tensor
from widgets.common.catalogue import Spoken, _
from widgets.common.errors import FunctionError
from widgets.descent.optimizers import Schedule
from widgets.descent.paths.graph_rewrites import grappler_disabled

_KERAS = tf.keras.optimizers.schedules

CONSTANT = "constant"
"""The name of no schedule: a learning rate stays as it is."""

_NAMED: Mapping[str, Callable[[float, int], Schedule]] = {
    "cosine": lambda rate, steps: _KERAS.CosineDecay(rate, steps),
    "exponential": lambda rate, steps: _KERAS.ExponentialDecay(rate, steps, decay_rate=0.01),
    "inverse time": lambda rate, steps: _KERAS.InverseTimeDecay(rate, steps, decay_rate=99.0),
    "linear": lambda rate, steps: _KERAS.PolynomialDecay(rate, steps, end_learning_rate=0.0),
}
"""By name: each falls from the rate to a hundredth of it or less within the iterations."""

LABELS = Spoken(
    lambda: {
        CONSTANT: _("constant"),
        "cosine": _("cosine"),
        "exponential": _("exponential"),
        "inverse time": _("inverse time"),
        "linear": _("linear"),
    }
)
"""The names in the learner's language, in the order of a menu."""

_INITIAL = "initial_learning_rate"

_given: dict[str, Any] = {}
"""Keras schedules and functions that were asked for, by the names that they got: a trait has only the name."""


def schedule_named(schedule: object) -> str:
    """Return the name by which `Rates` knows a schedule.

    Args:
        schedule: None, a name, a Keras schedule, or a function that returns one for a rate, as `descend` takes it.

    Returns:
        One of LABELS for None or such a name; else the schedule's own name.

    Raises:
        FunctionError: it is something else.
    """
    if schedule is None:
        return CONSTANT
    if isinstance(schedule, str) and (schedule in LABELS or schedule in _given):
        return str(schedule)
    name = _name_of(schedule)
    taken: list[str] = [other for other in (*LABELS, *_given) if name in (other, other.rpartition(" ")[0])]
    for other in taken:
        if _is_same(_given.get(other), schedule):
            return other
    name = f"{name} {len(taken) + 1}" if taken else name
    Rates(np.ones(1), schedule)  # says what is wrong with it
    _given[name] = schedule
    return name


def _is_same(one: Any, other: Any) -> bool:
    """Return whether two schedules are one object, or Keras' of equal settings."""
    if isinstance(one, _KERAS.LearningRateSchedule) and type(one) is type(other):
        return bool(one.get_config() == other.get_config())
    return one is other


def falls_by_name(name: str) -> bool:
    """Return whether a schedule falls within a number of iterations that is chosen with it."""
    return name in _NAMED


def schedule_text(name: str, iterations: int) -> str:
    """Return a schedule as one reads it: "cosine over 30 iterations"; "" for a constant rate."""
    if name == CONSTANT:
        return ""
    if name not in _NAMED:
        return name
    template = _("{schedule} over 1 iteration") if iterations == 1 else _("{schedule} over {count} iterations")
    return template.format(schedule=LABELS[name], count=iterations)


class Rates:
    """Learning rates, one for each path, which may fall from step to step.

    Args:
        initial: float64, (rates,).
        schedule: None, "constant", or another name; or a Keras schedule, of which `initial` are the first rates; or a
            function that returns one for a rate.
        iterations: within which a schedule that is given by its name falls.

    Attributes:
        initial: as given.
        name: of the schedule, or "".

    Raises:
        FunctionError: the schedule is none of these.
    """

    def __init__(self, initial: npt.NDArray[np.float64], schedule: Any = None, iterations: int = 1) -> None:
        name = schedule if isinstance(schedule, str) else ""
        self.initial, self._iterations = initial, iterations
        self._schedule = None if name == CONSTANT else _given.get(name, schedule)
        self._tables: dict[int, Floats] = {}
        self.name = "" if self._schedule is None else name or _name_of(schedule)
        if self._schedule is not None:
            self.at(0)  # says what is wrong with it

    @property
    def source(self) -> Schedule | Callable[[float], Schedule] | None:
        """What code is written from: a Keras schedule, or a function that returns one for a rate, or None."""
        return self.at(0) if isinstance(self._schedule, str) else self._schedule

    @property
    def is_scheduled(self) -> bool:
        """Whether rates change from step to step."""
        return self._schedule is not None

    def at(self, path: int) -> float | Schedule:
        """Return what the optimizer of one path is created with: a rate, or a schedule of it."""
        rate = float(self.initial[path])
        if self._schedule is None:
            return rate
        if isinstance(self._schedule, str):
            if self._schedule not in _NAMED:
                raise FunctionError(_accepted(self._schedule))
            return _NAMED[self._schedule](rate, self._iterations)
        if isinstance(self._schedule, _KERAS.LearningRateSchedule):
            return _with_initial(self._schedule, rate)
        made = self._schedule(rate)
        if not isinstance(made, _KERAS.LearningRateSchedule):
            raise FunctionError(_accepted(made))
        return made

    def table(self, steps: int) -> Floats:
        """Return all paths' rates, in float32, at steps 0 to steps - 1: (steps, rates), or (1, rates) if fixed."""
        if not self.is_scheduled:
            return self.initial.astype(np.float32)[None]
        if steps not in self._tables:
            self._tables[steps] = self._compute_table(steps)
        return self._tables[steps]

    def _compute_table(self, steps: int) -> Floats:
        first: Any = self.at(0)
        if hasattr(first, _INITIAL) and type(first).__module__.startswith("keras."):
            first.initial_learning_rate = tf.constant(self.initial, tf.float32)  # all at once: they are only factors
            some = sorted({0, self.initial.size // 2, self.initial.size - 1})
            table, *alone = _evaluated([first, *map(self.at, some)], steps)
            if all(np.array_equal(table[:, path], one) for path, one in zip(some, alone, strict=True)):
                return table
        return np.stack(_evaluated([self.at(path) for path in range(self.initial.size)], steps), axis=1)


def _evaluated(schedules: Sequence[Schedule], steps: int) -> list[Floats]:
    """Return each schedule's rate at each step, as an optimizer asks for it."""

    def turn(step: Tensor) -> list[Tensor]:
        return [tf.cast(schedule(step), tf.float32) for schedule in schedules]

    def turns(all_steps: Tensor) -> list[Tensor]:
        rates: list[Tensor] = tf.map_fn(turn, all_steps, fn_output_signature=[tf.float32] * len(schedules))
        return rates

    with grappler_disabled():
        # called as it is: tf.function would warn of retracing where many schedules are tried one after another
        traced = tf.function(turns, autograph=False).get_concrete_function(tf.TensorSpec((steps,), tf.int64))
        return [rates.numpy() for rates in traced(tf.range(steps, dtype=tf.int64))]


def _with_initial(schedule: Schedule, rate: float) -> Schedule:
    config = schedule.get_config()
    if _INITIAL in config:
        return type(schedule).from_config(config | {_INITIAL: rate})
    if isinstance(schedule, _KERAS.PiecewiseConstantDecay):
        values = [rate * (value / config["values"][0]) for value in config["values"]]
        return type(schedule).from_config(config | {"values": values})
    raise FunctionError(_accepted(schedule))


def _name_of(schedule: Any) -> str:
    if isinstance(schedule, _KERAS.LearningRateSchedule):
        return type(schedule).__name__
    if callable(schedule):
        return str(getattr(schedule, "__name__", type(schedule).__name__)).strip("<>")
    raise FunctionError(_accepted(schedule))


def _accepted(found: object) -> str:
    names = ", ".join(f'"{name}"' for name in LABELS)
    return _(
        "schedule must be one of {names}; or one of Keras' schedules with an initial learning rate, which each of the "
        "learning rates replaces; or a function that returns a schedule for a rate; got {found!r}."
    ).format(names=names, found=found)
