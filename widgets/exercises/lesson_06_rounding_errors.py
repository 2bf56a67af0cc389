"""Lesson 06: the smallest learning rate that moves x, and a formula that does not cancel."""

from __future__ import annotations

import numpy as np

from widgets.answers.answer_numbers import close
from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.exercise import (
    Evidence,
    Exercise,
    Formula,
    Kind,
    Misconception,
    Question,
    Questions,
    Rng,
    spread,
)
from widgets.exercises.misconceptions import wrong_behavior, wrong_formula


def _needed_questions(rng: Rng) -> Questions:
    rates, (u, v, w) = spread(rng, 0.1, 2.0), spread(rng, 1.1, 1.9)
    given = [_x_and_gradient(*asked) for asked in zip((u, 16 * v, 256 * w), (-1, 1, -1), rates, strict=True)]
    return tuple(
        Question(f"x = {x!s}, gradient {gradient!s}", (x, gradient), _smallest_rate(x, gradient))
        for x, gradient in given
    )


def _x_and_gradient(x: float, sign: int, rate: float) -> tuple[np.float32, np.float32]:
    """Return x and a gradient that needs about this learning rate, as float32."""
    rounded = np.float32(x)
    return rounded, np.float32(f"{sign * _half_ulp(rounded) / rate:.3g}")


def _smallest_rate(x: np.float32, gradient: np.float32) -> tuple[float]:
    return (_half_ulp(x) / abs(float(gradient)),)


def _half_ulp(x: np.float32) -> float:
    """Return half a ULP of a float32."""
    return float(np.spacing(x)) / 2


def _wrong_ratio(
    kind: str | Kind, formula: Formula, sentence: str, *, cause: str = "", repair: str = ""
) -> Misconception:
    """Return the misconception of answers with the numbers of `formula`. They may be tiny: only the ratio counts."""

    def test(evidence: Evidence) -> bool:
        wrong = [formula(*outcome.question.given) for outcome in evidence.outcomes]
        return evidence.numbers is not None and np.allclose(evidence.numbers[:, 0], wrong, rtol=1e-4, atol=0.0)

    return wrong_behavior(kind, test, sentence, cause=cause, repair=repair)


NEEDED = Exercise(
    name="needed",
    columns=(_("learning rate"),),
    questions=_needed_questions,
    misconceptions=(
        _wrong_ratio(
            "WHOLE_ULP",
            lambda x, gradient: 2 * _half_ulp(x) / abs(float(gradient)),
            _("this makes the update a whole ULP. From half a ULP on, x already rounds to its neighbor."),
            cause=_("The answer assumes that an update needs a whole ULP to move x."),
            repair=_("Use half a ULP: from there on, x rounds to its neighbor."),
        ),
        _wrong_ratio(
            shared.SIGN_OF_GRADIENT,
            lambda x, gradient: _half_ulp(x) / float(gradient),
            _("a learning rate is positive, whichever way the gradient points: take its size, abs(gradient)."),
        ),
        _wrong_ratio(
            "GRADIENT_FORGOTTEN",
            lambda x, gradient: _half_ulp(x),
            _(
                "this is half a ULP itself. The update is learning rate × gradient, so divide by the size of the gradient."
            ),
            cause=_("The answer is the size of the update, but the exercise asks for the learning rate."),
            repair=_("Divide by the size of the gradient: the update is learning rate × gradient."),
        ),
        _wrong_ratio(
            shared.MULTIPLIED,
            lambda x, gradient: _half_ulp(x) * abs(float(gradient)),
            _(
                "this multiplies by the gradient. The update is learning rate × gradient, so divide by the gradient instead."
            ),
        ),
        _wrong_ratio(
            shared.UPSIDE_DOWN,
            lambda x, gradient: abs(float(gradient)) / _half_ulp(x),
            _("the fraction is upside down: divide half a ULP by the size of the gradient."),
        ),
        _wrong_ratio(
            "FLOAT64_ULP",
            lambda x, gradient: np.spacing(float(x)) / 2 / abs(float(gradient)),
            _(
                "this is the ULP of a float64: float(x) has a 53-bit significand. Pass the float32 itself to np.spacing."
            ),
            cause=_("The ULP of a float64 was used instead of that of a float32."),
            repair=_("Pass the float32 itself to `np.spacing`, without `float` around it."),
        ),
        _wrong_ratio(
            "SAME_ULP_EVERYWHERE",
            lambda x, gradient: _half_ulp(np.float32(1)) / abs(float(gradient)),
            _("this uses the ULP of 1 for every x. Larger numbers have larger ULPs: np.spacing(x)."),
            cause=_("The ULP of 1 was used for every number."),
            repair=_("Call `np.spacing` with the number itself: larger numbers have larger ULPs."),
        ),
    ),
    hints=(
        _("The update is learning rate × gradient. Which learning rate makes that half of np.spacing(x)?"),
        _("Half a ULP, divided by the size of the gradient (abs)."),
        _("return np.spacing(x) / 2 / abs(gradient)"),
    ),
    right=_("any smaller learning rate leaves x where it is, however many steps you take."),
)
"""Asks for the learning rate whose update is half a ULP of x: np.spacing(x) / 2 / |gradient|."""


