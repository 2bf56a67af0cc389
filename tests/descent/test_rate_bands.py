"""The slider's bands, and the learning rate that an explorer opens with: one that works."""

import numpy as np
import pytest
import tensorflow as tf

from tests.descent.examples import rosenbrock
from widgets.descent import descend
from widgets.descent.rate_bands import default_rate, rate_bands
from widgets.descent.surface.loss_surface import sample_surface


def paths_of(f, start):
    return descend(f, start, sample_surface(f, start).learning_rates, 1000)


@pytest.mark.parametrize(
    ("f", "start", "outcomes"),
    [
        (lambda x: x * x - 2.0 * x + 1.0, 0.0, ["still moving", "converges", "oscillates", "diverges"]),
        (tf.abs, 1.3, ["still moving", "oscillates"]),
        (tf.exp, 1.0, ["still moving"]),
        (rosenbrock, [-1.2, 1.0], ["still moving", "oscillates", "diverges"]),
    ],
)
def test_bands_cover_the_slider_and_the_rate_to_open_with_works(f, start, outcomes):
    paths = paths_of(f, start)
    bands = list(rate_bands(paths))
    assert [label for label, _first, _last in bands] == outcomes
    covered = [at for _label, first, last in bands for at in range(first, last + 1)]
    assert covered == list(range(paths.learning_rates.size))
    at = np.flatnonzero(paths.learning_rates == default_rate(paths, 0.1, 30))[0]
    assert (paths.y[:, at] <= paths.y[0, at]).all() and paths.y[30, at] < 0.5 * paths.y[0, at]


def test_a_leap_to_where_the_numbers_end_is_no_minimum():
    paths = descend(tf.exp, 1.0, [212.0], 30)
    assert not paths.gradient[-1].any() and paths.verdicts[0].outcome == "stops early"
    assert paths.verdict_sentence(0).endswith("the gradient is exactly 0")
    landing = descend(lambda x: (x - 3.0) ** 2 + 1.0, 0.0, [0.5], 30)
    assert landing.verdicts[0].kind == "lands" and landing.verdicts[0].outcome == "converges"


def test_a_path_that_leaves_the_domain_gives_nan_and_does_not_diverge():
    paths = descend(lambda x: x * tf.math.log(x), 1.0, [0.1, 1.5], 1000)
    assert [verdict.outcome for verdict in paths.verdicts] == ["converges", "gives nan"]
