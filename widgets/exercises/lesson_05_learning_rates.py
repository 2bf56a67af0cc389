"""Lesson 05: learning rates that reach the minimum in one step, only just converge, and oscillate forever."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from widgets.common.catalogue import _
from widgets.descent import verdicts
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import parabola
from widgets.exercises.exercise import Evidence, EvidenceTest, Exercise, Question, Questions, Rng, spread
from widgets.exercises.misconceptions import gave_numbers, wrong_behavior, wrong_formula

_BOWL = parabola(8.0, 2.0)


def _land_questions(rng: Rng) -> Questions:
    return tuple(Question(_("one step from {x}").format(x=x), (x,), (2.0,)) for x in spread(rng, -3.0, 1.5))


def _after_one_step(rate: float, x: float) -> float:
    return float(x - rate * _BOWL.derivative(1, x))


def _step_fractions_satisfy(test: Callable[[float], bool]) -> EvidenceTest:
    """Return a misconception's test: which fraction of the way to the minimum does any step go? 1 lands, more overshoots."""

    def holds(evidence: Evidence) -> bool:
        if evidence.numbers is None:
            return False
        starts = [outcome.question.given[0] for outcome in evidence.outcomes]
        return any(test((x - start) / (2.0 - start)) for x, start in zip(evidence.numbers[:, 0], starts, strict=True))

    return holds


LAND = Exercise(
    name="land",
    takes="widget",
    use="trait learning_rate",
    follows=_after_one_step,
    columns=("x",),
    questions=_land_questions,
    misconceptions=(
        wrong_formula(
            "RATE_OF_F",
            lambda x: _after_one_step(0.5, x),
            _("0.5 reaches the minimum of f in one step. The curvature of g is four times as large."),
            cause=_("This learning rate lands on another function, whose curvature is smaller."),
            repair=_("Compute 1/λ with the curvature of this function."),
        ),
        wrong_formula(
            "LIMIT_NOT_LANDING",
            lambda x: _after_one_step(0.25, x),
            _("with this learning rate x jumps to the other side, equally far away. It is 2/λ; you need half of it."),
            cause=_("The answer is 2/λ, where x oscillates forever, not the learning rate that lands."),
            repair=_("Use half of it, 1/λ."),
        ),
        wrong_formula(
            shared.CURVATURE_NOT_RATE,
            lambda x: _after_one_step(8.0, x),
            _("8 is the curvature λ. The learning rate that lands is 1/λ."),
        ),
        wrong_behavior(
            "TOO_SHORT",
            _step_fractions_satisfy(lambda share: 0 <= share < 1),
            _("the first step stops short of the minimum at 2. A larger learning rate goes further."),
            cause=_("The learning rate is too small to reach the minimum in one step."),
            repair=_("Raise the learning rate until one step reaches the minimum."),
        ),
        wrong_behavior(
            "TOO_FAR",
            _step_fractions_satisfy(lambda share: share > 1),
            _("the first step overshoots the minimum at 2. Use a smaller learning rate."),
            cause=_("The learning rate is so large that the first step overshoots the minimum."),
            repair=_("Lower the learning rate until one step reaches the minimum."),
        ),
    ),
    hints=(
        _("Look at the first step only. Below some learning rate it stops short of the minimum, above it overshoots."),
        _(
            "The learning rate that lands is 1/λ. How much does the slope of g change when x moves by 1? g′(x) = 8(x - 2)."
        ),
        _("landing.learning_rate = 0.125"),
    ),
    right=_("it is 1/λ: the larger the curvature, the smaller the learning rate that lands in one step."),
)
"""Asks for the learning rate that lands in one step on g(x) = 4(x - 2)², with a DescentExplorer: 1/λ = 1/8."""


_MANY_STEPS, _FAR = 1_000_000, 1000.0
_LARGER = 1.05
"""A position of the slider is about 3 % from the next, up to 5 % beside a marked one."""


def _largest_questions(rng: Rng) -> Questions:
    (x,) = spread(rng, -3.0, 1.0, 1)
    yours, more = _("your learning rate"), _("a learning rate 5% larger")
    return (
        Question(_("{rate}, a million steps from {x}").format(rate=yours, x=x), (1.0, x), (0.0,)),
        Question(_("{rate}, a million steps from {x}").format(rate=more, x=x), (_LARGER, x), (_FAR,)),
    )


def _final_distance(rate: float, factor: float, x: float) -> float:
    """Return the distance from the minimum after all steps, _FAR at most: each multiplies it by 1 - λ · learning rate."""
    with np.errstate(all="ignore"):
        left = np.abs((x - 2.0) * np.float64(1 - _BOWL.derivative(2, x) * rate * factor) ** _MANY_STEPS)
    return float(np.minimum(left, _FAR))