_OFFSETS = ((-3e-6, -1e-6), (2e-5, 9e-5), (-9e-4, -2e-4))
_FAR_FROM_ONE = 3.0
"""Far from 1 nothing cancels, so any way of writing the function is right."""


def _honest_questions(rng: Rng) -> Questions:
    near = [float(np.float32(1 + rng.uniform(*size))) for size in _OFFSETS]
    return tuple(Question(f"x = {np.float32(x)!s}", (x,), (1.0,)) for x in (*near, _FAR_FROM_ONE))


def _ratio_to_square(y: float, x: float) -> float:
    """Return y / (x - 1)²: x is a float32, and its difference from 1 is exact."""
    return y / (x - 1) ** 2


def _cancelled_near_one(evidence: Evidence) -> bool:
    """Return whether y is a multiple of 1's ULP near 1, as after a cancellation, and right where nothing cancels."""
    if evidence.numbers is None:
        return False
    x = np.array([outcome.question.given[0] for outcome in evidence.outcomes])
    ticks = evidence.numbers[:-1, 0] * (x[:-1] - 1) ** 2 * 2**25
    return bool(close(evidence.numbers[-1, 0], 1.0)) and np.allclose(ticks, np.round(ticks), rtol=0, atol=1e-3)


HONEST = Exercise(
    name="honest",
    use="float32",
    follows=_ratio_to_square,
    columns=("y / (x - 1)² =",),
    questions=_honest_questions,
    misconceptions=(
        wrong_formula(
            shared.DERIVATIVE_NOT_FUNCTION,
            lambda x: 2 / (x - 1),
            _("this is the derivative, 2(x - 1). The exercise asks for the function itself."),
        ),
        wrong_formula(
            "ONE_FACTOR",
            lambda x: 1 / (x - 1),
            _("this is x - 1. The exercise asks for its square."),
            cause=_("The answer is a difference, but the exercise asks for its square."),
            repair=_("Multiply the difference by itself."),
        ),
        wrong_behavior(
            "CANCELLED",
            _cancelled_near_one,
            _(
                "near 1, y is only a few whole ULPs of 1: two numbers near 1 are subtracted after they were rounded. "
                "Subtract first, while x - 1 is still exact, then multiply."
            ),
            cause=_("Two nearly equal numbers were subtracted after they had been rounded."),
            repair=_("Subtract first, while the difference is still exact, then multiply."),
        ),
    ),
    hints=(
        _("The polynomial is a square. What is its root?"),
        _("x² - 2x + 1 = (x - 1)². Near 1, x - 1 is exact in float32, and squaring it loses almost nothing."),
        _("return (x - 1) ** 2"),
    ),
    right=_(
        "x - 1 is exact near 1, and squaring it rounds only once. The order of the operations decides how much is lost."
    ),
)
"""Asks for x² - 2x + 1, written so that float32 does not cancel: its ratio to (x - 1)² in float64 should be 1."""
