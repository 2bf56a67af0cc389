"""The data of a loss in words and in print, against the same worked out in NumPy from the learner's own numbers."""

import numpy as np
import pytest
import tensorflow as tf

from tests.descent.examples import BLOBS, CLASSES, CORNERS, INPUTS, TARGETS
from widgets.descent.data_facts import boundary, data_lines, predictions
from widgets.descent.losses.fit import find_fit
from widgets.descent.widget import DescentExplorer


def line(p):
    w, b = p
    return tf.reduce_mean((w * INPUTS + b - TARGETS) ** 2)


def parabola(p):
    a, b = p
    return tf.reduce_mean((a * tf.constant(INPUTS) ** 2 + b - TARGETS) ** 2)


def logistic(w):
    logits = tf.linalg.matvec(tf.constant(BLOBS), w) - 0.5
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.constant(CLASSES), logits=logits))


def squashed(p):
    w, b = p
    labels = tf.constant((INPUTS > 2).astype(np.float32))
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=w * INPUTS + b))


def test_a_line_is_told_with_its_residual():
    fit, place = find_fit(line, CORNERS), np.float32([0.596, 2.73])
    counted, said, best = data_lines(fit, 30, place, np.float32([1.25, -1.5]))
    mean = np.abs(0.596 * INPUTS + 2.73 - TARGETS).mean()
    assert counted == "50 examples."
    assert said.startswith("At iteration 30: the line is target = 0.596 · input + 2.73; ")
    assert float(said.partition("residual is ")[2].split()[0]) == pytest.approx(mean, rel=2e-3)
    assert best.startswith("At the minimum: the line is target = 1.25 · input − 1.5; ")
    assert said.endswith("(computed with NumPy).")


def test_a_curve_is_not_called_a_line():
    _counted, said = data_lines(find_fit(parabola, CORNERS), 3, np.float32([1, 2]), None)
    assert "line" not in said and "the mean absolute residual is" in said


def test_a_boundary_is_told_with_the_examples_on_their_side():
    fit, place = find_fit(logistic, CORNERS), np.float32([2, 1])
    _counted, said = data_lines(fit, 7, place, None)
    right = ((BLOBS @ place - 0.5 > 0) == (CLASSES > 0.5)).sum()
    assert "the boundary is −0.5 + 2 · input 1 + 1 · input 2 = 0; " in said
    assert f"{right} of 60 examples are on the side of their class" in said
    assert np.allclose(boundary(fit, place), [-0.5, 2, 1], atol=1e-4)
    nowhere = data_lines(fit, 0, np.float32([0, 0]), None)[1]  # every logit is −0.5: no place where it is 0
    assert "boundary" not in nowhere and "30 of 60 examples" in nowhere


def test_probabilities_of_one_feature_are_told_by_where_they_are_a_half():
    fit = find_fit(squashed, CORNERS)
    _counted, said = data_lines(fit, 1, np.float32([2, -3]), None)
    assert "p = 0.5 at input 1.5; " in said
    assert np.allclose(predictions(fit, np.float32([2, -3])), 1 / (1 + np.exp(3 - 2 * INPUTS)), atol=1e-4)


def test_nothing_is_said_of_numbers_that_are_not_finite():
    assert data_lines(find_fit(line, CORNERS), 9, np.float32([np.inf, 0]), None) == ["50 examples."]


def test_what_bends_outside_the_picture_is_no_line():
    def bent(p):
        return tf.reduce_mean((tf.minimum(p[0] * INPUTS, 60.0) + p[1] - TARGETS) ** 2)

    assert find_fit(bent, CORNERS) is None


@pytest.mark.parametrize("f", [line, logistic])
def test_the_twin_and_the_picture_show_the_data(f):
    explorer = DescentExplorer(f, [0.0, 0.0], iterations=12)
    assert f"{60 if f is logistic else 50} examples.\nAt iteration 12: the " in explorer.text
    _path, values, data = explorer.figure().axes
    assert values.get_xlabel() == "iteration"
    classes, others, best, now = data.lines
    if f is line:
        assert np.array_equal(classes.get_xydata(), np.column_stack([INPUTS, TARGETS])) and not others.get_xdata().size
        at = explorer.paths.learning_rates.tolist().index(explorer.learning_rate)
        assert np.allclose(now.get_ydata(), np.polyval(explorer.paths.x[12, at], INPUTS), atol=1e-4)
        least_squares = np.polyfit(INPUTS, TARGETS, 1)
        assert np.allclose(best.get_ydata(), np.polyval(least_squares, INPUTS), atol=1e-3) and best.is_dashed()
    else:
        assert np.array_equal(classes.get_xydata(), BLOBS[:30]) and np.array_equal(others.get_xydata(), BLOBS[30:])


def test_a_path_that_diverges_still_has_a_picture():
    explorer = DescentExplorer(line, [0.0, 0.0], learning_rate=0.5, iterations=200)
    assert "At iteration 200" not in explorer.text and "At the minimum: the line is" in explorer.text
    explorer.figure().canvas.draw()
