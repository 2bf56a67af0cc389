"""What a deck says of code that goes wrong, and what it offers: cards, the shapes that met, a tape, other arrays."""

import json

import numpy as np
import pytest
import tensorflow as tf

from widgets import TapeDeck, record
from widgets.deck.diagnosis_cards import diagnosis_cards
from widgets.diagnosis.shape_mismatch import meeting_of


def not_watched():
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, x)


def integer():
    x = tf.Variable(3)
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, x)


def left():
    w = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = (w * w).numpy() + tf.constant(0.0)
    return tape.gradient(y, w)


def used_up():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * x
    tape.gradient(y, x)
    return tape.gradient(y, x)


def reassigned():
    x = tf.Variable(2.0)
    for _ in range(2):
        with tf.GradientTape() as tape:
            y = x * x
        g = tape.gradient(y, x)
        x = x - 0.1 * g


def watched_late():
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        y = x * x
        tape.watch(x)
    return tape.gradient(y, x)


FIXES = [
    (not_watched, [(" ", "with tf.GradientTape() as tape:"), ("+", "    tape.watch(x)")]),
    (integer, [("-", "x = tf.Variable(3)"), ("+", "x = tf.Variable(3.0)")]),
    (left, [("-", "y = (w * w).numpy() + tf.constant(0.0)"), ("+", "y = (w * w) + tf.constant(0.0)")]),
    (used_up, [("-", "with tf.GradientTape() as tape:"), ("+", "with tf.GradientTape(persistent=True) as tape:")]),
    (reassigned, [("-", "x = x - 0.1 * g"), ("+", "x.assign_sub(0.1 * g)")]),
    (watched_late, []),
]


@pytest.mark.parametrize(("function", "fix"), FIXES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_card_has_the_change_where_the_code_shows_which(function, fix):
    recording = record(function)
    card = diagnosis_cards(recording)[0]
    assert [*card["fix"]] == fix
    assert recording.steps[card["at"] - 1].kind in ("gradients", "error")
    listing, line, column, end = card["place"]
    text = recording.listings[listing].lines[line - recording.listings[listing].first]
    assert text[column:end].strip() == text[column:end] != ""


def test_a_lesson_is_named_unless_the_notebook_is_that_lesson():
    recording = record(not_watched)

    def lesson(path):
        return diagnosis_cards(recording, {"JPY_SESSION_NAME": path})[0]["lesson"]

    assert lesson("course/02_what_the_tape_watches.ipynb") is None
    assert lesson("course/01_the_tape.ipynb")["path"] == "course/02_what_the_tape_watches.ipynb"
    assert lesson("mine.ipynb")["path"] == "lessons/02_what_the_tape_watches.ipynb"


def broadcast():
    h = tf.ones((32, 10))
    b = tf.Variable(tf.zeros((32,)))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.relu(h) + b)
    return tape.gradient(loss, b)


def product():
    with tf.GradientTape():
        return tf.matmul(tf.ones((8, 4)), tf.ones((3, 2)))


def joined():
    return tf.concat([tf.ones((2, 3)), tf.ones((3, 4))], 0)


