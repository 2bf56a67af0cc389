"""Large arrays and strings in short: the statistics are NumPy's, and strings are cut."""

import gc

import numpy as np
import pytest
import tensorflow as tf

from widgets.common.numbers import Bytes
from widgets.tape.array_summary import SIDE, WHOLE, block_means, short_text, statistics_of
from widgets.tape.tensors import value_of

ARRAYS = [
    np.arange(12.0, dtype="float32").reshape(3, 4) - 3,
    np.array([1.0, np.nan, np.inf, -np.inf, 0.0]),
    np.array([np.nan, np.nan], "float32"),
    np.array([-5, 0, 7]),
    np.array([True, False, True]),
    np.array([3e30, -4e30], "float32"),
    np.array([60000.0, 1.0], "float16"),
    np.array([3 + 4j, 0]),
]


@pytest.mark.parametrize("array", ARRAYS, ids=str)
def test_the_statistics_are_numpys(array):
    statistics = statistics_of(array)
    numbers = np.abs(array) if array.dtype.kind == "c" else array.astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    assert statistics.nan == np.isnan(numbers).sum() and statistics.inf == np.isinf(numbers).sum()
    assert statistics.zeros == (numbers == 0).sum()
    if finite.size:
        assert statistics.minimum == finite.min() and statistics.maximum == finite.max()
        assert statistics.mean == pytest.approx(finite.mean())
        assert statistics.norm == pytest.approx(np.sqrt((finite**2).sum()))
    else:
        assert np.isnan([statistics.minimum, statistics.maximum, statistics.mean, statistics.norm]).all()


def test_nan_of_every_floating_dtype_is_seen():
    for dtype in (tf.bfloat16, tf.float16, tf.float32, tf.float64, tf.complex64):
        assert value_of(tf.cast(tf.constant([1.0, float("nan")]), dtype)).has_nan
        assert not value_of(tf.cast(tf.constant([1.0, 2.0]), dtype)).has_nan


def test_block_means_are_means_of_blocks():
    array = np.random.default_rng(0).normal(size=(2 * SIDE, 3 * SIDE)).astype("float32")
    expected = array.reshape(SIDE, 2, SIDE, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(block_means(array), expected, rtol=1e-4, atol=1e-6)
    uneven = block_means(np.ones((2, 50, 70)))
    assert uneven.shape == (SIDE, SIDE) and (uneven == 1).all()
    assert block_means(np.arange(10.0)).tolist() == [list(range(10))]


def test_small_arrays_are_kept_whole_and_large_ones_are_summarized():
    small = value_of(tf.ones((64, 64)))
    assert small.numbers.size == WHOLE and small.blocks is None and small.statistics.mean == 1.0
    tensor = tf.ones((65, 64))
    large = value_of(tensor)
    assert large.numbers is None and large.blocks.shape == (SIDE, SIDE) and large.statistics.zeros == 0
    np.testing.assert_array_equal(large.array(), tensor)


def test_the_numbers_of_a_large_tensor_can_be_asked_for_within_bounds(monkeypatch):
    monkeypatch.setattr("widgets.tape.array_summary.REACH", 100_000)
    values = [value_of(tf.fill((5_000,), float(i))) for i in range(20)]
    gc.collect()
    assert values[-1].array()[0] == 19.0
    assert values[0].array() is None and values[0].statistics.maximum == 0.0


@pytest.mark.parametrize(
    ("string", "short"),
    [
        (b"words", "words"),
        (b"", ""),
        ("é" * 100_000, "é" * 39 + "…"),
        ("🦄" * 40, "🦄" * 40),
        (b"two\nlines\tand a tab", "two\nlines\tand a tab"),
        (b"\x89PNG", Bytes(4)),
        (b"\n\x0bserialized\x12\x00", Bytes(14)),
        (b"\xff" * 300_000, Bytes(300_000)),
    ],
)
def test_strings_in_short(string, short):
    assert short_text(string.encode() if isinstance(string, str) else string) == short


def test_indexed_slices_keep_their_rows():
    slices = tf.IndexedSlices(tf.constant([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]), tf.constant([2, 0, 2]), (3, 2))
    value = value_of(tf.IndexedSlices(slices.values, slices.indices, tf.constant([3, 2])))
    assert value.rows == (0, 2) and value.shape == (3, 2) and value.head == (2.0, 2.0, 0.0, 0.0, 4.0, 4.0)
    huge = value_of(tf.IndexedSlices(slices.values, slices.indices, tf.constant([10_000_000, 2])))
    assert huge.rows == (0, 2) and huge.shape == (10_000_000, 2)
    assert huge.array() is None and huge.statistics.maximum == 3.0
