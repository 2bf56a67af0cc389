"""Run a race: prepare it, and time every execution mode in short calls, between which it can be stopped."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import math
import os
import platform
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Floats, Tensor, Variable, frozen
from widgets.common.catalogue import _
from widgets.common.errors import FunctionError, first_line
from widgets.common.functions import checked, title_of
from widgets.race.execution_modes import make_minimizer
from widgets.race.model import (
    EAGER,
    FAILED,
    FINISHED,
    MODES,
    RETRACED,
    RUNNING,
    STEPS,
    Machine,
    Mode,
    Race,
    Result,
    Timing,
)

MIN_SECONDS, MAX_SECONDS = 0.05, 60.0
"""The least and the most time that each mode can be given."""

CALL_SECONDS = 0.1
"""The longest that a call should take, except a first one: a stop has to wait for it."""

MIN_TIMINGS, MAX_TIMINGS, MAX_RETRACES = 5, 200, 20
"""Timings at least, at most, and at most where each leaves one more graph in memory."""

_CALL_LENGTHS = tuple(steps for steps in range(1, STEPS + 1) if STEPS % steps == 0)  # calls then end at 1,000 steps
_CLOCK_TICK = 1e-9  # seconds: with a coarse clock, a short call may seem to take none


def new_race(
    f: Callable[[Variable], Tensor],
    start: npt.ArrayLike = 0.0,
    learning_rate: float = 0.1,
    seconds: float = 1.5,
    dtype: str = "float32",
) -> Race:
    """Prepare a race: gradient descent on `f` in every execution mode.

    Args:
        f: a function of a Variable like `start` that returns one number.
        start: where gradient descent starts: a number or a list of numbers.
        learning_rate: positive and finite in `dtype`.
        seconds: about how long each mode runs, from 0.05 to 60.
        dtype: "float32" or "float64".

    Returns:
        A race that has not been run.

    Raises:
        FunctionError: f has no gradient at the start, or a setting cannot be used.
    """
    tensor = checked(f, start, dtype)
    return Race(
        title=title_of(f),
        start=_array_of(tensor),
        learning_rate=checked_learning_rate(dtype, learning_rate),
        seconds=checked_seconds(seconds),
        dtype=dtype,
        machine=this_machine(),
        results=tuple(map(Result, MODES)),
    )


def run_race(
    f: Callable[[Variable], Tensor], race: Race, clock: Callable[[], float] = time.perf_counter
) -> Iterator[Race]:
    """Run a race call by call, so that it can be left after any of them.

    Args:
        f: the function that `race` was made for.
        race: its settings; what it holds already is measured again.
        clock: returns the time in seconds.

    Yields:
        The race after every call, with all that has been measured; last, a finished one.
    """
    race = dataclasses.replace(race, state=RUNNING, results=tuple(map(Result, MODES)))
    for index, mode in enumerate(MODES):
        for result in BenchmarkCase(mode, f, race, clock).run():
            race = dataclasses.replace(race, results=(*race.results[:index], result, *race.results[index + 1 :]))
            yield race
    yield dataclasses.replace(race, state=FINISHED)


class BenchmarkCase:
    """One execution mode while it is timed: a first call, a search for a call's length, the comparison, more calls.

    Args:
        mode: the execution mode.
        f: the function that gradient descent minimizes.
        race: the settings, and eager's result to compare with.
        clock: returns the time in seconds.

    Attributes:
        result: what is known so far.
    """

    def __init__(self, mode: Mode, f: Callable[[Variable], Tensor], race: Race, clock: Callable[[], float]) -> None:
        self.result = Result(mode, RUNNING)
        self._minimize, self._race, self._clock = make_minimizer(mode, f), race, clock
        self._x, self._learning_rate = tf.Variable(race.start), race.learning_rate
        self._goal = race.eager.steps or STEPS

    def run(self) -> Iterator[Result]:
        """Yield the Result after every call. An Exception ends this mode, and not the race."""
        try:
            yield self._update(first=self._call(1))
            steps = yield from self._find_call_length()
            yield from self._run_comparison(steps)
            yield from self._run_repetitions(steps)
            yield self._update(state=FINISHED)
        except Exception as error:
            yield self._update(state=FAILED, failure=first_line(error, with_type=True))

    def _find_call_length(self) -> Generator[Result, None, int]:
        """Find how many steps fit into a call of CALL_SECONDS. These calls do not count for the time."""
        steps = 1
        while True:
            self._call(steps)  # XLA compiles for every new number of steps
            yield self.result
            fitting = CALL_SECONDS / self._call(steps).per_1000_steps * STEPS
            yield self.result
            longer = max((length for length in _CALL_LENGTHS if length <= fitting), default=1)
            if longer <= steps:
                return longer
            steps = min(longer, 10 * steps)  # a short call says little about a long one

    def _run_comparison(self, steps: int) -> Iterator[Result]:
        """Run as many steps as eager did, or 1,000; eager itself stops earlier if its time is over."""
        self._x.assign(self._race.start)
        done = 0
        while done < self._goal and not (self.result.mode == EAGER and done and self._is_time_over()):
            timing = self._call(min(steps, self._goal - done), restart=False)
            done += timing.steps
            counts = timing.steps == steps and self.result.mode != RETRACED
            yield self._add(timing) if counts else self.result
        x, eager = _array_of(self._x), self._race.eager
        yield self._update(x=x, steps=done, same_as_eager=None if eager.x is None else _same_bits(x, eager.x))

    def _run_repetitions(self, steps: int) -> Iterator[Result]:
        """Run more calls until the time is over. Where Python numbers are traced, each gets another learning rate."""
        while len(self.result.timings) < MIN_TIMINGS or not self._is_time_over():
            if self.result.mode == RETRACED:
                self._learning_rate = self._race.learning_rate * (1 - (len(self.result.timings) + 1) / STEPS)
            yield self._add(self._call(steps))

    def _is_time_over(self) -> bool:
        most = MAX_RETRACES if self.result.mode == RETRACED else MAX_TIMINGS
        return self.result.seconds_spent >= self._race.seconds or len(self.result.timings) >= most

    def _call(self, steps: int, restart: bool = True) -> Timing:
        """Time one call, from the start or on from where x is."""
        if restart:
            self._x.assign(self._race.start)
        is_number = self.result.mode == RETRACED
        rate = self._learning_rate if is_number else tf.constant(self._learning_rate, self._race.dtype)
        warnings: list[str] = []
        with _collect_warnings(warnings):
            seconds = self._time(rate, tf.constant(steps))
        self._update(
            calls=self.result.calls + 1,
            traces=None if self.result.mode == EAGER else self._minimize.experimental_get_tracing_count(),
            warnings=tuple(dict.fromkeys((*self.result.warnings, *warnings))),
            seconds_spent=self.result.seconds_spent + seconds,
        )
        return Timing(steps, seconds)

    def _time(self, rate: Tensor | float, steps: Tensor) -> float:
        begin = self._clock()
        self._minimize(self._x, rate, steps)
        self._x.numpy()  # on a GPU a call returns before its result is there
        return max(self._clock() - begin, _CLOCK_TICK)

    def _add(self, timing: Timing) -> Result:
        return self._update(timings=(*self.result.timings, timing))

    def _update(self, **changes: Any) -> Result:
        self.result = dataclasses.replace(self.result, **changes)
        return self.result


def this_machine() -> Machine:
    """Return the machine that this runs on."""
    gpus = len(tf.config.list_physical_devices("GPU"))
    return Machine(os.cpu_count() or 1, platform.machine(), platform.system(), tf.__version__, gpus)


def checked_learning_rate(dtype: str, value: object) -> float:
    """Return a learning rate as a float; raise FunctionError unless it is positive and finite in `dtype`."""
    limits = np.finfo(dtype)
    return _between("learning_rate", value, float(limits.tiny), float(limits.max), "0.1")


def checked_seconds(value: object) -> float:
    """Return the seconds for each mode as a float; raise FunctionError unless they are from 0.05 to 60."""
    return _between("seconds", value, MIN_SECONDS, MAX_SECONDS, "1.5")


def _between(name: str, value: object, least: float, most: float, example: str) -> float:
    number = float(value) if isinstance(value, (int, float, np.number)) and not isinstance(value, bool) else math.nan
    if not least <= number <= most:
        raise FunctionError(
            _(
                "{name} must be a number between {least:g} and {most:g}, for example {name}={example}; got {got!r}."
            ).format(name=name, least=least, most=most, example=example, got=value)
        )
    return number


@contextlib.contextmanager
def _collect_warnings(warnings: list[str]) -> Iterator[None]:
    """Collect TensorFlow's warnings: printed, they would appear under the cell that the learner ran last."""

    def keep(record: logging.LogRecord) -> bool:
        if record.levelno >= logging.WARNING:
            warnings.append(record.getMessage())
        return record.levelno < logging.WARNING

    logger = tf.get_logger()
    logger.addFilter(keep)
    try:
        yield
    finally:
        logger.removeFilter(keep)


def _array_of(tensor: Tensor) -> Floats:
    return frozen(np.array(tensor.numpy()))


def _same_bits(x: Floats, other: Floats) -> bool:
    """Return whether two arrays are equal bit for bit; all NaNs count as the same."""
    return np.where(np.isnan(x), np.nan, x).tobytes() == np.where(np.isnan(other), np.nan, other).tobytes()
