"""A beginner's usual errors with a tape get a sentence in the check, never a message of TensorFlow's inside."""

import numpy as np
import pytest
import tensorflow as tf

from widgets.exercises.judgement import judge
from widgets.exercises.registry import EXERCISES


def of_a_number(function, x):
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x)


def watching_a_number(function, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return tape.gradient(y, x)


def of_numpy(function, x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = np.float32(function(x))
    return tape.gradient(y, x)


def of_numpy_inside(function, x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = function(x).numpy() ** 2
    return tape.gradient(y, x)


def called_without_x(function, x):
    return function()


def called_with_more(function, x):
    return function(x, 1.0)


def walk_of_a_constant(function, x, learning_rate, iterations):
    x = tf.constant(x)
    for _ in range(iterations):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        x.assign_sub(learning_rate * tape.gradient(y, x))
    return x


def walk_of_a_number(function, x, learning_rate, iterations):
    for _ in range(iterations):
        with tf.GradientTape() as tape:
            y = function(x)
        x = x - learning_rate * tape.gradient(y, x)
    return x


def trained(pairs, start=tf.Variable, watch=False, outside=False):
    def train(optimizer, function, x, iterations):
        x = start(x)
        for _ in range(iterations):
            y = function(x)
            with tf.GradientTape() as tape:
                if watch:
                    tape.watch(x)
                if not outside:
                    y = function(x)
            gradient = tape.gradient(y, x)
            optimizer.apply_gradients(pairs(gradient, x))
        return x

    return train


def pair(gradient, x):
    return [(gradient, x)]


def part_outside(function, x, k):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y[k], x)


CASES = [
    ("derivative", of_a_number, "NOT_A_TENSOR", "return tape.gradient(y, x)"),
    ("derivative", watching_a_number, "NOT_A_TENSOR", "tape.watch(x)"),
    ("derivative", of_numpy, "LEFT_TENSORFLOW", "y = np.float32(function(x))"),
    ("derivative", of_numpy_inside, "LEFT_TENSORFLOW", "y = function(x).numpy() ** 2"),
    ("derivative", called_without_x, "ERROR", "return function()"),
    ("derivative", called_with_more, "ERROR", "return function(x, 1.0)"),
    ("watch_all", lambda function, numbers: function(), "ERROR", "function()"),
    ("walk", walk_of_a_constant, "NOT_A_VARIABLE", "x.assign_sub(learning_rate * tape.gradient(y, x))"),
    ("walk", walk_of_a_number, "NOT_A_TENSOR", "x = x - learning_rate * tape.gradient(y, x)"),
    ("train", trained(pair, tf.constant, watch=True), "NOT_A_VARIABLE", "apply_gradients"),
    ("train", trained(pair, outside=True), "OUTSIDE_TAPE", "y = function(x)"),
    ("train", trained(pair, float), "NOT_A_TENSOR", "gradient = tape.gradient(y, x)"),
    ("train", trained(lambda gradient, x: (gradient, x)), "NOT_PAIRS", ""),
    ("train", trained(lambda gradient, x: [(x, gradient)]), "NOT_PAIRS", ""),
    ("part", part_outside, "OUTSIDE_TAPE", "return tape.gradient(y[k], x)"),
]
INTERNAL = ("<locals>", "type_value", "_unique_id", "_id", "ReferenceFunction", "EagerTensor", "Passed in object", "0x")


@pytest.mark.parametrize("name, answer, code, line", CASES)
def test_a_usual_error_gets_a_sentence_that_names_the_line(name, answer, code, line):
    judged = judge(EXERCISES[name], answer)
    assert judged.code == code, judged.sentence
    assert line in judged.sentence
    assert [word for word in INTERNAL if word in judged.sentence] == []


def test_one_number_for_all_is_told_from_tiny_ones_and_from_one_that_is_right_once():
    def sentence(answer):
        return judge(EXERCISES["double"], answer).sentence

    assert "every question" not in sentence(lambda x: x * 1e-9)
    due = [outcome.question.due[0] for outcome in judge(EXERCISES["double"], lambda x: 0.0).evidence.outcomes]
    assert judge(EXERCISES["double"], lambda x: 0.0).code == judge(EXERCISES["double"], lambda x: due[1]).code
    assert sentence(lambda x: 0.0) != sentence(lambda x: due[1])


def test_no_tape_is_missed_where_the_exercise_needs_none():
    for name in ("double", "wave", "by_hand", "straight_through"):
        assert "tape" not in judge(EXERCISES[name], lambda *given: None).sentence, name
