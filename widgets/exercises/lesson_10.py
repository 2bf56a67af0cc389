"""Lesson 10, beyond one parameter: the best learning rate for a narrow valley, and data in mini-batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.exercise import (
    Exercise,
    Formula,
    MisconceptionKind,
    Numbers,
    Question,
    Questions,
    Rng,
    spread,
)
from widgets.exercises.lesson_10_momentum_and_schedules import COOL, ROLL
from widgets.exercises.misconceptions import wrong_formula

_RATES_AVERAGED = MisconceptionKind(
    "RATES_AVERAGED",
    cause=_("The learning rates that land were averaged, and their mean is above the limit of the steep direction."),
    repair=_("Compare the factors 1 - rate · λ of a step, not the learning rates."),
)


def _best_rate_questions(rng: Rng) -> Questions:
    label = _("curvatures {low} and {high}")
    return tuple(
        Question(label.format(low=low, high=high), (low, high), (2 / (low + high),))
        for low, high in zip(spread(rng, 0.2, 1.0), spread(rng, 3.0, 9.0), strict=True)
    )


BEST_RATE = Exercise(
    name="best_rate",
    columns=(_("learning rate"),),
    questions=_best_rate_questions,
    misconceptions=(
        wrong_formula(
            "LANDS_ACROSS",
            lambda low, high: 1 / high,
            _(
                "this lands in the steep direction in one step, then creeps along the flat one. A larger learning rate overshoots "
                "in the steep direction, but is faster along the flat one."
            ),
            cause=_("The learning rate suits the steep direction alone, so x creeps along the flat one."),
            repair=_("Go closer to 2/λ of the steepest direction: x overshoots there, but is faster along the valley."),
        ),
        wrong_formula(
            "AT_THE_LIMIT",
            lambda low, high: 2 / high,
            _("with 2/high x oscillates across the valley forever. The best learning rate is a little below."),
            cause=_("The learning rate is 2/λ of the steepest direction, where x oscillates forever."),
            repair=_("Stay below the limit of the steepest direction."),
        ),
        wrong_formula(
            "LANDS_ALONG",
            lambda low, high: 1 / low,
            _("this lands in the flat direction. In the steep one it is far above 2/high, so x diverges."),
            cause=_("The learning rate suits the flat direction, but in the steep one it is far above the limit."),
            repair=_("The steepest direction decides: stay below 2/λ with its λ."),
        ),
        wrong_formula(
            "HALF_OF_IT",
            lambda low, high: 1 / (low + high),
            _("this is half of it: no direction overshoots. Solve 1 - rate·low = -(1 - rate·high)."),
            cause=_(
                "The learning rate is half of the best one, so no direction overshoots and the flat one lags behind."
            ),
            repair=_("Let the steep direction overshoot as much as the flat one falls short: 2 / (low + high)."),
        ),
        wrong_formula(
            _RATES_AVERAGED,
            lambda low, high: (1 / low + 1 / high) / 2,
            _(
                "this is the mean of the two learning rates that land. It is above the limit of the steep direction, so x "
                "diverges. Compare the factors, not the learning rates."
            ),
        ),
        wrong_formula(
            _RATES_AVERAGED,
            lambda low, high: 1 / np.sqrt(low * high),
            _(
                "this is the geometric mean of the two learning rates that land, which is above the limit. Compare the factors."
            ),
        ),
        wrong_formula(
            shared.CURVATURE_NOT_RATE,
            lambda low, high: (low + high) / 2,
            _("this is the mean of the two curvatures. The learning rate is 1 divided by it."),
        ),
    ),
    hints=(
        _(
            "A step multiplies one number by 1 - rate·low, the other by 1 - rate·high. When are these factors equally large?"
        ),
        _(
            "They have opposite signs: the flat direction does not overshoot, the steep one does. 1 - rate·low = rate·high - 1."
        ),
        _("return 2 / (low + high)"),
    ),
    right=_(
        "then both factors are (high - low) / (high + low). The larger the condition number, the nearer that is to 1."
    ),
)
"""Asks for the learning rate with which both directions of a valley shrink by the same factor: 2 / (low + high)."""


_SHAPES = ((4, 12), (5, 12), (3, 10))
"""Rows in a batch, and in all: once they divide evenly, twice a few are left."""

Batch: TypeAlias = tuple[Numbers, Numbers]
Gradient: TypeAlias = Callable[[Numbers, Numbers, Numbers], Numbers]


def _epoch_questions(rng: Rng) -> Questions:
    starts = zip(spread(rng, -1.0, 1.0), spread(rng, 0.0, 2.0), strict=True)
    asked = zip(_SHAPES, starts, spread(rng, 0.1, 0.35), strict=True)
    return tuple(_epoch_question(rng, *given) for given in asked)


def _epoch_question(rng: Rng, shape: tuple[int, int], start: tuple[float, float], rate: float) -> Question:
    size, rows = shape
    xs = rng.uniform(-1.0, 1.0, rows).round(2)
    ys = (2.0 * xs + 1.0 + rng.normal(0.0, 0.5, rows)).round(2)
    label = _("{rows} rows, {size} at a time, from w = {start}, learning rate {rate}")
    text = label.format(rows=rows, size=size, start=list(start), rate=rate)
    return Question(text, (start, xs, ys, size, rate), tuple(_one_epoch(start, xs, ys, size, rate)))


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
    use="data and a new Variable",
    columns=("w[0]", "w[1]"),
    questions=_epoch_questions,
    misconceptions=(
        wrong_formula(
            shared.FULL_BATCH,
            _full_batch,
            _("this is one step with all rows. Use `size` rows at a time, with a step for each batch."),
        ),
        wrong_formula(
            shared.ONE_STEP,
            _with_batches(lambda batches: batches[:1]),
            _("this is w after the first batch. Go on to the last one. Is `return` inside the loop?"),
        ),
        wrong_formula(
            shared.SAME_BATCH,
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
            shared.SUM_NOT_MEAN,
            lambda w, xs, ys, size, rate: _one_epoch(w, xs, ys, size, rate, _gradient_of_sum),
            _("the loss is the sum over the batch, so a larger batch makes a larger step. Use the mean."),
        ),
        wrong_formula(
            shared.SAME_GRADIENT,
            _gradients_at_start,
            _("all gradients were computed at the first w. Compute each at the w that the batch before has updated."),
        ),
        wrong_formula(
            shared.UPHILL,
            lambda w, xs, ys, size, rate: _one_epoch(w, xs, ys, size, -rate),
            _("this goes uphill, along the gradient. Subtract to go downhill."),
        ),
        wrong_formula(
            shared.RATE_FORGOTTEN,
            lambda w, xs, ys, size, rate: _one_epoch(w, xs, ys, size, 1.0),
            _("each step is the whole gradient. Multiply it by the learning rate."),
        ),
        wrong_formula(
            shared.NOT_MOVED,
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

EXERCISES = (BEST_RATE, ROLL, EPOCH, COOL)
