"""Lesson 01: where a parabola is level, a function that a tape can follow, and a derivative worked out by hand."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Question, at, wrong_behavior, wrong_formula
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import (
    DERIVATIVE_NOT_FUNCTION,
    INNER_FORGOTTEN,
    ONE_PATH,
    PATHS_MULTIPLIED,
    VALUE_NOT_DERIVATIVE,
)


def _left_of_minimum(evidence):
    return evidence.numbers is not None and evidence.numbers[0, 0] < 1


def _right_of_minimum(evidence):
    return evidence.numbers is not None and evidence.numbers[0, 0] > 1


FLAT = Exercise(
    name="flat",
    takes="number",
    use=lambda answer: answer,
    columns=("x =",),
    questions=lambda rng: (Question("", (), (1.0,)),),
    misconceptions=(
        wrong_formula(
            "SLOPE_NOT_PLACE",
            lambda: -2.0,
            _("-2 is the slope at 0. Wanted is the x where the slope is 0."),
            cause=_("The slope at a place was given where the place itself was asked for."),
            repair=_("Look for the x at which the gradient has the value that is asked for."),
        ),
        wrong_formula(
            "ZERO_IS_THE_SLOPE",
            lambda: 0.0,
            _("0 is the slope to look for; at x = 0 the slope is -2. At which x is it 0?"),
            cause=_("The slope that is looked for was taken for the place where it is found."),
            repair=_("Set the derivative to 0 and solve for x."),
        ),
        wrong_behavior(
            "STILL_FALLS",
            _left_of_minimum,
            _("there the slope is negative: f still falls, so its floor is further right."),
            cause=_("A negative slope was taken for a level one."),
            repair=_("Where the slope is negative the function falls to the right, so the floor is further right."),
        ),
        wrong_behavior(
            "ALREADY_CLIMBS",
            _right_of_minimum,
            _("there the slope is positive: f climbs already, so its floor is further left."),
            cause=_("A positive slope was taken for a level one."),
            repair=_("Where the slope is positive the function climbs to the right, so the floor is further left."),
        ),
    ),
    hints=(
        _("Type other numbers into the field `start` of the deck above, and watch the gradient. Where does it vanish?"),
        _("The slope of x² - 2x + 1 is 2x - 2. For which x is that 0?"),
        _("flat = 1.0"),
    ),
    right=_("at x = 1 the curve is level. You will see this place again: it is where gradient descent ends up."),
)
"""`flat`: where is f(x) = x² - 2x + 1 level? The answer is a number."""


def _value_and_slope(function, start):
    """Run the learner's function under a tape of ours: what it gives, and what a tape can make of it."""
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = function(x)
    if y is ...:
        return y
    return y, tape.gradient(y, x) if tf.is_tensor(y) else None


def _gradient_is_none(evidence):
    pairs = [outcome.returned for outcome in evidence.outcomes if outcome.returned is not None]
    return any(value is not None and slope is None for value, slope in pairs)


