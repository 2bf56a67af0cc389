"""`honest`: x² - 2x + 1, written so that float32 does not cancel. Judged by its ratio to (x - 1)² in float64."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.answer_numbers import NotNumeric, close, parse_numbers
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken

_SIZES = ((-3e-6, -1e-6), (2e-5, 9e-5), (-9e-4, -2e-4))
_FAR = 3.0
"""Far from 1 nothing cancels: there any way of writing it is right."""


def _questions(rng):
    near = [float(np.float32(1 + rng.uniform(*size))) for size in _SIZES]
    return tuple(Question(f"x = {np.float32(x)!s}", (x,), (1.0,)) for x in (*near, _FAR))


def _ratio(answer, x):
    """Return y / (x - 1)²: x is a float32, and its difference from 1 is exact."""
    y = answer(tf.constant(x, tf.float32))
    try:
        return parse_numbers(y, 1)[0] / (x - 1) ** 2
    except NotNumeric:
        return y


def _is_right_far_away_only(evidence):
    """Whether y is made of whole ticks of 1 near 1, as after a cancellation, and right where nothing cancels."""
    if evidence.numbers is None:
        return False
    x = np.array([outcome.question.given[0] for outcome in evidence.outcomes])
    ticks = evidence.numbers[:-1, 0] * (x[:-1] - 1) ** 2 * 2**25
    return bool(close(evidence.numbers[-1, 0], 1.0) and np.isclose(ticks, np.round(ticks), rtol=0, atol=1e-3).all())


HONEST = Exercise(
    name="honest",
    use=_ratio,
    columns=("y / (x - 1)² =",),
    questions=_questions,
    misconceptions=(
        mistaken(
            "DERIVATIVE_NOT_FUNCTION",
            lambda x: 2 / (x - 1),
            _("this is the derivative, 2(x - 1). Wanted is the function itself."),
        ),
        mistaken(
            "ONE_FACTOR",
            lambda x: 1 / (x - 1),
            _("this is x - 1. Wanted is its square."),
        ),
        Misconception(
            "CANCELLED",
            _is_right_far_away_only,
            _(
                "near 1 only whole ticks of 1 are left of y: somewhere two numbers near 1 are subtracted after rounding. "
                "Subtract first, while x - 1 is still exact, then multiply."
            ),
        ),
    ),
    hints=(
        _("The polynomial is the square of something. Of what?"),
        _("x² - 2x + 1 = (x - 1)². Near 1, x - 1 is exact in float32, and a square loses next to nothing."),
        _("return (x - 1) ** 2"),
    ),
    right=_("x - 1 is exact near 1, and squaring it rounds only once. The order of operations decides what is lost."),
)
