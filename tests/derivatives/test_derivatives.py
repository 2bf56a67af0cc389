"""Derivatives by nested tapes, on a grid and at a point, against closed forms that no tape took part in."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import example, given, settings
from hypothesis import strategies as st

from widgets.common.errors import FunctionError
from widgets.derivatives import derivatives, derivatives_at
from widgets.derivatives.model import AT_ONCE, ONE_BY_ONE
from widgets.derivatives.nested_tapes import nested_gradients

coefficients = st.lists(st.integers(-8, 8), min_size=1, max_size=7)


def polynomial(coefficients):
    """A polynomial by Horner's scheme, and its derivatives by NumPy's own polynomials."""
    witness = np.polynomial.Polynomial(np.array(coefficients, float))

    def f(x):
        y = 0.0 * x
        for c in reversed(coefficients):
            y = y * x + float(c)
        return y

    return f, [witness, *(witness.deriv(order) for order in range(1, 5))]


@settings(max_examples=4, deadline=None)
@given(coefficients, st.sampled_from([(-3.0, 3.0), (0.25, 0.75), (-1.5, 8.0)]))
@example([0], (-3.0, 3.0))
@example([1, -2, 1], (-3.0, 3.0))
def test_polynomials_on_a_grid(coefficients, interval):
    f, witness = polynomial(coefficients)
    curves = derivatives(f, interval, dtype="float64")
    largest = max(abs(witness[0](np.array(interval))).max(), 1.0)
    for row, expected in zip(curves.values, witness, strict=True):
        np.testing.assert_allclose(row, expected(curves.x), rtol=1e-11, atol=1e-11 * largest)


@settings(max_examples=12, deadline=None)
@given(coefficients, st.floats(-3, 3))
@example([1, -2, 1], 0.0)
def test_polynomials_at_a_point(coefficients, x):
    f, witness = polynomial(coefficients)
    point = derivatives_at(f, x, dtype="float64")
    assert point.reach == 4 and point.note == ""
    np.testing.assert_allclose(point.values, [p(x) for p in witness], rtol=1e-11, atol=1e-9)


def test_where_tensorflow_multiplies_0_by_inf_its_nan_is_shown():
    """The third derivative of tf.pow(x, 2) is 2 · 1 · 0 · x⁻¹ on the tape, which is 0 · inf at 0."""
    curves = derivatives(lambda x: tf.pow(x, 2))
    at_0 = curves.x == 0
    assert np.isnan(curves.values[3, at_0]).all() and not curves.values[3, ~at_0].any()
    assert np.isnan(derivatives_at(lambda x: tf.pow(x, 2), 0.0).values[3])


CLOSED = {
    "sin": (tf.sin, [np.sin, np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x), np.sin]),
    "exp": (tf.exp, [np.exp] * 5),
    "log": (
        tf.math.log,
        [np.log, lambda x: 1 / x, lambda x: -1 / x**2, lambda x: 2 / x**3, lambda x: -6 / x**4],
    ),
    "sqrt": (
        tf.sqrt,
        [
            np.sqrt,
            *(lambda x, c=c, p=p: c * x**p for c, p in [(0.5, -0.5), (-0.25, -1.5), (3 / 8, -2.5), (-15 / 16, -3.5)]),
        ],
    ),
    "a tower of names": (
        lambda x: tf.exp(-x * x),
        [
            lambda x: np.exp(-x * x),
            lambda x: -2 * x * np.exp(-x * x),
            lambda x: (4 * x**2 - 2) * np.exp(-x * x),
            lambda x: (12 * x - 8 * x**3) * np.exp(-x * x),
            lambda x: (16 * x**4 - 48 * x**2 + 12) * np.exp(-x * x),
        ],
    ),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", CLOSED)
def test_closed_forms(name, dtype):
    f, witness = CLOSED[name]
    curves = derivatives(f, (0.5, 3.5), dtype=dtype)
    close = {"float32": 3e-5, "float64": 1e-12}[dtype]
    for row, expected in zip(curves.values, witness, strict=True):
        np.testing.assert_allclose(row, expected(curves.x), rtol=close, atol=close)
    assert curves.dtype == row.dtype.name == dtype and curves.how == AT_ONCE and all(curves.connected)


def mean_of_a_vector(x):
    return tf.reduce_mean(tf.stack([x, x * x, 3.0]) ** 2)


def matrix(x):
    return tf.reduce_sum(tf.tanh(tf.reshape(x, (1, 1)) @ tf.constant([[0.5, -1.0, 2.0]])))


def normed(x):
    return x / tf.norm(tf.stack([x, 1.0]))


def bent(x):
    if x > 0:
        return x * x * x
    return -2.0 * x


def halved(x):
    while x > 1.0:
        x = x / 2.0
    return x * x


def peeping(x):
    return x**3 if x.numpy() > 0 else -x


def bounded(x):
    tf.debugging.assert_less(x, 1.0)
    return tf.sin(x)


def strict(x):
    tf.debugging.assert_positive(x)
    return tf.math.log(x)


@pytest.mark.parametrize(
    ("f", "how"),
    [
        (tf.reduce_sum, AT_ONCE),
        (lambda x: x - tf.reduce_mean(x) + x**2, AT_ONCE),
        (mean_of_a_vector, AT_ONCE),
        (matrix, AT_ONCE),
        (normed, AT_ONCE),
        (bent, AT_ONCE),
        (halved, AT_ONCE),
        (tf.function(bent), AT_ONCE),
        (lambda x: tf.cast(x, tf.float64) ** 2, AT_ONCE),
        (peeping, ONE_BY_ONE),
        (strict, ONE_BY_ONE),
        (bounded, ONE_BY_ONE),
    ],
)
def test_a_function_that_is_not_elementwise_is_right_too(f, how):
    """Each of these is wrong, or fails, if it is handed the whole grid at once."""
    curves = derivatives(f)
    assert curves.how == how and bool(curves.note) == (how == ONE_BY_ONE)
    for i in range(3, curves.x.size, curves.x.size // 4):
        if np.isfinite(curves.values[0, i]):
            np.testing.assert_allclose(curves.values[:, i], derivatives_at(f, curves.x[i]).values, rtol=2e-5, atol=2e-6)
    assert np.isfinite(curves.values[0]).mean() > 0.45


def test_a_point_is_the_tapes_own_eager_number():
    def f(x):
        return tf.sin(x * x) / (1.0 + x)

    x = tf.constant(0.7)
    point = derivatives_at(f, 0.7)
    assert point.values.tolist() == [value.numpy() for value in nested_gradients(f, x, 4)]
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        slope = inner.gradient(y, x)
    assert point.values[:3].tolist() == [y.numpy(), slope.numpy(), outer.gradient(slope, x).numpy()]


def test_none_counts_as_nothing_and_is_marked():
    curves, point = derivatives(lambda x: 2.0 * x), derivatives_at(lambda x: 2.0 * x, 1.0)
    assert curves.connected == point.connected == (True, True, False, False, False)
    assert point.values.tolist() == [2.0, 2.0, 0.0, 0.0, 0.0]
    assert not curves.values[2:].any()


@pytest.mark.parametrize(("f", "slope"), [(lambda x: tf.constant(3.0), 0.0), (tf.round, 0.0), (lambda x: 3.0, 0.0)])
def test_a_curve_of_steps_has_slope_zero_where_the_tape_says_none(f, slope):
    curves = derivatives(f)
    assert curves.connected == (True, False, False, False, False)
    assert (curves.values[1] == slope).all()


@tf.custom_gradient
def lost_on_the_way_back(x):
    return x**3, lambda upstream: upstream * tf.constant(3.0 * x.numpy() ** 2, x.dtype)


def test_where_the_tape_lost_sight_of_x_there_is_no_zero():
    curves = derivatives(lost_on_the_way_back)
    assert curves.connected == (True, True, False, False, False)
    assert np.isfinite(curves.values[1]).all() and np.isnan(curves.values[2:]).all()


def test_what_leaves_tensorflow_is_explained():
    with pytest.raises(FunctionError, match="such as NumPy"):
        derivatives(lambda x: np.sin(x))


@tf.custom_gradient
def once_only(x):
    @tf.custom_gradient
    def slope(x):
        def refuse(upstream):
            raise LookupError("no second gradient")

        return 2.0 * x, refuse

    return x * x, lambda upstream: upstream * slope(x)


def test_orders_that_the_tape_cannot_compute_are_left_out_and_told():
    point, curves = derivatives_at(once_only, 3.0), derivatives(once_only)
    assert point.reach == 1 and "no second gradient" in point.note and "no second gradient" in curves.note
    assert point.values[:2].tolist() == [9.0, 6.0] and np.isnan(point.values[2:]).all()
    assert np.isnan(curves.values[2:]).all() and np.array_equal(curves.values[1], 2 * curves.x.astype("float32"))


def test_outside_its_domain_a_curve_has_gaps():
    curves = derivatives(tf.math.log)
    assert np.array_equal(np.isfinite(curves.values[0]), curves.x > 0)


def test_a_pole_is_no_error():
    curves = derivatives(lambda x: 1.0 / x)
    assert np.isinf(curves.values[0, curves.x == 0]).all()
    assert np.isfinite(curves.values[:, curves.x != 0]).all()


def test_round_numbers_lie_on_the_grid():
    for interval, wanted in [
        ((-3, 3), [0.1, 1.0, -2.5]),
        ((0, 1), [0.1, 0.25]),
        ((0, 10), [0.5, 7]),
        ((-40, 60), [1, 2.5]),
    ]:
        x = derivatives(tf.sin, interval).x
        assert set(wanted) <= set(x.tolist())
        assert (x[0], x[-1]) == interval and 240 < x.size <= 401 and (np.diff(x) > 0).all()


def test_facts_cannot_be_changed():
    curves = derivatives(tf.sin)
    for array in (curves.x, curves.values, derivatives_at(tf.sin, 1.0).values):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0
    with pytest.raises(AttributeError):
        curves.dtype = "float64"


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        ((3.0, -3.0), "the lower first"),
        ((1.0, 1.0), "the lower first"),
        ((), "two numbers"),
        ((1.0, 2.0, 3.0), "two numbers"),
        (3.0, "two numbers"),
        (None, "two numbers"),
        ("ab", "got text"),
        ((0.0, np.inf), "got inf"),
        ((np.nan, 1.0), "got nan"),
        ((0.0, 1e300), "within float32"),
        ((1.0, 1.0 + 1e-6), "too narrow"),
        (([0.0], 1.0), "must be a number"),
    ],
)
def test_what_is_no_interval_is_refused(interval, said):
    with pytest.raises(FunctionError) as caught:
        derivatives(tf.sin, interval)
    assert said in str(caught.value)


def test_an_interval_too_wide_for_a_picture_is_refused():
    with pytest.raises(FunctionError, match="too wide"):
        derivatives(tf.sin, (-1e308, 1e308), dtype="float64")


@pytest.mark.parametrize("order", [-1, 5, 1.5, "2", None, True, np.nan, [1]])
def test_orders_outside_0_to_4_are_refused(order):
    for ask in (lambda: derivatives(tf.sin, order=order), lambda: derivatives_at(tf.sin, 1.0, order)):
        with pytest.raises(FunctionError, match=r"from 0 \(f itself\) to 4"):
            ask()


def test_an_order_may_be_less():
    assert derivatives(tf.sin, order=0).values.shape[0] == 1
    assert derivatives_at(tf.sin, 0.0, 1).values.tolist() == [0.0, 1.0]
    assert derivatives_at(tf.sin, 0.0, np.int64(2)).values.size == 3


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (3.0, "must be a function"),
        (lambda x: None, "returned None"),
        (lambda x: [x, x], "shape"),
        (lambda x: tf.complex(x, x), "complex64"),
        (lambda x: tf.cast(x, tf.int32), "int32"),
        (lambda x: tf.sqrt(-1.0 - x * x), "f is nan or inf at each of 301 points from -3.0 to 3.0"),
        (lambda x: [][0], "IndexError"),
    ],
)
def test_a_bad_function_is_explained(f, said):
    with pytest.raises(FunctionError) as caught:
        derivatives(f)
    assert said in str(caught.value)


@pytest.mark.parametrize("x", ["1", None, np.nan, np.inf, [1.0], 1j, True])
def test_a_point_must_be_a_number(x):
    with pytest.raises(FunctionError, match="x must be a number, for example x=0.0"):
        derivatives_at(tf.sin, x)


def test_a_function_that_cannot_be_compiled_leaves_nothing_behind():
    """tf.recompute_grad is one of those that fail if tf.map_fn has left a caching device in TensorFlow's scope."""
    derivatives(lambda x: x * float(x), (0.5, 2.0))
    assert tf.compat.v1.get_variable_scope().caching_device is None
    assert tf.recompute_grad(lambda x: x * x)(tf.constant(3.0)).numpy() == 9.0