WAVE = Exercise(
    name="wave",
    use=_value_and_slope,
    columns=(_("value"), _("slope")),
    questions=lambda rng: tuple(at(x, x * np.sin(x), np.sin(x) + x * np.cos(x)) for x in spread(rng, -2.8, 2.8)),
    misconceptions=(
        wrong_formula(
            "LEFT_TENSORFLOW",
            lambda x: (x * np.sin(x), np.sin(x)),
            _(
                "the value is right, but the tape saw only a number times x: "
                "the sine was worked out elsewhere (np.sin? math.sin?). Use tf.sin."
            ),
        ),
        wrong_formula(
            "LEFT_TENSORFLOW",
            lambda x: (x * np.sin(x), x * np.cos(x)),
            _("the value is right, but the tape saw only a number times the sine: the factor x was a plain number."),
        ),
        wrong_behavior(
            "LEFT_TENSORFLOW",
            _gradient_is_none,
            _(
                "the tape finds no way back from what you return to x: either x is not used, "
                "or it left TensorFlow on the way (math.sin, float(x) and .numpy() give plain numbers)."
            ),
        ),
        wrong_formula(
            "SINE_ALONE",
            lambda x: (np.sin(x), np.cos(x)),
            _("this is sin(x). Wanted is x times sin(x)."),
            cause=_("A factor in front of the sine was left out."),
            repair=_("Multiply the sine by x."),
        ),
        wrong_formula(
            "SUM_NOT_PRODUCT",
            lambda x: (x + np.sin(x), 1 + np.cos(x)),
            _("this is x plus sin(x). Wanted is x times sin(x)."),
            cause=_("Two factors were added."),
            repair=_("Multiply where the formula has a product."),
        ),
        wrong_formula(
            "SINE_OF_SQUARE",
            lambda x: (np.sin(x * x), 2 * x * np.cos(x * x)),
            _("this is the sine of x·x. Only x goes into the sine; multiply afterwards."),
            cause=_("A factor that stands in front of the sine was put inside it."),
            repair=_("Work out the sine of x alone, and multiply afterwards."),
        ),
        wrong_formula(
            DERIVATIVE_NOT_FUNCTION,
            lambda x: (np.sin(x) + x * np.cos(x), 2 * np.cos(x) - x * np.sin(x)),
            _("this is the derivative of x·sin(x). Return x·sin(x) itself; deriving is the tape's work."),
        ),
        wrong_formula(
            "COSINE",
            lambda x: (x * np.cos(x), np.cos(x) - x * np.sin(x)),
            _("this is x·cos(x). Wanted is the sine."),
            cause=_("The cosine stands where the sine should."),
            repair=_("Take the sine of x; the cosine is its slope."),
        ),
    ),
    hints=(
        _("It is one line: `return`, x, a multiplication, a sine."),
        _("The sine must be TensorFlow's own, tf.sin. A tape cannot see into np.sin or math.sin."),
        _("return x * tf.sin(x)"),
    ),
    right=_("each step is one of TensorFlow's operations, so the tape could follow x all the way."),
)
"""`wave`: x·sin(x), written so that a tape can follow it. Judged with its value and with the slope a tape finds."""


BY_HAND = Exercise(
    name="by_hand",
    columns=("dz/dx",),
    questions=lambda rng: tuple(at(x, 2 * x * np.cos(x * x) + 2) for x in spread(rng, 0.4, 3.2)),
    misconceptions=(
        wrong_formula(
            ONE_PATH,
            lambda x: 2 * x * np.cos(x * x),
            _("half of it: only the path through the sine. x also reaches z through 2x."),
        ),
        wrong_formula(
            ONE_PATH,
            lambda x: 2.0,
            _("half of it: only the path through 2x. x also reaches z through the sine."),
        ),
        wrong_formula(
            INNER_FORGOTTEN,
            lambda x: np.cos(x * x) + 2,
            _("cos(x²) is the sine's own slope; the square inside it has a slope too, and the two multiply."),
        ),
        wrong_formula(
            "INNER_INSIDE",
            lambda x: np.cos(2 * x) + 2,
            _("the slope of the square, 2x, went into the cosine. It belongs in front of it, and x² stays inside."),
            cause=_("The slope of the inner function was put inside the outer one."),
            repair=_("Leave the inside as it was, and put its slope in front as a factor."),
        ),
        wrong_formula(
            PATHS_MULTIPLIED,
            lambda x: 4 * x * np.cos(x * x),
            _("the two paths are multiplied. Along a path slopes multiply; where paths meet they add."),
        ),
        wrong_formula(
            "COSINE_SIGN",
            lambda x: -2 * x * np.cos(x * x) + 2,
            _("a minus too many: the derivative of the sine is plus the cosine."),
            cause=_("The derivative of the sine was given a minus."),
            repair=_("The derivative of the sine is plus the cosine; the minus belongs to that of the cosine."),
        ),
        wrong_formula(
            VALUE_NOT_DERIVATIVE,
            lambda x: np.sin(x * x) + 2 * x,
            _("this is z itself, not its derivative."),
        ),
        wrong_formula(
            "X_KEPT",
            lambda x: 2 * x * np.cos(x * x) + 2 * x,
            _("the first path is right. The second is 2x, and its slope is 2 wherever x is."),
            cause=_("x was kept in the derivative of a term that is a number times x."),
            repair=_("The slope of 2x is 2, wherever x is."),
        ),
    ),
    hints=(
        _("x reaches z in two ways. Work out the slope of each alone, then add."),
        _("First way, the sine of a square: cos(x²) times 2x, multiplied. Second way: the slope of 2x is 2."),
        _("return 2 * x * tf.cos(x**2) + 2"),
    ),
    right=_("slopes multiply along a path and add where paths meet. That is all a tape does on its way back."),
)
"""`by_hand`: the derivative of z = sin(x²) + 2x, on paper."""
