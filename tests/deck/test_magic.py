"""`%%tape`: the cell runs as if its first line were not there."""

import json

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import widgets
from widgets import TapeDeck
from widgets.diagnosis.causes import LEFT_TENSORFLOW

FAN_OUT = """%%tape
import tensorflow as tf
x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    z = tf.sin(x ** 2) + 2 * x
dz_dx = tape.gradient(z, x)
dz_dx"""


@pytest.fixture
def shell():
    shell = InteractiveShell()
    widgets.load_ipython_extension(shell)
    yield shell
    widgets.unload_ipython_extension(shell)


@pytest.fixture
def run(shell, monkeypatch):
    """Run a cell; returns (IPython's result, the decks it displayed, what it printed)."""
    shown = []
    monkeypatch.setattr("widgets.deck.magic.display", shown.append)

    def run_cell(cell):
        shown.clear()
        with capture_output() as printed:
            result = shell.run_cell(cell, store_history=True)
        return result, list(shown), printed.stdout + printed.stderr

    return run_cell


def test_names_results_and_lines_are_those_of_the_cell(run, shell):
    result, decks, _ = run(FAN_OUT)
    assert result.success and float(result.result) == float(shell.user_ns["dz_dx"])
    (deck,) = decks
    assert isinstance(deck, TapeDeck) and deck.recording.backward_passes[0].reconciled
    gradient = deck.recording.backward_passes[0].place
    assert gradient.line == 6
    assert deck.recording.listings[gradient.listing].lines[5] == "dz_dx = tape.gradient(z, x)"


def test_an_exception_has_its_own_traceback_and_the_deck_shows_the_way_there(run):
    bare, _, printed_bare = run("\nimport tensorflow as tf\ntf.constant([1., 2.]) + tf.constant([1., 2., 3.])")
    result, decks, printed = run("%%tape\nimport tensorflow as tf\ntf.constant([1., 2.]) + tf.constant([1., 2., 3.])")
    assert type(result.error_in_exec) is type(bare.error_in_exec)
    assert "widgets" not in printed
    assert printed.count("Traceback") == printed_bare.count("Traceback") == 1
    assert decks[0].recording.error.place.line == 3


def test_a_syntax_error_is_pythons_and_leaves_no_hook(run):
    result, decks, printed = run("%%tape\ndef f(:\n    pass")
    assert isinstance(result.error_before_exec, SyntaxError) and not decks
    assert "SyntaxError" in printed
    assert run(FAN_OUT)[0].success


def test_an_interrupted_cell_leaves_no_hook(run):
    result, decks, _ = run("%%tape\nraise KeyboardInterrupt")
    assert isinstance(result.error_in_exec, KeyboardInterrupt)
    assert run(FAN_OUT)[0].success


def test_a_cell_without_a_tape_says_so(run):
    _, decks, _ = run("%%tape\nimport tensorflow as tf\ntf.constant(1.0) + 1.0")
    assert "no tf.GradientTape" in decks[0].text


def test_await_and_line_magics_work_inside(run, shell):
    cell = "%%tape\nimport asyncio\nawait asyncio.sleep(0)\n%time answer = 42"
    result, decks, printed = run(cell)
    assert result.success and shell.user_ns["answer"] == 42 and "Wall time" in printed


def test_other_cells_are_left_alone(run):
    _, decks, _ = run("import tensorflow as tf\ntf.constant(1.0) + 1.0")
    assert not decks


def test_a_recording_inside_the_cell_is_refused_and_the_cell_goes_on(run, shell):
    run(FAN_OUT)
    cell = "%%tape\nfrom widgets import record\ntry:\n    record(print)\nexcept RuntimeError as e:\n    said = str(e)"
    result, decks, _ = run(cell)
    assert result.success and "already running" in shell.user_ns["said"] and len(decks) == 1


def test_loading_twice_is_loading_once(run, shell):
    widgets.load_ipython_extension(shell)
    assert len(run(FAN_OUT)[1]) == 1


def test_unloading_takes_it_away(run, shell):
    widgets.unload_ipython_extension(shell)
    _, decks, printed = run(FAN_OUT)
    assert not decks and "%%tape" in printed


NOTHING = """%%tape
import math
import tensorflow as tf
x = tf.constant(3.0)
%precision 3
with tf.GradientTape() as tape:
    tape.watch(x)
    y = tf.sqrt(math.exp(x))
tape.gradient(y, x)"""


def test_a_cell_that_ends_in_none_says_why_without_being_asked(run):
    """Nothing of TensorFlow runs in `math.exp(x)`: only the cell's source tells, behind a line that is not Python."""
    _, decks, _ = run(NOTHING)
    (note,) = json.loads(decks[0].facts)["notes"]
    assert "None for x" in note and LEFT_TENSORFLOW.cause in note and note in decks[0].text
    assert "Line 8: `y = tf.sqrt(math.exp(x))`" in note


def test_a_cell_that_ends_in_an_error_of_tensorflows_says_what_it_means(run):
    _, decks, printed = run(FAN_OUT + "\ntape.gradient(z, x)")
    (note,) = json.loads(decks[0].facts)["notes"]
    assert "Line 8: `tape.gradient(z, x)`" in note and "persistent=True" in note
    assert printed.count("Traceback") == 1


def test_a_healthy_cell_says_nothing_more(run):
    _, decks, _ = run(FAN_OUT)
    assert json.loads(decks[0].facts)["notes"] == []
