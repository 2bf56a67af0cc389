"""`total`: the slope of x + x² + x³, added up in a loop without losing the way back."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, at, mistaken
from widgets.exercises.seeds import spread
from widgets.exercises.tape_checks import diagnosed_as

TOTAL = Exercise(
    name="total",
    columns=(_("slope"),),
    questions=lambda rng: tuple(at(x, 1 + 2 * x + 3 * x**2) for x in spread(rng, 0.5, 2.5)),
    misconceptions=(
        Misconception(
            "ASSIGNED_IN_TAPE",
            diagnosed_as("ASSIGNED_IN_TAPE"),
            _(
                "None: the total is still a Variable, and what is assigned to one keeps no way back. Use a plain number."
            ),
        ),
        mistaken(
            "LAST_ONLY",
            lambda x: 3 * x**2,
            _("this is the slope of the last term alone: each round overwrote what was there. Add to it."),
        ),
        mistaken(
            "VALUE_NOT_DERIVATIVE",
            lambda x: x + x**2 + x**3,
            _("this is the total itself, not its slope."),
        ),
    ),
    hints=(
        _("The total should not be a Variable: what is assigned to one leaves no track on the tape."),
        _("Begin with total = 0.0, an ordinary number, and let each round make a new total."),
        _("total = total + x**power"),
    ),
    right=_("each new total is a tensor that remembers how it was made."),
)
