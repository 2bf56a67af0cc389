"""How an answer is put to use: called with what a question hands over, read like a widget, run under a tape of ours.

An exercise names one of these uses. What comes back are the answer's own numbers; what follows from them, and what is
right, is the judge's business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import tensorflow as tf
from traitlets import HasTraits

from widgets.answers.answer_numbers import all_none
from widgets.answers.line_programs import run_order
from widgets.answers.loop_uses import LOOP_USES
from widgets.answers.model_uses import MODEL_USES
from widgets.answers.own_tape_uses import OWN_TAPE_USES

Use: TypeAlias = Callable[..., Any]
"""Takes an answer and what a question hands over, and returns what its numbers are read from; `...` is no answer."""


def call(answer: Any, *given: Any) -> Any:
    """Return what an answer returns when it is called with what the question hands over."""
    return answer(*given)


def take(answer: Any) -> Any:
    """Return an answer that is itself a number."""
    return answer


def by_trait(trait: str, initial_value: Callable[[Any], Any] | None = None) -> Use:
    """Read an answer that is a widget: what counts is the number that its trait holds.

    Args:
        trait: the name of the trait.
        initial_value: takes the widget and returns what its trait held when it was made; without
            it, the trait's default.

    Returns:
        The use. It accepts the number itself in place of the widget. A widget that nobody has touched is not an answer
        yet, so for that it returns `...`.
    """

    def use(answer: Any) -> Any:
        if not (isinstance(answer, HasTraits) and answer.has_trait(trait)):
            return answer
        value: object = getattr(answer, trait)
        untouched = initial_value(answer) if initial_value else answer.trait_defaults(trait)
        return ... if value == untouched else value

    return use


def value_and_slope(function: Callable[..., Any], start: float) -> Any:
    """Return the value of the learner's function, and the gradient that a tape of ours finds."""
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = function(x)
    if y is ...:
        return y
    return y, tape.gradient(y, x) if tf.is_tensor(y) else None


def value_and_slope_after(function: Callable[..., Any], x: float, then: Callable[[Any], Any]) -> Any:
    """Return [y, dz/dx] for y = function(x) and z = then(y), or y itself if it is not a number.

    `then` is there so that the upstream gradient of y is not 1.
    """
    x = tf.constant(x, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
        z = then(y) if _is_number(y) else None
    return y if z is None else [y, tape.gradient(z, x)]


def _is_number(y: object) -> bool:
    return tf.is_tensor(y) or isinstance(y, float | int | np.ndarray | np.number)


def value_and_slope_in_row(answer: Callable[..., Any], x: float) -> Any:
    """Call the answer with a vector, [x, 1]: a function for tensors must not use a Python `if`."""
    row = tf.constant([x, 1.0])
    with tf.GradientTape() as tape:
        tape.watch(row)
        y = answer(row)
    if not tf.is_tensor(y) or y.shape != row.shape:
        return y
    slope = tape.gradient(y, row)
    return [y[0], None if slope is None else slope[0]]


def value_and_gradient(answer: Callable[..., Any], row: Sequence[float]) -> Any:
    """Return the answer's one number for a vector, and its gradient."""
    vector = tf.constant(row, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(vector)
        length = answer(vector)
    return _with_gradient(length, tape, vector)


def of_float32(answer: Callable[..., Any], x: float) -> Any:
    """Call the answer with a float32 tensor."""
    return answer(tf.constant(x, tf.float32))


def of_tensors(answer: Callable[..., Any], *given: Any) -> Any:
    """Call the answer with everything as a float32 tensor: numbers, lists, rows of lists."""
    return answer(*_tensors(given))


def value_and_last_gradient(answer: Callable[..., Any], *given: Any) -> Any:
    """Call the answer with float32 tensors, and return its number and the gradient with respect to the last of them."""
    tensors = _tensors(given)
    with tf.GradientTape() as tape:
        tape.watch(tensors[-1])
        value = answer(*tensors)
    return _with_gradient(value, tape, tensors[-1])


def _with_gradient(value: Any, tape: tf.GradientTape, source: Any) -> Any:
    """Return the answer's one number and its gradient in a list; an array in its place is where the number would be."""
    is_array = getattr(value, "shape", ()) != ()
    if not (is_array or tf.is_tensor(value)):
        return value
    slopes = None if is_array else tape.gradient(value, source)
    return [value, *([None] * int(tf.size(source)) if slopes is None else np.reshape(slopes, -1))]


def _tensors(given: Sequence[Any]) -> list[Any]:
    return [tf.constant(part, tf.float32) for part in given]


def of_stacked(answer: Callable[..., Any], curves: Sequence[Callable[[Any], Any]], x: float, k: int) -> Any:
    """Call the answer with one function that stacks several."""
    return answer(lambda v: tf.stack([curve(v) for curve in curves]), x, k)


def table_as_row(answer: Callable[..., Any], function: object, point: Sequence[float]) -> object:
    """Run an answer that returns a matrix, and return its numbers row after row in a list; a matrix of None is None."""
    row = _flat(answer(function, list(point)))
    return None if all_none(row) else row


def _flat(value: Any) -> Any:
    """Return rows as one list, whatever they are made of. What has no rows stays as it is."""
    if isinstance(value, list | tuple):
        rows = [_flat(row) for row in value]
        return [number for row in rows for number in (row if isinstance(row, list) else [row])]
    return list(np.reshape(value, -1)) if len(getattr(value, "shape", ())) else value


def of_gradients(answer: Callable[..., Any], row: Sequence[float], limit: float) -> Any:
    """Call the answer with two gradients, of shapes (2,) and (), and return all their numbers in a list."""
    returned = answer([tf.constant(row[:2], tf.float32), tf.constant(row[2], tf.float32)], limit)
    if not isinstance(returned, list | tuple) or len(returned) != 2 or isinstance(returned[0], list | tuple):
        return returned
    first, second = map(np.asarray, returned)
    return [*first, second] if first.shape == (2,) else returned


USES: dict[str, Use] = {
    "call": call,
    "take": take,
    "order of lines": run_order,
    "trait at": by_trait("at", initial_value=lambda explorer: explorer.exploration.start()),
    "trait learning_rate": by_trait("learning_rate"),
    "trait next_rate": by_trait("next_rate"),
    "value and slope": value_and_slope,
    "value and slope after": value_and_slope_after,
    "value and slope in a row": value_and_slope_in_row,
    "value and gradient": value_and_gradient,
    "float32": of_float32,
    "tensors": of_tensors,
    "tensors, value and gradient": value_and_last_gradient,
    "stacked functions": of_stacked,
    "matrix": table_as_row,
    "list of gradients": of_gradients,
    **LOOP_USES,
    **MODEL_USES,
    **OWN_TAPE_USES,
}
"""Every use, by the name that exercises call it by."""
