"""Lesson 01, the tape: where a slope is 0, a function that a tape can record, and a derivative by hand."""

from __future__ import annotations

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.exercise import Evidence, Exercise, Question, at, spread
from widgets.exercises.lesson_01_differentiator import BOTH, DERIVATIVE
from widgets.exercises.misconceptions import gave_numbers, wrong_behavior, wrong_formula

FLAT = Exercise(
    name="flat",
    takes="number",
    use="take",
    columns=("x =",),
    questions=lambda rng: (Question("", (), (1.0,)),),
    misconceptions=(
        wrong_formula(
            "SLOPE_NOT_PLACE",
            lambda: -2.0,
            _("-2 is the slope at 0. The exercise asks for the x where the slope is 0."),
            cause=_("The answer is a slope, but the exercise asks for the place where f has that slope."),
            repair=_("Find the x at which the gradient is 0."),
        ),
        wrong_formula(
            "ZERO_IS_THE_SLOPE",
            lambda: 0.0,
            _("0 is the slope that you are looking for, but at x = 0 the slope is -2. At which x is it 0?"),
            cause=_("The answer is the slope to look for, not the place where f has it."),
            repair=_("Set the derivative to 0 and solve for x."),
        ),
        wrong_behavior(
            "STILL_FALLS",
            gave_numbers(lambda numbers, due: (numbers < due).all()),
            _("the slope there is negative: f is still falling, so its minimum is further right."),
            cause=_("The slope is still negative there, not 0."),
            repair=_("Go further right: where the slope is negative, the function falls toward the right."),
        ),
        wrong_behavior(
            "ALREADY_CLIMBS",
            gave_numbers(lambda numbers, due: (numbers > due).all()),
            _("the slope there is positive: f is already rising, so its minimum is further left."),
            cause=_("The slope is already positive there, not 0."),
            repair=_("Go further left: where the slope is positive, the function rises toward the right."),
        ),
    ),
    hints=(
        _("Type other numbers into the field `start` of the deck above, and watch the gradient. Where is it 0?"),
        _("The slope of x² - 2x + 1 is 2x - 2. For which x is that 0?"),
        _("flat = 1.0"),
    ),
    right=_(
        "at x = 1 the slope is 0. You will see this point again: it is the minimum that gradient descent looks for."
    ),
)
"""Asks for the number x at which the slope of f(x) = x² - 2x + 1 is 0: f′(x) = 2x - 2, so x = 1."""


def _gradient_is_none(evidence: Evidence) -> bool:
    pairs = [outcome.returned for outcome in evidence.outcomes if outcome.returned is not None]
    return any(value is not None and slope is None for value, slope in pairs)


WAVE = Exercise(
    name="wave",
    use="value and slope",
    columns=(_("value"), _("slope")),
    questions=lambda rng: tuple(at(x, x * np.sin(x), np.sin(x) + x * np.cos(x)) for x in spread(rng, -2.8, 2.8)),
    misconceptions=(
        wrong_formula(
            "LEFT_TENSORFLOW",
            lambda x: (x * np.sin(x), np.sin(x)),
            _(
                "the value is right, but the tape only saw a number times x: "
                "the sine was computed outside TensorFlow (np.sin? math.sin?). Use tf.sin."
            ),
        ),
        wrong_formula(
            "LEFT_TENSORFLOW",
            lambda x: (x * np.sin(x), x * np.cos(x)),
            _("the value is right, but the tape only saw a number times the sine: the factor x was a plain number."),
        ),
        wrong_behavior(
            "LEFT_TENSORFLOW",
            _gradient_is_none,
            _(
                "the tape finds no path from your result back to x: either x is not used, "
                "or it left TensorFlow on the way (math.sin, float(x), and .numpy() give plain numbers)."
            ),
        ),
        wrong_formula(
            "SINE_ALONE",
            lambda x: (np.sin(x), np.cos(x)),
            _("this is sin(x). The exercise asks for x times sin(x)."),
            cause=_("A factor in front of the sine was left out."),
            repair=_("Multiply the sine by x."),
        ),
        wrong_formula(
            "SUM_NOT_PRODUCT",
            lambda x: (x + np.sin(x), 1 + np.cos(x)),
            _("this is x plus sin(x). The exercise asks for x times sin(x)."),
            cause=_("Two factors were added instead of multiplied."),
            repair=_("Multiply the two: the formula is a product."),
        ),
        wrong_formula(
            "SINE_OF_SQUARE",
            lambda x: (np.sin(x * x), 2 * x * np.cos(x * x)),
            _("this is the sine of x·x. Only x goes into the sine; multiply afterwards."),
            cause=_("A factor that belongs in front of the sine was put inside it."),
            repair=_("Compute the sine of x alone, then multiply."),
        ),
        wrong_formula(
            shared.DERIVATIVE_NOT_FUNCTION,
            lambda x: (np.sin(x) + x * np.cos(x), 2 * np.cos(x) - x * np.sin(x)),
            _("this is the derivative of x·sin(x). Return x·sin(x) itself, and let the tape differentiate it."),
        ),
        wrong_formula(
            "COSINE",
            lambda x: (x * np.cos(x), np.cos(x) - x * np.sin(x)),
            _("this is x·cos(x). The exercise asks for the sine."),
            cause=_("The cosine was used instead of the sine."),
            repair=_("Take the sine of x; the cosine is its slope."),
        ),
    ),
    hints=(
        _("It is one line: `return`, x, a multiplication, a sine."),
        _("The sine must be TensorFlow's own, tf.sin. A tape cannot see into np.sin or math.sin."),
        _("return x * tf.sin(x)"),
    ),
    right=_("every step is a TensorFlow operation, so the tape could record the whole way from x to y."),
)
"""Asks for x·sin(x) in TensorFlow. Its value and the tape's gradient are compared with x·sin(x) and sin(x) + x·cos(x)."""


