"""The exercise `huber`: a loss for Keras that forgives outliers."""

import numpy as np

from widgets.teaching import OwnExercise, OwnMisconception


def targets_and_outputs(rng):
    """Return pairs of three numbers each: one difference is small, one large, one on the other side."""
    pairs = []
    for _ in range(3):
        y_true = np.round(rng.uniform(-1, 1, size=3), 2)
        apart = np.round(rng.uniform([0.2, 2.0, -3.0], [0.8, 3.0, -2.0]), 2)
        pairs.append((y_true.tolist(), (y_true + apart).tolist()))
    return pairs


def huber_of(apart):
    """Return the loss of each difference, in float64."""
    return np.where(abs(apart) <= 1, apart**2 / 2, abs(apart) - 0.5)


def apart(y_true, y_pred):
    """Return the differences."""
    return np.subtract(y_pred, y_true)


EXERCISE = OwnExercise(
    question="""
Write the Huber loss `huber(y_true, y_pred)`, which `model.compile(loss=huber)` can use: the mean, over all numbers, of
half the squared difference where that is at most 1, and of its absolute value minus ½ where it is more.
""",
    stub="""
def huber(y_true, y_pred):
    return ...
""",
    solution="""
def huber(y_true, y_pred):
    apart = y_pred - y_true
    small = tf.abs(apart) <= 1.0
    return tf.reduce_mean(tf.where(small, apart**2 / 2, tf.abs(apart) - 0.5))
""",
    use="tensors",
    inputs=targets_and_outputs,
    due=lambda y_true, y_pred: huber_of(apart(y_true, y_pred)).mean(),
    misconceptions=(
        OwnMisconception(
            code="SUM_OF_LOSSES",
            sentence="this is the sum of the losses. Take their mean, so that it does not grow with the batch.",
            sample="""
def huber(y_true, y_pred):
    apart = y_pred - y_true
    return tf.reduce_sum(tf.where(tf.abs(apart) <= 1.0, apart**2 / 2, tf.abs(apart) - 0.5))
""",
            formula=lambda y_true, y_pred: huber_of(apart(y_true, y_pred)).sum(),
        ),
        OwnMisconception(
            code="SQUARED_EVERYWHERE",
            sentence="this squares the large differences, too; there the loss grows like the difference itself.",
            sample="""
def huber(y_true, y_pred):
    return tf.reduce_mean((y_pred - y_true)**2 / 2)
""",
            formula=lambda y_true, y_pred: (apart(y_true, y_pred) ** 2 / 2).mean(),
        ),
        OwnMisconception(
            code="ONE_CASE_FOR_ALL",
            sentence="an `if` decides once. Here each number of the tensor has its own case: use tf.where.",
            sample="""
def huber(y_true, y_pred):
    apart = y_pred - y_true
    if tf.abs(apart) <= 1.0:
        return apart**2 / 2
    return tf.abs(apart) - 0.5
""",
            test=lambda evidence: all(one.fault and "truth value" in one.fault.message for one in evidence.outcomes),
        ),
    ),
    hints=(
        "Compute the difference once, then both cases for all numbers, and choose.",
        "tf.where(condition, a, b) chooses number by number; tf.reduce_mean takes the mean.",
        "return tf.reduce_mean(tf.where(tf.abs(apart) <= 1.0, apart**2 / 2, tf.abs(apart) - 0.5))",
    ),
    right="small differences count as in the mean squared error, large ones as their size.",
    points=2,
)
