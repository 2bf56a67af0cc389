"""Lesson 12: the pullback of a quotient, and first and second derivatives by the learner's own tape."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, MisconceptionKind, Question, wrong_behavior, wrong_formula
from widgets.exercises.predicates import all_none, returned
from widgets.exercises.reference_functions import ReferenceFunction, cubic, parabola
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import (
    FIRST_NOT_SECOND,
    SLOPE_SQUARED,
    SWAPPED,
    UPSTREAM_FORGOTTEN,
    VALUE_NOT_DERIVATIVE,
)


def unboxed(returned):
    """Return what is in a box or in each box of a list, and the thing itself if it is none."""
    if isinstance(returned, list | tuple):
        return [unboxed(part) for part in returned]
    value = getattr(returned, "value", returned)
    return returned if callable(value) else value  # a Variable's `value` is a method


def _call_and_unbox(answer, *given):
    """Put an answer to use by calling it, and take what comes back out of its boxes."""
    return unboxed(answer(*given))


def _draw_curves(rng):
    """Return three functions of sums, products and powers, each with a place to ask about."""
    p, q = spread(rng, 0.5, 2.0, 2)
    curves = (cubic(p), parabola(*spread(rng, 1.2, 2.4, 2)), _forked_cubic(q))
    return tuple(zip(curves, spread(rng, -1.8, 1.8), strict=True))


def _forked_cubic(q):
    """Return (x + q)·x·x + 1/2, in which x has a part three times."""
    paper = np.polynomial.Polynomial([0.5, 0.0, q, 1.0])
    return ReferenceFunction(
        f"(x + {q})·x·x + 1/2", lambda x: (x + q) * x * x + 0.5, lambda order, x: paper.deriv(order)(x)
    )


_LIKE_A_PRODUCT = MisconceptionKind(
    "LIKE_A_PRODUCT",
    cause=_("A quotient was played back by the pattern of a product."),
    repair=_("Hold one of the two still, and take the derivative to the other."),
)


def _divide_back_questions(rng):
    asked = zip(spread(rng, -2.0, 2.0), spread(rng, 0.5, 3.0), spread(rng, 1.3, 3.5), strict=True)
    return tuple(_question(*given) for given in asked)


def _question(upstream, a, b):
    label = _("upstream {upstream}, a = {a}, b = {b}")
    return Question(label.format(upstream=upstream, a=a, b=b), (upstream, a, b), (upstream / b, -upstream * a / b**2))


DIVIDE_BACK = Exercise(
    name="divide_back",
    use=_call_and_unbox,
    columns=("to a", "to b"),
    questions=_divide_back_questions,
    misconceptions=(
        wrong_formula(
            "DIVISOR_SIGN",
            lambda upstream, a, b: [upstream / b, upstream * a / b**2],
            _("what b gets has the wrong sign: when the divisor grows, the quotient shrinks."),
            cause=_("What the divisor gets has the wrong sign."),
            repair=_("When the divisor grows, the quotient shrinks: the derivative of a/b to b is -a/b²."),
        ),
        wrong_formula(
            "DIVISOR_NOT_SQUARED",
            lambda upstream, a, b: [upstream / b, -upstream * a / b],
            _("what b gets is divided by b only once. The derivative of 1/b is -1/b²."),
            cause=_("What the divisor gets was divided by it only once."),
            repair=_("The derivative of 1/b is -1/b²."),
        ),
        wrong_formula(
            _LIKE_A_PRODUCT,
            lambda upstream, a, b: [upstream * b, upstream * a],
            _("this is the pullback of a·b. For a/b hold one of the two still, and take the derivative to the other."),
        ),
        wrong_formula(
            _LIKE_A_PRODUCT,
            lambda upstream, a, b: [upstream / b, upstream / a],
            _(
                "each gets the upstream gradient over the other one, by analogy with a product. To b it is -a/b² times that."
            ),
        ),
        wrong_formula(
            UPSTREAM_FORGOTTEN,
            lambda upstream, a, b: [1 / b, -a / b**2],
            _("these are the derivatives of a/b alone. Multiply each by the upstream gradient."),
        ),
        wrong_formula(
            SWAPPED,
            lambda upstream, a, b: [-upstream * a / b**2, upstream / b],
            _("both are right, and they are the wrong way round: what a gets comes first."),
        ),
    ),
    hints=(
        _("With b held still, a/b is a times a constant. With a held still, it is a constant times 1/b."),
        _("To a goes upstream · 1/b, to b goes upstream · (-a/b²)."),
        _("return upstream / b, upstream * a * -1.0 / (b * b)"),
    ),
    right=_("one line of calculus, and your tape divides."),
)
"""`divide_back`: the pullback of a quotient."""


def _my_slope_questions(rng):
    return tuple(
        Question(f"{curve.label} at {x}", (curve, x), (curve.derivative(1, x),)) for curve, x in _draw_curves(rng)
    )


MY_SLOPE = Exercise(
    name="my_slope",
    use=_call_and_unbox,
    columns=(_("slope"),),
    questions=_my_slope_questions,
    misconceptions=(
        wrong_behavior(
            "NO_PATH",
            returned(all_none),
            _(
                "None: your tape has no way from y back to that source. Is x a Number, is function(x) worked out inside the "
                "block, and do you ask about that same x?"
            ),
        ),
        wrong_formula(
            VALUE_NOT_DERIVATIVE,
            lambda curve, x: curve.derivative(0, x),
            _("this is function(x) itself. Ask the tape for the gradient."),
        ),
        wrong_formula(
            "TARGET_IS_SOURCE",
            lambda curve, x: 1.0,
            _("this is always 1, the gradient of a number with respect to itself. The target is y, the source is x."),
            cause=_("The gradient of a number with respect to itself was asked for, and that is 1."),
            repair=_("Give the tape y as the target and x as the source."),
        ),
    ),
    hints=(
        _("Put the number into a box first: only a Number is calculated with in a way that a tape can see."),
        _("Open a Tape, work out function(x) inside its block, and ask behind it."),
        _("return tape.gradient(y, x)     # after x = Number(x), with Tape() as tape: y = function(x)"),
    ),
    right=_("your tape has never seen these functions, and it knows their slopes."),
)
"""`my_slope`: the derivative of any function by the learner's own tape. Asked about functions that are arithmetic only."""


def _my_second_questions(rng):
    return tuple(
        Question(f"{curve.label} at {x}", (curve, x), (curve.derivative(2, x),)) for curve, x in _draw_curves(rng)
    )


MY_SECOND = Exercise(
    name="my_second",
    use=_call_and_unbox,
    columns=("f″",),
    questions=_my_second_questions,
    misconceptions=(
        wrong_behavior(
            "INNER_GRADIENT_OUTSIDE_OUTER_TAPE",
            returned(all_none),
            _(
                "None: the outer tape did not record how the slope was worked out. Ask the inner tape inside the outer "
                "block, and keep its answer in its box."
            ),
        ),
        wrong_formula(
            FIRST_NOT_SECOND,
            lambda curve, x: curve.derivative(1, x),
            _("this is f′, the slope. The outer tape's target is the slope, not y."),
        ),
        wrong_formula(
            VALUE_NOT_DERIVATIVE,
            lambda curve, x: curve.derivative(0, x),
            _("this is f(x) itself, not its second derivative."),
        ),
        wrong_formula(
            SLOPE_SQUARED,
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
"""`my_second`: the second derivative by two of the learner's own tapes."""
