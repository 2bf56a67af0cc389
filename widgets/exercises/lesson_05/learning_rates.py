"""Lesson 05: learning rates that reach the minimum in one step, only just converge, and oscillate forever."""

import math

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import by_trait
from widgets.exercises.exercise import Exercise, Question, wrong_behavior, wrong_formula
from widgets.exercises.reference_functions import parabola
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import CURVATURE_NOT_RATE

_BOWL = parabola(8.0, 2.0)


def _land_questions(rng):
    return tuple(Question(_("one step from {x}").format(x=x), (x,), (2.0,)) for x in spread(rng, -3.0, 1.5))


def _after_one_step(rate, x):
    return x - rate * _BOWL.derivative(1, x)


def _step_fractions(evidence):
    """Which part of the way to the floor each step goes: 1 lands, more goes beyond it. Empty without numbers."""
    if evidence.numbers is None:
        return []
    starts = [outcome.question.given[0] for outcome in evidence.outcomes]
    return [(number - x) / (2.0 - x) for number, x in zip(evidence.numbers[:, 0], starts, strict=True)]


LAND = Exercise(
    name="land",
    takes="widget",
    use=by_trait("learning_rate", _after_one_step),
    columns=("x",),
    questions=_land_questions,
    misconceptions=(
        wrong_formula(
            "RATE_OF_F",
            lambda x: _after_one_step(0.5, x),
            _("0.5 lands on f, whose slope changes by 2 per unit. g bends four times as strongly."),
            cause=_("The rate that lands on one function was used for another that bends more strongly."),
            repair=_("Work out 1/λ with the curvature of the function at hand."),
        ),
        wrong_formula(
            "LIMIT_NOT_LANDING",
            lambda x: _after_one_step(0.25, x),
            _("this rate throws x to the other side, just as far away. It is 2/λ; landing takes half of it."),
            cause=_("2/λ, where descent bounces, was taken for the rate that lands."),
            repair=_("Take half of it: 1/λ."),
        ),
        wrong_formula(
            CURVATURE_NOT_RATE,
            lambda x: _after_one_step(8.0, x),
            _("8 is the curvature λ. The rate that lands is 1/λ."),
        ),
        wrong_behavior(
            "TOO_SHORT",
            lambda evidence: any(0 <= share < 1 for share in _step_fractions(evidence)),
            _("the first step stops short of the floor at 2. A larger rate goes further."),
            cause=_("The rate is smaller than the one that lands: the step stops short of the floor."),
            repair=_("Take a larger rate, until one step arrives."),
        ),
        wrong_behavior(
            "TOO_FAR",
            lambda evidence: any(share > 1 for share in _step_fractions(evidence)),
            _("the first step goes beyond the floor at 2. A smaller rate stops earlier."),
            cause=_("The rate is larger than the one that lands: the step goes beyond the floor."),
            repair=_("Take a smaller rate, until one step arrives."),
        ),
    ),
    hints=(
        _("Look at the first step only. Below some rate it stops short of the floor, above it goes beyond."),
        _("Landing takes 1/λ. How much does the slope of g change when x moves by 1? g′(x) = 8(x - 2)."),
        _("landing.learning_rate = 0.125"),
    ),
    right=_("1/λ: the stronger the bend, the smaller the rate that lands."),
)
"""`land`, with a DescentExplorer: the rate that arrives in one step on g(x) = 4(x - 2)²."""


_MANY_STEPS, _FAR = 1_000_000, 1000.0
_LARGER = 1.05
"""A position of the slider is about 3 % from the next, up to 5 % beside a marked one."""


def _largest_questions(rng):
    (x,) = spread(rng, -3.0, 1.0, 1)
    yours, more = _("your rate"), _("a rate 5 % larger")
    return (
        Question(_("{rate}, a million steps from {x}").format(rate=yours, x=x), (1.0, x), (0.0,)),
        Question(_("{rate}, a million steps from {x}").format(rate=more, x=x), (_LARGER, x), (_FAR,)),
    )


def _final_distance(rate, factor, x):
    """How far from the floor the descent ends, FAR at most: each step multiplies the distance by 1 - λ · rate."""
    with np.errstate(all="ignore"):
        left = np.abs((x - 2.0) * np.float64(1 - _BOWL.derivative(2, x) * rate * factor) ** _MANY_STEPS)
    return float(np.minimum(left, _FAR))


