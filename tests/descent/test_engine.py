"""Every path is bit for bit the learner's own eager loop."""

import functools

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.descent.learner import APPROXIMATIONS, ARITHMETIC, OPTIMIZERS, by_hand, differences, functions
from widgets.common.errors import FunctionError
from widgets.descent import OPTIMIZERS as RECORDS
from widgets.descent import descend
from widgets.descent.model import BATCHED, CHUNKED, EAGER, PER_RATE

RATES = [0.003, 0.01, 0.05, 0.1, 0.3, 0.5, 0.9, 1.0, 1.1, 7.0]
"""More than fit into a SIMD register, and some that blow up."""

SOME = [0, 4, 8, 9]
"""Of those, which are taken by hand as well: two of a register, its first too, and both that no longer fit."""

slow = settings(
    max_examples=6, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
dtypes = st.sampled_from(["float32", "float64"])
optimizers = st.sampled_from(list(OPTIMIZERS))
places = st.floats(-3, 3).map(lambda x: round(x, 3))


def parabola(x):
    return tf.pow(x, 2) - 2 * x + 1


@slow
@given(functions(ARITHMETIC), places, optimizers, dtypes)
def test_arithmetic_is_batched_and_right(f, start, optimizer, dtype):
    paths = descend(f, start, RATES, 8, optimizer, dtype)
    assert paths.how in (BATCHED, CHUNKED)  # a power of a power is no longer cheap
    assert differences(paths, f, SOME) == [0, 0, 0]


@slow
@given(functions(ARITHMETIC + APPROXIMATIONS), places, optimizers, dtypes)
def test_what_is_approximated_is_right_too(f, start, optimizer, dtype):
    assert differences(descend(f, start, RATES, 8, optimizer, dtype), f, SOME) == [0, 0, 0]


@slow
@given(functions(ARITHMETIC + APPROXIMATIONS), st.lists(places, min_size=2, max_size=4), optimizers, dtypes)
def test_vectors_by_index(g, start, optimizer, dtype):
    def f(x):
        return g(*(x[i] for i in range(len(start))))

    paths = descend(f, start, RATES, 6, optimizer, dtype)
    assert paths.how in (BATCHED, CHUNKED)
    assert differences(paths, f, SOME) == [0, 0, 0]


def test_every_optimizer_has_a_row():
    assert list(OPTIMIZERS) == list(RECORDS), "give it a row in OPTIMIZERS of tests/descent/learner.py, in this order"
    for name, record in RECORDS.items():
        mine, theirs = (made.get_config() | {"name": ""} for made in (record.create(0.25), OPTIMIZERS[name](0.25)))
        assert (record.name, mine) == (name, theirs)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_over_many_steps(optimizer, dtype):
    paths = descend(parabola, 0.3, RATES, 30, optimizer, dtype)
    assert paths.how == BATCHED
    assert differences(paths, parabola, which=[1, 8]) == [0, 0, 0]


SHAPES = {
    "sum of squares": (lambda x: tf.reduce_sum(x**2), [1.0, -2.0, 3.0], PER_RATE),
    "a list of weights": (lambda x: tf.reduce_sum(x * x * [1.0, 10.0]), [1.0, -2.0], PER_RATE),
    "as many weights as rates": (lambda x: tf.reduce_sum(x * x * [1.0] * len(RATES)), [1.0] * len(RATES), PER_RATE),
    "matrix": (lambda x: tf.tensordot(x, tf.linalg.matvec([[2.0, 0.5], [0.5, 1.0]], x), 1), [1.0, -2.0], PER_RATE),
    "last": (lambda x: x[-1] * x[-1] + x[0] * x[0], [1.0, -2.0], BATCHED),
    "unstacked": (lambda x: (lambda a: a[0] * a[1] + a[0] * a[0] + a[1] * a[1])(tf.unstack(x)), [1.0, -2.0], BATCHED),
    "ellipsis": (lambda x: x[..., 0] * x[..., 0] + x[1] * x[1], [1.0, -2.0], PER_RATE),
    "slice": (lambda x: tf.reduce_sum(x[1:] * x[:-1]) + x[0] * x[0], [1.0, -2.0, 0.5], PER_RATE),
    "gather": (lambda x: tf.gather(x, 0) * tf.gather(x, 1) + tf.gather(x, 0) ** 2, [1.0, -2.0], EAGER),
    "sum of a number": (lambda x: tf.reduce_sum(x * x), 2.0, PER_RATE),
    "a number in a list": (lambda x: tf.reduce_sum(tf.stack([x * x, x])), 2.0, PER_RATE),
    "python branch on x": (lambda x: x * x if x > 0 else -0.1 * x, 0.4, PER_RATE),
    "tf.cond": (lambda x: tf.cond(x > 0, lambda: x * x, lambda: -0.1 * x), 0.4, PER_RATE),
    "straight line": (lambda x: 3 * x, 2.0, BATCHED),
    "three uses of x": (lambda x: x * x * x * 0.1 + x * x - 2 * x + 0.3 / (x * x + 1), 2.0, BATCHED),
    "plateau": (lambda x: x * x / (1 + x * x), 3.0, BATCHED),
    "root": (lambda x: tf.sqrt(1 + x * x), 3.0, CHUNKED),
    "ones for so many paths": (lambda x: x * x + tf.ones_like(x) * x, 3.0, BATCHED),
    "a power and ones for so many paths": (lambda x: tf.pow(x, 2) + tf.ones_like(x), 3.0, CHUNKED),
    "reads its shape": (lambda x: x * x * (1.0 if x.shape.rank == 0 else 2.0), 3.0, PER_RATE),
}


@pytest.mark.parametrize("name", SHAPES)
def test_how_each_kind_of_function_is_computed(name):
    f, start, how = SHAPES[name]
    paths = descend(f, start, RATES, 12)
    assert (paths.how, bool(paths.note)) == (how, how != BATCHED)
    assert differences(paths, f, SOME) == [0, 0, 0]


APPROXIMATED = {
    "sine": (lambda x: tf.sin(3.0 * x) + 0.1 * x**3, 0.5),
    "branches without if": (lambda x: tf.maximum(tf.nn.relu(x), 1e-7) + tf.exp(-x), -0.5),
    "a simulation": (
        lambda w: tf.square(functools.reduce(lambda at, _: at - w[1] * tf.sin(at), range(5), w[0])),
        [1.0, 0.3],
    ),
}


@pytest.mark.parametrize("name", APPROXIMATED)
def test_many_rates_of_what_is_approximated_are_computed_at_once(name):
    f, start = APPROXIMATED[name]
    paths = descend(f, start, np.geomspace(0.001, 3.0, 20), 12)
    assert (paths.how, paths.note) == (BATCHED, "")
    assert differences(paths, f, [0, 7, 19]) == [0, 0, 0]


def test_so_many_approximations_that_exact_ones_would_take_long_are_labelled():
    def pendulum(w):
        return tf.square(functools.reduce(lambda at, _: at - 0.1 * w[1] * tf.sin(at), range(40), w[0]))

    paths = descend(pendulum, [1.0, 0.3], np.geomspace(0.001, 0.1, 241), 5)
    assert (paths.how, "not bit-identical" in paths.note, "Sin" in paths.note) == (BATCHED, True, True)
    x, y, _gradient = by_hand(pendulum, [1.0, 0.3], float(paths.learning_rates[40]), 5)
    np.testing.assert_allclose(paths.x[:, 40], x, rtol=1e-5)
    np.testing.assert_allclose(paths.y[:, 40], y, rtol=1e-5)


def test_a_variable_of_the_learner_stays_live():
    factor = tf.Variable(1.0)

    def f(x):
        return factor * x * x

    before = descend(f, 1.0, RATES, 5)
    factor.assign(0.25)
    after = descend(f, 1.0, RATES, 5)
    assert before.how == after.how == BATCHED
    assert differences(after, f) == [0, 0, 0]
    assert not np.array_equal(before.x, after.x)


def test_names_that_a_function_sees_may_change():
    scale = 1.0

    def inner(x):
        return scale * x * x

    def f(x):
        return inner(x) + sum(terms)

    terms = [1.0]
    first = descend(f, 1.0, RATES, 3)
    scale = 0.5
    assert differences(descend(f, 1.0, RATES, 3), f) == [0, 0, 0]
    terms.append(1.0)
    assert descend(f, 1.0, RATES, 3).y[0, 0] == first.y[0, 0] + 0.5


def test_a_tf_function_is_run_as_the_python_it_was_made_from():
    paths = descend(tf.function(parabola), 0.3, RATES, 60)
    assert paths.title == "parabola"
    assert differences(paths, parabola, which=[2, 5]) == [0, 0, 0]


def test_a_custom_gradient_is_the_learners():
    @tf.custom_gradient
    def halved(x):
        return x * x, lambda upstream: upstream * x

    paths = descend(lambda x: halved(x), 3.0, RATES, 6)
    assert differences(paths, halved) == [0, 0, 0]
    assert paths.gradient[0, 0] == 3.0


def test_a_function_that_draws_numbers_draws_anew_at_every_step():
    noise = np.random.default_rng(0)
    paths = descend(lambda x: x * x + float(noise.normal()) * x, 1.0, [0.1, 0.2], 5)
    assert paths.how == EAGER
    assert len(set((paths.gradient - 2 * paths.x).ravel().tolist())) > 8


def test_starts_and_rates_broadcast_as_written():
    paths = descend(parabola, 0.0, [0.5, 0.1], 3)
    assert paths.x.shape == paths.y.shape == paths.gradient.shape == (4, 2)
    assert descend(lambda x: x[0] * x[1], [1, 2], 0.1, 3).x.shape == (4, 1, 2)
    assert paths.learning_rates.tolist() == [0.5, 0.1]
    for array in (paths.x, paths.y, paths.gradient, paths.start, paths.learning_rates):
        assert not array.flags.writeable


@pytest.mark.parametrize("count", [1, 2, 8, 240, 999, 1_000, 2_000])
def test_any_number_of_rates(count):
    paths = descend(parabola, 0.3, np.geomspace(0.001, 1, count), 12)
    assert (paths.how, paths.x.shape) == (BATCHED, (13, count))
    assert differences(paths, parabola, which={0, count // 2, count - 1}) == [0, 0, 0]


@pytest.mark.parametrize("start", [3e38, -3e38, 1e-38, 16_777_217.0])
def test_a_start_at_the_end_of_the_numbers(start):
    paths = descend(lambda x: x * 2.0**-60, start, [0.001, 1.0], 3)
    assert differences(paths, lambda x: x * 2.0**-60) == [0, 0, 0]


def test_a_rate_is_kept_in_float32_as_keras_keeps_it():
    x = descend(lambda x: x * 1.0, 0.0, [0.1], 1, dtype="float64").x
    assert -x[1, 0] == float(np.float32(0.1)) != 0.1


def test_the_same_call_gives_the_same_paths_again():
    first, other, again = (descend(parabola, 0.0, rates, 40, "adam") for rates in (RATES, RATES[::-1], RATES))
    assert np.array_equal(first.x, again.x, equal_nan=True)
    assert np.array_equal(first.x, other.x[:, ::-1], equal_nan=True)


def test_nothing_of_tensorflow_is_left_changed():
    before = tf.config.optimizer.get_experimental_options().get("disable_meta_optimizer", False)
    descend(parabola, 0.0, RATES, 4)
    assert tf.config.optimizer.get_experimental_options().get("disable_meta_optimizer", False) == before


WRONG = {
    "zero": ({"learning_rates": [0.1, 0.0]}, "positive"),
    "negative": ({"learning_rates": -0.1}, "positive"),
    "nan": ({"learning_rates": [float("nan")]}, "positive"),
    "inf": ({"learning_rates": [float("inf")]}, "positive"),
    "text": ({"learning_rates": "0.1"}, "0.1"),
    "truth": ({"learning_rates": [True]}, "positive"),
    "none": ({"learning_rates": None}, "positive"),
    "empty": ({"learning_rates": []}, r"shape \(0,\)"),
    "matrix": ({"learning_rates": [[0.1]]}, "shape"),
    "ragged": ({"learning_rates": [[0.1], [0.1, 0.2]]}, "positive"),
    "too many": ({"learning_rates": np.full(2_001, 0.1)}, "2,000"),
    "beyond float32": ({"learning_rates": [1e-50]}, "float32"),
    "no iterations": ({"iterations": 0}, "1 to 10,000"),
    "negative iterations": ({"iterations": -3}, "1 to 10,000"),
    "huge": ({"iterations": 10_001}, "10,000"),
    "half a step": ({"iterations": 2.5}, "integer"),
    "a truth value of steps": ({"iterations": True}, "integer"),
    "text of steps": ({"iterations": "100"}, "'100'"),
    "optimizer": ({"optimizer": "gradient descent"}, ", ".join(f'"{name}"' for name in RECORDS)),
    "no optimizer": ({"optimizer": None}, "sgd"),
    "dtype": ({"dtype": "float16"}, "float32"),
    "memory": ({"start": [0.0, 0.0], "learning_rates": np.full(2_000, 0.1), "iterations": 10_000}, "fewer"),
    "start": ({"start": "zero"}, "start"),
    "outside": ({"f": tf.math.log, "start": -1.0}, "start"),
    "no gradient": ({"f": lambda x: tf.constant(1.0)}, "gradient"),
    "vector": ({"f": lambda x: x * [1.0, 2.0]}, "one number"),
    "another dtype": ({"f": lambda x: tf.cast(x, tf.float64)}, 'since x is float32.*pass dtype="float64"'),
    "half precision": ({"f": lambda x: tf.cast(x, tf.float16)}, "it returned float16. Leave out the cast"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_used_is_said(name):
    wrong, said = WRONG[name]
    given_all = {"f": parabola, "start": 0.0, "learning_rates": [0.1], "iterations": 3} | wrong
    with pytest.raises(FunctionError, match=said):
        descend(**given_all)


def test_a_gradient_that_vanishes_on_the_way_is_explained():
    with pytest.raises(FunctionError, match="no gradient"):
        descend(lambda x: x * x if x > 0.5 else tf.constant(0.0), 1.0, [0.4], 5)


def test_whole_numbers_of_numpy_are_whole():
    assert descend(parabola, np.float32(1), np.array([1]), np.int64(2)).iterations == 2


def test_a_function_that_returns_no_number_further_on_says_so():
    with pytest.raises(FunctionError, match="returned None"):
        descend(lambda x: x * x if x > 0.5 else None, start=1.0, learning_rates=[0.4], iterations=3)


def test_a_path_ends_where_f_raises_and_the_others_go_on():
    def refuses(x):
        if abs(float(x)) > 5:
            raise ValueError("too far")
        return x * x

    paths = descend(refuses, 1.0, [0.1, 3.0], 6)
    assert np.isfinite(paths.y[:, 0]).all() and paths.x[2, 1] == 25.0
    assert np.isnan(paths.y[2:, 1]).all() and np.isnan(paths.x[3:, 1]).all()
    assert "3.0" in paths.note and "too far" in paths.note
