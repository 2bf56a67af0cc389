"""Run a race: a generator that yields the facts after every short call, so that whoever drives it can stop it."""

import dataclasses
import math
import os
import platform
import time

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.common.function_checks import checked
from widgets.common.titles import title_of
from widgets.race.benchmark import Contestant, frozen
from widgets.race.compute import FINISHED, KINDS, RUNNING, Machine, Race, Result

LEAST_SECONDS, MOST_SECONDS = 0.05, 60.0


def line_up(f, start=0.0, learning_rate=0.1, seconds=1.5, dtype="float32"):
    """Return a Race that has not been run: gradient descent on `f` from `start`, in `dtype`.

    `learning_rate` is positive and finite; `seconds` (0.05 to 60) is about the time that each contestant gets.
    Raises FunctionError for an f that has no gradient at the start, or settings that cannot be used.
    """
    start = frozen(checked(f, start, dtype))
    return Race(
        title=title_of(f),
        start=start,
        learning_rate=rate_in(dtype, learning_rate),
        seconds=time_in(seconds),
        dtype=dtype,
        machine=machine(),
        results=tuple(map(Result, KINDS)),
    )


def run(f, race, clock=time.perf_counter):
    """Yield the Race after every call of a contestant, with all that has been measured; last, a FINISHED one.

    `f` and `race` as in `line_up`; what the race holds already is measured anew. `clock` gives seconds.
    """
    race = dataclasses.replace(race, state=RUNNING, results=tuple(map(Result, KINDS)))
    for place, kind in enumerate(KINDS):
        for result in Contestant(kind, f, race, clock).heats():
            results = (*race.results[:place], result, *race.results[place + 1 :])
            race = dataclasses.replace(race, results=results)
            yield race
    yield dataclasses.replace(race, state=FINISHED)


def machine():
    """Return what this machine is."""
    gpus = len(tf.config.list_physical_devices("GPU"))
    return Machine(os.cpu_count() or 1, platform.machine(), platform.system(), tf.__version__, gpus)


def rate_in(dtype, value):
    """Return a learning rate as a float; raise FunctionError unless it is positive and finite in `dtype`."""
    return _between("learning_rate", value, float(np.finfo(dtype).tiny), float(np.finfo(dtype).max), "0.1")


def time_in(value):
    """Return the seconds for each contestant as a float; raise FunctionError outside of what a learner waits for."""
    return _between("seconds", value, LEAST_SECONDS, MOST_SECONDS, "1.5")


def _between(name, value, least, most, example):
    number = float(value) if isinstance(value, (int, float, np.number)) and not isinstance(value, bool) else math.nan
    if not least <= number <= most:
        raise FunctionError(
            _(
                "{name} must be a number between {least:g} and {most:g}, for example {name}={example}; got {got!r}."
            ).format(name=name, least=least, most=most, example=example, got=value)
        )
    return number
