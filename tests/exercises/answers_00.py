"""Answers to the exercises of lesson 00: right ones written differently, and wrong ones with the reason due to each."""

import math

import numpy as np
import tensorflow as tf

NAMES = ("came_back", "double", "at_two")


def gradient_of_the_deck():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = 2 * x + 1
    return tape.gradient(y, x)


def printing(x):
    print(2 * x)


def adding_in_a_loop(x):
    total = 0
    for _ in range(2):
        total += x
    return total


RIGHT = {
    "came_back": [2.0, 2, np.float32(2), tf.constant(2.0), gradient_of_the_deck()],
    "double": [lambda x: 2 * x, lambda x: x + x, lambda x: tf.multiply(x, 2.0), adding_in_a_loop],
    "at_two": [2.0, 2, np.float32(1.98), tf.constant(2.03)],
}

WRONG = {
    "came_back": [
        ("VALUE_NOT_DERIVATIVE", 7.0),
        ("VALUE_NOT_DERIVATIVE", tf.constant(6.0)),
        ("PLACE_NOT_SLOPE", 3),
        ("SEED_NOT_GRADIENT", 1.0),
        ("SIGN", -2.0),
        ("DIFFERENT", 5.0),
        ("NOT_FINITE", math.nan),
        ("NOT_A_NUMBER", "2.0"),
        ("NOT_A_NUMBER", lambda: 2.0),
        ("A_LIST", [2.0]),
        ("NONE", None),
    ],
    "double": [
        ("SQUARE_NOT_DOUBLE", lambda x: x * x),
        ("SQUARE_NOT_DOUBLE", lambda x: x**2),
        ("TWO_ADDED", lambda x: x + 2),
        ("UNCHANGED", lambda x: x),
        ("SIGN", lambda x: -2 * x),
        ("FACTOR", lambda x: 3 * x),
        ("OFFSET", lambda x: 2 * x + 1),
        ("NEARLY", lambda x: 2 * x * (1 + 0.001 * x)),
        ("SAME_FOR_ALL", lambda x: 6.0),
        ("NONE", printing),
        ("ERROR", lambda x: 2 * y),  # noqa: F821
        ("ERROR", lambda: 2.0),
        ("NOT_A_NUMBER", lambda x: f"{2 * x}"),
        ("NOT_A_FUNCTION", 6.0),
    ],
    "at_two": [
        ("LEFT_OF_PLACE", 0.0),
        ("LEFT_OF_PLACE", 1.9),
        ("RIGHT_OF_PLACE", 2.1),
        ("RIGHT_OF_PLACE", tf.constant(3.0)),
        ("NOT_FINITE", math.nan),
        ("NOT_A_NUMBER", "2.0"),
        ("NOT_A_NUMBER", lambda: 2.0),
        ("NONE", None),
    ],
}
