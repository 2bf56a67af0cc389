"""`land`, with a DescentExplorer: the rate that arrives in one step on g(x) = 4(x - 2)²."""

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import by_trait
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.reference_functions import parabola
from widgets.exercises.seeds import spread

BOWL = parabola(8.0, 2.0)


def _questions(rng):
    return tuple(Question(_("one step from {x}").format(x=x), (x,), (2.0,)) for x in spread(rng, -3.0, 1.5))


def _one_step(rate, x):
    return x - rate * BOWL.derivative(1, x)


def _shares(evidence):
    """Which part of the way to the floor each step goes: 1 lands, more goes beyond it. Empty without numbers."""
    if evidence.numbers is None:
        return []
    starts = [outcome.question.given[0] for outcome in evidence.outcomes]
    return [(number - x) / (2.0 - x) for number, x in zip(evidence.numbers[:, 0], starts, strict=True)]


LAND = Exercise(
    name="land",
    takes="widget",
    use=by_trait("learning_rate", _one_step),
    columns=("x",),
    questions=_questions,
    misconceptions=(
        mistaken(
            "RATE_OF_F",
            lambda x: _one_step(0.5, x),
            _("0.5 lands on f, whose slope changes by 2 per unit. g bends four times as strongly."),
        ),
        mistaken(
            "LIMIT_NOT_LANDING",
            lambda x: _one_step(0.25, x),
            _("this rate throws x to the other side, just as far away. It is 2/λ; landing takes half of it."),
        ),
        mistaken(
            "CURVATURE_NOT_RATE",
            lambda x: _one_step(8.0, x),
            _("8 is the curvature λ. The rate that lands is 1/λ."),
        ),
        Misconception(
            "TOO_SHORT",
            lambda evidence: any(0 <= share < 1 for share in _shares(evidence)),
            _("the first step stops short of the floor at 2. A larger rate goes further."),
        ),
        Misconception(
            "TOO_FAR",
            lambda evidence: any(share > 1 for share in _shares(evidence)),
            _("the first step goes beyond the floor at 2. A smaller rate stops earlier."),
        ),
    ),
    hints=(
        _("Look at the first step only. Below some rate it stops short of the floor, above it goes beyond."),
        _("Landing takes 1/λ. How much does the slope of g change when x moves by 1? g′(x) = 8(x - 2)."),
        _("landing.learning_rate = 0.125"),
    ),
    right=_("1/λ: the stronger the bend, the smaller the rate that lands."),
)
