"""What an answer returned arrives as it was, and whatever else is written is refused: nothing of it is ever called."""

import json
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import tensorflow as tf

from widgets.answers.answer_numbers import NotNumeric, parse_numbers
from widgets.answers.handed_over import built
from widgets.answers.plain_values import BadReply, Other, Source, Tensor, as_plain, kind_of, read_returned


def sent(value):
    return json.loads(json.dumps(as_plain(value)))


@pytest.mark.parametrize("value", [None, ..., True, 3, -(10**20), 0.1, float("inf"), [1, (2.5, None)], (1.0, [2])])
def test_plain_values_arrive_to_the_last_bit(value):
    assert read_returned(sent(value)) == value


@pytest.mark.parametrize("value", [Fraction(1, 4), Decimal("0.25")])
def test_exact_numbers_arrive_as_floats(value):
    assert read_returned(sent(value)) == 0.25


def test_nan_arrives_too():
    assert np.isnan(read_returned(sent(float("nan"))))


@pytest.mark.parametrize(
    ("value", "kind"),
    [(tf.constant([1.5, 2.5]), "EagerTensor"), (tf.Variable(3.0), "ResourceVariable"), (np.float32(0.1), "float32")],
)
def test_tensors_arrive_as_their_numbers(value, kind):
    found = read_returned(sent(value))
    assert isinstance(found, Tensor) and found.kind == kind and found.is_variable == isinstance(value, tf.Variable)
    assert found.numpy().tolist() == np.asarray(value, float).tolist()


@pytest.mark.parametrize("value", ["1.0", 1j, {"a": 1.0}, object(), abs, tf.constant(True), np.array(["1"]), 10**40])
def test_of_anything_else_only_its_type_is_known(value):
    found = read_returned(sent(value))
    assert isinstance(found, Other) and kind_of(found) == type(value).__name__ and callable(found) == callable(value)
    with pytest.raises(NotNumeric):
        parse_numbers(found, 1)


def test_of_what_is_too_long_the_length_is_known():
    assert len(read_returned(sent([0.0] * 1000))) == 1000
    assert read_returned(sent(np.ones((50, 60)))).array.shape == (50, 60)


DEEP = ["list", [["list", [["list", [["list", [["list", [], 0]], 1]], 1]], 1]], 1]


@pytest.mark.parametrize(
    "plain",
    [
        *(None, 1.0, [], ["float"], ["float", 1.0], ["float", "one"], ["float", "0x1p99999"], ["int", "1" * 99]),
        *(["source", "1.0"], ["list", [1.0], 1], ["list", [], "1"], ["other", 1, False], ["int", "1.0"], DEEP),
        *(["array", "x", "float64", [2], ["0x1p0"], False], ["array", "x", "float64", [-1], ["0x1p0"], False]),
        *(["array", "x", "float64", [], ["0x1p0", "0x1p0"], False], ["array", "x", "", [1.0], [], False]),
    ],
)
def test_what_is_written_in_another_way_is_refused(plain):
    with pytest.raises(BadReply):
        read_returned(plain)


@pytest.mark.parametrize("value", [1.5, 3, [1.0, (2.0, 3)], "line", np.float32(0.1), np.arange(3)])
def test_what_a_question_hands_over_arrives_too(value):
    found = built(sent(value))
    assert type(found) is type(value) and np.all(found == value)


def test_a_function_is_handed_over_as_its_expression():
    function = built(sent(Source("lambda x: tf.sin(2.0 * x)")))
    assert float(tf.function(function)(tf.constant(0.0))) == 0.0
    with pytest.raises(TypeError, match="the_function_of_the_exercise"):
        function(1.0, 2.0)
