"""What the lessons say of x² − 2x + 1 from 0, as this TensorFlow computes it."""

import numpy as np
import pytest
import tensorflow as tf

from tests.descent.learner import differences
from widgets.descent import descend
from widgets.descent.verdicts import HALF_ULP

RATES = [0.001, 0.01, 0.1, 0.5, 0.9, 1.0, 1.1]


def parabola(x):
    return tf.pow(x, 2) - 2 * x + 1


@pytest.fixture(scope="module")
def paths():
    """The longest run that may be asked for, in float32."""
    return descend(parabola, 0.0, RATES, 10_000)


@pytest.fixture(scope="module")
def wide():
    return descend(parabola, 0.0, RATES, 10_000, dtype="float64")


def of(paths, rate):
    return paths.x[:, paths.learning_rates.tolist().index(rate)]


def test_it_freezes_long_before_a_thousand_steps(paths):
    x = of(paths, 0.01)
    assert x[-1] == np.float32(0.999998569)
    assert len(set(x[659:].tolist())) == 1
    assert x[658] != x[659]
    assert np.array_equal(descend(parabola, 0.0, [0.01], 1_000).x[-1], x[-1:])
    assert paths.stalled_at[1] == 660


def test_y_is_zero_by_cancellation(paths):
    assert (paths.y[-1, 1], paths.gradient[-1, 1] != 0) == (0, True)


def test_a_smaller_rate_stalls_further_away_and_a_larger_one_moves_on(paths):
    assert of(paths, 0.001)[-1] == np.float32(0.9999851)
    assert of(paths, 0.001)[-1] < of(paths, 0.01)[-1] < of(paths, 0.1)[-1] < 1
    assert descend(parabola, of(paths, 0.01)[-1], [0.1], 1).x[1, 0] > of(paths, 0.01)[-1]


def test_float64_does_not_stall_there(wide):
    assert of(wide, 0.01)[1_000] > 0.999_999_998
    assert wide.stalled_at[1] == 1_655
    assert wide.stalled_at[0] is None


def test_verdicts_are_those_of_the_issue(paths):
    kinds = [verdict.kind for verdict in paths.verdicts]
    assert kinds == ["stalls", "stalls", "approaches", "lands", "oscillates in", "bounces", "overflows"]
    assert (paths.verdicts[1].step, paths.verdicts[1].stall_reason) == (660, HALF_ULP)
    assert paths.verdicts[5].period == 2


def test_one_step_two_places_and_beyond(paths):
    assert of(paths, 0.5)[:3].tolist() == [0, 1, 1]
    assert of(paths, 1.0)[:4].tolist() == [0, 2, 0, 2]
    x = of(paths, 1.1)
    first_inf, first_nan = np.flatnonzero(np.isinf(x))[0], np.flatnonzero(np.isnan(x))[0]
    assert 0 < first_inf < first_nan
    assert np.isnan(x[first_nan:]).all()


def test_long_paths_are_right_to_the_end():
    paths = descend(parabola, 0.3, [0.003, 0.01, 1.0, 1.05, *RATES], 400)
    assert differences(paths, parabola, which=[1]) == [0, 0, 0]


def test_arrays_are_read_only_and_verdicts_judged_once(paths):
    with pytest.raises(ValueError, match="read-only"):
        paths.x[0] = 1
    assert paths.verdicts is paths.verdicts
