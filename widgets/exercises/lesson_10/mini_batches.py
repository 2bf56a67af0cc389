"""Lesson 10: one pass through data in mini-batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import (
    Answer,
    Exercise,
    Formula,
    Numbers,
    Question,
    Questions,
    Rng,
    wrong_behavior,
    wrong_formula,
)
from widgets.exercises.predicates import raised_with
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import (
    FULL_BATCH,
    GRADIENT_NONE,
    NOT_MOVED,
    ONE_STEP,
    RATE_FORGOTTEN,
    SAME_BATCH,
    SAME_GRADIENT,
    SUM_NOT_MEAN,
    UPHILL,
)

_SHAPES = ((4, 12), (5, 12), (3, 10))
"""Rows in a batch, and in all: once they divide evenly, twice a few are left."""

Batch: TypeAlias = tuple[Numbers, Numbers]
Gradient: TypeAlias = Callable[[Numbers, Numbers, Numbers], Numbers]


def _questions(rng: Rng) -> Questions:
    starts = zip(spread(rng, -1.0, 1.0), spread(rng, 0.0, 2.0), strict=True)
    asked = zip(_SHAPES, starts, spread(rng, 0.1, 0.35), strict=True)
    return tuple(_question(rng, *given) for given in asked)


def _question(rng: Rng, shape: tuple[int, int], start: tuple[float, float], rate: float) -> Question:
    size, rows = shape
    xs = rng.uniform(-1.0, 1.0, rows).round(2)
    ys = (2.0 * xs + 1.0 + rng.normal(0.0, 0.5, rows)).round(2)
    label = _("{rows} rows, {size} at a time, from w = {start}, learning rate {rate}")
    text = label.format(rows=rows, size=size, start=list(start), rate=rate)
    return Question(text, (start, xs, ys, size, rate), tuple(_one_epoch(start, xs, ys, size, rate)))


def _call_with_new_variable(
    answer: Answer, start: tuple[float, float], xs: Numbers, ys: Numbers, size: int, rate: float
) -> Any:
    """Call the answer with a new Variable and the data in float32, as the lesson has them."""
    return answer(tf.Variable(start, dtype=tf.float32), xs.astype(np.float32), ys.astype(np.float32), size, rate)


def _gradient(w: Numbers, x: Numbers, y: Numbers) -> Numbers:
    """Return the gradient of the mean of (w₀·x + w₁ - y)², in closed form."""
    off = w[0] * x + w[1] - y
    return 2 * np.array([np.mean(off * x), np.mean(off)])


def _one_epoch(
    start: npt.ArrayLike, xs: Numbers, ys: Numbers, size: int, rate: float, gradient: Gradient = _gradient
) -> Numbers:
    """Return w after one epoch in mini-batches."""
    return _descend(np.array(start), _batches(xs, ys, size), rate, gradient)


def _descend(w: Numbers, batches: list[Batch], rate: float, gradient: Gradient = _gradient) -> Numbers:
    for x, y in batches:
        w = w - rate * gradient(w, x, y)
    return w


def _batches(xs: Numbers, ys: Numbers, size: int) -> list[Batch]:
    return [(xs[at : at + size], ys[at : at + size]) for at in range(0, len(xs), size)]


def _gradient_of_sum(w: Numbers, x: Numbers, y: Numbers) -> Numbers:
    return _gradient(w, x, y) * len(x)


def _with_batches(chosen: Callable[[list[Batch]], list[Batch]]) -> Formula:
    """Return the formula of epochs with other batches: `chosen(batches)` instead of all."""
    return lambda w, xs, ys, size, rate: _descend(np.array(w), chosen(_batches(xs, ys, size)), rate)


def _full_batch(w: Numbers, xs: Numbers, ys: Numbers, size: int, rate: float) -> Numbers:
    return _descend(np.array(w), [(xs, ys)], rate)


def _rest_dropped(w: Numbers, xs: Numbers, ys: Numbers, size: int, rate: float) -> Numbers:
    return _descend(np.array(w), [(x, y) for x, y in _batches(xs, ys, size) if len(x) == size], rate)


def _gradients_at_start(w: Numbers, xs: Numbers, ys: Numbers, size: int, rate: float) -> Numbers:
    return np.array(w) - rate * sum(_gradient(w, x, y) for x, y in _batches(xs, ys, size))


EPOCH = Exercise(
    name="epoch",
    use=_call_with_new_variable,
    columns=("w[0]", "w[1]"),
    questions=_questions,
    misconceptions=(
        wrong_behavior(
            GRADIENT_NONE,
            raised_with("None"),
            _(
                "the gradient is None. Is the loss computed inside the block of the tape, from the w that is passed as an argument?"
            ),
        ),
        wrong_formula(
            FULL_BATCH,
            _full_batch,
            _("this is one step with all rows. Use `size` rows at a time, with a step for each batch."),
        ),
        wrong_formula(
            ONE_STEP,
            _with_batches(lambda batches: batches[:1]),
            _("this is w after the first batch. Go on to the last one. Is `return` inside the loop?"),
        ),
        wrong_formula(
            SAME_BATCH,
            _with_batches(lambda batches: batches[:1] * len(batches)),
            _("the number of steps is right, but every step uses the first rows. Move on: xs[at:at + size]."),
        ),
        wrong_formula(
            "REST_DROPPED",
            _rest_dropped,
            _("the last rows, too few for a whole batch, were not used. They are a batch, too."),
            cause=_("The last rows, too few for a whole batch, were dropped."),
            repair=_("Allow the last batch to be smaller: a slice that reaches beyond the end stops there."),
        ),
        wrong_formula(
            SUM_NOT_MEAN,
            lambda w, xs, ys, size, rate: _one_epoch(w, xs, ys, size, rate, _gradient_of_sum),
            _("the loss is the sum over the batch, so a larger batch makes a larger step. Use the mean."),
        ),
        wrong_formula(
            SAME_GRADIENT,
            _gradients_at_start,
            _("all gradients were computed at the first w. Compute each at the w that the batch before has updated."),
        ),
        wrong_formula(
            UPHILL,
            lambda w, xs, ys, size, rate: _one_epoch(w, xs, ys, size, -rate),
            _("this goes uphill, along the gradient. Subtract to go downhill."),
        ),
        wrong_formula(
            RATE_FORGOTTEN,
            lambda w, xs, ys, size, rate: _one_epoch(w, xs, ys, size, 1.0),
            _("each step is the whole gradient. Multiply it by the learning rate."),
        ),
        wrong_formula(
            NOT_MOVED,
            lambda w, xs, ys, size, rate: np.array(w),
            _("this is still the start. Computing a new w does not change the Variable; w.assign_sub does."),
        ),
    ),
    hints=(
        _("Loop over the rows where the batches begin: 0, size, 2 · size, and so on. Inside the loop is one step."),
        _("range(0, len(xs), size) gives these numbers. A slice that reaches beyond the end stops there."),
        _("y = loss(w, xs[at:at + size], ys[at:at + size])     # recorded, in `for at in range(0, len(xs), size):`"),
    ),
    right=_("one epoch makes one step for each batch, and uses every row once."),
)
"""Asks for one epoch of linear regression in mini-batches, an SGD step for each: compared with NumPy's float64."""
