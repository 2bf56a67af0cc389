"""Answers to the exercises of lesson 03: right ones written differently, and wrong ones with the reason due to each."""

import math

import numpy as np
import tensorflow as tf

NAMES = ("backward", "paths", "part", "central", "rows")


def two(start):
    """dz/dy and dz/dx of y = sin(x), z = y³, by a tape that is asked about both."""
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = tf.sin(x)
        z = y**3
    return tape.gradient(z, [y, x])


def two_on_paper(start):
    y = tf.sin(start)
    return 3 * y**2, 3 * y**2 * tf.cos(start)


def two_in_numpy(start):
    upstream = 3 * np.sin(start) ** 2
    return np.array([upstream, upstream * math.cos(start)])


def three(start, tape_of=lambda: tf.GradientTape(persistent=True)):
    """What x is handed by way of a and by way of b, each with the other held as it is."""
    x = tf.Variable(start)
    with tape_of() as tape:
        a, b = x**2, tf.sin(x)
        by_a, by_b, z = a * tf.stop_gradient(b), tf.stop_gradient(a) * b, a * b
    return tape.gradient(by_a, x), tape.gradient(by_b, x), tape.gradient(z, x)


def three_on_paper(start):
    by_a, by_b = np.sin(start) * 2 * start, start**2 * np.cos(start)
    return by_a, by_b, by_a + by_b


def three_by_intermediates(start):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        a, b = x**2, tf.sin(x)
        z = a * b
    to_a, to_b, to_x = tape.gradient(z, [a, b, x])
    return [to_a * 2 * x, to_b * tf.cos(x), to_x]


def part(function, x, k, weights=lambda k: tf.one_hot(k, 3)):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x, output_gradients=weights(k))


def part_by_index(function, x, k):
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)[k]
    return tape.gradient(y, x)


def part_of_the_jacobian(function, x, k):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.jacobian(y, x)[k]


def part_by_a_product(function, x, k):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(function(x) * np.eye(3, dtype=np.float32)[k])
    return tape.gradient(y, x)


def part_outside(function, x, k):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y[k], x)


def central(function, x, h):
    return (function(x + h) - function(x - h)) / (2 * h)


def central_in_steps(function, x, h):
    right, left = (function(tf.constant(x + side * h)) for side in (1, -1))
    return float(right - left) / h / 2


def central_as_a_mean(function, x, h):
    ahead = (function(x + h) - function(x)) / h
    behind = (function(x) - function(x - h)) / h
    return (ahead + behind) / 2


def by_tape(function, start, h):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x)


def rows(function, start, ask=lambda tape, y, x, k: tape.gradient(y, x, output_gradients=tf.one_hot(k, 3)), keep=True):
    x = tf.Variable(start)
    with tf.GradientTape(persistent=keep) as tape:
        y = function(x)
    return [ask(tape, y, x, k) for k in range(3)]


def rows_by_jacobian(function, start):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.jacobian(y, x)


def rows_by_a_tape_each(function, start):
    table = []
    for k in range(3):
        x = tf.Variable(start)
        with tf.GradientTape() as tape:
            y = function(x)[k]
        table.append(tape.gradient(y, x).numpy().tolist())
    return table


def rows_by_differences(function, start):
    x, h = np.array(start), 1e-5
    columns = [(function(x + step) - function(x - step)).numpy() / (2 * h) for step in np.eye(2) * h]
    return np.stack(columns, axis=1)


def all_at_once(function, start):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x)


def on_its_side(function, start):
    return tf.transpose(tf.stack(rows(function, start)))


RIGHT = {
    "backward": [two, two_on_paper, two_in_numpy],
    "paths": [three, three_on_paper, three_by_intermediates],
    "part": [part, part_by_index, part_of_the_jacobian, part_by_a_product],
    "central": [central, central_in_steps, central_as_a_mean],
    "rows": [rows, rows_by_jacobian, rows_by_a_tape_each, rows_by_differences],
}

