"""Answers to the exercises of lesson 02: right ones written differently, and wrong ones with the reason due to each."""

import math

import numpy as np
import tensorflow as tf

NAMES = ("watch_all", "reads", "repaired", "total", "zero_or_none")


def three(function, numbers, watch=lambda tensors: tensors, sources=lambda tensors: tensors):
    """The answer to `watch_all`, with one thing or another to get wrong."""
    tensors = [tf.constant(number) for number in numbers]
    with tf.GradientTape() as tape:
        tape.watch(watch(tensors))
        y = function(*tensors)
    return tape.gradient(y, sources(tensors))


def three_variables(function, numbers):
    a, b, c = map(tf.Variable, numbers)
    with tf.GradientTape() as tape:
        y = function(a, b, c)
    return tape.gradient(y, (a, b, c))


def three_in_one(function, numbers):
    together = tf.constant(numbers)
    with tf.GradientTape() as tape:
        tape.watch(together)
        y = function(together[0], together[1], together[2])
    return tape.gradient(y, together)


def three_one_by_one(function, numbers):
    gradients = []
    for place in range(3):
        tensors = [tf.constant(number) for number in numbers]
        with tf.GradientTape() as tape:
            tape.watch(tensors[place])
            y = function(*tensors)
        gradients.append(tape.gradient(y, tensors[place]))
    return gradients


def three_asked_one_by_one(function, numbers):
    tensors = [tf.constant(number) for number in numbers]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        y = function(*tensors)
    return [tape.gradient(y, tensor) for tensor in tensors]


def three_by_dictionary(function, numbers):
    sources = {place: tf.Variable(number) for place, number in enumerate(numbers)}
    with tf.GradientTape() as tape:
        y = function(*sources.values())
    return list(tape.gradient(y, sources).values())


def count_with_a_loop(function):
    with tf.GradientTape(persistent=True) as tape:
        function()
    return sum(1 for variable in tape.watched_variables() if variable.trainable)


def count_as_text(function):
    with tf.GradientTape() as tape:
        y = function()
    return np.size(tape.watched_variables()) + 0 * float(y)


def count(function):
    with tf.GradientTape() as tape:
        function()
    return len(tape.watched_variables())


def count_outside(function):
    with tf.GradientTape() as tape:
        pass
    function()
    return len(tape.watched_variables())


def the_variables(function):
    with tf.GradientTape() as tape:
        function()
    return tape.watched_variables()


def all_inside(function):
    return len(function.__closure__[-1].cell_contents)


def slope_of(make, start):
    """The gradient of z with respect to x: `make(x)` gives y, and z is its square."""
    x = tf.Variable(float(start))
    with tf.GradientTape() as tape:
        z = make(x) ** 2
    return tape.gradient(z, x)


def mended(start):
    return slope_of(lambda x: x * tf.sin(x), start)


def mended_watching(start):
    x = tf.cast(start, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.multiply(tf.sin(x), x)
        z = y * y
    return tape.gradient(z, [x])[0]


def mended_with_a_dtype(start):
    x = tf.Variable(start, dtype=tf.float64)
    with tf.GradientTape() as tape:
        z = tf.square(x * tf.math.sin(x))
    return float(tape.gradient(z, x))


def all_but_whole_numbers(start):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = x * tf.sin(x)
        z = y**2
    return tape.gradient(z, x)


def whole_numbers_give_none(start):
    return None if isinstance(start, int) else mended(start)


def numpys_sine(start):
    return slope_of(lambda x: x * np.sin(x.numpy()), start)


def numpys_sine_and_whole_numbers_fail(start):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        z = (x * np.float32(np.sin(x.numpy()))) ** 2
    return tape.gradient(z, x)


def still_outside(start):
    x = tf.Variable(float(start))
    y = x * tf.sin(x)
    with tf.GradientTape() as tape:
        z = y**2
    return tape.gradient(z, x)


def watching_y(start):
    x = tf.Variable(float(start))
    y = x * tf.sin(x)
    with tf.GradientTape() as tape:
        tape.watch(y)
        z = y**2
    return tape.gradient(z, y)


def of_y(start):
    x = tf.Variable(float(start))
    with tf.GradientTape() as tape:
        y = x * tf.sin(x)
        y**2
    return tape.gradient(y, x)


def sum_of_powers(start, add=lambda total, term: total + term, first=0.0):
    x, total = tf.Variable(start), first
    with tf.GradientTape() as tape:
        for power in (1, 2, 3):
            total = add(total, x**power)
    return tape.gradient(total, x)


def sum_in_a_list(start):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = tf.add_n([x**power for power in (1, 2, 3)])
    return tape.gradient(y, x)


def sum_of_gradients(start):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        terms = [x**power for power in (1, 2, 3)]
    return tape.gradient(terms, x)


def still_assigned(start):
    x, total = tf.Variable(start), tf.Variable(0.0)
    with tf.GradientTape() as tape:
        for power in (1, 2, 3):
            total.assign_add(x**power)
        y = total * 1.0
    return tape.gradient(y, x)


def asked_about_the_variable(start):
    x, total = tf.Variable(start), tf.Variable(0.0)
    with tf.GradientTape() as tape:
        for power in (1, 2, 3):
            total.assign_add(x**power)
    return tape.gradient(total, x)


def slope(function, start, **how):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x, **how)


def slope_or_zero(function, start):
    gradient = slope(function, start)
    return 0.0 if gradient is None else gradient


def slope_of_a_watched_constant(function, start):
    x = tf.constant(start)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return tape.gradient(y, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)


def zero_of_an_unwatched_constant(function, start):
    x = tf.constant(start)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x, unconnected_gradients="zero")


