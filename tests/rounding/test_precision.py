"""One step float by float, against exact fractions, NumPy's nextafter, and the optimizer's own step."""

import math
from fractions import Fraction

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from widgets.common.errors import FunctionError
from widgets.descent import first_difference
from widgets.rounding.float_steps import neighbors, precision, precision_of, ulp_towards

BITS = {"float32": (24, np.uint32), "float64": (53, np.uint64)}
DTYPES = pytest.mark.parametrize("dtype", list(BITS))
RATES = st.floats(1e-6, 10.0)


def bowl(x):
    return tf.pow(x, 2) - 2.0 * x + 1.0


def places(dtype):
    """Numbers far enough from 0 and from the largest that no step leaves the normal floats; powers of two as well."""
    width = 32 if dtype == "float32" else 64
    sizes = st.floats(2.0**-20, 2.0**20, width=width)
    return st.builds(
        math.copysign, st.one_of(sizes, st.integers(-20, 20).map(lambda e: 2.0**e)), st.sampled_from([-1, 1])
    )


def nearest(number, dtype):
    """Return the float nearest to an exact number; of two equally near, the one whose last bit is 0."""
    guess = np.dtype(dtype).type(float(number))
    kind = BITS[dtype][1]
    around = {np.nextafter(guess, guess.dtype.type(way)) for way in (-np.inf, np.inf)} | {guess}
    return min(around, key=lambda x: (abs(Fraction(float(x)) - number), x.view(kind) & kind(1)))


def ulp_of(x, towards_zero):
    """Return one ULP of x as a fraction, from its exponent alone."""
    fraction, exponent = math.frexp(abs(float(x)))
    halved = int(fraction == 0.5 and towards_zero)
    return Fraction(2) ** (exponent - BITS[x.dtype.name][0] - halved)


# precision


@DTYPES
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_each_number_is_that_of_exact_arithmetic(dtype, data):
    x, slope, rate = data.draw(places(dtype)), data.draw(places(dtype)), data.draw(RATES)
    facts = precision(lambda v: v * slope, x, rate, dtype)
    kept = np.dtype(dtype).type(np.float32(rate))
    assert (facts.x, facts.gradient, facts.learning_rate) == (x, slope, kept)
    assert facts.update == nearest(Fraction(float(kept)) * Fraction(slope), dtype)
    assert facts.next_x == nearest(Fraction(x) - Fraction(float(facts.update)), dtype)
    assert Fraction(float(facts.ulp)) == ulp_of(facts.x, towards_zero=(slope > 0) == (x > 0))
    assert facts.half_ulp == facts.ulp / 2 and facts.share == abs(facts.update / facts.half_ulp)
    assert (facts.below, facts.above) == (np.nextafter(facts.x, -np.inf), np.nextafter(facts.x, np.inf))
    assert not facts.flushed and {field.dtype.name for field in (facts.update, facts.ulp, facts.next_x)} == {dtype}


@DTYPES
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_half_a_ulp_decides_whether_x_moves(dtype, data):
    """The step is made a few float-widths round half a ULP, where a wrong ULP or a wrong tie would show."""
    x = np.dtype(dtype).type(data.draw(places(dtype)))
    sign, nudge = data.draw(st.sampled_from([-1, 1])), data.draw(st.integers(-2, 2))
    half = x.dtype.type(float(ulp_of(x, towards_zero=(sign > 0) == (x > 0)) / 2))
    slope = sign * half
    for _ in range(abs(nudge)):
        slope = np.nextafter(slope, x.dtype.type(np.inf * nudge))
    facts = precision(lambda v: v * slope, float(x), 1.0, dtype)
    is_odd = bool(x.view(BITS[dtype][1]) & BITS[dtype][1](1))
    assert facts.tie == (nudge == 0)
    assert facts.moves == (is_odd if nudge == 0 else abs(slope) > half)
    assert facts.moves == (facts.share > 1) or facts.tie


@DTYPES
@settings(deadline=None, max_examples=20)
@given(data=st.data())
def test_the_next_x_is_that_of_a_bare_optimizer(dtype, data):
    x, rate = data.draw(places(dtype)), data.draw(RATES)
    variable = tf.Variable(x, dtype=dtype)
    with tf.GradientTape() as tape:
        y = bowl(variable)
    gradient = tape.gradient(y, variable)
    tf.keras.optimizers.SGD(rate).apply_gradients([(gradient, variable)])
    facts = precision(bowl, x, rate, dtype)
    assert (facts.value, facts.gradient, facts.next_x) == (y.numpy(), gradient.numpy(), variable.numpy())


def test_the_stall_of_the_first_lesson():
    facts = precision(bowl, 0.999998569, 0.01)
    assert not facts.moves and facts.next_x == facts.x and 0.95 < facts.share < 0.97
    assert facts.half_ulp == np.float32(2.0**-25) and facts.value == 0.0
    assert 0.01 < facts.threshold < 0.0105
    assert precision(bowl, 0.999998569, 0.1).moves and precision(bowl, 0.999998569, 0.01, "float64").moves
    assert not precision(bowl, 0.9999855, 0.001).moves  # a smaller rate stalls further from 1


def test_a_ulp_is_half_as_long_below_a_power_of_two():
    up, down = precision(lambda v: v * -1.0, 1.0, 1.0), precision(lambda v: v * 1.0, 1.0, 1.0)
    assert (up.ulp, down.ulp) == (2.0**-23, 2.0**-24)
    assert precision(lambda v: v * 2.0**-25, 1.0, 1.0).tie and precision(lambda v: v * -(2.0**-24), 1.0, 1.0).tie


