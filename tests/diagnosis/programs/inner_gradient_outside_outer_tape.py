"""The first gradient was worked out where the outer tape did not record."""

# ruff: noqa: SIM117 - learners nest their tapes, and the lessons do

import tensorflow as tf


def must_both_outside():
    x = tf.Variable(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = x**3
    slope = inner.gradient(y, x)  # here
    return outer.gradient(slope, x)


def must_persistent_tape_twice():
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x**3
    slope = tape.gradient(y, x)  # here
    return tape.gradient(slope, x)


def must_doubled_on_the_way():
    x = tf.constant(2.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.sin(x)
    slope = inner.gradient(y, x)  # here
    doubled = 2.0 * slope
    return outer.gradient(doubled, x)


def _slope(tape, y, x):
    return tape.gradient(y, x)  # here


def must_in_a_helper():
    x = tf.Variable(0.5)
    with tf.GradientTape() as outer, tf.GradientTape() as inner:
        y = tf.exp(x * x)
    slope = _slope(inner, y, x)
    return outer.gradient(slope, x)


def must_third_order():
    x = tf.Variable(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as middle:
            with tf.GradientTape() as inner:
                y = x**4
            first = inner.gradient(y, x)
    second = middle.gradient(first, x)  # here
    return outer.gradient(second, x)


def must_several_sources():
    w, b = tf.Variable(1.0), tf.Variable(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            loss = (w * b) ** 2
    dw, db = inner.gradient(loss, [w, b])  # here
    return outer.gradient(dw + db, w)


def must_jacobian_of_a_gradient():
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = tf.reduce_sum(x**3)
    slope = inner.gradient(y, x)  # here
    return outer.jacobian(slope, x)


def must_newton_step():
    x = tf.Variable(1.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = x**4 - x
    slope = inner.gradient(y, x)  # here
    x.assign_sub(slope / outer.gradient(slope, x))
    return x


def near_inside():
    x = tf.Variable(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = x**3
        slope = inner.gradient(y, x)
    return outer.gradient(slope, x)


def near_persistent_inside():
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x**3
        slope = tape.gradient(y, x)
    return tape.gradient(slope, x)


def near_straight_line():
    x = tf.Variable(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = 3.0 * x
        slope = inner.gradient(y, x)
    return outer.gradient(slope, x)


def near_outer_asked_about_y():
    x = tf.Variable(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = x**3
    slope = inner.gradient(y, x)
    return slope, outer.gradient(y, x)


def near_another_variable():
    x, w = tf.Variable(2.0), tf.Variable(1.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = x**3
        slope = inner.gradient(y, x)
    return outer.gradient(slope, w)


def near_not_watched_by_the_outer_tape():
    x = tf.constant(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = x**3
        slope = inner.gradient(y, x)
    return outer.gradient(slope, x)


def near_two_tapes_after_each_other():
    x = tf.Variable(2.0)
    with tf.GradientTape() as first:
        y = x**3
    slope = first.gradient(y, x)
    with tf.GradientTape() as second:
        z = slope * x
    return second.gradient(z, x)
