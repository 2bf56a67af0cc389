"""`largest`, with a DescentExplorer: the largest rate on the slider that still converges on g(x) = 4(x - 2)²."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import by_trait
from widgets.exercises.exercise import Exercise, Misconception, Question
from widgets.exercises.lesson_05.land import BOWL
from widgets.exercises.seeds import spread

STEPS, FAR = 1_000_000, 1000.0
MORE = 1.05
"""A position of the slider is about 3 % from the next, up to 5 % beside a marked one."""


def _questions(rng):
    (x,) = spread(rng, -3.0, 1.0, 1)
    yours, more = _("your rate"), _("a rate 5 % larger")
    return (
        Question(_("{rate}, a million steps from {x}").format(rate=yours, x=x), (1.0, x), (0.0,)),
        Question(_("{rate}, a million steps from {x}").format(rate=more, x=x), (MORE, x), (FAR,)),
    )


def _distance(rate, factor, x):
    """How far from the floor the descent ends, FAR at most: each step multiplies the distance by 1 - λ · rate."""
    with np.errstate(all="ignore"):
        left = np.abs((x - 2.0) * np.float64(1 - BOWL.derivative(2, x) * rate * factor) ** STEPS)
    return float(np.minimum(left, FAR))


def _ends(evidence, *tests):
    """Whether each distance passes its test."""
    numbers = evidence.numbers
    return numbers is not None and all(test(number) for test, number in zip(tests, numbers[:, 0], strict=True))


def _is_small(distance):
    return distance < 1e-4


def _is_what_it_was(distance):
    return 1e-4 <= distance < FAR


def _is_far(distance):
    return distance == FAR


def _is_any(distance):
    return True


LARGEST = Exercise(
    name="largest",
    takes="widget",
    use=by_trait("learning_rate", _distance),
    columns=(_("distance"),),
    questions=_questions,
    misconceptions=(
        Misconception(
            "BOUNCES_FOR_EVER",
            lambda evidence: _ends(evidence, _is_what_it_was, _is_any),
            _("at exactly 2/λ it bounces for ever and comes no nearer. The largest that converges is just below."),
        ),
        Misconception(
            "DIVERGES",
            lambda evidence: _ends(evidence, _is_far, _is_far),
            _("with this rate it goes further and further away (1000 stands for that and more). Go below 2/λ."),
        ),
        Misconception(
            "LARGER_CONVERGES_TOO",
            lambda evidence: _ends(evidence, _is_small, _is_small),
            _("it converges, but so it does with a rate 5 % larger. Go on until it only just does."),
        ),
    ),
    hints=(
        _(
            "Move up from the rate that lands. It overshoots, swings, and comes nearer, until at one rate it no longer does."
        ),
        _("That rate is 2/λ, twice the one that lands. What is the slider's position just below it?"),
        _("limit.learning_rate = 0.245     # the limit itself is 0.25"),
    ),
    right=_("just below 2/λ each step goes almost to the mirror image on the other side, and still a little nearer."),
)
