"""`double`: twice a number, to meet functions as answers."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, at, mistaken
from widgets.exercises.seeds import spread

DOUBLE = Exercise(
    name="double",
    columns=(_("double"),),
    questions=lambda rng: tuple(at(x, 2 * x) for x in spread(rng, 2.5, 6.0)),
    misconceptions=(
        mistaken(
            "SQUARE_NOT_DOUBLE",
            lambda x: x * x,
            _("this is x times x. Wanted is two times x."),
        ),
        mistaken(
            "TWO_ADDED",
            lambda x: x + 2,
            _("this is x plus 2. Wanted is two times x."),
        ),
        mistaken(
            "UNCHANGED",
            lambda x: x,
            _("this is x as it came in."),
        ),
    ),
    hints=(
        _("A first hint is a nudge: one line is enough, and it begins with `return`."),
        _("A second hint says more: multiply x by 2."),
        _("return 2 * x     # a third hint is the line itself"),
    ),
    right=_("and the numbers were not the same as for x = 1, 2, 3: a check tries places of its own."),
)
