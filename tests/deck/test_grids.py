"""Arrays as grids: against NumPy, number by number and mean by mean; and what a deck makes of odd tensors."""

import base64
import itertools
import json

import numpy as np
import pytest
import tensorflow as tf

from widgets import TapeDeck, record
from widgets.deck.array_text import norm_of, statistics_text
from widgets.deck.full_values import full_values
from widgets.deck.grids import INFINITE, LEVELS, NAN, Grids, grid_of, split_of
from widgets.tape.model import Recording
from widgets.tape.tensors import value_of

RANDOM = np.random.RandomState(0)


def numbers_in(grid):
    """Return the numbers of a grid, or its levels of color."""
    read = np.frombuffer(base64.b64decode(grid["data"]), grid["code"])
    return read.reshape(grid["rows"], grid["columns"])


@pytest.mark.parametrize(
    ("array", "code"),
    [
        (RANDOM.randn(4, 3).astype(np.float32), "float32"),
        (RANDOM.randn(4, 3), "float64"),
        (RANDOM.randn(7).astype(np.float16), "float32"),
        (np.array([True, False]), "int32"),
        (np.array([1, -(2**40)]), "float64"),
        (np.array([3, 2**32 - 1], np.uint32), "float64"),
        (np.array([[np.nan, np.inf], [-np.inf, -0.0]], np.float32), "float32"),
        (RANDOM.randint(0, 9, (2, 3, 4)), "int32"),
    ],
)
def test_a_small_array_has_all_its_numbers(array, code):
    grid = grid_of(value_of(tf.constant(array)))
    assert grid["code"] == code and grid["block"] is None and grid["shape"] == array.shape
    assert np.array_equal(numbers_in(grid).ravel(), array.ravel().astype(code), equal_nan=code.startswith("float"))
    finite = np.abs(array[np.isfinite(array)].astype(float))
    assert grid["most"] == finite.max()


def test_bfloat16_is_read_as_float32():
    value = value_of(tf.cast(tf.constant([0.1, 2.0]), tf.bfloat16))
    grid = grid_of(value)
    assert (grid["dtype"], grid["code"]) == ("bfloat16", "float32")
    assert numbers_in(grid).tolist() == [[0.10009765625, 2.0]]


def test_whole_numbers_that_no_dtype_of_a_browser_holds_are_colors_only():
    grid = grid_of(value_of(tf.constant([2**62 + 1, -1])))
    assert grid["code"] == "int8" and grid["block"] == ["1", "1"]


@pytest.mark.parametrize("shape", [(64, 784), (33, 1001), (5, 500), (2000, 3)])
def test_a_larger_array_has_the_means_of_blocks(shape):
    array = RANDOM.randn(*shape).astype(np.float32)
    grid = grid_of(value_of(tf.constant(array)))
    assert max(grid["rows"], grid["columns"]) <= 32
    counts = grid["rows"], grid["columns"]
    down, across = (np.linspace(0, shape[axis], counts[axis] + 1).astype(int) for axis in (0, 1))
    means = np.array(
        [
            [array[a:b, c:d].astype(float).mean() for c, d in itertools.pairwise(across)]
            for a, b in itertools.pairwise(down)
        ]
    )
    assert np.isclose(grid["most"], np.abs(means).max(), rtol=1e-5)
    assert np.abs(numbers_in(grid) / LEVELS * grid["most"] - means).max() <= grid["most"] / LEVELS
    lengths = [sorted({*np.diff(edge).tolist()}) for edge in (down, across)]
    assert grid["block"] == ["-".join(map(str, length)) for length in lengths]


def test_blocks_without_numbers_have_codes_of_their_own():
    array = np.zeros((64, 64), np.float32)
    array[0, 0], array[0, 2], array[0, 4] = np.nan, np.inf, -np.inf
    codes = numbers_in(grid_of(value_of(tf.constant(array))))
    assert codes[0, :4].tolist() == [NAN, INFINITE, -INFINITE, 0]
    everywhere = grid_of(value_of(tf.fill((64, 64), np.float32(np.nan))))
    assert (numbers_in(everywhere) == NAN).all() and everywhere["most"] == 0.0
    assert everywhere["text"] == "4,096 of 4,096 are NaN"


@pytest.mark.parametrize(
    ("shape", "split"),
    [((9,), 0), ((3, 4), 1), ((64, 28, 28, 1), 1), ((3, 3, 1, 8), 3), ((2, 3, 4), 2), ((16, 10, 8), 1)],
)
def test_more_axes_lie_along_two_sides(shape, split):
    assert split_of(shape) == split


