"""`my_second`: the second derivative by two of the learner's own tapes."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.lesson_12.boxes import by_unboxing, places
from widgets.exercises.predicates import all_none, returned


def _questions(rng):
    return tuple(Question(f"{curve.label} at {x}", (curve, x), (curve.derivative(2, x),)) for curve, x in places(rng))


MY_SECOND = Exercise(
    name="my_second",
    use=by_unboxing,
    columns=("f″",),
    questions=_questions,
    misconceptions=(
        Misconception(
            "INNER_GRADIENT_OUTSIDE_OUTER_TAPE",
            returned(all_none),
            _(
                "None: the outer tape did not record how the slope was worked out. Ask the inner tape inside the outer "
                "block, and keep its answer in its box."
            ),
        ),
        mistaken(
            "FIRST_NOT_SECOND",
            lambda curve, x: curve.derivative(1, x),
            _("this is f′, the slope. The outer tape's target is the slope, not y."),
        ),
        mistaken(
            "VALUE_NOT_DERIVATIVE",
            lambda curve, x: curve.derivative(0, x),
            _("this is f(x) itself, not its second derivative."),
        ),
        mistaken(
            "SLOPE_SQUARED",
            lambda curve, x: curve.derivative(1, x) ** 2,
            _("this is the slope times itself. The second derivative is the slope *of* the slope, by a second tape."),
        ),
    ),
    hints=(
        _("It is `curvature` of lesson 4, with Number and Tape in place of Variable and GradientTape."),
        _("Ask the inner tape while the outer block is still open: its line is indented once, under `outer`."),
        _("return outer.gradient(dy_dx, x)     # after dy_dx = inner.gradient(y, x) inside the block of `outer`"),
    ),
    right=_("your pullbacks calculate with Numbers, so one tape records how the other is played back."),
)
