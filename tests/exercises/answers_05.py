"""Answers to the exercises of lesson 05: right ones written differently, and wrong ones with the reason due to each."""

import math

import numpy as np
import tensorflow as tf

from widgets.exercises.lesson_05_loop_order import PROGRAM

NAMES = ("walk", "loop_order", "train", "land", "largest", "bounce")


def slope(function, x):
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x)


def walked(function, start, learning_rate, iterations, step=lambda rate, gradient: rate * gradient):
    x = tf.Variable(start)
    for _ in range(iterations):
        x.assign_sub(step(learning_rate, slope(function, x)))
    return x


def walked_watching_a_tensor(function, start, learning_rate, iterations):
    x = tf.constant(start)
    for _ in range(iterations):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        x = x - learning_rate * tape.gradient(y, x)
    return x


def walked_with_keras(function, start, learning_rate, iterations):
    return trained(tf.keras.optimizers.SGD(learning_rate), function, start, iterations)


def walked_in_a_graph(function, start, learning_rate, iterations):
    x = tf.Variable(start)

    @tf.function
    def loop():
        for _ in tf.range(iterations):
            x.assign_sub(learning_rate * slope(function, x))

    loop()
    return float(x)


def walked_in_float64(function, start, learning_rate, iterations):
    x = np.float64(start)
    for _ in range(iterations):
        x -= learning_rate * (function(x + 1e-5) - function(x - 1e-5)) / 2e-5
    return x


def walked_losing_the_variable(function, start, learning_rate, iterations):
    x = tf.Variable(start)
    for _ in range(iterations):
        x = x - learning_rate * slope(function, x)
    return x


def walked_unwatched(function, start, learning_rate, iterations):
    x = tf.constant(start)
    for _ in range(iterations):
        x = x - learning_rate * slope(function, x)
    return x


def walked_with_the_first_gradient(function, start, learning_rate, iterations):
    x = tf.Variable(start)
    gradient = slope(function, x)
    for _ in range(iterations):
        x.assign_sub(learning_rate * gradient)
    return x


def walked_without_assigning(function, start, learning_rate, iterations):
    x = tf.Variable(start)
    for _ in range(iterations):
        x - learning_rate * slope(function, x)
    return x


def walked_returning_y(function, start, learning_rate, iterations):
    x = tf.Variable(start)
    for _ in range(iterations):
        with tf.GradientTape() as tape:
            y = function(x)
        x.assign_sub(learning_rate * tape.gradient(y, x))
    return y


def walked_with_one_tape(function, start, learning_rate, iterations):
    x = tf.Variable(start)
    with tf.GradientTape() as tape:
        y = function(x)
    for _ in range(iterations):
        x.assign_sub(learning_rate * tape.gradient(y, x))
    return x


def trained(optimizer, function, start, iterations, pairs=lambda gradient, x: [(gradient, x)]):
    x = tf.Variable(start)
    for _ in range(iterations):
        optimizer.apply_gradients(pairs(slope(function, x), x))
    return x


def trained_with_apply(optimizer, function, start, iterations):
    x = tf.Variable(start)
    optimizer.build([x])
    for _ in range(iterations):
        optimizer.apply([slope(function, x)])
    return x.numpy()


def trained_by_a_helper(optimizer, function, start, iterations):
    def minimize(f, variables):
        with tf.GradientTape() as tape:
            y = f()
        optimizer.apply_gradients(zip(tape.gradient(y, variables), variables, strict=True))

    x = tf.Variable(start)
    for _ in range(iterations):
        minimize(lambda: function(x), [x])
    return x


def trained_by_minimize(optimizer, function, start, iterations):
    x = tf.Variable(start)
    for _ in range(iterations):
        optimizer.minimize(lambda: function(x), [x])
    return x


def trained_outside(optimizer, function, start, iterations):
    x = tf.Variable(start)
    for _ in range(iterations):
        y = function(x)
        with tf.GradientTape() as tape:
            pass
        optimizer.apply_gradients([(tape.gradient(y, x), x)])
    return x


