"""`curvature`: the second derivative of any function anywhere, by two tapes. Asked about functions it never saw."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Question, mistaken
from widgets.exercises.reference_functions import cosine, cubic, x_exp_minus_x
from widgets.exercises.seeds import spread


def _questions(rng):
    curves = (cubic(spread(rng, 0.5, 2.0, 1)[0]), cosine(spread(rng, 1.2, 2.0, 1)[0]), x_exp_minus_x())
    places = spread(rng, 0.6, 1.4)
    return tuple(_question(curve, x) for curve, x in zip(curves, places, strict=True))


def _question(curve, x):
    return Question(f"{curve.label} at {x}", (curve, x), (curve.derivative(2, x),))


CURVATURE = Exercise(
    name="curvature",
    columns=("f″",),
    questions=_questions,
    misconceptions=(
        mistaken(
            "FIRST_NOT_SECOND",
            lambda curve, x: curve.derivative(1, x),
            _("this is f′, the slope. Wanted is the slope of the slope: ask the outer tape for the gradient of f′."),
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
        mistaken(
            "SLOPES_ADDED",
            lambda curve, x: curve.derivative(1, x) + curve.derivative(2, x),
            _("this is f′ + f″: the outer tape's target was y and the slope together. Give it the slope alone."),
        ),
        mistaken(
            "FUNCTION_IGNORED",
            lambda curve, x: 2.0,
            _("this is always that of the parabola from above. Use the function that is handed in."),
        ),
    ),
    hints=(
        _("It is the cell with the two tapes: `start` makes the Variable, `function(x)` takes the parabola's place."),
        _("Ask the inner tape while the outer block is still open: its line is indented once, under `outer`."),
        _("return outer.gradient(dy_dx, x)     # after dy_dx = inner.gradient(y, x) inside the block of `outer`"),
    ),
    right=_("the outer tape recorded how the inner one was played back, and played that back."),
)
