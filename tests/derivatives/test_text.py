"""The words beside curves: every number exact or labelled, every oddity told."""

import numpy as np
import pytest
import tensorflow as tf

from widgets.derivatives import derivatives
from widgets.derivatives.finite_differences import Exploration
from widgets.derivatives.text import (
    comparison_rows,
    distance_text,
    explorer_text,
    notes,
    step_name,
    step_text,
    tape_text,
)


@pytest.fixture(scope="module")
def parabola():
    return Exploration(lambda x: x * x - 2.0 * x + 1.0)


def test_the_twin_is_the_table_at_the_point(parabola):
    spot = parabola.spot(1.5)
    assert explorer_text(parabola.curves, spot, 2.0**-5).split("\n") == [
        "Derivatives of x * x - 2.0 * x + 1.0, x from -3 to 3",
        "at x = 1.5, h = 2⁻⁵ = 0.03125, float32",
        "order  by the tape  central difference  apart",
        "f      0.25",
        "f′     1            1                   0",
        "f″     2            2                   0",
        "f‴     None         0                   0",
        "f⁗     None         0                   0",
        "The central difference for f′ equals the tape's number for 23 of 27 h (float32), e.g. 2⁻¹.",
        "The central difference for f′ equals the tape's number for 27 of 27 h (float64), e.g. 2⁻¹.",
        "The tape returned None for f‴, f⁗: the order before does not depend on x, so the value is 0.",
    ]


def test_numbers_are_written_as_tensorflow_prints_them(parabola):
    spot = parabola.spot(0.1)
    assert spot.point.values[0] == np.float32(0.81)
    assert comparison_rows(spot, 2.0**-1)[1] == ("f′", "-1.8", "-1.8", "0")
    assert tape_text(spot.point, 0) == "0.81"


def test_a_step_is_a_power_of_two():
    assert step_text(0.5) == "2⁻¹ = 0.5"
    assert step_text(2.0**-10) == "2⁻¹⁰ ≈ 0.000976562"
    assert step_name(4.0) == "2²"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (0.0, "0"),
        (np.nan, "?"),
        (np.inf, "inf"),
        (1.25e-7, "1.2e-7"),
        (3e-4, "3e-4"),
        (0.0016, "0.0016"),
        (0.0625, "0.063"),
        (5.0, "5"),
        (9999.0, "1e4"),
        (3.14e9, "3.1e9"),
    ],
)
def test_how_far_apart_is_told_with_two_digits(error, text):
    assert distance_text(error) == text


def test_gaps_are_told():
    assert notes(derivatives(tf.math.log)) == [
        "f has no finite value at 151 of 301 positions: the curve has gaps there."
    ]


def test_none_is_told():
    (told,) = notes(derivatives(lambda x: 2.0 * x))
    assert "None for f″, f‴, f⁗" in told and told.endswith("0.")


def test_what_cannot_be_compiled_is_told():
    told = notes(derivatives(lambda x: tf.sin(x) * (1.0 if x.numpy() > 5 else 2.0)))
    assert "cannot compile" in told[0]
    assert told[1].startswith("TensorFlow says: AttributeError")


def test_an_order_that_the_tape_cannot_give_is_told():
    @tf.custom_gradient
    def once(x):
        return x * x, lambda upstream: upstream * tf.constant(2.0 * x.numpy())

    assert notes(derivatives(once))[0] == "The tape cannot compute f″, f‴, f⁗."


def test_the_nearest_h_is_told_for_each_dtype():
    exploration = Exploration(tf.sin)
    lines = explorer_text(exploration.curves, exploration.spot(1.0), 0.25).split("\n")
    single, double = (line for line in lines if "for f′ is closest" in line)
    assert "(float32)" in single and "(float64)" in double
    assert any(f"h = 2{power}:" in single for power in ("⁻⁶", "⁻⁷", "⁻⁸", "⁻⁹"))
    assert any(f"h = 2⁻¹{power}:" in double for power in "⁴⁵⁶⁷⁸⁹")
