"""The exercise `log_cosh`: a loss, and what a tape finds as its gradient."""

import numpy as np

from widgets.teaching import OwnExercise, OwnMisconception, returned


def drawn(rng):
    """Return targets and outputs, two numbers each."""
    return [tuple(np.round(rng.uniform(-2, 2, size=(2, 2)), 2).tolist()) for _ in range(3)]


def apart(y_true, y_pred):
    """Return the differences."""
    return np.subtract(y_pred, y_true)


EXERCISE = OwnExercise(
    question="Write `log_cosh(y_true, y_pred)`: the mean of log(cosh(y_pred - y_true)). A tape differentiates it.",
    stub="""
def log_cosh(y_true, y_pred):
    return ...
""",
    solution="""
def log_cosh(y_true, y_pred):
    return tf.reduce_mean(tf.math.log(tf.cosh(y_pred - y_true)))
""",
    use="tensors, value and gradient",
    columns=("loss", "slope 1", "slope 2"),
    inputs=drawn,
    due=lambda y_true, y_pred: [
        np.log(np.cosh(apart(y_true, y_pred))).mean(),
        *(np.tanh(apart(y_true, y_pred)) / 2),
    ],
    misconceptions=(
        OwnMisconception(
            code="OUTSIDE_TENSORFLOW",
            sentence="NumPy computed this, so the tape cannot follow. Use tf.cosh and tf.math.log.",
            sample="""
def log_cosh(y_true, y_pred):
    return float(np.mean(np.log(np.cosh(y_pred - y_true))))
""",
            test=returned(lambda value: isinstance(value, float)),
        ),
        OwnMisconception(
            code="HALF_OF_IT_TF",
            sentence="the slopes are half of what they should be: is the loss divided by 2 once more?",
            sample="""
def log_cosh(y_true, y_pred):
    return tf.reduce_mean(tf.math.log(tf.cosh(y_pred - y_true))) / 2
""",
            formula=lambda y_true, y_pred: [
                np.log(np.cosh(apart(y_true, y_pred))).mean() / 2,
                *(np.tanh(apart(y_true, y_pred)) / 4),
            ],
        ),
    ),
    hints=(
        "Compute the difference first.",
        "Then cosh, log, and the mean, all of TensorFlow.",
        "return tf.reduce_mean(tf.math.log(tf.cosh(y_pred - y_true)))",
    ),
    right="Keras minimizes any function that a tape can follow.",
)
