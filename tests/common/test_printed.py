"""A number's text is, letter for letter, the one that tf.print itself writes."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from widgets.common.numbers import printed

MANY = 4_000
DTYPES = pytest.mark.parametrize(("dtype", "bits"), [(np.float32, np.uint32), (np.float64, np.uint64)])


@pytest.fixture(scope="module")
def witness(tmp_path_factory):
    """What tf.print writes."""
    file = tmp_path_factory.mktemp("printed") / "numbers.txt"

    def text(*what, **how):
        file.unlink(missing_ok=True)
        tf.print(*what, output_stream=f"file://{file.as_posix()}", **how)
        return file.read_text("utf-8").removesuffix("\n")

    return text


def each(witness, numbers):
    """What tf.print writes for each number of an array, in one call."""
    return witness(tf.constant(numbers), summarize=-1).strip("[]").split(" ")


def assert_same(witness, numbers):
    assert [printed(number) for number in numbers] == each(witness, numbers)


@DTYPES
def test_random_bit_patterns(witness, dtype, bits):
    random = np.random.default_rng(7)
    numbers = random.integers(0, np.iinfo(bits).max, MANY, dtype=bits, endpoint=True).view(dtype)
    assert len(set(each(witness, numbers))) > MANY // 2
    assert_same(witness, numbers)


@DTYPES
def test_round_decimals(witness, dtype, bits):
    random = np.random.default_rng(8)
    texts = (f"{10**size:.{digits}g}" for size in random.uniform(-30, 30, 300) for digits in range(1, 18))
    assert_same(witness, np.array(list(map(float, texts)), dtype))


@DTYPES
def test_the_ends_of_the_range(witness, dtype, bits):
    limits = np.finfo(dtype)
    ends = [0, 1, np.inf, limits.max, limits.tiny, limits.eps, limits.smallest_subnormal]
    ends += [np.nextafter(limits.max, dtype(0)), np.nextafter(limits.tiny, dtype(0)), limits.tiny / dtype(3)]
    ends = np.array(ends, dtype)
    assert_same(witness, np.concatenate([ends, -ends]))


@DTYPES
def test_a_nan_shows_its_sign(witness, dtype, bits):
    sign = bits(1) << bits(8 * dtype().itemsize - 1)
    quiet = np.array([np.nan], dtype).view(bits) & ~sign
    nans = np.concatenate([quiet, quiet | sign]).view(dtype)
    assert [printed(number) for number in nans] == each(witness, nans) == ["nan", "-nan"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(width=32), min_size=1))
def test_any_float32(witness, numbers):
    assert_same(witness, np.array(numbers, np.float32))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(), min_size=1))
def test_any_float64(witness, numbers):
    assert_same(witness, np.array(numbers, np.float64))


@pytest.mark.parametrize("number", [np.float32(0.999998569), np.float64(1 / 3), np.float32(1e-7), np.float32(16777216)])
def test_a_scalar_prints_like_a_number_in_an_array(witness, number):
    assert printed(number) == witness(tf.constant(number))


@DTYPES
@pytest.mark.parametrize(
    "shape", [(1,), (6,), (7,), (100,), (2, 3), (1, 8), (7, 7), (2, 3, 4), (2, 9, 1), (7, 2, 2, 8)]
)
def test_arrays(witness, shape, dtype, bits):
    numbers = np.random.default_rng(9).normal(size=shape).astype(dtype)
    assert printed(numbers) == witness(tf.Variable(numbers))


def test_a_python_float_counts_as_float64():
    assert printed(0.1) == "0.1"
    assert printed(float(np.float32(0.1))) == "0.10000000149011612"