BY_HAND = Exercise(
    name="by_hand",
    columns=("dz/dx",),
    questions=lambda rng: tuple(at(x, 2 * x * np.cos(x * x) + 2) for x in spread(rng, 0.4, 3.2)),
    misconceptions=(
        wrong_formula(
            shared.ONE_PATH,
            lambda x: 2 * x * np.cos(x * x),
            _("this is only the path through the sine. x also reaches z through 2x."),
        ),
        wrong_formula(
            shared.ONE_PATH,
            lambda x: 2.0,
            _("this is only the path through 2x. x also reaches z through the sine."),
        ),
        wrong_formula(
            shared.INNER_FORGOTTEN,
            lambda x: np.cos(x * x) + 2,
            _("cos(x²) is the slope of the sine alone. The square inside it has a slope too: multiply the two."),
        ),
        wrong_formula(
            "INNER_INSIDE",
            lambda x: np.cos(2 * x) + 2,
            _("the slope of the square, 2x, is inside the cosine. It belongs in front, and x² stays inside."),
            cause=_("The slope of the inner function was put inside the outer one."),
            repair=_("Leave the inner function as it is, and put its slope in front as a factor."),
        ),
        wrong_formula(
            shared.PATHS_MULTIPLIED,
            lambda x: 4 * x * np.cos(x * x),
            _("the two paths are multiplied. Slopes multiply along a path, but where paths meet they add."),
        ),
        wrong_formula(
            "COSINE_SIGN",
            lambda x: -2 * x * np.cos(x * x) + 2,
            _("there is one minus sign too many: the derivative of the sine is plus the cosine."),
            cause=_("The derivative of the sine got a minus sign."),
            repair=_("Use plus the cosine; only the derivative of the cosine has a minus sign."),
        ),
        wrong_formula(
            shared.VALUE_NOT_DERIVATIVE,
            lambda x: np.sin(x * x) + 2 * x,
            _("this is z itself, not its derivative."),
        ),
        wrong_formula(
            "X_KEPT",
            lambda x: 2 * x * np.cos(x * x) + 2 * x,
            _("the first path is right. The second is 2x, and its slope is 2 for every x."),
            cause=_("x was kept in the derivative of a term that is a number times x."),
            repair=_("Use 2 as the slope of 2x, for every x."),
        ),
    ),
    hints=(
        _("x reaches z along two paths. Compute the slope of each alone, then add."),
        _("First path, the sine of a square: cos(x²) times 2x. Second path: the slope of 2x is 2."),
        _("return 2 * x * tf.cos(x**2) + 2"),
    ),
    right=_("slopes multiply along a path and add where paths meet. That is all a tape does in the backward pass."),
)
"""Asks for the derivative of z = sin(x²) + 2x, by hand: 2x·cos(x²) + 2."""

EXERCISES = (FLAT, WAVE, BY_HAND, BOTH, DERIVATIVE)