def trained_by_hand(rate):
    return lambda optimizer, function, start, iterations: walked(function, start, rate, iterations)


START, FOR, WITH, VALUE, GRADIENT, STEP = LOOP = (3, 7, 9, 11, 10, 5)  # the numbers of the lines, as they are offered
CONSTANT, WATCH, OUTSIDE, REASSIGN, PAIR_SWAPPED = 4, 6, 2, 8, 1


RIGHT = {
    "walk": [
        walked,
        walked_watching_a_tensor,
        walked_with_keras,
        walked_in_a_graph,
        walked_in_float64,
    ],
    "loop_order": [
        list(LOOP),
        LOOP,
        [line.strip() for line in PROGRAM.answer[:3]] + list(PROGRAM.answer[3:]),
        [START, FOR, WITH, WATCH, VALUE, GRADIENT, STEP],
        [CONSTANT, FOR, WITH, WATCH, VALUE, GRADIENT, REASSIGN],
        [CONSTANT, START, *LOOP[1:]],
    ],
    "train": [trained, trained_with_apply, trained_by_a_helper],
    "land": [0.125, 1 / 8, np.float32(0.125), tf.constant(0.125)],
    "largest": [0.2499, 0.245, 0.2385, np.float64(0.24)],
    "bounce": [2.05, 2.5, tf.constant(3.0), 3.1],
}

