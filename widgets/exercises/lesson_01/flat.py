"""`flat`: where is f(x) = x² - 2x + 1 level? The answer is a number."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken


def _left_of_it(evidence):
    return evidence.numbers is not None and evidence.numbers[0, 0] < 1


def _right_of_it(evidence):
    return evidence.numbers is not None and evidence.numbers[0, 0] > 1


FLAT = Exercise(
    name="flat",
    takes="number",
    use=lambda answer: answer,
    columns=("x =",),
    questions=lambda rng: (Question("", (), (1.0,)),),
    misconceptions=(
        mistaken(
            "SLOPE_NOT_PLACE",
            lambda: -2.0,
            _("-2 is the slope at 0. Wanted is the x where the slope is 0."),
        ),
        mistaken(
            "ZERO_IS_THE_SLOPE",
            lambda: 0.0,
            _("0 is the slope to look for; at x = 0 the slope is -2. At which x is it 0?"),
        ),
        Misconception(
            "STILL_FALLS",
            _left_of_it,
            _("there the slope is negative: f still falls, so its floor is further right."),
        ),
        Misconception(
            "ALREADY_CLIMBS",
            _right_of_it,
            _("there the slope is positive: f climbs already, so its floor is further left."),
        ),
    ),
    hints=(
        _("Type other numbers into the field `start` of the deck above, and watch the gradient. Where does it vanish?"),
        _("The slope of x² - 2x + 1 is 2x - 2. For which x is that 0?"),
        _("flat = 1.0"),
    ),
    right=_("at x = 1 the curve is level. You will see this place again: it is where gradient descent ends up."),
)
