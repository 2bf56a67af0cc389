"""Answers to the exercises of lesson 12: right ones written differently, and wrong ones with the reason due to each.

They need a tape: here is one, written in another way than the lesson's. Its numbers keep their own way back.
"""

import collections

import numpy as np
import tensorflow as tf

NAMES = ("play_back", "divide_back", "my_slope", "my_second")


class Number:
    """A value, and for each input (a Number) the derivative to it (a Number, or a function that makes one)."""

    def __init__(self, value, ways=()):
        self.value, self.ways = value, ways

    def __add__(self, other):
        other = boxed(other)
        return Number(self.value + other.value, ((self, lambda: ONE), (other, lambda: ONE)))

    def __mul__(self, other):
        other = boxed(other)
        return Number(self.value * other.value, ((self, lambda: other), (other, lambda: self)))

    def __sub__(self, other):
        return self + boxed(other) * -1.0

    def __rsub__(self, other):
        return boxed(other) - self

    def __pow__(self, n):
        return Number(self.value**n, ((self, lambda: self ** (n - 1) * n),))

    __radd__, __rmul__ = __add__, __mul__


def boxed(value):
    return value if isinstance(value, Number) else Number(value)


ONE = Number(1.0)


def gradient(target, source, upstream=ONE):
    """The sum over all ways from the target to the source, one by one; None if there is none."""
    if target is source:
        return upstream
    parts = [gradient(number, source, upstream * slope()) for number, slope in target.ways]
    found = [part for part in parts if part is not None]
    return sum(found[1:], found[0]) if found else None


def sloped(function, x):
    x = Number(x)
    return gradient(function(x), x)


def sloped_by_dual_numbers(function, x):
    """Forward: x + ε with ε² = 0, as a matrix. TensorFlow's tape, and any other, is not needed for that."""
    return function(Matrix([[x, 1.0], [0.0, x]])).rows[0][1]


class Matrix:
    def __init__(self, rows):
        self.rows = np.array(rows)

    def __add__(self, other):
        return Matrix(self.rows + rows_of(other))

    def __mul__(self, other):
        return Matrix(self.rows @ rows_of(other))

    def __sub__(self, other):
        return Matrix(self.rows - rows_of(other))

    def __pow__(self, n):
        return Matrix(np.linalg.matrix_power(self.rows, n))

    __radd__, __rmul__ = __add__, __mul__


def rows_of(other):
    return other.rows if isinstance(other, Matrix) else np.eye(2) * other


def sloped_by_a_complex_step(function, x):
    return function(complex(x, 1e-20)).imag / 1e-20


def sloped_by_tensorflow(function, x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x)


def sloped_about_another(function, x):
    return gradient(function(Number(x)), Number(x))


def bent(function, x):
    x = Number(x)
    return gradient(gradient(function(x), x), x)


def bent_by_tensorflow(function, x):
    x = tf.Variable(x)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = function(x)
        slope = inner.gradient(y, x)
    return outer.gradient(slope, x)


def bent_by_differences(function, x, h=1e-4):
    return (function(x + h) - 2 * function(x) + function(x - h)) / h**2


def bent_unboxed(function, x):
    x = Number(x)
    return gradient(Number(gradient(function(x), x).value), x)


def played(entries, target, start=1.0, handed=lambda upstream: upstream):
    gradients = {target: start}
    for output, inputs, pullback in reversed(entries):
        if output in gradients:
            for number, part in zip(inputs, pullback(handed(gradients[output]), *inputs), strict=True):
                gradients[number] = gradients[number] + part if number in gradients else part
    return gradients


def played_in_boxes(entries, target):
    return played(entries, target, Number(1.0))


def played_with_zeros(entries, target):
    gradients = collections.defaultdict(float)
    gradients[target] = 1.0
    while entries:
        output, inputs, pullback = entries.pop()
        for number, part in zip(inputs, pullback(gradients[output], *inputs), strict=True):
            gradients[number] += part
    return gradients


def played_from_each_number(entries, target):
    """Not one pass, but for each number the sum over the entries that it goes into."""

    def of(number):
        parts = [1.0] if number is target else []
        for output, inputs, pullback in entries:
            if number in inputs and (upstream := of(output)) is not None:
                handed = zip(inputs, pullback(upstream, *inputs), strict=True)
                parts += [part for given, part in handed if given is number]
        return sum(parts) if parts else None

    return {number: of(number) for _, inputs, _ in entries for number in inputs}


def played_joining(join):
    def play(entries, target):
        gradients = {target: 1.0}
        for output, inputs, pullback in reversed(entries):
            if output in gradients:
                for number, part in zip(inputs, pullback(gradients[output], *inputs), strict=True):
                    gradients[number] = join(gradients[number], part) if number in gradients else part
        return gradients

    return play


