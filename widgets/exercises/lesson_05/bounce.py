"""`bounce`, with a DescentExplorer: a rate at which descent on 1 - cos(x) ends between two places."""

import math

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import by_trait
from widgets.exercises.exercise import Exercise, Misconception, Question
from widgets.exercises.seeds import spread

STEPS, KEPT = 20_000, 64


def _questions(rng):
    return tuple(Question(_("from {x}").format(x=x), (x,), (2.0,)) for x in spread(rng, 0.3, 1.2))


def _places(rate, x):
    """How many places the descent goes on visiting. One that still comes nearer has one place to go."""
    early = _after(rate, x, STEPS // 4)
    late = _after(rate, early[-1], STEPS)
    if max(late) - min(late) < 0.9 * (max(early) - min(early)):
        return 1.0
    return float(len({round(place, 3) for place in late}))


def _after(rate, x, steps):
    """Return the last places of a descent, by the derivative on paper: sin(x)."""
    places = []
    for step in range(steps):
        x = x - rate * math.sin(x)
        if step >= steps - KEPT:
            places.append(x)
    return places


def _counts(evidence):
    return [] if evidence.numbers is None else list(evidence.numbers[:, 0])


BOUNCE = Exercise(
    name="bounce",
    takes="widget",
    use=by_trait("learning_rate", _places),
    columns=(_("places"),),
    questions=_questions,
    misconceptions=(
        Misconception(
            "COMES_TO_REST",
            lambda evidence: any(count == 1 for count in _counts(evidence)),
            _("with this rate it comes to rest at the floor, if slowly. Bouncing takes a rate above 2/λ."),
        ),
        Misconception(
            "TOO_MANY_PLACES",
            lambda evidence: any(count > 2 for count in _counts(evidence)),
            _("it goes on and on, but between more than two places. A smaller rate keeps it to two."),
        ),
    ),
    hints=(
        _("Below 2/λ it comes to rest. What happens above it, on a curve that is no parabola?"),
        _("At the floor of 1 - cos(x) the curvature is cos(0) = 1, so 2/λ is 2. Go somewhat above that, not far."),
        _("bouncing.learning_rate = 2.5"),
    ),
    right=_(
        "away from the floor this curve bends less, so x is not thrown out for ever: it settles between two places."
    ),
)
