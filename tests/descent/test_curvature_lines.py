"""The lines along which f curves most and least, against the Hessian by NumPy."""

import json

import numpy as np
import pytest
import tensorflow as tf

from widgets import DescentExplorer

INPUTS = np.linspace(0, 4, 20).astype(np.float32)
TARGETS = (1.2 * INPUTS + 1).astype(np.float32)


def bends(f, start, **options):
    return json.loads(DescentExplorer(f, start, **options).facts)["bends"]


def test_the_lines_are_the_eigenvectors_of_the_hessian():
    found = bends(lambda p, x, y: tf.reduce_mean((p[0] * x + p[1] - y) ** 2), [0.0, 0.0], data=(INPUTS, TARGETS))
    design = np.stack([INPUTS, np.ones(20)], axis=1).astype(float)
    curvatures, directions = np.linalg.eigh(2 / 20 * design.T @ design)
    assert [one["kind"] for one in found] == ["least", "most"]
    for one, curvature, direction in zip(found, curvatures, directions.T, strict=True):
        assert abs(np.dot(one["along"], direction)) == pytest.approx(1, abs=1e-3)
        assert float(one["value"]) == pytest.approx(curvature, rel=0.05)
        assert one["at"] == pytest.approx([1.2, 1.0], abs=0.01)


@pytest.mark.parametrize(
    "f, start",
    [
        (lambda p: tf.reduce_sum(tf.square(p)), [1.0, 2.0]),  # round: every direction curves as much
        (lambda p: tf.square(p[0] * p[1] - 1.0), [0.5, 0.5]),  # a valley of minima, flat along it
        (lambda p: tf.exp(p[0] + p[1]), [0.5, 0.5]),  # no minimum
        (lambda x: tf.square(x), 1.0),  # one parameter
    ],
)
def test_where_no_two_directions_are_certain_there_are_no_lines(f, start):
    assert bends(f, start) == []
