"""Predictions of every kind: what fits, what is said, and what stays open until the learner commits."""

import math

import numpy as np
import pytest
import tensorflow as tf

from widgets import check, predict
from widgets.common import prediction_gate
from widgets.exercises import predictions, sketches
from widgets.exercises.predictions import parse_typed_number

WHY = "Not what you predicted. Can you explain why?"
PLANE = {"sketch": (0.0, 2.0)}
V_SHAPE = [(0, 1), (1, 0), (2, 1)]
MADE = {
    "a number": ((-2.0,), {}),
    "a choice": (("above",), {"choices": ("above", "below")}),
    "a sketch": ((V_SHAPE,), PLANE),
    "an order": ((["record", "gradient", "assign"],), {"order": ("assign", "gradient", "record")}),
}


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    predictions.forget_session()
    monkeypatch.delenv(predictions.SWITCH, raising=False)


def parabola(x):
    return tf.pow(x, 2) - 2 * x + 1


def said(capsys):
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("kind", MADE)
def test_each_kind_is_open_until_it_is_committed(kind):
    (value,), form = MADE[kind]
    predict("slope", ..., **form)
    assert predictions.still_open() == ("slope",)
    predict("slope", value, **form)
    assert predictions.still_open() == ()


@pytest.mark.parametrize("kind", MADE)
def test_what_was_committed_stays_when_the_cell_runs_once_more(kind, capsys):
    (value,), form = MADE[kind]
    predict("slope", value, **form)
    predict("slope", ..., **form)
    first, second = said(capsys)
    assert first == second and first.startswith("slope: you predict ") and predictions.still_open() == ()


def test_a_choice_is_one_of_those_that_there_are(capsys):
    predict("slope", "abov", choices=("above", "below"))
    predict("slope", "below", choices=("above", "below"))
    check("slope", "above")
    assert said(capsys) == [
        'slope: choose one of "above", "below", not \'abov\'.',
        "slope: you predict below.",
        "slope: you predicted below, and it is above. Not what you predicted. Can you explain why?",
    ]


def test_what_does_not_fit_leaves_the_prediction_open():
    predict("slope", "abov", choices=("above", "below"))
    assert predictions.still_open() == ("slope",)


@pytest.mark.parametrize("value", [3.0, "up", [], [(0, 1)], [(0, 1), (1, math.nan)], [(0, 1, 2)], [(0, 1), (5, 1)]])
def test_what_is_no_curve_over_the_range_is_refused(value, capsys):
    predict("shape", value, **PLANE)
    assert predictions.still_open() == ("shape",)
    assert said(capsys)[0].endswith(("[(0, 1), (1, 0)].", "keep x between 0.0 and 2.0."))


@pytest.mark.parametrize("value", [["record"], ["record", "record", "assign"], "record", 3])
def test_an_order_has_every_line_once(value, capsys):
    predict("loop", value, order=("assign", "gradient", "record"))
    assert said(capsys) == ["loop: give a list with each of these once: assign, gradient, record."]


def test_an_order_is_put_beside_the_one_that_it_is(capsys):
    predict("loop", ["a", "b"], order=("b", "a"))
    check("loop", ("b", "a"))
    assert said(capsys)[1] == "loop: you predicted a → b, and it is b → a. Not what you predicted. Can you explain why?"


@pytest.mark.parametrize("outcome", [parabola, lambda x: (x - 1) ** 2, [(0, 1), (1, 0), (2, 1)]])
def test_a_sketch_of_the_right_shape_is_well_seen(outcome, capsys):
    predict("shape", V_SHAPE, **PLANE)
    check("shape", outcome)
    assert said(capsys)[1:] == [
        "shape: your curve beside the true one.",
        "    x   you predicted   it is",
        "  0.0             1.0     1.0",
        "  1.0             0.0     0.0",
        "  2.0             1.0     1.0",
        "You predicted that correctly.",
    ]


