"""What is taken as a function and a start, what is refused, and whether the refusal helps."""

import functools
import math
import sys

import numpy as np
import pytest
import tensorflow as tf

from widgets.common.errors import FunctionError
from widgets.common.functions import LONGEST, checked, floating, title_of


def parabola(x):
    return tf.pow(x, 2) - 2.0 * x + 1.0


def branching(x):
    return x * x if x > 0 else -x


@tf.custom_gradient
def broken_backward(x):
    def backward(upstream):
        raise RuntimeError("no way back")

    return x * x, backward


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("f", "start"),
    [
        (parabola, 0.0),
        (parabola, 3),
        (branching, -2.0),
        (tf.function(parabola), 1.5),
        (tf.sin, 1.0),
        (lambda x: x, 1.0),
        (lambda x: tf.reduce_sum(x * x), [1.0, 2.0]),
        (lambda x: tf.gather(x, 0) ** 2, np.array([1.0, 2.0])),
        (lambda x: tf.norm(x), (3.0, 4.0)),
        (lambda x: tf.cast(x, tf.float64) ** 2, tf.constant(2.0)),
        (lambda x: x**2, tf.Variable(2.0)),
        (functools.partial(tf.pow, y=3), np.float64(2)),
    ],
)
def test_the_start_comes_back_as_a_tensor(f, start, dtype):
    found = checked(f, start, dtype)
    assert found.dtype.name == dtype
    assert np.array_equal(found.numpy(), np.asarray(start, dtype))


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (3.0, "must be a function, for example lambda x"),
        (tf.constant(2.0), "f, not f(x)"),
        (None, "got NoneType"),
        (lambda x: None, "return"),
        (lambda x: "1.0", "it returned string"),
        (lambda x: {"y": x}, "it returned dict"),
        (lambda x: [x, x], "shape (2,)"),
        (lambda x: tf.stack([x, x]), "tf.reduce_sum"),
        (lambda x: tf.reshape(x, (1, 1)), "shape (1, 1)"),
        (lambda x: tf.cast(x, tf.int32), "int32"),
        (lambda x: 3, "int32"),
        (lambda x: x > 0, "bool"),
        (lambda x: tf.complex(x, x), "complex64"),
        (lambda x: tf.sqrt(-x), "f(start) is nan"),
        (lambda x: 1 / (x - 1.0), "f(start) is inf"),
        (lambda x: tf.sqrt(x - 1.0), "the gradient of f at the start is inf"),
        (lambda x: tf.constant(3.0), "seems not to use x"),
        (lambda x: 3.0, "seems not to use x"),
        (lambda x: np.sin(x), "such as NumPy"),
        (lambda x: math.sin(x.numpy()), "NumPy"),
        (lambda x: tf.constant(float(x)), "NumPy"),
        (lambda x: tf.round(3.0 * x), "rounding"),
        (lambda x: tf.cast(tf.cast(3.0 * x, tf.int32), tf.float32), "a cast to integers"),
        (lambda: 1.0, "f must take one argument, x, but it is <lambda>()."),
        (lambda x, y: x * y, "it is <lambda>(x, y). Several numbers come in one x, as in lambda x: x[0]**2"),
        (lambda x: x / "a", "f(x) raised"),
        (lambda x: [][1], "f(x) raised IndexError: list index out of range"),
        (broken_backward, "raised RuntimeError: no way back"),
    ],
)
def test_what_is_no_function_to_differentiate_is_explained(f, said):
    with pytest.raises(FunctionError) as caught:
        checked(f, 1.0)
    assert said in str(caught.value)


def test_a_learners_own_error_is_chained():
    with pytest.raises(FunctionError) as caught:
        checked(lambda x: 1 / 0, 1.0)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_start_outside_the_domain_is_told_by_the_start():
    with pytest.raises(FunctionError, match=r"f\(start\) is nan, where start = -1.0. Choose a start"):
        checked(tf.math.log, -1.0)


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("1.0", "got text ('1.0')"),
        (b"1", "got text"),
        (None, "got no number (NoneType)"),
        (True, "got a truth value"),
        (1 + 2j, "got a complex number"),
        (math.nan, "finite and within float32; got nan"),
        (math.inf, "got inf"),
        ([1.0, -math.inf], "got [1.0, -inf]"),
        (1e300, "within float32; got 1e+300"),
        (10**400, "got no number (int)"),
        ([10**5000], "got no number (list)"),
        ([], "got shape (0,)"),
        ([[1.0], [2.0]], "got shape (2, 1)"),
        ([[1.0], [2.0, 3.0]], "got no number"),
        (["a"], "got text"),
        ({}, "got no number"),
        (np.datetime64("2020-01-01"), "got datetime64"),
    ],
)
def test_what_is_no_start_is_refused_with_an_example(start, said):
    with pytest.raises(FunctionError) as caught:
        checked(parabola, start)
    assert "start must be a number or a list of numbers, for example start=0.0" in str(caught.value)
    assert said in str(caught.value)


def test_a_number_that_float32_cannot_hold_may_fit_float64():
    assert checked(lambda x: x * 1.0, 1e300, "float64").numpy() == 1e300


@pytest.mark.parametrize("dtype", ["float16", "int32", "", None, 3])
def test_other_dtypes_are_refused(dtype):
    with pytest.raises(FunctionError, match='"float32" or "float64"'):
        checked(parabola, 0.0, dtype)


def test_a_dtype_of_tensorflows_is_as_good_as_its_name():
    assert checked(parabola, 0.0, tf.float64).dtype == tf.float64


def test_only_a_number_where_only_a_number_will_do():
    with pytest.raises(FunctionError, match=r"at must be a number, for example at=0.0; got shape \(2,\)"):
        floating([1.0, 2.0], name="at", ranks=(0,))


class Model:
    def __call__(self, x):
        return x


def test_titles():
    assert title_of(parabola) == "parabola"
    assert title_of(tf.function(parabola)) == "parabola"
    assert title_of(functools.partial(parabola)) == "parabola"
    assert title_of(Model()) == "Model"
    assert title_of(lambda x: tf.pow(x, 2)
                    - 1.0) == "tf.pow(x, 2) - 1.0"  # fmt: skip
    assert title_of(tf.function(lambda x: tf.sin(x))) == "tf.sin(x)"
    assert title_of(eval("lambda x: x")) == "f"


def test_lambdas_on_one_line_are_told_apart_by_their_columns():
    a, b = lambda x: x**2 + 1.0, lambda x: x if x > 0 else -x  # fmt: skip
    level, slope = lambda x: 3.0, lambda x: x + 3.0  # fmt: skip
    outer = lambda x: (lambda y: y + 1.0)(x)  # noqa: E731
    told_apart = ["x**2 + 1.0", "x if x > 0 else -x", "3.0", "x + 3.0", "(lambda y: y + 1.0)(x)"]
    titles = [title_of(f) for f in (a, b, level, slope, outer)]
    assert titles == (told_apart if sys.version_info >= (3, 11) else ["f"] * 5)


def test_a_long_lambda_is_cut():
    title = title_of(lambda x: x + 1.0 + 2.0 + 3.0 + 4.0 + 5.0 + 6.0 + 7.0 + 8.0 + 9.0 + 10.0 + 11.0 + 12.0)
    assert len(title) == LONGEST and title.endswith("…")
