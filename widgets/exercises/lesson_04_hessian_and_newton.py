"""Lesson 04: the Hessian matrix, and one step of Newton's method."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from widgets.answers.answer_numbers import close
from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import Described, cosine, cubic, parabola
from widgets.exercises.exercise import Exercise, Formula, Question, Questions, Rng, spread
from widgets.exercises.misconceptions import gave_numbers, returned_column_sums, wrong_behavior, wrong_formula


def _hessian_questions(rng: Rng) -> Questions:
    p, q = spread(rng, 0.6, 2.0, 2)
    u, v, w, z = spread(rng, 0.5, 1.9, 4)
    return (
        Question(
            f"{p}·u²v + {q}·v³ at ({u}, {v})",
            (Described(f"lambda x: {p} * x[0] ** 2 * x[1] + {q} * x[1] ** 3"), (u, v)),
            (2 * p * v, 2 * p * u, 2 * p * u, 6 * q * v),
        ),
        Question(
            f"sin(u)·v² at ({w}, {z})",
            (Described("lambda x: tf.sin(x[0]) * x[1] ** 2"), (w, z)),
            (-np.sin(w) * z**2, 2 * z * np.cos(w), 2 * z * np.cos(w), 2 * np.sin(w)),
        ),
    )


HESSIAN = Exercise(
    name="hessian",
    use="matrix",
    columns=("uu", "uv", "vu", "vv"),
    questions=_hessian_questions,
    misconceptions=(
        wrong_behavior(
            "TARGET_SUMMED",
            returned_column_sums((2, 2)),
            _(
                "these are the sums of the matrix's columns: `outer.gradient` sums a target of two numbers. "
                "`outer.jacobian` keeps them apart."
            ),
        ),
        wrong_behavior(
            "DIAGONAL_ONLY",
            gave_numbers(lambda numbers, due: close(numbers, due * [1, 0, 0, 1]).all()),
            _("the two in the corners are right, but the mixed derivatives are not 0: u and v meet in a product."),
            cause=_("The mixed second derivatives were taken to be 0."),
            repair=_(
                "Use the outer tape's `jacobian`, which differentiates every part of the gradient with respect to every parameter."
            ),
        ),
    ),
    hints=(
        _("It is the cell with the jacobian: create the Variable from `start`, and write `function(x)` instead of z."),
        _("The inner tape gives the gradient, two numbers. The outer tape's `jacobian` differentiates each of them."),
        _("return outer.jacobian(gradient, x)     # after gradient = inner.gradient(z, x) inside the block of `outer`"),
    ),
    right=_("each row is the gradient of one part of the gradient, and the two mixed derivatives agree."),
)
"""Asks for the Hessian matrix of a function of two parameters: compared with second derivatives in closed form."""


def _newton_questions(rng: Rng) -> Questions:
    curves = (parabola(*spread(rng, 1.2, 3.0, 2)), cubic(spread(rng, 0.5, 1.5, 1)[0]), cosine(1.0))
    places = (spread(rng, -2.0, 0.5, 1)[0], spread(rng, 0.8, 1.6, 1)[0], spread(rng, 2.2, 2.8, 1)[0])
    return tuple(
        Question(f"{curve.label} from {x}", (curve, x), (x - curve.derivative(1, x) / curve.derivative(2, x),))
        for curve, x in zip(curves, places, strict=True)
    )


def _step_formula(formula: Callable[[float, float, float, float], float]) -> Formula:
    """Return `formula`, which takes x, f, f′ and f″, as a formula of what a question gives."""
    return lambda curve, x: formula(x, *(curve.derivative(order, x) for order in range(3)))


NEWTON = Exercise(
    name="newton",
    columns=(_("next x"),),
    questions=_newton_questions,
    misconceptions=(
        wrong_formula(
            shared.UPHILL,
            _step_formula(lambda x, value, slope, bend: x + slope / bend),
            _("the step goes the wrong way: use x *minus* f′ / f″."),
        ),
        wrong_formula(
            shared.UPSIDE_DOWN,
            _step_formula(lambda x, value, slope, bend: x - bend / slope),
            _("the fraction is upside down: divide the slope by the curvature, f′ / f″."),
        ),
        wrong_formula(
            "ROOT_NOT_FLOOR",
            _step_formula(lambda x, value, slope, bend: x - value / slope),
            _(
                "this is Newton's step toward f = 0, with f / f′. The exercise asks for the step toward f′ = 0: the same rule, "
                "one derivative higher."
            ),
            cause=_("Newton's rule for f = 0 was used, but the exercise asks for f′ = 0."),
            repair=_("Use the same rule one derivative higher: f′ / f″."),
        ),
        wrong_formula(
            "NOT_DIVIDED",
            _step_formula(lambda x, value, slope, bend: x - slope),
            _("this is x - f′: the curvature is missing. Divide the slope by it."),
            cause=_("The slope was used alone, without the curvature."),
            repair=_("Divide the slope by the curvature."),
        ),
        wrong_formula(
            shared.MULTIPLIED,
            _step_formula(lambda x, value, slope, bend: x - slope * bend),
            _("the slope is multiplied by the curvature. Divide instead: a larger curvature needs a shorter step."),
        ),
        wrong_formula(
            shared.STEP_NOT_PLACE,
            _step_formula(lambda x, value, slope, bend: -slope / bend),
            _("this is the step itself. The exercise asks for the new x: add the step to x."),
        ),
        wrong_formula(
            shared.STEP_NOT_PLACE,
            _step_formula(lambda x, value, slope, bend: slope / bend),
            _("this is f′ / f″ alone. The exercise asks for the new x: x minus that."),
        ),
    ),
    hints=(
        _("Two tapes give you the slope and the curvature. The rest is one line of arithmetic."),
        _("The inner tape gives f′, the outer one f″. The new x is the old x minus f′ / f″."),
        _("return x - dy_dx / d2y_dx2"),
    ),
    right=_(
        "on a parabola one such step reaches the minimum; elsewhere it goes to where the touching parabola is flat."
    ),
)
"""Asks for one step of Newton's method toward a stationary point: x - f′/f″."""