@pytest.mark.parametrize(
    "tensor",
    [
        tf.constant(1.0),
        tf.constant([[2.0]]),
        tf.zeros((0, 4)),
        tf.constant(["a", "b"]),
        tf.constant([1j, 2.0]),
        tf.Variable([1.0, 2.0]).handle,
        tf.IndexedSlices(tf.ones((2, 4)), tf.constant([0, 5]), tf.constant([10_000_000, 4])),
    ],
    ids=["scalar", "one", "empty", "string", "complex", "resource", "slices of a huge table"],
)
def test_what_is_no_array_of_real_numbers_has_no_grid(tensor):
    value = value_of(tensor)
    recording = record(lambda: tf.constant(0.0))
    grids = Grids(recording)
    grids._add(value)
    assert grids.index(value) == -1
    statistics_text(value), norm_of(value)  # whatever it is, nothing raises


def test_slices_of_a_table_are_drawn_as_the_table():
    slices = tf.IndexedSlices(tf.ones((2, 4)), tf.constant([0, 5]), tf.constant([3_000, 4]))
    value = value_of(slices)
    grid = grid_of(value)
    assert grid["block"] == ["93-94", "1"] and np.count_nonzero(numbers_in(grid)) == 4
    assert value.array().shape == (3_000, 4) and np.isclose(norm_of(value), np.sqrt(8))


def test_a_huge_array_is_a_small_grid():
    value = value_of(tf.ones((10_000, 1_000)))
    grid = grid_of(value)
    assert len(grid["data"]) < 1_400 and (numbers_in(grid) == LEVELS).all() and grid["block"] == ["312-313", "31-32"]


def test_norms_are_those_of_the_numbers():
    tiny = np.full(100, 3e-23, np.float32)  # whose squares float32 does not hold
    assert np.isclose(norm_of(value_of(tf.constant(tiny))), 3e-22, rtol=1e-6)
    assert np.isnan(norm_of(value_of(tf.constant([1.0, np.inf]))))
    assert norm_of(None) is None


def step() -> tf.Tensor:
    """Run a step of a linear model."""
    w, b = tf.Variable(tf.ones((4, 3))), tf.Variable(tf.zeros(3))
    x = tf.reshape(tf.range(64.0), (16, 4))
    labels = tf.range(16) % 3
    with tf.GradientTape() as tape:
        logits = x @ w + b
        loss = tf.reduce_sum(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
    return tape.gradient(loss, [w, b])


@pytest.fixture(scope="module")
def recording() -> Recording:
    return record(step)


def test_the_payload_refers_to_grids(recording):
    facts = json.loads(TapeDeck(recording).facts)
    grids = facts["grids"]
    for tensor, fact in zip(facts["tensors"], recording.tensors, strict=True):
        assert (tensor["shape"], tensor["dtype"]) == ([*fact.value.shape], fact.value.dtype)
        if tensor["grid"] >= 0:
            grid = grids[tensor["grid"]]
            assert np.array_equal(numbers_in(grid).ravel(), fact.value.numbers.ravel())
    contributions = [one for step in facts["steps"] for one in step.get("contributions", ())]
    shown = [one for one in contributions if one["grid"] >= 0]
    assert shown and all(grids[one["grid"]]["shape"] == facts["tensors"][one["tensor"]]["shape"] for one in shown)
    contents = [json.dumps(grid) for grid in grids]
    assert len(contents) == len(set(contents)), "equal grids are stored once"
    for source, fact in zip(facts["sources"], recording.sources, strict=True):
        assert source["norm"] == pytest.approx(np.linalg.norm(fact.gradient.numbers.astype(float)), rel=1e-6)


def test_rows_are_examples_where_that_is_certain(recording):
    facts = json.loads(TapeDeck(recording).facts)
    batch = {tensor["name"]: tensor.get("batch") for tensor in facts["tensors"] if tensor["name"]}
    assert batch["x"] == batch["labels"] == batch["logits"] == 0
    assert batch["w"] is None and batch["b"] is None
    matmul = next(entry for entry in facts["entries"] if entry["op"] == "MatMul")
    assert matmul["transposes"] == [False, False]
    assert any(entry.get("broadcasts") for entry in facts["entries"])


def test_transposes_are_known():
    a = tf.ones((3, 2))
    facts = json.loads(TapeDeck(lambda: tf.matmul(a, a, transpose_b=True)).facts)
    assert [entry["transposes"] for entry in facts["entries"]] == [[False, True]]


def test_all_numbers_come_on_demand():
    large = RANDOM.randn(60, 70).astype(np.float32)
    deck = TapeDeck(lambda: tf.constant(large) + tf.zeros((200, 60, 70))[0] * 1.0)
    index = next(i for i, grid in enumerate(json.loads(deck.facts)["grids"]) if grid["shape"] == [60, 70])
    deck.wanted = index
    answer = deck.numbers
    assert answer["grid"] == index and answer["code"] == "float32"
    assert np.array_equal(np.frombuffer(answer["bytes"], np.float32).reshape(60, 70), deck._grids.values[index].array())
    too_large = next(i for i, value in enumerate(deck._grids.values) if value.size > 10_000)
    assert "problem" in full_values(deck._grids, too_large) and full_values(deck._grids, 99) == {}
