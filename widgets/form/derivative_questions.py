"""Questions 1, 2, 6, 7, 8 and 14: derivatives, by hand and by a tape, of numbers and of matrices."""

from __future__ import annotations

from widgets.common.catalogue import _
from widgets.form.model import Choice, Part, Posed, Question


def _slope(b: float, c: float, x: float) -> Posed:
    text = _("y = x² - {b:g}x + {c:g}. What is the slope of y at x = {x:g}?").format(b=b, c=c, x=x)
    wrong = {
        "VALUE_NOT_SLOPE": (x * x - b * x + c,),
        "SIGN": (b - 2 * x,),
        "CONSTANT_KEPT": (2 * x - b + c,),
        "SQUARE_HAS_SLOPE_X": (x - b,),
    }
    return Posed(text, (Part(due=2 * x - b, wrong=wrong),))


SLOPE = Question(
    "slope",
    "01",
    ({"b": 6, "c": 5, "x": 1}, {"b": 8, "c": 1, "x": 3}),
    _slope,
    {
        "VALUE_NOT_SLOPE": _("The slope is the value of y."),
        "SIGN": _("The slope has the other sign."),
        "CONSTANT_KEPT": _("A constant term has a slope of its own size."),
        "SQUARE_HAS_SLOPE_X": _("The slope of x² is x."),
    },
)


def _chain(k: float, a: float, x: float) -> Posed:
    # Not at x = 1: there z itself is what comes out if one path is left out.
    text = _("z = u·u + {k:g}u and u = {a:g}x. How fast does z change with x at x = {x:g}: what is dz/dx?")
    u = a * x
    wrong = {
        "INNER_SLOPE_LEFT_OUT": (2 * u + k,),
        "ONE_PATH": ((u + k) * a,),
        "VALUE_NOT_SLOPE": (u * u + k * u,),
        "SLOPES_ADDED": (2 * u + k + a,),
    }
    return Posed(text.format(k=k, a=a, x=x), (Part(due=(2 * u + k) * a, wrong=wrong),))


CHAIN = Question(
    "chain_rule",
    "03",
    ({"k": 3, "a": 2, "x": 2}, {"k": 5, "a": 3, "x": 2}),
    _chain,
    {
        "INNER_SLOPE_LEFT_OUT": _("dz/dx is dz/du: the slope of u is left out."),
        "ONE_PATH": _("u·u counts once: one of its two paths is left out."),
        "VALUE_NOT_SLOPE": _("The slope is the value of z."),
        "SLOPES_ADDED": _("Slopes along a path are added."),
    },
)


def _several_targets(factors: tuple[float, float, float]) -> Posed:
    terms = ", ".join("x" if factor == 1 else f"{factor:g} * x" for factor in factors)
    program = (
        f"x = tf.Variable(1.0)\nwith tf.GradientTape() as tape:\n    y = tf.stack([{terms}])\ng = tape.gradient(y, x)"
    )
    choices = (
        Choice(_("nothing: TensorFlow raises an error, since y is not one number"), "TARGET_NOT_ONE_NUMBER"),
        Choice(f"[{', '.join(f'{factor:.1f}' for factor in factors)}]", "JACOBIAN_EXPECTED"),
        Choice(f"{sum(factors):.1f}"),
        Choice(f"{factors[-1]:.1f}", "LAST_ONLY"),
    )
    return Posed(_("What is g after this program?"), (Part(choices=choices),), program)


SEVERAL_TARGETS = Question(
    "several_targets",
    "03",
    ({"factors": (2, 5, 7)}, {"factors": (4, 1, 6)}),
    _several_targets,
    {
        "TARGET_NOT_ONE_NUMBER": _("A target of several numbers is an error."),
        "JACOBIAN_EXPECTED": _("A target of several numbers gives a slope for each."),
        "LAST_ONLY": _("Only the last of several numbers counts."),
    },
)


def _central_difference(coarse: str, fine: str) -> Posed:
    text = _(
        "A gradient is checked in float32 with (f(x + h) - f(x - h)) / 2h. With h = 0.01 that gives {coarse}, with "
        "h = 0.0000001 it gives {fine}. Which of the two do you trust more, and why?"
    )
    choices = (
        Choice(_("the second: the smaller h is, the closer the quotient is to the derivative"), "SMALLEST_H_BEST"),
        Choice(_("the first: with a tiny h, the subtraction leaves mostly rounding error")),
        Choice(
            _("the first: with a tiny h, dividing by 2h gives a number that float32 cannot hold"), "OVERFLOW_BLAMED"
        ),
        Choice(_("the first: it is closer to a whole number"), "WHOLE_NUMBER"),
    )
    return Posed(text.format(coarse=coarse, fine=fine), (Part(choices=choices),))


