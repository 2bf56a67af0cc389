"""Lesson 12: the pullback of a quotient, and first and second derivatives by the learner's own tape."""

from __future__ import annotations

from collections.abc import Callable

from widgets.answers.answer_numbers import all_none
from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import ReferenceFunction, cubic, parabola, polynomial
from widgets.exercises.exercise import Exercise, MisconceptionKind, Question, Questions, Rng, spread
from widgets.exercises.misconceptions import returned, wrong_behavior, wrong_formula


def _draw_curves(rng: Rng) -> tuple[tuple[ReferenceFunction, float], ...]:
    """Return three functions of sums, products and powers, each with an x to ask for."""
    p, q = spread(rng, 0.5, 2.0, 2)
    curves = (cubic(p), parabola(*spread(rng, 1.2, 2.4, 2)), _forked_cubic(q))
    return tuple(zip(curves, spread(rng, -1.8, 1.8), strict=True))


def _forked_cubic(q: float) -> ReferenceFunction:
    """Return (x + q)·x·x + 1/2, in which x occurs three times."""
    return polynomial(f"(x + {q}) * x * x + 0.5", f"(x + {q})·x·x + 1/2", 0.5, 0.0, q, 1.0)


_LIKE_A_PRODUCT = MisconceptionKind(
    "LIKE_A_PRODUCT",
    cause=_("A quotient was differentiated like a product."),
    repair=_("Keep one of the two constant, and differentiate with respect to the other."),
)


def _divide_back_questions(rng: Rng) -> Questions:
    label = _("upstream gradient {upstream}, a = {a}, b = {b}")
    asked = zip(spread(rng, -2.0, 2.0), spread(rng, 0.5, 3.0), spread(rng, 1.3, 3.5), strict=True)
    return tuple(Question(label.format(upstream=g, a=a, b=b), (g, a, b), (g / b, -g * a / b**2)) for g, a, b in asked)


DIVIDE_BACK = Exercise(
    name="divide_back",
    use="unboxed",
    columns=("to a", "to b"),
    questions=_divide_back_questions,
    misconceptions=(
        wrong_formula(
            "DIVISOR_SIGN",
            lambda upstream, a, b: [upstream / b, upstream * a / b**2],
            _("the gradient of b has the wrong sign: when the divisor grows, the quotient shrinks."),
            cause=_("The gradient of the divisor has the wrong sign."),
            repair=_("Add the minus sign: the derivative of a/b with respect to b is -a/b²."),
        ),
        wrong_formula(
            "DIVISOR_NOT_SQUARED",
            lambda upstream, a, b: [upstream / b, -upstream * a / b],
            _("the gradient of b is divided by b only once. Divide by b twice: the derivative of 1/b is -1/b²."),
            cause=_("The gradient of the divisor was divided by it only once."),
            repair=_("Divide by b twice: the derivative of 1/b is -1/b²."),
        ),
        wrong_formula(
            _LIKE_A_PRODUCT,
            lambda upstream, a, b: [upstream * b, upstream * a],
            _(
                "this is the pullback of a·b. For a/b, keep one of the two constant and differentiate with respect to the other."
            ),
        ),
        wrong_formula(
            _LIKE_A_PRODUCT,
            lambda upstream, a, b: [upstream / b, upstream / a],
            _(
                "each gets the upstream gradient divided by the other, by analogy with a product. b gets upstream · (-a/b²)."
            ),
        ),
        wrong_formula(
            shared.UPSTREAM_FORGOTTEN,
            lambda upstream, a, b: [1 / b, -a / b**2],
            _("these are the derivatives of a/b alone. Multiply each by the upstream gradient."),
        ),
        wrong_formula(
            shared.SWAPPED,
            lambda upstream, a, b: [-upstream * a / b**2, upstream / b],
            _("both are right, but in the wrong order: the gradient of a comes first."),
        ),
    ),
    hints=(
        _("With b constant, a/b is a times a constant. With a constant, it is a constant times 1/b."),
        _("a gets upstream · 1/b, and b gets upstream · (-a/b²)."),
        _("return upstream / b, upstream * a * -1.0 / (b * b)"),
    ),
    right=_("with this rule your tape can differentiate quotients."),
)
"""Asks for the pullback of a/b: upstream / b and -upstream · a / b²."""


def _derivative_questions(order: int) -> Callable[[Rng], Questions]:
    return lambda rng: tuple(
        Question(f"{curve.label} at {x}", (curve, x), (curve.derivative(order, x),)) for curve, x in _draw_curves(rng)
    )


MY_SLOPE = Exercise(
    name="my_slope",
    use="unboxed",
    columns=(_("slope"),),
    questions=_derivative_questions(1),
    misconceptions=(
        wrong_behavior(
            "NO_PATH",
            returned(all_none),
            _(
                "None: your tape has no path from y back to that source. Is x a Number, is function(x) called inside the "
                "block, and is that same x the source?"
            ),
        ),
        wrong_formula(
            shared.VALUE_NOT_DERIVATIVE,
            lambda curve, x: curve.derivative(0, x),
            _("this is function(x) itself. Return the result of tape.gradient."),
        ),
        wrong_formula(
            "TARGET_IS_SOURCE",
            lambda curve, x: 1.0,
            _("this is always 1, the gradient of a number with respect to itself. The target is y, the source is x."),
            cause=_("The answer is the gradient of a number with respect to itself, which is 1."),
            repair=_("Pass y as the target and x as the source."),
        ),
    ),
    hints=(
        _("Make x a Number first: a tape can only record computations with Numbers."),
        _("Open a Tape, call function(x) inside its block, and call tape.gradient after it."),
        _("return tape.gradient(y, x)     # after x = Number(x), with Tape() as tape: y = function(x)"),
    ),
    right=_("your tape differentiates functions that it has never seen."),
)
"""Asks for the derivative of any arithmetic function by the learner's own tape: compared with closed forms."""


MY_SECOND = Exercise(
    name="my_second",
    use="unboxed",
    columns=("f″",),
    questions=_derivative_questions(2),
    misconceptions=(
        wrong_behavior(
            "INNER_GRADIENT_OUTSIDE_OUTER_TAPE",
            returned(all_none),
            _(
                "None: the outer tape did not record how the slope was computed. Call inner.gradient inside the outer "
                "block, and keep its result as a Number."
            ),
        ),
        wrong_formula(
            shared.FIRST_NOT_SECOND,
            lambda curve, x: curve.derivative(1, x),
            _("this is f′, the slope. The target of the outer tape is the slope, not y."),
        ),
        wrong_formula(
            shared.VALUE_NOT_DERIVATIVE,
            lambda curve, x: curve.derivative(0, x),
            _("this is f(x) itself, not its second derivative."),
        ),
        wrong_formula(
            shared.SLOPE_SQUARED,
            lambda curve, x: curve.derivative(1, x) ** 2,
            _("this is the slope squared. The second derivative is the derivative of the slope, by a second tape."),
        ),
    ),
    hints=(
        _("It is `curvature` of lesson 4, with Number and Tape instead of Variable and GradientTape."),
        _("Call inner.gradient while the outer block is still open: its line is indented once, under `outer`."),
        _("return outer.gradient(dy_dx, x)     # after dy_dx = inner.gradient(y, x) inside the block of `outer`"),
    ),
    right=_("your pullbacks compute with Numbers, so one tape records the backward pass of the other."),
)
"""Asks for the second derivative by two of the learner's own tapes: compared with closed forms."""
