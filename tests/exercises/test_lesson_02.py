"""The numbers due in lesson 02 are right: they agree with central differences in float64, and with counting by hand."""

import numpy as np
import pytest
import tensorflow as tf

from tests.exercises.corpora import asked, handed_over

H = 1e-6


def value(function, *numbers):
    return float(function(*(tf.constant(number, tf.float64) for number in numbers)))


def difference(function, numbers, place):
    """The slope in one of several numbers, by two values of the function."""
    above, below = (np.array(numbers, float) + sign * H * np.eye(len(numbers))[place] for sign in (1, -1))
    return (value(function, *above) - value(function, *below)) / (2 * H)


def test_watch_all(seed):
    for question in asked("watch_all"):
        function, numbers = question.given
        assert question.due == pytest.approx([difference(function, numbers, i) for i in range(3)], rel=1e-6, abs=1e-6)


def test_repaired(seed):
    for question in asked("repaired"):
        assert question.due == pytest.approx(
            (difference(lambda x: (x * tf.sin(x)) ** 2, question.given, 0),), rel=1e-6, abs=1e-6
        )


def test_one_question_of_repaired_is_a_whole_number_and_the_others_are_not(seed):
    kinds = [type(question.given[0]) for question in asked("repaired")]
    assert kinds == [float, float, int]


def test_total(seed):
    for question in asked("total"):
        assert question.due == pytest.approx((difference(lambda x: x + x**2 + x**3, question.given, 0),), rel=1e-6)


def test_zero_or_none(seed):
    for question in asked("zero_or_none"):
        function, x = question.given
        assert question.due == pytest.approx((difference(function, [x], 0),), rel=1e-6, abs=1e-9)


def test_reads_counts_what_a_change_of_each_trainable_variable_shows(seed):
    """A Variable is read if changing it changes what the function gives; those that are not trainable do not count."""
    for question in asked("reads"):
        (reading,) = question.given
        function = handed_over(reading)
        (variables,) = [cell.cell_contents for cell in function.__closure__ if isinstance(cell.cell_contents, list)]
        before, moved = float(function()), []
        for variable in variables:
            variable.assign_add(1.0)
            moved.append(float(function()) != before)
            variable.assign_sub(1.0)
        assert len(variables) == reading.count and all(moved)
        assert question.due == (sum(variable.trainable for variable in variables),)