CENTRAL_DIFFERENCE = Question(
    "central_difference",
    "03",
    ({"coarse": "3.9997", "fine": "3.58"}, {"coarse": "1.9995", "fine": "2.38"}),
    _central_difference,
    {
        "SMALLEST_H_BEST": _("The smallest h gives the best estimate."),
        "OVERFLOW_BLAMED": _("A tiny h fails because the quotient overflows."),
        "WHOLE_NUMBER": _("A derivative is a whole number."),
    },
)


def _curvature(start: float, slopes: tuple[float, float, float]) -> Posed:
    low, middle, high = slopes
    text = _(
        "The slope of a parabola is {low:g} at x = {x0:g}, {middle:g} at x = {x1:g} and {high:g} at x = {x2:g}. What is its "
        "second derivative, and at which x is its minimum?"
    )
    text = text.format(low=low, middle=middle, high=high, x0=start, x1=start + 1, x2=start + 2)
    second = middle - low
    parts = (
        Part(_("second derivative"), due=second, wrong={"WHOLE_CHANGE": (high - low,), "SIGN": (-second,)}),
        Part(
            _("x of the minimum"),
            due=start - low / second,
            wrong={"LOWEST_SLOPE": (start,), "NEAREST_IN_TABLE": (start + 1, start + 2)},
        ),
    )
    return Posed(text, parts)


CURVATURE = Question(
    "second_derivative",
    "04",
    ({"start": 0, "slopes": (-6, -2, 2)}, {"start": 1, "slopes": (-9, -3, 3)}),
    _curvature,
    {
        "WHOLE_CHANGE": _("The second derivative is the whole change of the slope, not the change for each 1 in x."),
        "SIGN": _("The second derivative has the other sign."),
        "LOWEST_SLOPE": _("The minimum is where the slope is lowest."),
        "NEAREST_IN_TABLE": _("The minimum is at one of the given places."),
    },
)


def _matrices(rows: int, ins: int, outs: int) -> Posed:
    text = _(
        "X has the shape {rows}×{ins}, W has the shape {ins}×{outs}, and Y = X W + b. The gradient of the loss with respect "
        "to Y is called G. What are the gradients of the loss with respect to W and to b?"
    )
    of_w = (
        Choice(f"{rows}×{ins}: G Wᵀ", "GRADIENT_OF_INPUT"),
        Choice(f"{ins}×{outs}: X G", "TRANSPOSE_FORGOTTEN"),
        Choice(f"{outs}×{ins}: Gᵀ X", "SHAPE_TRANSPOSED"),
        Choice(f"{ins}×{outs}: Xᵀ G"),
    )
    of_b = (
        Choice(_("{outs} numbers: each column of G added up").format(outs=outs)),
        Choice(_("{rows} numbers: each row of G added up").format(rows=rows), "WRONG_AXIS"),
        Choice(_("{rows}×{outs}: G itself").format(rows=rows, outs=outs), "NOT_SUMMED"),
        Choice(_("{outs} numbers: the mean of each column of G").format(outs=outs), "MEAN_NOT_SUM"),
    )
    parts = (Part(_("with respect to W"), choices=of_w), Part(_("with respect to b"), choices=of_b))
    return Posed(text.format(rows=rows, ins=ins, outs=outs), parts)


MATRICES = Question(
    "matrix_product",
    "",
    ({"rows": 32, "ins": 20, "outs": 4}, {"rows": 16, "ins": 9, "outs": 5}),
    _matrices,
    {
        "GRADIENT_OF_INPUT": _("The gradient of W is that of X."),
        "TRANSPOSE_FORGOTTEN": _("The gradient of W is X G, whose shapes do not fit."),
        "SHAPE_TRANSPOSED": _("The gradient of W has the shape of W transposed."),
        "WRONG_AXIS": _("The gradient of b is summed over the outputs, not over the examples."),
        "NOT_SUMMED": _("The gradient of b is not summed over the examples."),
        "MEAN_NOT_SUM": _("The gradient of b is a mean over the examples."),
    },
)
