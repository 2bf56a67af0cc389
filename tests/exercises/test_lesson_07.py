"""The numbers due in lesson 07 are right: central differences, and Keras' own optimizers in float64, give them too."""

import pytest
import tensorflow as tf

from tests.exercises.corpora import asked, handed_over
from widgets.answers.loop_uses import CallCounter, one_trace_or_all


def slopes(valley, place, h=1e-5):
    """Central differences in float64, one for each parameter."""
    valley, (u, v) = handed_over(valley), place
    along_u = (valley(u + h, v) - valley(u - h, v)) / (2 * h)
    return along_u, (valley(u, v + h) - valley(u, v - h)) / (2 * h)


def steps(optimizer, valley, place):
    """Where each step of an optimizer leads, with slopes that are central differences."""
    variables = [tf.Variable(number, dtype=tf.float64) for number in place]
    while True:
        here = [float(variable) for variable in variables]
        yield here
        gradients = [tf.constant(slope, tf.float64) for slope in slopes(valley, here)]
        optimizer.apply_gradients(zip(gradients, variables, strict=True))


def after(count, *given):
    return next(place for step, place in enumerate(steps(*given)) if step == count)


def test_gradients(seed):
    for question in asked("gradients"):
        assert question.due == pytest.approx(slopes(*question.given), rel=1e-6)


def test_minimize(seed):
    for question in asked("minimize"):
        rule, valley, place, count = question.given
        assert question.due == pytest.approx(after(count, handed_over(rule)(), valley, place), rel=2e-5)


def test_make_step(seed):
    for question in asked("make_step"):
        rule, valley, place, count = question.given
        assert question.due == pytest.approx((*after(count, handed_over(rule)(), valley, place), 1), rel=2e-5)


def test_until(seed):
    for question in asked("until"):
        rule, valley, place, small = question.given
        run = enumerate(steps(handed_over(rule)(), valley, place))
        first = next(count for count, here in run if max(map(abs, slopes(valley, here))) < small)
        assert question.due == (first,)


def test_python_runs_a_graph_once_and_everything_else_each_time():
    eager, traced = CallCounter(lambda x: x + 1), CallCounter(lambda x: x + 1)
    graph = tf.function(traced)
    assert [eager(n) for n in (1, 2, 3)] == [2, 3, 4]
    assert [int(graph(tf.constant(n))) for n in (1, 2, 3)] == [2, 3, 4]
    assert (eager.runs, traced.runs) == (3, 1)
    assert [one_trace_or_all(runs, 2) for runs in (0, 1, 2, 3)] == [0, 1, 1, 3]
