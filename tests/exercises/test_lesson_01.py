"""The numbers due in lesson 01 are right: they agree with central differences in float64."""

import numpy as np
import pytest

from tests.exercises.corpora import asked

CURVES = {
    "wave": lambda x: [x * np.sin(x)],
    "by_hand": lambda x: [np.sin(x**2) + 2 * x],
    "both": lambda x: [x**2, np.sin(x**2)],
}


@pytest.mark.parametrize("name", CURVES)
def test_the_numbers_due_agree_with_a_central_difference_in_float64(name, seed):
    for question in asked(name):
        (x,) = question.given
        above, below = np.array(CURVES[name](x + 1e-6)), np.array(CURVES[name](x - 1e-6))
        slopes = (above - below) / 2e-6
        assert question.due[-len(slopes) :] == pytest.approx(slopes, rel=1e-7, abs=1e-7)


def test_the_slopes_due_of_any_function_agree_with_a_central_difference_in_float64(seed):
    for question in asked("derivative"):
        function, x = question.given
        slope = (float(function(np.float64(x + 1e-6))) - float(function(np.float64(x - 1e-6)))) / 2e-6
        assert question.due == pytest.approx((slope,), rel=1e-6, abs=1e-7)
