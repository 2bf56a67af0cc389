"""`newton`: one step x - f′/f″ towards where a function is level."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Question, mistaken
from widgets.exercises.reference_functions import cosine, cubic, parabola
from widgets.exercises.seeds import spread


def _questions(rng):
    curves = (parabola(*spread(rng, 1.2, 3.0, 2)), cubic(spread(rng, 0.5, 1.5, 1)[0]), cosine(1.0))
    places = (spread(rng, -2.0, 0.5, 1)[0], spread(rng, 0.8, 1.6, 1)[0], spread(rng, 2.2, 2.8, 1)[0])
    return tuple(_question(curve, x) for curve, x in zip(curves, places, strict=True))


def _question(curve, x):
    slope, bend = curve.derivative(1, x), curve.derivative(2, x)
    return Question(f"{curve.label} from {x}", (curve, x), (x - slope / bend,))


def _all(curve, x):
    return [curve.derivative(order, x) for order in range(3)]


def _by(formula):
    """Return `formula`, which takes x, f, f′ and f″, as a formula of what a question gives."""
    return lambda curve, x: formula(x, *_all(curve, x))


NEWTON = Exercise(
    name="newton",
    columns=(_("next x"),),
    questions=_questions,
    misconceptions=(
        mistaken(
            "UPHILL",
            _by(lambda x, value, slope, bend: x + slope / bend),
            _("the step goes the wrong way: it is x *minus* f′ / f″."),
        ),
        mistaken(
            "UPSIDE_DOWN",
            _by(lambda x, value, slope, bend: x - bend / slope),
            _("the fraction stands on its head: slope over curvature, f′ / f″."),
        ),
        mistaken(
            "ROOT_NOT_FLOOR",
            _by(lambda x, value, slope, bend: x - value / slope),
            _(
                "this is Newton's step towards f = 0, with f / f′. Wanted is the step towards f′ = 0: the same rule, "
                "one derivative higher."
            ),
        ),
        mistaken(
            "NOT_DIVIDED",
            _by(lambda x, value, slope, bend: x - slope),
            _("this is x - f′: the curvature is missing. Divide the slope by it."),
        ),
        mistaken(
            "MULTIPLIED",
            _by(lambda x, value, slope, bend: x - slope * bend),
            _("the slope is multiplied by the curvature. Divide: a strong bend asks for a short step."),
        ),
        mistaken(
            "STEP_NOT_PLACE",
            _by(lambda x, value, slope, bend: -slope / bend),
            _("this is how far to go. Wanted is where you arrive: add it to x."),
        ),
        mistaken(
            "STEP_NOT_PLACE",
            _by(lambda x, value, slope, bend: slope / bend),
            _("this is f′ / f″ alone. Wanted is where you arrive: x minus that."),
        ),
    ),
    hints=(
        _("Two tapes give you the slope and the curvature; after that it is one line of arithmetic."),
        _("The inner tape gives f′, the outer one f″. The new x is the old one minus f′ / f″."),
        _("return x - dy_dx / d2y_dx2"),
    ),
    right=_("on a parabola one such step arrives; elsewhere it goes where the parabola that fits best is level."),
)
