"""`wave`: x·sin(x), written so that a tape can follow it. Judged with its value and with the slope a tape finds."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, at, mistaken
from widgets.exercises.seeds import spread


def _value_and_slope(function, start):
    """Run the learner's function under a tape of ours: what it gives, and what a tape can make of it."""
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = function(x)
    if y is ...:
        return y
    return y, tape.gradient(y, x) if tf.is_tensor(y) else None


def _no_way_back(evidence):
    pairs = [outcome.returned for outcome in evidence.outcomes if outcome.returned is not None]
    return any(value is not None and slope is None for value, slope in pairs)


WAVE = Exercise(
    name="wave",
    use=_value_and_slope,
    columns=(_("value"), _("slope")),
    questions=lambda rng: tuple(at(x, x * np.sin(x), np.sin(x) + x * np.cos(x)) for x in spread(rng, -2.8, 2.8)),
    misconceptions=(
        mistaken(
            "LEFT_TENSORFLOW",
            lambda x: (x * np.sin(x), np.sin(x)),
            _(
                "the value is right, but the tape saw only a number times x: "
                "the sine was worked out elsewhere (np.sin? math.sin?). Use tf.sin."
            ),
        ),
        mistaken(
            "LEFT_TENSORFLOW",
            lambda x: (x * np.sin(x), x * np.cos(x)),
            _("the value is right, but the tape saw only a number times the sine: the factor x was a plain number."),
        ),
        Misconception(
            "LEFT_TENSORFLOW",
            _no_way_back,
            _(
                "the tape finds no way back from what you return to x: either x is not used, "
                "or it left TensorFlow on the way (math.sin, float(x) and .numpy() give plain numbers)."
            ),
        ),
        mistaken(
            "SINE_ALONE",
            lambda x: (np.sin(x), np.cos(x)),
            _("this is sin(x). Wanted is x times sin(x)."),
        ),
        mistaken(
            "SUM_NOT_PRODUCT",
            lambda x: (x + np.sin(x), 1 + np.cos(x)),
            _("this is x plus sin(x). Wanted is x times sin(x)."),
        ),
        mistaken(
            "SINE_OF_SQUARE",
            lambda x: (np.sin(x * x), 2 * x * np.cos(x * x)),
            _("this is the sine of x·x. Only x goes into the sine; multiply afterwards."),
        ),
        mistaken(
            "DERIVATIVE_NOT_FUNCTION",
            lambda x: (np.sin(x) + x * np.cos(x), 2 * np.cos(x) - x * np.sin(x)),
            _("this is the derivative of x·sin(x). Return x·sin(x) itself; deriving is the tape's work."),
        ),
        mistaken(
            "COSINE",
            lambda x: (x * np.cos(x), np.cos(x) - x * np.sin(x)),
            _("this is x·cos(x). Wanted is the sine."),
        ),
    ),
    hints=(
        _("It is one line: `return`, x, a multiplication, a sine."),
        _("The sine must be TensorFlow's own, tf.sin. A tape cannot see into np.sin or math.sin."),
        _("return x * tf.sin(x)"),
    ),
    right=_("each step is one of TensorFlow's operations, so the tape could follow x all the way."),
)
