"""The numbers due in lesson 05 are right: Keras' own optimizers and TensorFlow's own floats give them too."""

import numpy as np
import pytest
import tensorflow as tf

from tests.exercises.corpora import asked, handed_over
from widgets.exercises.judgement import judge
from widgets.exercises.lesson_05_learning_rates import count_limit_points
from widgets.exercises.registry import EXERCISES


def run(optimizer, function, start, iterations):
    """Where eager steps of an optimizer lead, in float64: the paper's own arithmetic, but for the last digits."""
    x = tf.Variable(start, dtype=tf.float64)
    for _ in range(iterations):
        with tf.GradientTape() as tape:
            y = function(x)
        optimizer.apply_gradients([(tape.gradient(y, x), x)])
    return float(x)


def test_walk(seed):
    for question in asked("walk"):
        function, start, rate, iterations = question.given
        assert question.due == pytest.approx(
            (run(tf.keras.optimizers.SGD(rate), function, start, iterations),), rel=1e-6
        )


def test_train(seed):
    for question in asked("train"):
        rule, *given = question.given
        assert question.due == pytest.approx(
            (run(handed_over(rule)(), *given),), rel=2e-5
        )  # Keras keeps 0.999 in float32


@pytest.mark.parametrize("rate, places", [(0.5, 1), (1.99, 1), (2.0, 1), (2.1, 2), (2.5, 2), (3.1, 2), (3.9, 64)])
def test_places_visited_in_a_cosine_valley(rate, places):
    """Counted another way: float32, a hundred starts at once, and how far apart every second place is."""
    x = np.linspace(0.3, 1.2, 100, dtype=np.float32)
    for _ in range(5000):
        x = x - np.float32(rate) * np.sin(x)
    after = x - np.float32(rate) * np.sin(x)
    twice = after - np.float32(rate) * np.sin(after)
    rests, returns = np.abs(after - x) < 0.05, np.abs(twice - x) < 1e-3
    assert {1: rests.all(), 2: returns.all() and not rests.any(), 64: not returns.all()}[places]
    found = [count_limit_points(rate, start) for start in (0.3, 0.7, 1.2)]
    assert found == [places] * 3 if places < 64 else min(found) > 2


def test_loop_order(seed):
    for question in asked("loop_order"):
        function, start, steps = question.given
        due = run(tf.keras.optimizers.SGD(0.1), function, start, steps)
        assert question.due == pytest.approx((due,), rel=1e-6)


def one_change_away(answer, count):
    """Every order that is one line more, one line less, or one line elsewhere than the answer."""
    for place in range(len(answer)):
        rest = [*answer[:place], *answer[place + 1 :]]
        yield rest
        yield from ([*rest[:to], answer[place], *rest[to:]] for to in range(len(answer)) if to != place)
    for number in set(range(1, count + 1)) - set(answer):
        yield from ([*answer[:to], number, *answer[to:]] for to in range(len(answer) + 1))


def test_every_order_near_the_right_one_is_told_apart_by_what_it_does_and_why():
    exercise = EXERCISES["loop_order"]
    answer = [exercise.program.lines.index(line) + 1 for line in exercise.program.answer]
    found = {}
    for order in one_change_away(answer, len(exercise.program.lines)):
        judged = judge(exercise, order)
        found.setdefault(judged.code or judged.status, []).append(order)
        lines = [exercise.program.lines[number - 1] for number in order]
        assert (judged.status == "right") == does_the_work(exercise, lines), order
    assert not {"ERROR", "DIFFERENT", "waiting"} & set(found), found


def does_the_work(exercise, lines):
    """Whether these lines, run as they stand, arrive where every question says."""
    names = {"tf": tf}
    try:
        exec("\n".join([*exercise.program.head, *lines, *exercise.program.tail]), names)
        ends = [float(names["train"](*question.given)) for question in asked("loop_order")]
    except Exception:
        return False
    return ends == pytest.approx([question.due[0] for question in asked("loop_order")], rel=1e-4)
