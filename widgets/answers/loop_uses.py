"""How answers are put to use that make steps: loops with an optimizer, and functions that are to become graphs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Array, Variable

Function = Callable[..., Any]
Maker = Callable[[], Any]
"""Returns a new optimizer: a used one remembers its Variables."""


class CallCounter:
    """A function that counts in `runs` how often Python runs it: once per trace of a `tf.function`, else every time."""

    def __init__(self, function: Function) -> None:
        self.function, self.runs = function, 0

    def __call__(self, *given: Any) -> Any:
        """Count, and run the function."""
        self.runs += 1
        return self.function(*given)


def one_trace_or_all(runs: int, most: int) -> int:
    """Return 1 for `most` runs or fewer, which is how often tracing runs a function, and else their number.

    TensorFlow traces a `tf.function` more than once if it makes Variables of its own
    (https://www.tensorflow.org/guide/function#creating_tfvariables), so more than one run can be right.
    """
    return 1 if 1 <= runs <= most else runs


def over(function: Function, place: Sequence[float]) -> tuple[Maker, list[Variable]]:
    """Return (f, variables): a function of two numbers as one without parameters, and new Variables that it reads."""
    u, v = variables = [tf.Variable(float(number)) for number in place]
    return (lambda: function(u, v)), variables


def with_optimizer(answer: Function, make: Maker, *given: Any) -> Any:
    """Call the answer with a new optimizer."""
    return answer(make(), *given)


def of_variables(answer: Function, function: Function, place: Sequence[float]) -> Any:
    """Call the answer with f and the Variables that it reads."""
    return answer(*over(function, place))


def minimize(answer: Function, make: Maker, function: Function, place: Sequence[float], steps: int) -> Any:
    """Return the Variables after `steps` calls with a new optimizer."""
    f, variables = over(function, place)
    optimizer = make()
    for _call in range(steps):
        if answer(optimizer, f, variables) is ...:
            return ...
    return [float(variable) for variable in variables]


_MOST_STEP_TRACES = 2  # an optimizer that makes its variables in the first call is traced twice


def make_step(answer: Function, make: Maker, function: Function, place: Sequence[float], calls: int) -> Any:
    """Return the Variables after all calls of the step, and how often Python ran f."""
    f, variables = over(function, place)
    counted = CallCounter(f)
    step = answer(make(), counted, variables)
    if not callable(step):
        return step
    for _call in range(calls):
        step()
    return [*map(float, variables), one_trace_or_all(counted.runs, _MOST_STEP_TRACES)]


MOST_CALLS = 200
"""Calls of f after which an answer is stopped: the right one needs 15."""


class Endless(Exception):
    """The answer does not stop."""


def until(answer: Function, make: Maker, function: Function, place: Sequence[float], small: float) -> Any:
    """Call the answer with an f that stops it after many calls."""
    f, variables = over(function, place)
    calls = iter(range(MOST_CALLS))

    def watched() -> Any:
        if next(calls, None) is None:
            raise Endless
        return f()

    return answer(make(), watched, variables, small)


CALL_OFFSETS = (-1.0, 1.0, 0.0)
"""A graph is called at three places, the last of which is the one asked about."""


def call_at_offsets(answer: Function, function: Function, x: float) -> Any:
    """Return what the graph returns at x, and how often Python ran the function."""
    counted = CallCounter(function)
    compiled = answer(counted)
    if not callable(compiled):
        return compiled
    for away in CALL_OFFSETS:
        returned = compiled(tf.constant(x + away))
    parts = returned if isinstance(returned, list | tuple) else [returned]
    return [*parts, counted.runs]


def call_twice_at_each(answer: Function, function: Function, *numbers: float) -> Any:
    """Return the slopes at Python numbers, each asked for twice, and how often Python ran the function."""
    counted = CallCounter(function)
    slope = answer(counted)
    if not callable(slope):
        return slope
    slopes = [slope(x) for x in (*numbers, *numbers)]
    return [*slopes[: len(numbers)], counted.runs]


EPOCHS = (5, 8)
"""Of the two calls of a training loop."""

_MOST_TRAIN_TRACES = 4  # two Python numbers, each of which may be traced twice


def call_train_twice(answer: Function, function: Function, start: float, rate: float) -> Any:
    """Return x after the first and the second call, and how many steps Python made itself.

    The same two calls follow once more: only an answer that is not a graph runs in Python then, too.
    """
    counted = CallCounter(function)
    train = answer(counted, start, rate)
    if not callable(train):
        return train
    places = [train(epochs) for epochs in EPOCHS]
    if any(place is ... for place in places):
        return ...
    numbers = [place.numpy() if hasattr(place, "numpy") else place for place in places]
    for epochs in EPOCHS:
        train(epochs)
    return [*numbers, 0 if counted.runs <= _MOST_TRAIN_TRACES else counted.runs]


def with_variable(answer: Function, start: Sequence[float], xs: Array, ys: Array, size: int, rate: float) -> Any:
    """Call the answer with a new Variable and the data in float32, as the lesson has them."""
    return answer(tf.Variable(start, dtype=tf.float32), xs.astype(np.float32), ys.astype(np.float32), size, rate)


LOOP_USES: dict[str, Function] = {
    "new optimizer": with_optimizer,
    "f and its Variables": of_variables,
    "calls of minimize": minimize,
    "a step as a graph": make_step,
    "until it stops": until,
    "a graph at three places": call_at_offsets,
    "a graph at each number twice": call_twice_at_each,
    "a loop as a graph": call_train_twice,
    "data and a new Variable": with_variable,
}
"""The uses of this module, by the names that exercises call them by."""
