"""Answers to the exercises of lesson 04: right ones written differently, and wrong ones with the reason due to each."""

import math

import numpy as np
import tensorflow as tf

NAMES = ("curvature", "bend", "hessian", "newton", "nth")


def slopes(function, start):
    """f, f′ and f″ at one place, as lesson 04 gets them."""
    x = tf.Variable(start)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = function(x)
        dy_dx = inner.gradient(y, x)
    return y, dy_dx, outer.gradient(dy_dx, x)


def gradient(function, start):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x)


def second(function, start):
    return slopes(function, start)[2]


def second_of_a_watched_constant(function, start):
    x = tf.constant(start)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = function(x)
        dy_dx = inner.gradient(y, x)
    return outer.gradient(dy_dx, x)


def second_by_jacobian(function, start):
    x = tf.Variable(start)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = function(x)
        dy_dx = inner.jacobian(y, x)
    return float(outer.jacobian(dy_dx, x))


def second_by_one_persistent_tape(function, start):
    x = tf.Variable(start)
    with tf.GradientTape(persistent=True) as tape:
        y = function(x)
        dy_dx = tape.gradient(y, x)
    return tape.gradient(dy_dx, x)


def newton_asked_outside(function, start):
    return start - gradient(function, start) / second_asked_outside(function, start)


def second_asked_outside(function, start):
    x = tf.Variable(start)
    with tf.GradientTape() as outer, tf.GradientTape() as inner:
        y = function(x)
    dy_dx = inner.gradient(y, x)
    return outer.gradient(dy_dx, x)


def second_one_after_the_other(function, start):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = function(x)
    dy_dx = tape.gradient(y, x)
    with tf.GradientTape() as another:
        z = dy_dx
    return another.gradient(z, x)


def second_by_two_variables(function, start):
    return gradient(lambda x: gradient(function, x), start)


def second_of_both(function, start):
    x = tf.Variable(start)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = function(x)
        dy_dx = inner.gradient(y, x)
    return outer.gradient([y, dy_dx], x)


def second_unwatched(function, start):
    x = tf.constant(start)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = function(x)
        dy_dx = inner.gradient(y, x)
    return outer.gradient(dy_dx, x)


def second_without_return(function, start):
    second(function, start)


def table(function, start, ask=lambda outer, gradient, x: outer.jacobian(gradient, x)):
    x = tf.Variable(start)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            z = function(x)
        gradient = inner.gradient(z, x)
    return ask(outer, gradient, x)


def table_row_by_row(function, start):
    x = tf.Variable(start)
    with tf.GradientTape(persistent=True) as outer:
        with tf.GradientTape() as inner:
            z = function(x)
        gradient = inner.gradient(z, x)
        first, other = gradient[0], gradient[1]
    return [outer.gradient(first, x), outer.gradient(other, x)]


def table_of_numbers(function, start):
    return [[float(number) for number in row] for row in table(function, start)]


def table_in_float64(function, start):
    """Central differences of a gradient by central differences, in float64."""
    x, h = np.array(start, np.float64), 1e-4
    steps = np.eye(2) * h

    def value(place):
        return float(function(tf.constant(place)))

    def mixed(a, b):
        return (value(x + a + b) - value(x + a - b) - value(x - a + b) + value(x - a - b)) / (4 * h * h)

    return np.array([[mixed(a, b) for b in steps] for a in steps])


def table_asked_outside(function, start):
    x = tf.Variable(start)
    with tf.GradientTape() as outer, tf.GradientTape() as inner:
        z = function(x)
    return outer.jacobian(inner.gradient(z, x), x)


def corners_only(function, start):
    return tf.linalg.diag(tf.linalg.diag_part(table(function, start)))


def stepping(formula):
    """An answer to `newton` that goes where `formula(x, f, f′, f″)` says."""
    return lambda function, start: formula(start, *slopes(function, start))


def step_by_assigning(function, start):
    x = tf.Variable(start)
    x.assign_sub(gradient(function, start) / second(function, start))
    return x


def order_by_recursion(function, x, order):
    if order == 0:
        return function(x)
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = order_by_recursion(function, x, order - 1)
    return tape.gradient(y, x)


def order_with_one_variable(function, start, order):
    x = tf.Variable(start)

    def level(n):
        if n == 0:
            return function(x)
        with tf.GradientTape() as tape:
            y = level(n - 1)
        return tape.gradient(y, x)

    return level(order)


