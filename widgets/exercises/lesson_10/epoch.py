"""`epoch`: one pass through data in mini-batches, with a step of plain descent for each. The model is a line."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.predicates import raised_with
from widgets.exercises.seeds import spread

SHAPES = ((4, 12), (5, 12), (3, 10))
"""Rows in a batch, and rows in all: once they come out even, twice a few are left."""


def _questions(rng):
    starts = zip(spread(rng, -1.0, 1.0), spread(rng, 0.0, 2.0), strict=True)
    asked = zip(SHAPES, starts, spread(rng, 0.1, 0.35), strict=True)
    return tuple(_question(rng, *given) for given in asked)


def _question(rng, shape, start, rate):
    size, rows = shape
    xs = rng.uniform(-1.0, 1.0, rows).round(2)
    ys = (2.0 * xs + 1.0 + rng.normal(0.0, 0.5, rows)).round(2)
    label = _("{rows} rows, {size} at a time, from w = {start}, rate {rate}")
    given = (start, xs, ys, size, rate)
    said = label.format(rows=rows, size=size, start=list(start), rate=rate)
    return Question(said, given, tuple(_pass(*given)))


def _with_fresh_weights(answer, start, xs, ys, size, rate):
    """Hand over a new Variable and the data in float32, as the lesson has them."""
    return answer(tf.Variable(start, dtype=tf.float32), xs.astype(np.float32), ys.astype(np.float32), size, rate)


def _gradient(w, x, y):
    """Return the gradient of the mean of (w₀·x + w₁ - y)², on paper."""
    off = w[0] * x + w[1] - y
    return 2 * np.array([np.mean(off * x), np.mean(off)])


def _pass(w, xs, ys, size, rate, gradient=_gradient):
    return _steps(np.array(w), _batches(xs, ys, size), rate, gradient)


def _steps(w, batches, rate, gradient=_gradient):
    for x, y in batches:
        w = w - rate * gradient(w, x, y)
    return w


def _batches(xs, ys, size):
    return [(xs[at : at + size], ys[at : at + size]) for at in range(0, len(xs), size)]


def _summed(w, x, y):
    return _gradient(w, x, y) * len(x)


def _instead(chosen):
    """Return the formula of a pass through other batches: `chosen(batches)` in place of them all."""
    return lambda w, xs, ys, size, rate: _steps(np.array(w), chosen(_batches(xs, ys, size)), rate)


def _whole(w, xs, ys, size, rate):
    return _steps(np.array(w), [(xs, ys)], rate)


def _none_left(w, xs, ys, size, rate):
    return _steps(np.array(w), [(x, y) for x, y in _batches(xs, ys, size) if len(x) == size], rate)


def _all_from_the_start(w, xs, ys, size, rate):
    return np.array(w) - rate * sum(_gradient(w, x, y) for x, y in _batches(xs, ys, size))


EPOCH = Exercise(
    name="epoch",
    use=_with_fresh_weights,
    columns=("w[0]", "w[1]"),
    questions=_questions,
    misconceptions=(
        Misconception(
            "GRADIENT_NONE",
            raised_with("None"),
            _(
                "the gradient is None. Is the loss worked out inside the block of the tape, from the w that was handed in?"
            ),
        ),
        mistaken(
            "FULL_BATCH",
            _whole,
            _("this is one step with all rows at once. Take `size` rows at a time, with a step for each batch."),
        ),
        mistaken(
            "ONE_STEP",
            _instead(lambda batches: batches[:1]),
            _("this is where the first batch leads. Go on to the last one. Is `return` inside the loop?"),
        ),
        mistaken(
            "SAME_BATCH",
            _instead(lambda batches: batches[:1] * len(batches)),
            _("there are enough steps, and every one sees the first rows again. Move on: xs[at:at + size]."),
        ),
        mistaken(
            "REST_DROPPED",
            _none_left,
            _("the rows at the end, too few for a whole batch, never had their turn. They are a batch, too."),
        ),
        mistaken(
            "SUM_NOT_MEAN",
            lambda *given: _pass(*given, gradient=_summed),
            _("the loss is summed over the batch, so a larger batch makes a larger step. Take the mean."),
        ),
        mistaken(
            "SAME_GRADIENT",
            _all_from_the_start,
            _(
                "all gradients were taken at the first w. Each batch has to find the w that the batch before left behind."
            ),
        ),
        mistaken(
            "UPHILL",
            lambda w, xs, ys, size, rate: _pass(w, xs, ys, size, -rate),
            _("this climbs: the step goes along the gradient. Downhill is against it, so subtract."),
        ),
        mistaken(
            "RATE_FORGOTTEN",
            lambda w, xs, ys, size, rate: _pass(w, xs, ys, size, 1.0),
            _("each step is the whole gradient. Multiply it by the learning rate."),
        ),
        mistaken(
            "NOT_MOVED",
            lambda w, xs, ys, size, rate: np.array(w),
            _("this is still the start. Working out a new w does not change the Variable; w.assign_sub does."),
        ),
    ),
    hints=(
        _("A loop over the places where the batches begin: 0, size, 2 · size and so on. Inside it is one step."),
        _("range(0, len(xs), size) counts them. A slice that reaches beyond the end simply stops there."),
        _("y = loss(w, xs[at:at + size], ys[at:at + size])     # recorded, in `for at in range(0, len(xs), size):`"),
    ),
    right=_("as many steps for one look at the data as there are batches, and every row had its turn once."),
)
