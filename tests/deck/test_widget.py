"""The deck in Python: its traits, its fields, its three faces, and what it says to bad input."""

import base64
import json

import pytest
import tensorflow as tf

from tests.saved_pages import state_in
from tests.tape import programs
from widgets import Recording, TapeDeck, record
from widgets.common.grader_protocol import GRADING
from widgets.deck.text import MAX_STEPS, deck_text


def cubed(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x**3
    return tape.gradient(y, x)


def scaled(x, count=1, name="a"):
    for _ in range(count):
        x = x * 2.0
    return x


@pytest.mark.parametrize("program", [*programs.HEALTHY, *programs.FAILING], ids=lambda program: program.__name__)
def test_the_facts_are_those_of_the_recording(program):
    deck = TapeDeck(program)
    facts, recording = json.loads(deck.facts), deck.recording
    whole = facts["levels"][-1]
    assert len(whole["steps"]) == len(recording.steps)
    assert [entry["op"] for entry in whole["entries"]] == [entry.op for entry in recording.entries]
    (shown,) = (level for level in facts["levels"] if level["key"] == facts["level"])
    assert all(step["text"] in deck.text for step in shown["steps"][:MAX_STEPS])
    for lowered, source in zip(facts["sources"], recording.sources, strict=True):
        assert lowered["name"] and lowered["tensor"] == source.tensor
    for backward_pass in (p for p in facts["backward_passes"] if not p["reconciled"]):
        assert backward_pass["note"]


def test_unreconciled_numbers_do_not_reach_the_browser():
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x
    facts = json.loads(TapeDeck(lambda: tape.gradient(y, x)).facts)
    assert facts["sources"][0]["gradient"] == "4.0"  # what tape.gradient returned is no guess
    assert not any(step.get("contributions") for level in facts["levels"] for step in level["steps"])


def arrived(function):
    """Return what the browser gets about each gradient: (gradient, local derivative, norm, sign)."""
    facts = json.loads(TapeDeck(function).facts)
    each = [one for step in facts["levels"][-1]["steps"] for one in step.get("contributions", [])]
    return [(one["gradient"], one.get("local", ""), one["norm"], one.get("sign")) for one in each if "norm" in one]


def test_a_gradient_has_its_norm_and_a_single_number_its_sign_too():
    def program(x, y):
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            z = tf.reduce_sum(x * y)
        return tape.gradient(z, [x, y])

    assert ("-3.0", "-3.0", 3.0, -1) in arrived(lambda: program(tf.constant(2.0), tf.constant(-3.0)))
    assert ("0.0", "0.0", 0.0, 0) in arrived(lambda: program(tf.constant(2.0), tf.constant(0.0)))
    assert ("[3.0, 4.0]", "", 5.0, None) in arrived(lambda: program(tf.constant([1.0, 1.0]), tf.constant([3.0, 4.0])))
    for broken, sign in ((float("nan"), None), (float("-inf"), -1)):
        gradients = {
            gradient: rest for gradient, *rest in arrived(lambda n=broken: program(tf.constant(2.0), tf.constant(n)))
        }
        assert gradients[str(broken)][1:] == [None, sign]
    assert all(norm is None for _, _, norm, _ in arrived(lambda: program(tf.zeros([0]), tf.zeros([0])))[1:])


def test_a_recording_is_shown_as_it_is():
    recording = record(programs.fan_out)
    assert isinstance(recording, Recording)
    assert TapeDeck(recording).recording is recording


def test_it_shows_itself_in_three_ways():
    deck = TapeDeck(programs.fan_out)
    bundle, _ = deck._repr_mimebundle_()
    assert bundle["text/plain"] == deck.text == str(deck) == deck_text(deck.recording)
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == deck.model_id


def test_for_a_grader_no_picture_is_drawn(monkeypatch):
    monkeypatch.setenv(GRADING, "1")
    deck = TapeDeck(cubed, x=2.0)
    bundle, _ = deck._repr_mimebundle_()
    assert bundle["text/plain"] == deck.text and "image/png" not in bundle


def test_the_position_can_be_read_set_and_observed():
    deck, seen = TapeDeck(programs.fan_out), []
    deck.observe(lambda change: seen.append(change["new"]), "position")
    deck.position = 3
    deck.position = 10_000
    deck.position = -1
    assert seen == [3, len(deck.recording.steps), 0]


def test_an_edited_field_records_anew():
    deck = TapeDeck(cubed, x=2.0)
    assert deck.arguments == {"x": "2.0"}
    deck.arguments = {"x": " -3 "}
    assert deck.recording.result == 27.0
    assert "-3.0" in deck.facts and deck.problem == ""


@pytest.mark.parametrize("text", ["a", "", "1.0.0", "[1, 2", "__import__('os')", "'3'", "None", "{}", "1" * 5000 + "x"])
def test_a_text_that_is_no_value_is_refused_kindly_and_nothing_is_lost(text):
    deck = TapeDeck(cubed, x=2.0)
    before = deck.recording
    deck.arguments = {"x": text}
    assert deck.recording is before
    assert "x = " in deck.problem and "a number (float32)" in deck.problem and "2.0" in deck.problem
    assert deck.arguments == {"x": text}
    deck.arguments = {"x": "4.0"}
    assert deck.problem == "" and deck.recording.result == 48.0


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e30"])
def test_unusual_numbers_are_numbers(text):
    deck = TapeDeck(cubed, x=2.0)
    deck.arguments = {"x": text}
    assert deck.problem == "" and deck.recording.error is None


def test_each_kind_of_argument_keeps_its_kind():
    deck = TapeDeck(scaled, x=[1.0, 2.0], count=2, name="a")
    assert deck.recording.result.numpy().tolist() == [4.0, 8.0]
    deck.arguments = {"x": "[1.0]", "count": "3", "name": "b"}
    assert deck.recording.result.numpy().tolist() == [8.0]
    deck.arguments = {"x": "[1.0]", "count": "1.5", "name": "b"}
    assert "an integer" in deck.problem
    variable = TapeDeck(lambda v: v * 2.0, v=tf.Variable(1.5, dtype=tf.float64))
    variable.arguments = {"v": "3"}
    assert variable.recording.result.dtype == tf.float64 and variable.recording.result == 6.0


def test_an_error_of_the_learners_is_on_the_deck():
    deck = TapeDeck(programs.wrong_shapes)
    assert {level["steps"][-1]["kind"] for level in json.loads(deck.facts)["levels"]} == {"error"}
    assert "Incompatible shapes" in deck.text


def test_only_functions_and_recordings_are_taken():
    with pytest.raises(TypeError, match=r"TapeDeck\(f, x=3.0\)"):
        TapeDeck(3.0)


@pytest.mark.parametrize("arguments", [{}, {"y": 2.0}, {"x": 1.0, "y": 2.0, "z": 3.0}])
def test_a_function_gets_the_arguments_that_it_takes(arguments):
    def product(x, y, *, scale=1.0):
        return x * y * scale

    with pytest.raises(TypeError, match=r"product\(x, y, scale\).*TapeDeck\(product, x=3.0, y=3.0\)"):
        TapeDeck(product, **arguments)
    assert TapeDeck(tf.function(product), x=1.0, y=2.0).recording.error is None


def test_a_deck_inside_a_recording_works():
    def inside():
        return TapeDeck(cubed, x=1.0)

    recording = record(inside)
    assert recording.error is None and recording.result.recording.result == 3.0
    assert len(recording.tapes) == 1


def test_of_a_long_run_only_the_levels_that_are_looked_at_are_sent(tmp_path):
    def chain(x=1.0):
        y = x = tf.Variable(x)
        with tf.GradientTape() as tape:
            for _ in range(4000):
                y = tf.sin(y)
        return tape.gradient(y, x)

    deck = TapeDeck(chain)
    waiting = [level["key"] for level in json.loads(deck.facts)["levels"] if level.get("waits")]
    assert waiting == ["ops", "all"] and len(deck.facts) < 200_000
    page = json.loads(state_in(deck.save_html(tmp_path / "deck.html").read_text("utf-8"))["facts"])
    assert not any(level.get("waits") for level in page["levels"])
    deck.asked_level = "ops"
    lines, ops, whole = json.loads(deck.facts)["levels"]
    assert len(ops["entries"]) == 4000 and whole["waits"] and "waits" not in lines


def test_it_says_where_the_smallest_gradient_was_lost():
    w, v = tf.Variable(tf.ones((4, 4))), tf.Variable(tf.ones((4, 4)))

    def step():
        with tf.GradientTape() as tape:
            h = tf.sigmoid(tf.matmul(tf.ones((2, 4)), w) + 8.0)
            loss = tf.reduce_sum(tf.matmul(h, v))
        return tape.gradient(loss, [w, v])

    deck = TapeDeck(step)
    (lost,) = (one["shrinks"] for one in json.loads(deck.facts)["backward_passes"])
    assert "to w," in lost and "Sigmoid" in lost and lost in deck.text
    tapes = json.loads(TapeDeck(programs.parabola).facts)["backward_passes"]
    assert not any(one["shrinks"] for one in tapes)


def test_two_decks_do_not_share_anything():
    first, second = TapeDeck(cubed, x=1.0), TapeDeck(cubed, x=2.0)
    first.position = 4
    first.arguments = {"x": "5.0"}
    assert (second.position, second.arguments) == (0, {"x": "2.0"})


def test_a_page_is_one_file_that_names_no_other(tmp_path):
    def risky():
        return tf.constant("</script><!-- __STATE__ ") + "x"

    page = TapeDeck(risky).save_html(tmp_path / "deck.html").read_text("utf-8")
    assert "</script><!--" not in page
    assert "http://" not in page.replace("http://www.w3.org", "") and "https://" not in page
