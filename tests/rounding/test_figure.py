"""The microscope for print: the facts are on it, and it can be drawn wherever a run may stand."""

import io

import numpy as np
import pytest
import tensorflow as tf

from widgets.rounding.figure import precision_figure
from widgets.rounding.float_steps import compute_runs


def bowl(x):
    return tf.pow(x, 2) - 2.0 * x + 1.0


@pytest.fixture(scope="module")
def bowls():
    return compute_runs(bowl, 0.0, [0.001, 0.01, 0.1, 0.5, 1.1], 10_000)


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_the_update_is_drawn_against_half_a_tick(bowls):
    floats = precision_figure(bowls, bowls.run("float32", 0.01), 659, 0.1).axes[1]
    band = floats.patches[0].get_extents().transformed(floats.transData.inverted())
    assert (band.x0, band.x1) == pytest.approx((-0.5, 0.5))
    ends = [arrow.xy[0] for arrow in floats.texts if hasattr(arrow, "arrowprops")]
    assert ends == pytest.approx([0.48, 4.8])  # in ticks
    assert "0.01 × gradient: 0.96 × half a tick" in texts(floats)
    assert "0.1 × gradient: 9.6 × half a tick" in texts(floats)
    assert "0.999998629" in [label.get_text() for label in floats.get_xticklabels()]


def test_below_a_power_of_two_the_ticks_are_half_as_far_apart(bowls):
    floats = precision_figure(bowls, bowls.run("float32", 0.5), 1).axes[1]
    ticks = floats.collections[0].get_segments()
    assert np.diff([segment[0][0] for segment in ticks]) == pytest.approx([0.5] * 5 + [1] * 5)


def test_the_caption_is_the_sentence(bowls):
    said = precision_figure(bowls, bowls.run("float32", 0.01), 659, 0.1).get_supxlabel().replace("\n", " ")
    assert "rounds back to x" in said and "10000 steps give the same x as 659" in said and "x would move" in said


def test_every_rate_that_stalls_is_named(bowls):
    shares = precision_figure(bowls, bowls.run("float32", 0.01), 0).axes[2]
    assert texts(shares) == ["0.001", "0.01", "0.1", "0.5"]
    assert all((line.get_ydata() > 0).sum() for line in shares.lines[:3])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("rate", "step"), [(0.01, 0), (0.001, 10_000), (0.5, 1), (1.1, 400), (1.1, 10_000)])
@pytest.mark.filterwarnings("error")
def test_it_can_be_drawn_at_the_edges(bowls, dtype, rate, step):
    precision_figure(bowls, bowls.run(dtype, rate), step).savefig(io.BytesIO(), format="png")
