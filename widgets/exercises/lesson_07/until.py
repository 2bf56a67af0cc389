"""`until`: minimize until every slope is small, and count the steps."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.lesson_07.valley import Valley
from widgets.exercises.predicates import raised_with
from widgets.exercises.reference_optimizers import sgd
from widgets.exercises.seeds import spread

_ENOUGH = 500  # calls of f after which an answer is stopped

_FEW, _SOME, _MANY = (2, 5), (6, 10), (11, 15)
"""From how many steps, to under how many."""


class Endless(Exception):
    """The answer goes on and on."""


def _questions(rng):
    rates, distances = spread(rng, 0.06, 0.21), spread(rng, 1.5, 3.0)
    steps = [int(rng.integers(*bounds)) for bounds in (_FEW, _SOME, _MANY)]
    return tuple(_question(*given) for given in zip(rates, steps, distances, (1, -1, 1), strict=True))


def _question(rate, steps, distance, side):
    """Ask for a size of the slopes that is passed clearly, half a step away from both neighbours.

    v decides: it is the slower one, and begins further away. Its slope is negative, that of u is of either sign.
    """
    valley, place = Valley(1.0, 0.5, -1.0, 1.0), (-1.0 + side * distance / 4, 1.0 - distance)
    small = float(f"{distance * (1 - rate) ** (steps - 0.5):.4g}")
    label = _("{rule}, slopes below {small}").format(rule=sgd(rate).label, small=small)
    return Question(label, (rate, valley, place, small), (steps,))


def _counted(answer, rate, valley, place, small):
    f, variables = valley.over(place)
    calls = iter(range(_ENOUGH))

    def watched():
        if next(calls, None) is None:
            raise Endless
        return f()

    return answer(sgd(rate).make(), watched, variables, small)


def _steps(rate, valley, place, is_over):
    """Return after how many steps `is_over(slopes, y)` holds: by hand, in float64."""
    place, steps = np.array(place, float), 0
    while steps < _ENOUGH and not is_over(valley.derivative(1, place), valley.derivative(0, place)):
        place, steps = place - rate * valley.derivative(1, place), steps + 1
    return steps


def _when(is_over):
    """Return the formula of answers that stop when `is_over(slopes, y, small)` holds."""
    return lambda rate, valley, place, small: _steps(rate, valley, place, lambda slopes, y: is_over(slopes, y, small))


def _smaller(slopes, _y, small):
    return (abs(slopes) < small).all()


UNTIL = Exercise(
    name="until",
    use=_counted,
    columns=(_("steps"),),
    questions=_questions,
    misconceptions=(
        Misconception(
            "NEVER_STOPS",
            lambda evidence: any(outcome.fault and outcome.fault.kind == "Endless" for outcome in evidence.outcomes),
            _(
                "after hundreds of steps it was still going, and was stopped. Take the slopes anew in each round of the loop."
            ),
        ),
        Misconception(
            "F_TAKES_NOTHING",
            raised_with("takes 0 positional", "f("),
            _(
                "f was called with something in its brackets. It takes nothing: it knows its Variables already. Write f()."
            ),
        ),
        mistaken(
            "SIGN_OF_GRADIENT",
            _when(lambda slopes, y, small: (slopes < small).all()),
            _("a slope of -6 is smaller than 0.1, and yet steep. Compare its size: abs(slope) < small."),
        ),
        mistaken(
            "ONE_IS_ENOUGH",
            _when(lambda slopes, y, small: (abs(slopes) < small).any()),
            _("it stops as soon as one slope is small. The other may still be steep: wait for all of them."),
        ),
        mistaken(
            "VALUE_NOT_SLOPE",
            _when(lambda slopes, y, small: y < small),
            _("it stops when y is small. How low a floor lies says nothing; look at the slopes."),
        ),
        mistaken(
            "ONE_TOO_MANY",
            lambda *given: _when(_smaller)(*given) + 1,
            _("this is one step too many. Look at the slopes before each step, and count the steps, not the looks."),
        ),
        mistaken(
            "ONE_TOO_FEW",
            lambda *given: _when(_smaller)(*given) - 1,
            _("this is one step too few: it stops while a slope is not yet small."),
        ),
    ),
    hints=(
        _("A `while` loop: as long as one of the slopes is not small, call minimize and count."),
        _("`gradients(f, variables)` tells the slopes without moving anything; abs() of each is what to compare."),
        _(
            "while max(abs(g.numpy()) for g in gradients(f, variables)) >= small:     # inside: minimize, and steps += 1"
        ),
    ),
    right=_("now the loop decides itself when it has done enough. No more guessing at a thousand."),
)
