"""`needed`: the learning rate at which an update is half a ULP of x."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question
from widgets.exercises.seeds import spread


def _questions(rng):
    rates, (u, v, w) = spread(rng, 0.1, 2.0), spread(rng, 1.1, 1.9)
    given = [_given(*asked) for asked in zip((u, 16 * v, 256 * w), (-1, 1, -1), rates, strict=True)]
    return tuple(
        Question(f"x = {x!s}, gradient {gradient!s}", (x, gradient), _due(x, gradient)) for x, gradient in given
    )


def _given(x, sign, rate):
    """Return x and a gradient that needs about this rate, as float32."""
    x = np.float32(x)
    return x, np.float32(f"{sign * float(np.spacing(x)) / 2 / rate:.3g}")


def _due(x, gradient):
    return (_half(x) / abs(float(gradient)),)


def _half(x):
    """Return half a ULP of a float32."""
    return float(np.spacing(x)) / 2


def _instead(code, formula, sentence):
    """Return the misconception of answers with the numbers of `formula`. They may be tiny: only the ratio counts."""

    def test(evidence):
        if evidence.numbers is None:
            return False
        wrong = [formula(*outcome.question.given) for outcome in evidence.outcomes]
        return bool(np.isclose(evidence.numbers[:, 0], wrong, rtol=1e-4, atol=0.0).all())

    return Misconception(code, test, sentence)


NEEDED = Exercise(
    name="needed",
    columns=(_("rate"),),
    questions=_questions,
    misconceptions=(
        _instead(
            "WHOLE_ULP",
            lambda x, gradient: 2 * _half(x) / abs(float(gradient)),
            _("this makes the update a whole ULP. From half a ULP on, rounding already goes to the neighbour."),
        ),
        _instead(
            "SIGN_OF_GRADIENT",
            lambda x, gradient: _half(x) / float(gradient),
            _("a learning rate is positive, whichever way the gradient points: take its size, abs(gradient)."),
        ),
        _instead(
            "GRADIENT_FORGOTTEN",
            lambda x, gradient: _half(x),
            _("this is half a ULP itself. The update is rate times gradient, so divide by the gradient's size."),
        ),
        _instead(
            "MULTIPLIED",
            lambda x, gradient: _half(x) * abs(float(gradient)),
            _("the gradient multiplies. The update is rate times gradient: to get the rate, divide by it."),
        ),
        _instead(
            "UPSIDE_DOWN",
            lambda x, gradient: abs(float(gradient)) / _half(x),
            _("the fraction stands on its head: half a ULP over the gradient's size."),
        ),
        _instead(
            "FLOAT64_ULP",
            lambda x, gradient: np.spacing(float(x)) / 2 / abs(float(gradient)),
            _("this is the ULP of a float64: float(x) has 53 binary digits. Give np.spacing the float32 as it comes."),
        ),
        _instead(
            "SAME_ULP_EVERYWHERE",
            lambda x, gradient: _half(np.float32(1)) / abs(float(gradient)),
            _("this takes the ULP of 1 for every x. Larger numbers have wider ticks: np.spacing(x)."),
        ),
    ),
    hints=(
        _("The update is the rate times the gradient. Which rate makes that half of np.spacing(x)?"),
        _("Half a ULP, divided by the size of the gradient (abs)."),
        _("return np.spacing(x) / 2 / abs(gradient)"),
    ),
    right=_("any smaller rate leaves x where it is, however many steps you take."),
)