LARGEST = Exercise(
    name="largest",
    takes="widget",
    use="trait learning_rate",
    follows=_final_distance,
    columns=(_("distance"),),
    questions=_largest_questions,
    misconceptions=(
        wrong_behavior(
            "BOUNCES_FOR_EVER",
            gave_numbers(lambda distances, due: 1e-4 <= distances[0, 0] < _FAR),
            _("at exactly 2/λ, x oscillates forever and never gets nearer. The largest that converges is just below."),
            cause=_("The learning rate is the limit itself, which does not converge."),
            repair=_("Stay below 2/λ: at exactly 2/λ each step leads to the mirror image and back."),
        ),
        wrong_behavior(
            "DIVERGES",
            gave_numbers(lambda distances, due: (distances == _FAR).all()),
            _("with this learning rate it diverges (1000 means 1000 or more). Go below 2/λ."),
            cause=_("The learning rate is above 2/λ, so each step leads further away."),
            repair=_("Go below 2/λ."),
        ),
        wrong_behavior(
            "LARGER_CONVERGES_TOO",
            gave_numbers(lambda distances, due: (distances < 1e-4).all()),
            _("it converges, but so does a learning rate 5% larger. Keep raising it until it only just converges."),
            cause=_("The learning rate converges, but it is not the largest that does."),
            repair=_("Raise it until the next one no longer converges."),
        ),
    ),
    hints=(
        _(
            "Move up from the learning rate that lands. x overshoots and oscillates, but still converges. Where does that end?"
        ),
        _("The limit is 2/λ, twice the learning rate that lands. Which position of the slider is just below it?"),
        _("limit.learning_rate = 0.245     # the limit itself is 0.25"),
    ),
    right=_("just below 2/λ each step goes almost to the mirror image on the other side, but a little nearer."),
)
"""Asks for the largest learning rate of the slider that converges on g(x) = 4(x - 2)²: just below 2/λ = 1/4."""


_STEPS, _LAST_STEPS = 4_000, 64


def _bounce_questions(rng: Rng) -> Questions:
    return tuple(Question(_("from {x}").format(x=x), (x,), (2.0,)) for x in spread(rng, 0.3, 1.2))


def count_limit_points(rate: float, x: float) -> float:
    """Return between how many values x ends up on 1 - cos(x): 1 if it converges, by the verdict that the widget shows."""
    places = _places(rate, x)
    verdict = verdicts.judge(places, 1 - np.cos(places), np.sin(places))
    if verdict.kind in ("approaches", "lands", "oscillates in", "stalls"):
        return 1.0
    return float(len({round(float(place), 3) for place in places[-(verdict.period or _LAST_STEPS) :]}))


def _places(rate: float, x: float) -> npt.NDArray[np.float32]:
    """Return every x of gradient descent in float32, as in the widget, by the derivative in closed form: sin(x)."""
    places = [np.float32(x)]
    for _step in range(_STEPS):
        places.append(places[-1] - np.float32(rate) * np.sin(places[-1]))
    return np.array(places)


BOUNCE = Exercise(
    name="bounce",
    takes="widget",
    use="trait learning_rate",
    follows=count_limit_points,
    columns=(_("values of x"),),
    questions=_bounce_questions,
    misconceptions=(
        wrong_behavior(
            "COMES_TO_REST",
            gave_numbers(lambda counts, due: (counts == 1).any()),
            _(
                "with this learning rate x converges to the minimum, if slowly. To oscillate forever, it must be above 2/λ."
            ),
            cause=_("With this learning rate, gradient descent converges to the minimum."),
            repair=_("Use a learning rate above 2/λ, with the curvature at the minimum."),
        ),
        wrong_behavior(
            "TOO_MANY_PLACES",
            gave_numbers(lambda counts, due: (counts > 2).any()),
            _("it oscillates forever, but between more than two values. Use a smaller learning rate."),
            cause=_("The learning rate is so large that x visits more than two values."),
            repair=_("Use a smaller learning rate, not far above 2/λ."),
        ),
    ),
    hints=(
        _("Below 2/λ it converges. What happens above, on a curve that is not a parabola?"),
        _("At the minimum of 1 - cos(x) the curvature is cos(0) = 1, so 2/λ is 2. Go a little above that."),
        _("bouncing.learning_rate = 2.5"),
    ),
    right=_(
        "away from the minimum the curvature is smaller, so x does not diverge: it settles into a cycle of two values."
    ),
)
"""Asks for a learning rate with which x ends in a cycle of two values on 1 - cos(x): somewhat above 2/λ = 2."""