WRONG = {
    "walk": [
        ("REASSIGNED_VARIABLE", walked_losing_the_variable),
        ("CONSTANT_NOT_WATCHED", walked_unwatched),
        ("UPHILL", lambda *given: walked(*given, step=lambda rate, gradient: -rate * gradient)),
        ("RATE_FORGOTTEN", lambda *given: walked(*given, step=lambda rate, gradient: gradient)),
        ("SAME_GRADIENT", walked_with_the_first_gradient),
        ("NOT_MOVED", walked_without_assigning),
        ("NOT_MOVED", lambda function, start, rate, iterations: tf.Variable(start)),
        ("ONE_STEP", lambda function, start, rate, iterations: walked(function, start, rate, 1)),
        ("ONE_TOO_MANY", lambda function, start, rate, iterations: walked(function, start, rate, iterations + 1)),
        ("ONE_TOO_FEW", lambda function, start, rate, iterations: walked(function, start, rate, iterations - 1)),
        ("VALUE_NOT_PLACE", walked_returning_y),
        ("VALUE_NOT_PLACE", lambda function, *given: function(walked(function, *given))),
        ("NONE", lambda *given: None),
        ("NO_RETURN", lambda *given: [walked(*given), None][1]),
        ("TAPE_ALREADY_USED", walked_with_one_tape),
        ("ERROR", lambda function, start: start),
        ("NEARLY", lambda *given: walked(*given) + 0.002 * given[1]),
        ("DIFFERENT", lambda *given: walked(*given, step=lambda rate, gradient: rate * rate * gradient)),
        ("NOT_A_FUNCTION", 0.3),
    ],
    "loop_order": [
        ("NOT_LINES", 3),
        ("NOT_LINES", "x = tf.Variable(start)"),
        ("NOT_LINES", [12]),
        ("NOT_LINES", [0]),
        ("NOT_LINES", [3, 3]),
        ("NOT_LINES", [True]),
        ("NOT_LINES", ["import os"]),
        ("NOT_LINES", lambda: LOOP),
        ("DOES_NOT_PARSE", [START, WITH, VALUE, GRADIENT, STEP]),
        ("DOES_NOT_PARSE", [START, FOR, OUTSIDE, WITH, GRADIENT, STEP]),
        ("USED_BEFORE_MADE", [FOR, WITH, VALUE, GRADIENT, STEP]),
        ("USED_BEFORE_MADE", [START, FOR, WITH, VALUE, STEP]),
        ("USED_BEFORE_MADE", [START, FOR, GRADIENT, WITH, VALUE, STEP]),
        ("USED_BEFORE_MADE", [START, FOR, STEP, WITH, VALUE, GRADIENT]),
        ("REASSIGNED_VARIABLE", [START, FOR, WITH, VALUE, GRADIENT, REASSIGN]),
        ("REASSIGNED_VARIABLE", [START, FOR, WITH, VALUE, GRADIENT, STEP, REASSIGN]),
        ("NOT_PAIRS", [START, FOR, WITH, VALUE, GRADIENT, PAIR_SWAPPED]),
        ("NOT_A_VARIABLE", [CONSTANT, FOR, WITH, VALUE, GRADIENT, STEP]),
        ("NOT_A_VARIABLE", [CONSTANT, FOR, WITH, WATCH, VALUE, GRADIENT, STEP]),
        ("CONSTANT_NOT_WATCHED", [CONSTANT, FOR, WITH, VALUE, GRADIENT, REASSIGN]),
        ("CONSTANT_NOT_WATCHED", [CONSTANT, FOR, WITH, VALUE, WATCH, GRADIENT, REASSIGN]),
        ("OUTSIDE_TAPE", [START, FOR, WITH, VALUE, OUTSIDE, GRADIENT, STEP]),
        ("OUTSIDE_TAPE", [START, FOR, OUTSIDE, WITH, WATCH, GRADIENT, STEP]),
        ("NOT_MOVED", [START, FOR, WITH, VALUE, GRADIENT]),
    ],
    "train": [
        ("NO_MINIMIZE", trained_by_minimize),
        ("OUTSIDE_TAPE", trained_outside),
        ("NOT_PAIRS", lambda *given: trained(*given, pairs=lambda gradient, x: (gradient, x))),
        ("NOT_PAIRS", lambda *given: trained(*given, pairs=lambda gradient, x: [(x, gradient)])),
        ("OPTIMIZER_IGNORED", trained_by_hand(0.01)),
        ("OPTIMIZER_IGNORED", trained_by_hand(0.1)),
        ("NOT_MOVED", lambda optimizer, function, start, iterations: tf.Variable(start)),
        ("ONE_STEP", lambda optimizer, function, start, iterations: trained(optimizer, function, start, 1)),
        ("ONE_TOO_MANY", lambda *given: trained(*given[:3], given[3] + 1)),
        ("ONE_TOO_FEW", lambda *given: trained(*given[:3], given[3] - 1)),
        ("VALUE_NOT_PLACE", lambda optimizer, function, *given: function(trained(optimizer, function, *given))),
        ("NONE", lambda *given: None),
        ("DIFFERENT", lambda *given: trained(*given) + given[3]),
        ("ERROR", lambda function, start: start),
    ],
    "land": [
        ("RATE_OF_F", 0.5),
        ("LIMIT_NOT_LANDING", 0.25),
        ("CURVATURE_NOT_RATE", 8),
        ("TOO_SHORT", 0.1),
        ("TOO_SHORT", 0.001),
        ("TOO_FAR", 0.13),
        ("TOO_FAR", tf.constant(1.0)),
        ("NOT_FINITE", math.nan),
        ("NOT_A_NUMBER", "0.125"),
        ("NOT_A_NUMBER", lambda: 0.125),
        ("NONE", None),
        ("A_LIST", [0.125]),
    ],
    "largest": [
        ("BOUNCES_FOR_EVER", 0.25),
        ("DIVERGES", 0.2501),
        ("DIVERGES", 1.0),
        ("LARGER_CONVERGES_TOO", 0.125),
        ("LARGER_CONVERGES_TOO", 0.23),
        ("NOT_A_NUMBER", "just below 0.25"),
        ("NOT_FINITE", math.inf),
    ],
    "bounce": [
        ("COMES_TO_REST", 0.5),
        ("COMES_TO_REST", 1.9),
        ("COMES_TO_REST", 2.0),
        ("TOO_MANY_PLACES", 3.5),
        ("TOO_MANY_PLACES", 4.0),
        ("NOT_A_NUMBER", "2.5"),
    ],
}
