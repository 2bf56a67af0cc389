"""`my_slope`: the derivative of any function by the learner's own tape. Asked about functions that are arithmetic only."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.lesson_12.boxes import by_unboxing, places
from widgets.exercises.predicates import all_none, returned


def _questions(rng):
    return tuple(Question(f"{curve.label} at {x}", (curve, x), (curve.derivative(1, x),)) for curve, x in places(rng))


MY_SLOPE = Exercise(
    name="my_slope",
    use=by_unboxing,
    columns=(_("slope"),),
    questions=_questions,
    misconceptions=(
        Misconception(
            "NO_PATH",
            returned(all_none),
            _(
                "None: your tape has no way from y back to that source. Is x a Number, is function(x) worked out inside the "
                "block, and do you ask about that same x?"
            ),
        ),
        mistaken(
            "VALUE_NOT_DERIVATIVE",
            lambda curve, x: curve.derivative(0, x),
            _("this is function(x) itself. Ask the tape for the gradient."),
        ),
        mistaken(
            "TARGET_IS_SOURCE",
            lambda curve, x: 1.0,
            _("this is always 1, the gradient of a number with respect to itself. The target is y, the source is x."),
        ),
    ),
    hints=(
        _("Put the number into a box first: only a Number is calculated with in a way that a tape can see."),
        _("Open a Tape, work out function(x) inside its block, and ask behind it."),
        _("return tape.gradient(y, x)     # after x = Number(x), with Tape() as tape: y = function(x)"),
    ),
    right=_("your tape has never seen these functions, and it knows their slopes."),
)
