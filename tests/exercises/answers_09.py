"""Answers to the exercises of lesson 09: right ones written differently, and wrong ones with the reason due to each."""

import numpy as np
import tensorflow as tf

NAMES = ("straight_through", "reverse", "clip_together", "x_log_x", "safe_norm")


def straight(x):
    return x + tf.stop_gradient(tf.round(x) - x)


def straight_in_three_parts(x):
    return tf.stop_gradient(tf.round(x)) + x - tf.stop_gradient(x)


@tf.custom_gradient
def straight_by_its_own_rule(x):
    return tf.round(x), lambda upstream: upstream


def straight_as_graph(x):
    return tf.function(straight)(x)


@tf.custom_gradient
def straight_for_itself(x):
    return tf.round(x), lambda upstream: tf.ones_like(upstream)


@tf.custom_gradient
def reversed_(x):
    def pullback(upstream):
        return -upstream

    return tf.identity(x), pullback


def reversed_by_stopping(x):
    return 2 * tf.stop_gradient(x) - x


def reversed_inside(x):
    @tf.custom_gradient
    def turned(value):
        return value + 0.0, lambda upstream: upstream * -1.0

    return turned(x)


def reversed_undecorated(x):
    return x, lambda upstream: -upstream


@tf.custom_gradient
def reversed_by_a_number(x):
    return tf.identity(x), -1.0


@tf.custom_gradient
def reversed_for_itself(x):
    return tf.identity(x), lambda upstream: -tf.ones_like(upstream)


@tf.custom_gradient
def reversed_twice(x):
    return -x, lambda upstream: -upstream


@tf.custom_gradient
def reversed_forward_only(x):
    return -x, lambda upstream: upstream


def clipped(gradients, limit):
    return tf.clip_by_global_norm(gradients, limit)[0]


def clipped_by_hand(gradients, limit):
    length = tf.sqrt(sum(tf.reduce_sum(g * g) for g in gradients))
    return [g * tf.minimum(1.0, limit / length) for g in gradients]


def clipped_in_numpy(gradients, limit):
    row = np.concatenate([np.ravel(g) for g in gradients])
    factor = min(1.0, limit / np.linalg.norm(row))
    return tuple(factor * g.numpy() for g in gradients)


def clipped_by_the_square(gradients, limit):
    square = sum(tf.reduce_sum(g * g) for g in gradients)
    return [g * tf.minimum(1.0, limit / square) for g in gradients]


def always_scaled(gradients, limit):
    return [g * limit / tf.linalg.global_norm(gradients) for g in gradients]


def x_log_x(x):
    safe = tf.where(x > 0, x, 1.0)
    return tf.where(x > 0, x * tf.math.log(safe), 0.0)


def x_log_x_of_safe(x):
    is_zero = tf.equal(x, 0.0)
    safe = tf.where(is_zero, tf.ones_like(x), x)
    return tf.where(is_zero, tf.zeros_like(x), safe * tf.math.log(safe))


@tf.custom_gradient
def x_log_x_by_its_own_rule(x):
    safe = tf.where(x > 0, x, 1.0)
    slope = tf.where(x > 0, tf.math.log(safe) + 1, 0.0)
    return x * tf.math.log(safe), lambda upstream: upstream * slope


def plain_x_log_x(x):
    return x * tf.math.log(x)


def x_log_x_by_if(x):
    return plain_x_log_x(x) if x > 0 else tf.constant(0.0)


def length(v):
    return tf.sqrt(tf.reduce_sum(v * v))


def safe_norm(v):
    square = tf.reduce_sum(v * v)
    return tf.where(square > 0, tf.sqrt(tf.where(square > 0, square, 1.0)), 0.0)


def safe_norm_by_if(v):
    return length(v) if tf.reduce_any(v != 0) else tf.reduce_sum(0 * v)


def safe_norm_with_a_trace(v):
    return tf.sqrt(tf.reduce_sum(v * v) + 1e-12)


@tf.custom_gradient
def safe_norm_by_its_own_rule(v):
    return length(v), lambda upstream: upstream * tf.math.divide_no_nan(v, length(v))


def norm_chosen_outside(v):
    """Enough for a root: TensorFlow hands back 0 where its upstream gradient is 0. It does not for a logarithm."""
    return tf.where(tf.reduce_sum(v * v) > 0, length(v), 0.0)


