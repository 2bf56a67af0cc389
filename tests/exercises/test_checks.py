"""What passes between a learner and an exercise: nothing an answer does gets out, and words come in good order."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tests.exercises.corpora import asked
from widgets import check, hint, order_lines, predict
from widgets.answers.answer_numbers import NotNumeric, format_number, parse_numbers
from widgets.exercises import progress_store
from widgets.exercises.exercise import spread
from widgets.exercises.judgement import judge
from widgets.exercises.registry import EXERCISES, misconceptions_by_code


class Stubborn:
    """An object that objects to everything."""

    def __getattr__(self, name):
        raise ValueError(name)

    __eq__ = __bool__ = __len__ = __iter__ = __array__ = __float__ = __repr__ = __str__ = __getattr__


def endless(*given):
    return endless(*given)


def leaving(*given):
    raise SystemExit("bye")


def yielding(*given):
    yield 1.0


def speechless(*given):
    class Speechless(Exception):
        def __str__(self):
            raise self

    raise Speechless


ODD = [
    None,
    NotImplemented,
    Stubborn(),
    object,
    yielding,
    endless,
    leaving,
    speechless,
    {},
    {"x": 1},
    b"1",
    "x" * 10_000,
    1j,
]
ODD += [np.ones((3, 3)), np.array([object()]), tf.constant("text"), tf.constant(True), tf.TensorShape([1]), [..., 2]]
ODD += [tf.keras.Input((2,)), tf.function(lambda *given: given[0]), tf.RaggedTensor.from_row_lengths([1.0], [1])]


@pytest.mark.parametrize("name", EXERCISES)
def test_no_answer_makes_a_check_raise(name, capsys):
    for number in range(len(ODD)):
        check(name, ODD[number])
        check(name, lambda *given, number=number: ODD[number])
        out = capsys.readouterr().out
        wrong = [text for text in ("Right", "Traceback", " at 0x") if text in out]
        assert (out.count(f"{name}\n"), wrong) == (2, []), f"ODD[{number}]"


def test_the_stop_button_stops_a_check():
    def interrupted(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("by_hand", interrupted)


def test_an_exception_is_told_with_its_line():
    def broken(x):
        y = x * x
        return y.nonsense

    sentence = judge(EXERCISES["by_hand"], broken).sentence
    line = broken.__code__.co_firstlineno + 2
    assert sentence.startswith(f"your code stopped in line {line}, `return y.nonsense`, with AttributeError: ")


def test_the_line_is_the_learners_even_when_tensorflow_raises():
    def broken(x):
        return tf.constant([1.0, 2.0]) + tf.constant([1.0, 2.0, 3.0])

    sentence = judge(EXERCISES["by_hand"], broken).sentence
    line = broken.__code__.co_firstlineno + 1
    assert sentence.startswith(f"Line {line}: `return tf.constant([1.0, 2.0]) + tf.constant([1.0, 2.0, 3.0])`. ")


def test_a_misspelt_name_is_met_with_the_right_one(capsys):
    check("wav", 1)
    hint("wav")
    check("something else", 1)
    out = capsys.readouterr().out
    assert out.count('There is no exercise called "wav". Did you mean "wave"?') == 2
    assert f": {', '.join(EXERCISES)}." in out


def test_a_column_that_ends_in_an_equals_sign_is_named_without_it(capsys):
    check("flat", math.nan)
    assert "Not right: x: nan is not" in capsys.readouterr().out


@pytest.mark.parametrize("order", [3, None, "abc"])
def test_an_order_that_is_no_list_is_told_what_is(order, capsys):
    order_lines("loop_order", order)
    assert f"such as [3, 1, 2]; got {type(order).__name__}." in capsys.readouterr().out
    assert judge(EXERCISES["loop_order"], order).code == "NOT_LINES"


@pytest.mark.parametrize("name", [None, ["wave"], len], ids=str)
def test_a_name_that_is_no_text_is_told_so(name, capsys):
    check(name, "wave")
    hint(name)
    order_lines(name)
    out = capsys.readouterr().out
    assert out.count(f'in quotes, for example "{next(iter(EXERCISES))}"; got {type(name).__name__}.') == 2
    assert 'in quotes, for example "loop_order"' in out


def test_hints_go_from_a_nudge_to_a_worked_line_and_are_counted(capsys):
    for name in EXERCISES:
        for _ in range(4):
            hint(name)
        lines = capsys.readouterr().out.splitlines()
        assert [line[:12] for line in lines] == ["Hint 1 of 3:", "Hint 2 of 3:", "Hint 3 of 3:", "Hint 3 of 3:"], name
        assert len(set(lines)) == 3 and progress_store.load().hints[name] == 4, name


@pytest.mark.parametrize(
    "predicted, outcome, said",
    [
        (-2, tf.constant(-2.0), "you predicted -2.0, and it is -2.0. You predicted that correctly."),
        (2.0, tf.constant(-2.0), "you predicted 2.0, and it is -2.0. Not what you predicted. Can you explain why?"),
        ("below", "below", "you predicted below, and it is below. You predicted that correctly."),
        ("above", "below", "you predicted above, and it is below. Not what you predicted. Can you explain why?"),
        (..., tf.constant(-2.0), "it is -2.0. You made no prediction."),
        (2.0, ..., "nothing to compare with yet."),
    ],
)
def test_a_prediction_is_put_beside_the_outcome(predicted, outcome, said, capsys):
    predict("slope", predicted)
    check("slope", outcome)
    assert capsys.readouterr().out.splitlines()[1] == f"slope: {said}"


def test_making_a_prediction_is_answered(capsys):
    predict("slope", ...)
    predict("slope", 1)
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("slope: no prediction yet.") and second == "slope: you predict 1.0."


def test_questions_depend_on_the_seed_and_on_nothing_else(monkeypatch):
    def labels():
        return [question.label for question in asked("wave")]

    first = labels()
    np.random.seed(1)
    assert labels() == first
    monkeypatch.setenv("TAPEDECK_SEED", "another")
    assert labels() != first


def test_seeded_numbers_never_coincide():
    rng = np.random.default_rng(0)
    for _ in range(200):
        numbers = spread(rng, -1.0, 1.0)
        assert len(set(numbers)) == 3 and all(-1 < number < 1 for number in numbers)


def test_checks_leave_the_learners_random_numbers_alone():
    np.random.seed(3)
    expected = np.random.rand()
    np.random.seed(3)
    check("by_hand", lambda x: x)
    assert np.random.rand() == expected


@pytest.mark.parametrize("number, text", [(-0.0, "0.0"), (2, "2.0"), (1 / 3, "0.3333"), (math.nan, "nan")])
def test_numbers_are_written_plainly(number, text):
    assert format_number(number) == text


@pytest.mark.parametrize("number", [3, 3.0, np.float64(3), np.array(3.0), tf.constant(3), tf.Variable(3.0), np.int8(3)])
def test_every_sort_of_number_is_read(number):
    assert parse_numbers(number, 1).tolist() == [3.0]
    assert parse_numbers((number, number), 2).tolist() == [3.0, 3.0]


@pytest.mark.parametrize("kind, value", [("none", None), ("none", [None]), ("list", [3.0]), ("shape", np.ones(2))])
def test_what_is_no_number_is_said_to_be_none(kind, value):
    with pytest.raises(NotNumeric) as caught:
        parse_numbers(value, 1)
    assert caught.value.kind == kind


def test_a_lesson_before_is_named_where_it_treats_the_mistake(capsys):
    check("curvature", lambda function, start: function(tf.constant(start)))  # the value, in lesson 04
    said = capsys.readouterr().out.splitlines()[-1]
    assert said == f"Lesson 1 is about that: {misconceptions_by_code()['VALUE_NOT_DERIVATIVE'].cause}"
    check("derivative", lambda function, start: function(tf.constant(start)))  # in lesson 01 itself
    check("curvature", lambda function, start: 1.0)  # what any answer may be told
    assert "is about that" not in capsys.readouterr().out


FUNCTIONS = [name for name, exercise in EXERCISES.items() if exercise.takes == "function"]
RATIOS = {"honest"}
"""What is due is 1 everywhere there: what came back, divided by what should have."""


def test_nobody_knows_by_heart_what_is_due_with_another_seed(monkeypatch):
    def due(seed):
        monkeypatch.setenv("TAPEDECK_SEED", seed)
        return {name: str([question.due for question in asked(name)]) for name in FUNCTIONS if name not in RATIOS}

    by_seed = [due(seed) for seed in "abcdefgh"]
    assert [name for name in by_seed[0] if len({each[name] for each in by_seed}) == 1] == []