def _distances_satisfy(evidence, *tests):
    """Whether each distance passes its test."""
    numbers = evidence.numbers
    return numbers is not None and all(test(number) for test, number in zip(tests, numbers[:, 0], strict=True))


def _converged(distance):
    return distance < 1e-4


def _kept_its_distance(distance):
    return 1e-4 <= distance < _FAR


def _diverged(distance):
    return distance == _FAR


def _anywhere(distance):
    return True


LARGEST = Exercise(
    name="largest",
    takes="widget",
    use=by_trait("learning_rate", _final_distance),
    columns=(_("distance"),),
    questions=_largest_questions,
    misconceptions=(
        wrong_behavior(
            "BOUNCES_FOR_EVER",
            lambda evidence: _distances_satisfy(evidence, _kept_its_distance, _anywhere),
            _("at exactly 2/λ it bounces for ever and comes no nearer. The largest that converges is just below."),
            cause=_("The limit itself was taken for a rate that converges."),
            repair=_("Stay below 2/λ: at exactly 2/λ each step leads to the mirror image, and back."),
        ),
        wrong_behavior(
            "DIVERGES",
            lambda evidence: _distances_satisfy(evidence, _diverged, _diverged),
            _("with this rate it goes further and further away (1000 stands for that and more). Go below 2/λ."),
            cause=_("The rate is above 2/λ, so that each step leads further away."),
            repair=_("Go below 2/λ."),
        ),
        wrong_behavior(
            "LARGER_CONVERGES_TOO",
            lambda evidence: _distances_satisfy(evidence, _converged, _converged),
            _("it converges, but so it does with a rate 5 % larger. Go on until it only just does."),
            cause=_("A rate that converges was taken for the largest one."),
            repair=_("Go on up, until the next rate no longer converges."),
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
"""`largest`, with a DescentExplorer: the largest rate on the slider that still converges on g(x) = 4(x - 2)²."""


_SETTLING_STEPS, _LAST_STEPS = 20_000, 64


def _bounce_questions(rng):
    return tuple(Question(_("from {x}").format(x=x), (x,), (2.0,)) for x in spread(rng, 0.3, 1.2))


def count_limit_points(rate, x):
    """How many places the descent goes on visiting. One that still comes nearer has one place to go."""
    early = _last_positions(rate, x, _SETTLING_STEPS // 4)
    late = _last_positions(rate, early[-1], _SETTLING_STEPS)
    if max(late) - min(late) < 0.9 * (max(early) - min(early)):
        return 1.0
    return float(len({round(place, 3) for place in late}))


def _last_positions(rate, x, steps):
    """Return the last places of a descent, by the derivative on paper: sin(x)."""
    places = []
    for step in range(steps):
        x = x - rate * math.sin(x)
        if step >= steps - _LAST_STEPS:
            places.append(x)
    return places


def _limit_point_counts(evidence):
    return [] if evidence.numbers is None else list(evidence.numbers[:, 0])


BOUNCE = Exercise(
    name="bounce",
    takes="widget",
    use=by_trait("learning_rate", count_limit_points),
    columns=(_("places"),),
    questions=_bounce_questions,
    misconceptions=(
        wrong_behavior(
            "COMES_TO_REST",
            lambda evidence: any(count == 1 for count in _limit_point_counts(evidence)),
            _("with this rate it comes to rest at the floor, if slowly. Bouncing takes a rate above 2/λ."),
            cause=_("The rate is one with which descent comes to rest at the floor."),
            repair=_("Take a rate above 2/λ, with the curvature at the floor."),
        ),
        wrong_behavior(
            "TOO_MANY_PLACES",
            lambda evidence: any(count > 2 for count in _limit_point_counts(evidence)),
            _("it goes on and on, but between more than two places. A smaller rate keeps it to two."),
            cause=_("The rate is so large that descent goes round more than two places."),
            repair=_("Take a smaller rate, not far above 2/λ."),
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
"""`bounce`, with a DescentExplorer: a rate at which descent on 1 - cos(x) ends between two places."""