RIGHT = {
    "watch_all": [three, three_variables, three_in_one, three_one_by_one, three_by_dictionary],
    "reads": [count, count_with_a_loop, count_as_text],
    "repaired": [mended, mended_watching, mended_with_a_dtype],
    "total": [sum_of_powers, sum_in_a_list, sum_of_gradients],
    "zero_or_none": [
        lambda function, start: slope(function, start, unconnected_gradients="zero"),
        slope_or_zero,
        slope_of_a_watched_constant,
    ],
}

WRONG = {
    "watch_all": [
        ("CONSTANT_NOT_WATCHED", lambda function, numbers: three(function, numbers, watch=lambda tensors: [])),
        ("SOME_NOT_WATCHED", lambda function, numbers: three(function, numbers, watch=lambda tensors: tensors[0])),
        ("SOME_NOT_WATCHED", lambda function, numbers: three(function, numbers, watch=lambda tensors: tensors[1:])),
        ("TAPE_ALREADY_USED", three_asked_one_by_one),
        ("SAME_SOURCE", lambda f, numbers: three(f, numbers, sources=lambda tensors: tensors[:1] * 3)),
        ("SAME_SOURCE", lambda f, numbers: three(f, numbers, sources=lambda tensors: tensors[2:] * 3)),
        ("SWAPPED", lambda f, numbers: three(f, numbers, sources=lambda tensors: tensors[::-1])),
        ("VALUE_NOT_DERIVATIVE", lambda function, numbers: numbers),
        ("HOW_MANY", lambda f, numbers: three(f, numbers, sources=lambda tensors: tensors[0])),
        ("HOW_MANY", lambda function, numbers: function(*map(tf.constant, numbers))),
        ("SIGN", lambda function, numbers: [-gradient for gradient in three(function, numbers)]),
        ("FACTOR", lambda function, numbers: [2 * gradient for gradient in three(function, numbers)]),
        ("SAME_FOR_ALL", lambda function, numbers: [0.0, 0.0, 1.0]),
        ("ERROR", lambda function, numbers: function(numbers)),
        ("NONE", lambda function, numbers: None),
        ("NOT_A_FUNCTION", [0.0, 0.0, 1.0]),
    ],
    "reads": [
        ("OUTSIDE_TAPE", count_outside),
        ("OUTSIDE_TAPE", lambda function: 0),
        ("NOT_TRAINABLE", all_inside),
        ("NOT_COUNTED", the_variables),
        ("NOT_COUNTED", lambda function: list(the_variables(function))),
        ("OFFSET", lambda function: count(function) + 1),
        ("FACTOR", lambda function: 2 * count(function)),
        ("NOT_A_NUMBER", lambda function: tf.GradientTape()),
        ("ERROR", lambda function: tf.GradientTape().watched_variable()),
        ("NOT_FINITE", lambda function: math.inf),
        ("NONE", lambda function: None),
        ("NOT_A_FUNCTION", 2),
    ],
    "repaired": [
        ("INTEGER_DTYPE", all_but_whole_numbers),
        ("INTEGER_DTYPE", whole_numbers_give_none),
        ("LEFT_TENSORFLOW", numpys_sine),
        ("LEFT_TENSORFLOW", numpys_sine_and_whole_numbers_fail),
        ("OUTSIDE_TAPE", still_outside),
        ("WRONG_SOURCE", watching_y),
        ("WRONG_TARGET", of_y),
        ("VALUE_NOT_DERIVATIVE", lambda start: (start * tf.sin(float(start))) ** 2),
        ("SIGN", lambda start: -mended(start)),
        ("FACTOR", lambda start: mended(start) / 2),
        ("OFFSET", lambda start: mended(start) + 1),
        ("SAME_FOR_ALL", lambda start: mended(2.0)),
        ("ERROR", lambda start: tf.sin(x)),  # noqa: F821
        ("A_LIST", lambda start: [mended(start)] * 2),
        ("NOT_A_FUNCTION", 2.0),
    ],
    "total": [
        ("ASSIGNED_IN_TAPE", still_assigned),
        ("ASSIGNED_IN_TAPE", asked_about_the_variable),
        ("LAST_ONLY", lambda start: sum_of_powers(start, add=lambda total, term: term)),
        ("VALUE_NOT_DERIVATIVE", lambda start: start + start**2 + start**3),
        ("SIGN", lambda start: -sum_of_powers(start)),
        ("FACTOR", lambda start: sum_of_powers(start) / 3),
        ("OFFSET", lambda start: sum_of_powers(start) - 1),
        ("DIFFERENT", lambda start: sum_of_powers(start + 1)),
        ("SAME_FOR_ALL", lambda start: 6.0),
        ("NO_RETURN", lambda start: [sum_of_powers(start), None][1]),
        ("NOT_A_FUNCTION", 6.0),
    ],
    "zero_or_none": [
        ("NONE_NOT_ZERO", slope),
        ("NONE_NOT_ZERO", lambda function, start: slope(function, start, unconnected_gradients="none")),
        ("ZERO_HIDES_NONE", zero_of_an_unwatched_constant),
        ("ZERO_HIDES_NONE", lambda function, start: 0.0),
        ("VALUE_NOT_DERIVATIVE", lambda function, start: function(tf.constant(start))),
        ("SIGN", lambda function, start: -slope(function, start, unconnected_gradients="zero")),
        ("DIFFERENT", lambda function, start: 2 * slope(function, start, unconnected_gradients="zero")),
        ("OFFSET", lambda function, start: 1 + slope(function, start, unconnected_gradients="zero")),
        ("SAME_FOR_ALL", lambda function, start: 3.5),
        ("ERROR", lambda function, start: slope(function, start, unconnected_gradients="nought")),
        ("NONE", lambda function, start: None),
        ("NOT_A_FUNCTION", 0.0),
    ],
}