def played_without_asking(entries, target):
    gradients = {target: 1.0}
    for output, inputs, pullback in reversed(entries):
        for number, part in zip(inputs, pullback(gradients[output], *inputs), strict=True):
            gradients[number] = gradients.get(number, 0.0) + part
    return gradients


def played_with_zeros_forward(entries, target):
    return played_with_zeros(entries[::-1], target)


RIGHT = {
    "play_back": [played, played_in_boxes, played_with_zeros, played_from_each_number],
    "divide_back": [
        lambda upstream, a, b: (upstream / b, -upstream * a / b**2),
        lambda upstream, a, b: [Number(upstream * b**-1), Number(upstream * a * -(b**-2))],
        lambda upstream, a, b: upstream * np.array([1.0, -a / b]) / b,
        lambda upstream, a, b: tf.constant([upstream / b, -upstream * a / b / b]),
    ],
    "my_slope": [sloped, sloped_by_dual_numbers, sloped_by_a_complex_step, sloped_by_tensorflow],
    "my_second": [bent, bent_by_tensorflow, bent_by_differences],
}

WRONG = {
    "play_back": [
        ("PLAYED_FORWARD", lambda entries, target: played(entries[::-1], target)),
        ("PLAYED_FORWARD", lambda entries, target: played_without_asking(entries[::-1], target)),
        ("PLAYED_FORWARD", played_with_zeros_forward),
        ("DEAD_END", played_without_asking),
        ("NO_DICTIONARY", lambda entries, target: list(played(entries, target).values())[-1]),
        ("NO_DICTIONARY", lambda entries, target: np.array([0.0, 1.0])),
        ("ONE_PATH", played_joining(lambda before, part: part)),
        ("ONE_PATH", played_joining(lambda before, part: before)),
        ("PATHS_MULTIPLIED", played_joining(lambda before, part: before * part)),
        ("UPSTREAM_FORGOTTEN", lambda entries, target: played(entries, target, handed=lambda upstream: 1.0)),
        ("STARTS_WITH_VALUE", lambda entries, target: played(entries, target, start=target.value)),
        ("SIGN", lambda entries, target: played(entries, target, start=-1.0)),
        ("FACTOR", lambda entries, target: played(entries, target, start=2.0)),
        ("NONE", lambda entries, target: None),
        ("ERROR", lambda entries: {}),
        ("NOT_A_FUNCTION", 8.0),
    ],
    "divide_back": [
        ("DIVISOR_SIGN", lambda upstream, a, b: (upstream / b, upstream * a / b**2)),
        ("DIVISOR_NOT_SQUARED", lambda upstream, a, b: (upstream / b, -upstream * a / b)),
        ("LIKE_A_PRODUCT", lambda upstream, a, b: (upstream * b, upstream * a)),
        ("LIKE_A_PRODUCT", lambda upstream, a, b: (upstream / b, upstream / a)),
        ("UPSTREAM_FORGOTTEN", lambda upstream, a, b: (1 / b, -a / b**2)),
        ("SWAPPED", lambda upstream, a, b: (-upstream * a / b**2, upstream / b)),
        ("HOW_MANY", lambda upstream, a, b: (upstream / b,)),
        ("SIGN", lambda upstream, a, b: (-upstream / b, -upstream * a / b**2)),
        ("NONE", lambda upstream, a, b: None),
    ],
    "my_slope": [
        ("NO_PATH", sloped_about_another),
        ("NO_PATH", lambda function, x: None),
        ("VALUE_NOT_DERIVATIVE", lambda function, x: function(Number(x))),
        ("VALUE_NOT_DERIVATIVE", lambda function, x: function(x)),
        ("TARGET_IS_SOURCE", lambda function, x: gradient(*[function(Number(x))] * 2)),
        ("SIGN", lambda function, x: sloped(function, x) * -1.0),
        ("OFFSET", lambda function, x: sloped(function, x) + 0.002),
        ("ERROR", lambda function, x: gradient(function(x), x)),
        ("DIFFERENT", lambda function, x: function(x + 1) - function(x)),
    ],
    "my_second": [
        ("INNER_GRADIENT_OUTSIDE_OUTER_TAPE", bent_unboxed),
        ("FIRST_NOT_SECOND", sloped),
        ("VALUE_NOT_DERIVATIVE", lambda function, x: function(Number(x))),
        ("SLOPE_SQUARED", lambda function, x: sloped(function, x) ** 2),
        ("FACTOR", lambda function, x: bent(function, x) * 0.5),
        ("NOT_A_NUMBER", lambda function, x: "f''"),
    ],
}
