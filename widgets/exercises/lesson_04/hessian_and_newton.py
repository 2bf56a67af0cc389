"""Lesson 04: the Hessian matrix, and one step of Newton's method."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import table_as_row
from widgets.exercises.answer_numbers import close
from widgets.exercises.exercise import Exercise, Question, wrong_behavior, wrong_formula
from widgets.exercises.predicates import returned_column_sums
from widgets.exercises.reference_functions import cosine, cubic, parabola
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import MULTIPLIED, STEP_NOT_PLACE, UPHILL, UPSIDE_DOWN


def _hessian_questions(rng):
    p, q = spread(rng, 0.6, 2.0, 2)
    u, v, w, z = spread(rng, 0.5, 1.9, 4)
    return (
        Question(
            f"{p}·u²v + {q}·v³ at ({u}, {v})",
            (lambda x: p * x[0] ** 2 * x[1] + q * x[1] ** 3, (u, v)),
            (2 * p * v, 2 * p * u, 2 * p * u, 6 * q * v),
        ),
        Question(
            f"sin(u)·v² at ({w}, {z})",
            (lambda x: tf.sin(x[0]) * x[1] ** 2, (w, z)),
            (-np.sin(w) * z**2, 2 * z * np.cos(w), 2 * z * np.cos(w), 2 * np.sin(w)),
        ),
    )


def _diagonal_only(evidence):
    """Whether the two mixed derivatives are 0 and the two others right."""
    return evidence.numbers is not None and bool(close(evidence.numbers, evidence.due * [1, 0, 0, 1]).all())


HESSIAN = Exercise(
    name="hessian",
    use=table_as_row,
    columns=("uu", "uv", "vu", "vv"),
    questions=_hessian_questions,
    misconceptions=(
        wrong_behavior(
            "TARGET_SUMMED",
            returned_column_sums((2, 2)),
            _(
                "these are the sums of the matrix's columns: `outer.gradient` adds up a target of two numbers. "
                "`outer.jacobian` keeps them apart."
            ),
        ),
        wrong_behavior(
            "DIAGONAL_ONLY",
            _diagonal_only,
            _("the two in the corners are right; the mixed ones are not 0: u and v meet in a product."),
            cause=_("The mixed second derivatives were taken to be 0."),
            repair=_("Let the outer tape's `jacobian` take every part of the gradient by every parameter."),
        ),
    ),
    hints=(
        _("It is the cell with the jacobian: `start` makes the Variable, `function(x)` takes the place of z."),
        _("The inner tape gives the gradient, two numbers; the outer tape's `jacobian` takes each of them apart."),
        _("return outer.jacobian(gradient, x)     # after gradient = inner.gradient(z, x) inside the block of `outer`"),
    ),
    right=_("each row is the gradient of one part of the gradient, and the two mixed ones agree."),
)
"""`hessian`: all second derivatives of a function of two parameters, as a matrix of two rows and two columns."""


def _newton_questions(rng):
    curves = (parabola(*spread(rng, 1.2, 3.0, 2)), cubic(spread(rng, 0.5, 1.5, 1)[0]), cosine(1.0))
    places = (spread(rng, -2.0, 0.5, 1)[0], spread(rng, 0.8, 1.6, 1)[0], spread(rng, 2.2, 2.8, 1)[0])
    return tuple(_question(curve, x) for curve, x in zip(curves, places, strict=True))


def _question(curve, x):
    slope, bend = curve.derivative(1, x), curve.derivative(2, x)
    return Question(f"{curve.label} from {x}", (curve, x), (x - slope / bend,))


def _value_slope_curvature(curve, x):
    return [curve.derivative(order, x) for order in range(3)]


def _step_formula(formula):
    """Return `formula`, which takes x, f, f′ and f″, as a formula of what a question gives."""
    return lambda curve, x: formula(x, *_value_slope_curvature(curve, x))


NEWTON = Exercise(
    name="newton",
    columns=(_("next x"),),
    questions=_newton_questions,
    misconceptions=(
        wrong_formula(
            UPHILL,
            _step_formula(lambda x, value, slope, bend: x + slope / bend),
            _("the step goes the wrong way: it is x *minus* f′ / f″."),
        ),
        wrong_formula(
            UPSIDE_DOWN,
            _step_formula(lambda x, value, slope, bend: x - bend / slope),
            _("the fraction stands on its head: slope over curvature, f′ / f″."),
        ),
        wrong_formula(
            "ROOT_NOT_FLOOR",
            _step_formula(lambda x, value, slope, bend: x - value / slope),
            _(
                "this is Newton's step towards f = 0, with f / f′. Wanted is the step towards f′ = 0: the same rule, "
                "one derivative higher."
            ),
            cause=_("Newton's rule for f = 0 was used where f′ = 0 is looked for."),
            repair=_("Take the same rule one derivative higher: f′ / f″."),
        ),
        wrong_formula(
            "NOT_DIVIDED",
            _step_formula(lambda x, value, slope, bend: x - slope),
            _("this is x - f′: the curvature is missing. Divide the slope by it."),
            cause=_("The slope was used as it is, without the curvature."),
            repair=_("Divide the slope by the curvature."),
        ),
        wrong_formula(
            MULTIPLIED,
            _step_formula(lambda x, value, slope, bend: x - slope * bend),
            _("the slope is multiplied by the curvature. Divide: a strong bend asks for a short step."),
        ),
        wrong_formula(
            STEP_NOT_PLACE,
            _step_formula(lambda x, value, slope, bend: -slope / bend),
            _("this is how far to go. Wanted is where you arrive: add it to x."),
        ),
        wrong_formula(
            STEP_NOT_PLACE,
            _step_formula(lambda x, value, slope, bend: slope / bend),
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
"""`newton`: one step x - f′/f″ towards where a function is level."""