def of_python():
    x = tf.Variable(2.0)
    with tf.GradientTape():
        y = x * x
        raise ValueError(f"shape {y.shape}")


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (broadcast, ["(32, 10) and b (32,)", "10 and 32"]),
        (product, ["(8, 4) and (3, 2)", "4 and 3"]),
        (joined, ["(2, 3) and (3, 4)"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_shapes_that_met_are_on_the_card(function, said):
    deck = TapeDeck(function)
    (card,) = json.loads(deck.facts)["diagnoses"]
    assert card["is_error"] and card["at"] == len(deck.recording.steps)
    assert all(text in card["cause"] for text in said)
    assert deck.recording.entries, "what ran before is shown"


def test_an_exception_of_the_learners_has_a_card_without_shapes():
    recording = record(of_python)
    assert meeting_of(recording.error.exception) is None
    (card,) = diagnosis_cards(recording)
    assert card["seen"] == "ValueError: shape ()" and card["cause"] == "" and not card["fix"]
    assert [entry.op for entry in recording.entries if entry.recorded_by][-1] == "Mul"


def plain(x, scale=2):
    return x**2 * scale


def test_a_function_without_a_tape_is_offered_one_and_can_give_it_back():
    deck = TapeDeck(plain, x=3.0, scale=4)
    assert deck.can_be_taped and not deck.recording.tapes
    deck.taped = True
    assert deck.recording.result == 24.0 and deck.can_be_taped
    assert any("tape.watch(x)" in line for listing in deck.recording.listings for line in listing.lines)
    deck.arguments = {"x": "1.0", "scale": "4"}
    assert deck.recording.result == 8.0
    deck.taped = False
    assert not deck.recording.tapes and deck.can_be_taped


@pytest.mark.parametrize(
    "made",
    [
        lambda: TapeDeck(lambda x: x, x=3),
        lambda: TapeDeck(lambda x: 3, x=3.0),
        lambda: TapeDeck(lambda x: [][0], x=3.0),
        lambda: TapeDeck(record(not_watched)),
        lambda: TapeDeck(not_watched),
    ],
    ids=["integer", "no tensor", "an error", "a recording", "a tape"],
)
def test_no_tape_is_offered_where_it_would_not_help(made):
    assert not made().can_be_taped


def total(w):
    with tf.GradientTape() as tape:
        tape.watch(w)
        y = tf.reduce_sum(w * w)
    return tape.gradient(y, w)


def test_an_array_is_told_by_shape_and_range_and_drawn_anew_from_a_seed():
    deck = TapeDeck(total, w=np.array([[1.0, -2.0], [0.5, 3.0]], np.float32))
    shown = deck.arrays["w"]
    assert (shown["shape"], shown["range"], shown["is_grid"], shown["seed"]) == ([2, 2], ["-2", "3"], True, None)
    deck.arguments = {"w": "random 7"}
    assert deck.arrays["w"]["seed"] == 7 and deck.arguments["w"].startswith("[[")
    first = deck.recording.result.numpy()
    deck.arguments = {"w": "[[1, 2], [3, 4]]"}
    assert deck.arrays["w"]["seed"] is None and deck.recording.result.numpy().tolist() == [[2.0, 4.0], [6.0, 8.0]]
    deck.arguments = {"w": "random 7"}
    assert np.array_equal(deck.recording.result.numpy(), first)
    deck.arguments = {"w": "[[1, 2], [3"}
    assert "w = " in deck.problem and deck.arrays["w"]["seed"] == 7


def test_a_large_array_is_not_spelled_out():
    deck = TapeDeck(total, w=np.ones((100, 1000), np.float32))
    assert deck.arguments == {"w": "array (100, 1000)"} and not deck.arrays["w"]["is_grid"]
    deck.arguments = {"w": "random 1"}
    assert deck.problem == "" and deck.arrays["w"]["seed"] == 1 and deck.arguments == {"w": "array (100, 1000)"}
    assert TapeDeck(total, w=np.zeros((0, 3), np.float32)).arrays["w"]["range"] == []


def curves_of(function, **arguments):
    return [source.get("curve") for source in json.loads(TapeDeck(function, **arguments).facts)["sources"]]


def parabola(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x**2 - 2.0 * x + 1.0
    return tape.gradient(y, x)


def test_a_function_of_one_number_has_the_curve_that_tensorflow_gives_it():
    (curve,) = curves_of(parabola, x=3.0)
    points = tf.linspace(tf.constant(curve["first"]), curve["last"], len(curve["points"]))
    assert np.allclose(curve["points"], points**2 - 2.0 * points + 1.0, rtol=1e-4)
    assert (curve["target"], curve["text"], curve["slope"]) == ("y", "4.0", 4.0)
    assert curve["low"] < min(curve["points"]) < max(curve["points"]) < curve["high"]


def test_what_cannot_be_run_again_or_is_no_function_of_one_number_has_no_curve():
    x, w = tf.Variable(2.0), tf.Variable([1.0, 2.0])

    def several():
        with tf.GradientTape() as tape:
            y = x * tf.reduce_sum(w)
        return tape.gradient(y, [x, w])

    def drawn_anew():
        with tf.GradientTape() as tape:
            y = x * tf.py_function(lambda a: a * 2.0, [x], tf.float32)
        return tape.gradient(y, x)

    def array():
        with tf.GradientTape() as tape:
            y = x * w
        return tape.gradient(y, x)

    assert {*curves_of(several), *curves_of(drawn_anew), *curves_of(array)} == {None}
    with tf.GradientTape() as tape:
        y = tf.math.log(x)
    assert record(lambda: tape.gradient(y, x)).sources[0].rerun is None  # it was not seen how y was made


def step_of(biases, examples, relu=tf.nn.relu):
    """Return a step of a layer of as many units as biases, and of nothing else."""
    x = tf.random.stateless_normal((examples, 4), (1, 2))
    w = tf.Variable(tf.random.stateless_normal((4, len(biases)), (3, 4)))

    def step():
        with tf.GradientTape() as tape:
            h = relu(x @ w + tf.constant(biases))
            y = tf.reduce_sum(h * h)
        return tape.gradient(y, w)

    return step


DEAD, ALIVE = -99.0, 1.0


@pytest.mark.parametrize(
    ("biases", "examples", "relu", "dead"),
    [
        ([DEAD, DEAD, ALIVE, ALIVE, ALIVE], 16, tf.nn.relu, 2),
        ([DEAD, DEAD, DEAD], 16, lambda x: tf.maximum(x, 0.0), 3),
        ([DEAD] * 8, 2, tf.nn.relu, 8),
        ([DEAD, ALIVE, ALIVE, ALIVE, ALIVE], 16, tf.nn.relu, 0),  # too few
        ([DEAD, DEAD, ALIVE, ALIVE, ALIVE], 3, tf.nn.relu, 0),  # for too few examples
        ([DEAD, DEAD, ALIVE], 16, tf.nn.leaky_relu, 0),
        ([DEAD, DEAD, ALIVE], 16, lambda x: tf.maximum(x, 1.0), 0),  # no ReLU
        ([ALIVE, ALIVE, ALIVE], 16, tf.nn.relu, 0),
    ],
)
def test_units_of_a_relu_that_are_dead_have_a_card_that_waits_to_be_asked_for(biases, examples, relu, dead):
    deck = TapeDeck(step_of(biases, examples, relu))
    cards = json.loads(deck.facts)["diagnoses"]
    assert bool(cards) == bool(dead)
    if dead:
        (card,) = cards
        gradient = deck.recording.result.numpy()
        assert (gradient == 0).all(axis=0).sum() == dead and f"{dead} of {len(biases)} units" in card["seen"]
        assert card["is_quiet"] and not card["is_error"] and card["at"] == len(deck.recording.steps)
        listing = deck.recording.listings[card["place"][0]]
        line = listing.lines[card["place"][1] - listing.first]
        assert ("relu(" in line or "maximum(" in line) and card["seen"] in deck.text


def test_an_exception_in_a_keras_layer_is_told_by_its_own_message():
    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(2, name="hidden")])
    deck = TapeDeck(lambda: model(tf.ones((3, 5))))
    said = json.loads(deck.facts)["levels"][0]["steps"][-1]["text"]
    (card,) = json.loads(deck.facts)["diagnoses"]
    assert "'hidden'" in said and "(3, 5)" in said and "\x1b" not in said and said == card["seen"]


def test_too_few_labels_of_a_sparse_loss_are_not_said_to_be_no_one_hot_rows():
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    (card,) = diagnosis_cards(record(lambda: loss(tf.zeros(10, tf.int32), tf.ones((16, 3)))))
    assert "(10,)" in card["seen"] and "one-hot" not in card["cause"]