def test_a_gradient_of_nought_moves_nothing_at_any_rate():
    facts = precision(bowl, 1.0, 0.5)
    assert (facts.gradient, facts.update, facts.share, facts.threshold) == (0.0, 0.0, 0.0, np.inf)
    assert not facts.moves and not facts.tie and not facts.flushed


@DTYPES
def test_numbers_closest_to_nought_are_what_tensorflow_takes_for_nought(dtype):
    tiny = np.finfo(dtype).smallest_normal
    small = precision(lambda v: v * float(tiny), 0.5, 0.25, dtype)  # the product is too small
    assert small.flushed and small.update == 0.0 and not small.moves
    denormal = precision(lambda v: v * 1.0, float(tiny / 4), 1.0, dtype)
    assert denormal.flushed
    landing = precision(lambda v: v * float(tiny), float(tiny * 1.5), 1.0, dtype)
    assert landing.flushed and landing.next_x == 0.0 and landing.moves
    assert precision(bowl, 0.0, 0.01, dtype).moves


def test_beyond_the_largest_float():
    largest = float(np.finfo("float32").max)
    facts = precision(lambda v: v * -1.0, largest, 1e38)
    assert facts.next_x == np.inf and facts.moves and facts.above == np.inf
    assert facts.ulp == facts.x - facts.below


def test_where_a_run_has_overflowed_there_are_no_ulps():
    x = np.array([np.inf, -np.inf, np.nan, 1.0], "float32")
    update = np.array([np.inf, 1.0, 1.0, np.nan], "float32")
    with np.errstate(invalid="ignore"):
        facts = precision_of(x, x, update, np.float32(1), update, x - update)
    assert np.isnan(facts.ulp).tolist() == [True, True, True, False]
    assert facts.moves.tolist() == [True, False, False, True] and not facts.tie.any()
    assert facts.at(3).x == 1.0 and facts.at(3).learning_rate == 1.0


@pytest.mark.parametrize("bad", [math.nan, math.inf, [1.0, 2.0], "1.0", None, 1e39, 1j])
def test_an_x_that_is_no_number_is_refused(bad):
    with pytest.raises(FunctionError, match="x must be a number, for example x=0.0"):
        precision(bowl, bad, 0.01)


@pytest.mark.parametrize("bad", [0, 0.0, -0.01, 1e-60])
def test_a_rate_that_is_not_above_nought_is_refused(bad):
    with pytest.raises(FunctionError, match="above 0.*learning_rate=0.01"):
        precision(bowl, 1.0, bad)


@pytest.mark.parametrize("bad", [math.nan, math.inf, "0.01", None, [0.1, 0.2]])
def test_a_rate_that_is_no_number_is_refused(bad):
    with pytest.raises(FunctionError, match="learning_rate must be a number, for example learning_rate=0.01"):
        precision(bowl, 1.0, bad)


def test_a_function_that_gives_no_gradient_is_explained():
    with pytest.raises(FunctionError, match="gradient of f is None"):
        precision(lambda x: tf.constant(1.0), 1.0, 0.01)
    with pytest.raises(FunctionError, match='dtype must be "float32" or "float64"'):
        precision(bowl, 1.0, 0.01, "int32")


# ULPs


@DTYPES
@given(data=st.data())
def test_ulps_are_the_spacing_of_numpy(dtype, data):
    x = np.dtype(dtype).type(data.draw(st.floats(allow_nan=False, allow_infinity=False, width=int(dtype[-2:]))))
    below, above = neighbors(x)
    if np.isfinite([below, above]).all():
        assert x - ulp_towards(x, -1.0) == below and x + ulp_towards(x, 1.0) == above
        outward = ulp_towards(x, math.copysign(1.0, x))
        assert outward == abs(np.spacing(x))


# first_difference


@pytest.mark.parametrize("empty", [[], np.zeros((0, 2))], ids=["list", "array"])
def test_a_path_without_a_step_is_refused(empty):
    with pytest.raises(ValueError, match=r"for example paths.x\[:, 0\]; got no step"):
        first_difference(empty, empty)


def test_runs_in_two_dtypes_differ_where_rounding_does():
    rows = [[0.0, 0.5, 0.1], [0.0, 0.5, 0.1]]
    single, double = np.array(rows[0], "float32"), np.array(rows[1], "float64")
    assert first_difference(single, double) == 2
    assert first_difference(single, single.astype("float64")) is None


def test_a_difference_of_one_float_in_one_coordinate_is_seen():
    path = np.zeros((5, 2, 3), "float32") + 1
    other = path.copy()
    other[3, 1, 2] = np.nextafter(other[3, 1, 2], np.float32(2))
    assert first_difference(path, other) == first_difference(other, path) == 3


def test_nan_equals_nan_and_the_two_noughts_are_one_place():
    path = np.array([0.0, np.inf, np.nan], "float32")
    assert first_difference(path, np.array([-0.0, np.inf, np.nan])) is None
    assert first_difference(path, np.array([0.0, np.inf, 1.0])) == 2
    assert first_difference(path, np.array([0.0, -np.inf, 1.0])) == 1


@given(st.lists(st.floats(), min_size=1), st.lists(st.floats(), min_size=1))
def test_the_common_part_is_compared(one, two):
    same = [a == b or (a != a and b != b) for a, b in zip(one, two, strict=False)]
    assert first_difference(one, np.array(two)) == (same.index(False) if False in same else None)


@pytest.mark.parametrize("bad", ["0.5", 1.0, None, ["a"], [[1.0], [1.0, 2.0]], [1j]])
def test_what_is_no_path_is_refused(bad):
    with pytest.raises(ValueError, match="array of real numbers"):
        first_difference(bad, [1.0])


def test_paths_of_different_dimensions_are_refused():
    with pytest.raises(ValueError, match=r"\(\) and \(2,\)"):
        first_difference(np.zeros(3), np.zeros((3, 2)))