RIGHT = {
    "straight_through": [straight, straight_in_three_parts, straight_by_its_own_rule, straight_as_graph],
    "reverse": [reversed_, reversed_by_stopping, reversed_inside],
    "clip_together": [clipped, clipped_by_hand, clipped_in_numpy],
    "x_log_x": [x_log_x, x_log_x_of_safe, x_log_x_by_its_own_rule, lambda x: tf.math.xlogy(x, x)],
    "safe_norm": [safe_norm, safe_norm_by_if, safe_norm_with_a_trace, norm_chosen_outside, safe_norm_by_its_own_rule],
}

WRONG = {
    "straight_through": [
        ("NOT_DIFFERENTIABLE", tf.round),
        ("NOT_DIFFERENTIABLE", lambda x: tf.stop_gradient(straight(x))),
        ("NOTHING_STOPPED", lambda x: x + tf.round(x) - x),
        ("WRONG_PART_STOPPED", lambda x: tf.stop_gradient(x) + tf.round(x) - x),
        ("VALUE_NOT_CHANGED", lambda x: x),
        ("VALUE_NOT_CHANGED", lambda x: x + tf.stop_gradient(x - x)),
        ("UPSTREAM_FORGOTTEN", straight_for_itself),
        ("FACTOR", lambda x: 2 * straight(x)),
        ("NONE", lambda x: None),
        ("ERROR", lambda: None),
    ],
    "reverse": [
        ("DECORATOR_FORGOTTEN", reversed_undecorated),
        ("PULLBACK_NOT_A_FUNCTION", reversed_by_a_number),
        ("UPSTREAM_FORGOTTEN", reversed_for_itself),
        ("NOT_REVERSED", tf.identity),
        ("VALUE_REVERSED", reversed_twice),
        ("VALUE_REVERSED", reversed_forward_only),
        ("VALUE_REVERSED", tf.negative),
        ("DIFFERENT", lambda x: reversed_(reversed_(x) * x)),
        ("NONE", lambda x: None),
        ("ERROR", lambda: None),
    ],
    "clip_together": [
        ("PAIR_NOT_LIST", tf.clip_by_global_norm),
        ("NOT_CLIPPED", lambda gradients, limit: gradients),
        ("ONE_BY_ONE", lambda gradients, limit: [tf.clip_by_value(g, -limit, limit) for g in gradients]),
        ("EACH_BY_ITSELF", lambda gradients, limit: [tf.clip_by_norm(g, limit) for g in gradients]),
        ("ALWAYS_SCALED", always_scaled),
        ("SQUARE_NOT_LENGTH", clipped_by_the_square),
        ("SIGN", lambda gradients, limit: [-g for g in clipped(gradients, limit)]),
        ("HOW_MANY", lambda gradients, limit: clipped(gradients, limit)[:1]),
        ("NONE", lambda gradients, limit: None),
        ("ERROR", lambda gradients: gradients),
    ],
    "x_log_x": [
        ("PYTHON_IF", x_log_x_by_if),
        ("NAN_ZERO_TIMES_INF", lambda x: tf.where(x > 0, plain_x_log_x(x), 0.0)),
        ("NOTHING_CHOSEN", plain_x_log_x),
        ("TINY_NUMBER", lambda x: x * tf.math.log(x + 1e-7)),
        ("TINY_NUMBER", lambda x: x * tf.math.log(tf.maximum(x, 1e-6))),
        ("SIGN", lambda x: -x_log_x(x)),
        ("NONE", lambda x: None),
        ("ERROR", lambda: None),
    ],
    "safe_norm": [
        ("NAN_ZERO_TIMES_INF", tf.norm),
        ("NAN_ZERO_TIMES_INF", lambda v: tf.where(True, length(v), 0.0)),
        ("ROOT_FORGOTTEN", lambda v: tf.reduce_sum(v * v)),
        ("SIZES_ADDED", lambda v: tf.reduce_sum(tf.abs(v))),
        ("TINY_NUMBER", lambda v: tf.sqrt(tf.reduce_sum(v * v) + 1e-3)),
        ("DIFFERENT", lambda v: safe_norm(v) / 2),
        ("NONE", lambda v: None),
        ("ERROR", lambda: None),
    ],
}