WRONG = {
    "backward": [
        ("UPSTREAM_FORGOTTEN", lambda x: (two(x)[0], tf.cos(x))),
        ("CHAIN_ADDED", lambda x: (two(x)[0], two(x)[0] + tf.cos(x))),
        ("INNER_FORGOTTEN", lambda x: [two(x)[0]] * 2),
        ("PLACE_OF_X", lambda x: (3 * x**2, 3 * x**2 * tf.cos(x))),
        ("SWAPPED", lambda x: two(x)[::-1]),
        ("VALUE_NOT_DERIVATIVE", lambda x: (tf.sin(x), tf.sin(x) ** 3)),
        ("SIGN", lambda x: (two(x)[0], -two(x)[1])),
        ("FACTOR", lambda x: (two(x)[0] / 3, two(x)[1])),
        ("HOW_MANY", lambda x: two(x)[1]),
        ("SAME_FOR_ALL", lambda x: two(1.0)),
        ("ERROR", lambda x: 3 * y**2),  # noqa: F821
        ("NONE", lambda x: None),
        ("NOT_A_FUNCTION", (1.0, 1.0)),
    ],
    "paths": [
        ("UPSTREAM_FORGOTTEN", lambda x: (2 * x, tf.cos(x), 2 * x + tf.cos(x))),
        ("STOPPED_HALFWAY", lambda x: (tf.sin(x), x**2, tf.sin(x) + x**2)),
        ("PATHS_MULTIPLIED", lambda x: (*three(x)[:2], three(x)[0] * three(x)[1])),
        ("ONE_PATH", lambda x: (*three(x)[:2], three(x)[1])),
        ("ONE_PATH", lambda x: (*three(x)[:2], three(x)[0])),
        ("SWAPPED", lambda x: (three(x)[1], three(x)[0], three(x)[2])),
        ("SELF_UPSTREAM", lambda x: (2 * x**3, np.sin(x) * np.cos(x), 2 * x**3 + np.sin(x) * np.cos(x))),
        ("TAPE_ALREADY_USED", lambda x: three(x, tf.GradientTape)),
        ("FACTOR", lambda x: (*three(x)[:2], three(x)[2] / 2)),
        ("SIGN", lambda x: (three(x)[0], -three(x)[1], three(x)[2])),
        ("HOW_MANY", lambda x: three(x)[:2]),
        ("NOT_A_FUNCTION", 1.0),
    ],
    "part": [
        ("TARGET_SUMMED", lambda function, x, k: by_tape(function, x, 0)),
        ("LIST_FOR_TENSOR", lambda f, x, k: part(f, x, k, weights=lambda k: np.eye(3)[k].tolist())),
        ("PART_IGNORED", lambda function, x, k: part(function, x, 0)),
        ("COUNTED_FROM_ONE", lambda function, x, k: part(function, x, (k - 1) % 3)),
        ("VALUE_NOT_DERIVATIVE", lambda function, x, k: function(x)[k]),
        ("OUTSIDE_TAPE", part_outside),
        ("SIGN", lambda function, x, k: -part(function, x, k)),
        ("FACTOR", lambda function, x, k: part(function, x, k) / 3),
        ("SHAPE", lambda function, x, k: part_by_index(function, [x], k)),
        ("SAME_FOR_ALL", lambda function, x, k: 0.5),
        ("ERROR", lambda function, x, k: part(function, x, k, weights=lambda k: tf.one_hot(k, 2))),
        ("NOT_A_FUNCTION", 1.0),
    ],
    "central": [
        ("NOT_A_WITNESS", by_tape),
        ("ONE_SIDED", lambda function, x, h: (function(x + h) - function(x)) / h),
        ("ONE_SIDED", lambda function, x, h: (function(x) - function(x - h)) / h),
        ("NOT_TWICE_H", lambda function, x, h: (function(x + h) - function(x - h)) / h),
        ("NOT_TWICE_H", lambda function, x, h: (function(x + h) - function(x - h)) / 2 * h),
        ("RISE_NOT_SLOPE", lambda function, x, h: function(x + h) - function(x - h)),
        ("SIGN", lambda function, x, h: central(function, x, h) * -1),
        ("FACTOR", lambda function, x, h: central(function, x, h) / 2),
        ("DIFFERENT", lambda function, x, h: central(function, x, 0.9)),
        ("SAME_FOR_ALL", lambda function, x, h: 1.0),
        ("NOT_FINITE", lambda function, x, h: function(x) * math.inf),
        ("ERROR", lambda function, x: 1.0),
        ("NONE", lambda function, x, h: None),
        ("NOT_A_FUNCTION", 1.0),
    ],
    "rows": [
        ("TARGET_SUMMED", all_at_once),
        ("TARGET_SUMMED", lambda f, start: rows(f, start, ask=lambda tape, y, x, k: tape.gradient(y, x))),
        ("ON_ITS_SIDE", on_its_side),
        ("TAPE_ALREADY_USED", lambda function, start: rows(function, start, keep=False)),
        ("HOW_MANY", lambda function, start: rows(function, start)[:2]),
        ("OUTSIDE_TAPE", lambda f, start: rows(f, start, ask=lambda tape, y, x, k: tape.gradient(y[k], x))),
        ("SIGN", lambda function, start: -tf.stack(rows(function, start))),
        ("SAME_FOR_ALL", lambda function, start: tf.ones([3, 2])),
        ("ERROR", lambda function, start: rows(function, 1.0)),
        ("NOT_A_FUNCTION", 1.0),
    ],
}