def test_a_sketch_is_told_where_it_is_furthest_away(capsys):
    predict("shape", V_SHAPE, **PLANE)
    check("shape", lambda x: x)
    assert said(capsys)[-1] == "They are furthest apart at x = 0.0, by 1.0. " + WHY


def test_where_the_true_curve_has_no_value_a_sketch_is_not_judged(capsys):
    predict("shape", V_SHAPE, **PLANE)
    check("shape", lambda x: tf.math.log(x - 1.0))
    assert said(capsys)[-1] == "They are furthest apart at x = 2.0, by 1.0. " + WHY
    check("shape", lambda x: math.nan)
    assert said(capsys)[-1] == "The true curve has no value at these x. " + WHY


@pytest.mark.parametrize("outcome", [3.0, lambda: 0.0, lambda x: x.nonsense, lambda x: None, lambda x: [x, x]])
def test_what_is_no_curve_has_no_value(outcome, capsys):
    predict("shape", V_SHAPE, **PLANE)
    check("shape", outcome)
    assert said(capsys)[-1] == "The true curve has no value at these x. " + WHY


def test_a_function_that_is_not_written_yet_is_nothing_to_compare_with(capsys):
    predict("shape", V_SHAPE, **PLANE)
    check("shape", lambda x: ...)
    assert said(capsys)[-1] == "shape: nothing to compare with yet."


def test_a_height_between_two_points_is_on_the_line_between_them():
    assert sketches.height_at([(2.0, 0.0), (0.0, 1.0)], 0.5) == 0.75
    assert math.isnan(sketches.height_at([(0.0, 1.0), (1.0, 2.0)], 1.5))


@pytest.mark.parametrize("text, number", [("-2", -2.0), (" 0.5 ", 0.5), ("\u22121e-3", -0.001)])
def test_a_typed_number_is_read(text, number):
    assert parse_typed_number(text) == number


@pytest.mark.parametrize(
    "form, said",
    [
        ({"choices": "ab"}, "several texts"),
        ({"choices": 5}, "several texts"),
        ({"order": None}, "several texts"),
        ({"sketch": (2, 0)}, "lower number first"),
        ({"sketch": (0, 1, 2)}, r"lowest and the highest x.*\(0, 1, 2\)"),
        ({"sketch": 3}, "lowest and the highest x"),
        ({"sketch": ("a", "b")}, "lowest and the highest x"),
        ({"sketch": (0, float("inf"))}, "lowest and the highest x"),
        ({"sketch": (0, 1), "choices": ("a", "b")}, "not several"),
    ],
)
def test_what_cannot_be_asked_is_the_authors_mistake(form, said):
    with pytest.raises(ValueError, match=said):
        predict("slope", ..., **form)


def test_a_name_is_a_text():
    with pytest.raises(TypeError, match=r'predict\("slope at 0", 2.0\); got float'):
        predict(2.0, "slope at 0")


def test_a_name_alone_asks(capsys):
    predict("slope at 0")
    assert "no prediction yet" in capsys.readouterr().out


def test_arrays_can_be_asked_for_as_lists_can(capsys):
    predict("where", "b", choices=np.array(["a", "b"]))
    predict("curve", [(0, 1), (1, 0)], sketch=np.array([0.0, 1.0]))
    assert "curve: you predict a curve" in capsys.readouterr().out


def test_a_teacher_switches_the_lock_off(monkeypatch):
    predict("slope", ...)
    monkeypatch.setenv("TAPEDECK_PREDICT", "off")
    assert predictions.still_open() == ()
    monkeypatch.setenv("TAPEDECK_PREDICT", "on")
    assert predictions.still_open() == ("slope",)
    predict.skip()
    assert predictions.still_open() == ()


def test_who_listens_hears_of_it_until_it_leaves():
    heard = []
    leave = prediction_gate.subscribe(lambda name, is_outcome: heard.append((name, is_outcome)))
    predict("slope", 1.0)
    check("slope", 2.0)
    leave()
    predict("slope", 3.0)
    assert heard == [("slope", False), ("slope", False), ("slope", True)]