def order_by_wrapping(function, start, order):
    def slope_of(inner):
        def slope(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = inner(x)
            return tape.gradient(y, x)

        return slope

    for _ in range(order):
        function = slope_of(function)
    return function(tf.constant(start))


def order_with_a_new_variable_each_time(function, start, order):
    if order == 0:
        return function(start)
    return gradient(lambda x: order_with_a_new_variable_each_time(function, x, order - 1), start)


RIGHT = {
    "curvature": [second, second_of_a_watched_constant, second_by_jacobian, second_by_one_persistent_tape],
    "bend": [1.0, 1, np.float32(1.02), tf.constant(0.96)],
    "hessian": [table, table_row_by_row, table_of_numbers, table_in_float64],
    "newton": [
        stepping(lambda x, y, slope, bend: x - slope / bend),
        stepping(lambda x, y, slope, bend: (x * bend - slope) / bend),
        step_by_assigning,
    ],
    "nth": [order_by_recursion, order_with_one_variable, order_by_wrapping],
}

WRONG = {
    "curvature": [
        ("FIRST_NOT_SECOND", gradient),
        ("FIRST_NOT_SECOND", lambda function, start: slopes(function, start)[1]),
        ("VALUE_NOT_DERIVATIVE", lambda function, start: function(tf.constant(start))),
        ("SLOPE_SQUARED", lambda function, start: gradient(function, start) ** 2),
        ("SLOPES_ADDED", second_of_both),
        ("FUNCTION_IGNORED", lambda function, start: second(lambda x: x**2 - 2 * x + 1, start)),
        ("INNER_GRADIENT_OUTSIDE_OUTER_TAPE", second_asked_outside),
        ("INNER_GRADIENT_OUTSIDE_OUTER_TAPE", second_one_after_the_other),
        ("ANOTHER_VARIABLE", second_by_two_variables),
        ("CONSTANT_NOT_WATCHED", second_unwatched),
        ("NO_RETURN", second_without_return),
        ("SIGN", lambda function, start: -second(function, start)),
        ("FACTOR", lambda function, start: second(function, start) / 2),
        ("DIFFERENT", lambda function, start: second(function, start + 1)),
        ("A_LIST", lambda function, start: [second(function, start)] * 2),
        ("ERROR", lambda function, start: gradient(lambda x: None, start)),
        ("NOT_A_FUNCTION", 2.0),
    ],
    "bend": [
        ("BENDS_UPWARD", 0.0),
        ("BENDS_UPWARD", 0.9),
        ("BENDS_DOWNWARD", 1.1),
        ("BENDS_DOWNWARD", tf.constant(2.0)),
        ("NEARLY_LEVEL", 3.0),
        ("NEARLY_LEVEL", -3.0),
        ("NOT_FINITE", math.nan),
        ("NOT_A_NUMBER", "1.0"),
        ("NOT_A_NUMBER", lambda: 1.0),
        ("NONE", None),
    ],
    "hessian": [
        ("TARGET_SUMMED", lambda function, start: table(function, start, lambda tape, g, x: tape.gradient(g, x))),
        ("DIAGONAL_ONLY", corners_only),
        ("HOW_MANY", gradient),
        ("HOW_MANY", lambda function, start: table(function, start)[0][0]),
        ("NONE", table_asked_outside),
        ("NONE", lambda function, start: None),
        ("SIGN", lambda function, start: -table(function, start)),
        ("FACTOR", lambda function, start: table(function, start) / 2),
        ("SAME_FOR_ALL", lambda function, start: tf.eye(2)),
        ("NOT_A_NUMBER", lambda function, start: [["uu", "uv"], ["vu", "vv"]]),
        ("ERROR", lambda function, start: table(function, 1.0)),
    ],
    "newton": [
        ("UPHILL", stepping(lambda x, y, slope, bend: x + slope / bend)),
        ("UPSIDE_DOWN", stepping(lambda x, y, slope, bend: x - bend / slope)),
        ("ROOT_NOT_FLOOR", stepping(lambda x, y, slope, bend: x - y / slope)),
        ("NOT_DIVIDED", stepping(lambda x, y, slope, bend: x - slope)),
        ("MULTIPLIED", stepping(lambda x, y, slope, bend: x - slope * bend)),
        ("STEP_NOT_PLACE", stepping(lambda x, y, slope, bend: -slope / bend)),
        ("STEP_NOT_PLACE", stepping(lambda x, y, slope, bend: slope / bend)),
        ("INNER_GRADIENT_OUTSIDE_OUTER_TAPE", second_asked_outside),
        ("SAME_FOR_ALL", lambda function, start: 1.0),
        ("INNER_GRADIENT_OUTSIDE_OUTER_TAPE", newton_asked_outside),
        ("NOT_FINITE", lambda function, start: math.inf),
        ("DIFFERENT", lambda function, start: start),
    ],
    "nth": [
        ("ORDER_IGNORED", lambda function, x, order: function(x)),
        ("ORDER_IGNORED", lambda function, x, order: gradient(function, x)),
        ("ORDER_IGNORED", lambda function, x, order: second(function, x)),
        ("ORDER_IGNORED", lambda function, x, order: order_by_recursion(function, x, 3)),
        ("ONE_TOO_MANY", lambda function, x, order: order_by_recursion(function, x, order + 1)),
        ("ONE_TOO_FEW", lambda function, x, order: order_by_recursion(function, x, max(order - 1, 0))),
        ("ANOTHER_VARIABLE", order_with_a_new_variable_each_time),
        ("NONE", lambda function, x, order: None),
        ("SAME_FOR_ALL", lambda function, x, order: 2.5),
        ("ERROR", lambda function, x: 0.0),
    ],
}
