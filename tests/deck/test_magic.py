"""`%%tape`: the cell runs as if its first line were not there."""

import json
import re
import sys
import warnings

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


def test_a_change_is_tried_on_a_copy_of_the_cell(run, shell, monkeypatch):
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: shell)
    run("import tensorflow as tf\nfrom widgets import explain\nx, runs = tf.constant([1.0, 2.0]), []")
    cell = "%%tape\nwith tf.GradientTape() as tape:\n    y = tf.reduce_sum(x * x)\nslope = tape.gradient(y, x)"
    run(cell)
    run("found = explain()")
    found = shell.user_ns["found"]
    assert [mark for mark, _ in found.change] == [" ", "+"] and "tape.watch(x)" in found.change[1][1]
    assert "[2.0, 4.0]" in found.tried
    assert shell.user_ns["slope"] is None  # what the cell itself made stays
    run(f"{cell}\nruns.append(slope)")
    run("found = explain()")
    assert shell.user_ns["found"].tried == "" and shell.user_ns["runs"] == [None]


def test_an_exception_has_its_own_traceback_and_the_deck_shows_the_way_there(run):
    bare, _, printed_bare = run("\nimport tensorflow as tf\ntf.constant([1., 2.]) + tf.constant([1., 2., 3.])")
    result, decks, printed = run("%%tape\nimport tensorflow as tf\ntf.constant([1., 2.]) + tf.constant([1., 2., 3.])")
    assert type(result.error_in_exec) is type(bare.error_in_exec)
    assert "widgets" not in printed
    assert printed.count("Traceback") == printed_bare.count("Traceback") == 1
    assert decks[0].recording.error.place.line == 3


@pytest.mark.parametrize(
    "ending, words",
    [
        ("x = 3.0\ntape.gradient(y, x)", "`x = tf.Variable(x)`"),
        ("tape.watch(3.0)", "`x = tf.constant(3.0)`"),
        ("c = tf.constant(3.0)\nc.assign_sub(1.0)", "`assign_sub`"),
        ("tf.keras.optimizers.SGD().apply_gradients([(None, x)])", "None"),
        ("tf.keras.optimizers.SGD().apply_gradients([(y, y)])", "Variables"),
        ("tape.gradient(y.numpy() ** 2, x)", "NumPy"),
        ("{}['key']", ""),
        ("undefined", ""),
        ("int('three')", ""),
        ("None.shape", ""),
    ],
)
def test_an_error_is_explained_in_one_line_under_its_traceback_where_it_is_known(run, ending, words):
    cell = f"import tensorflow as tf\nx = tf.Variable(3.0)\nwith tf.GradientTape() as tape:\n    y = x * x\n{ending}"
    result, notes, printed = run(cell)
    assert result.error_in_exec is not None and "Traceback" in printed
    said = [note._repr_mimebundle_()["text/plain"] for note in notes]
    assert len(said) == bool(words)
    assert all(words in line and "\n" not in line for line in said)


@pytest.mark.parametrize(
    "ending",
    [
        "tape.gradient(y, x)",
        "tf.function(lambda z: tf.ones((2,)) @ z)(y)",
        "tape.watch(3.0)",
    ],
)
def test_a_traceback_through_tensorflow_has_no_line_of_ours(run, ending):
    cell = f"{SLOPE}\n{ending}"
    (result, _, bare), (_, decks, printed) = run(cell), run(f"%%tape\n{cell}")
    assert result.error_in_exec is not None and decks[0].recording.error is not None
    said, said_bare = (re.sub(r"input-[-\w]+|0x\w+|__autograph_\w+|\d+|\s", "", text) for text in (printed, bare))
    assert "widgets" not in printed and said == said_bare


def test_a_syntax_error_is_pythons_and_leaves_no_hook(run):
    result, decks, printed = run("%%tape\ndef f(:\n    pass")
    assert isinstance(result.error_before_exec, SyntaxError) and not decks
    assert "SyntaxError" in printed
    assert run(FAN_OUT)[0].success


def test_an_interrupted_cell_leaves_no_hook_and_says_that_it_was_interrupted(run):
    result, decks, _ = run("%%tape\nimport tensorflow as tf\ntf.Variable(1.0) + 1.0\nraise KeyboardInterrupt")
    assert isinstance(result.error_in_exec, KeyboardInterrupt)
    assert "interrupted here" in decks[0].text and len(decks[0].recording.entries) > 1
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


def test_a_recording_inside_the_cell_works_and_the_cell_is_recorded(run, shell):
    run(FAN_OUT)
    cell = f"%%tape\nfrom widgets import record\ninner = record(lambda: tape.watched_variables())\n{FAN_OUT[7:]}"
    result, decks, _ = run(cell)
    assert result.success and shell.user_ns["inner"].title == "<lambda>"
    (deck,) = decks
    assert deck.recording.backward_passes[0].reconciled


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
    (card,) = json.loads(decks[0].facts)["diagnoses"]
    assert "None for x" in card["seen"] and card["cause"] == LEFT_TENSORFLOW.cause
    assert card["place"][1:] == [8, 16, 27] and card["at"] == len(decks[0].recording.steps)
    assert card["seen"] in decks[0].text and "Line 8: `y = tf.sqrt(math.exp(x))`" in decks[0].text


def test_a_cell_that_ends_in_an_error_of_tensorflows_says_what_it_means(run):
    _, decks, printed = run(FAN_OUT + "\ntape.gradient(z, x)")
    (card,) = json.loads(decks[0].facts)["diagnoses"]
    assert card["is_error"] and card["place"][1] == 8 and "persistent=True" in card["fix"][1][1]
    assert "Line 8: `tape.gradient(z, x)`" in decks[0].text
    assert printed.count("Traceback") == 1


SHAPES = """%%tape
import tensorflow as tf
w = tf.Variable(tf.ones((3, 2)))
with tf.GradientTape() as tape:
    y = tf.reduce_sum(w * w)
    z = tf.matmul(tf.ones((8, 4)), tf.ones((3, 2)))
tape.gradient(z, w)"""


def test_a_cell_that_raises_shows_what_ran_before_and_the_shapes_that_met(run):
    _, decks, printed = run(SHAPES)
    (card,) = json.loads(decks[0].facts)["diagnoses"]
    recording = decks[0].recording
    assert "(8, 4) and (3, 2)" in card["cause"] and card["place"][1] == 6 and card["at"] == len(recording.steps)
    assert "Sum" in [entry.op for entry in recording.entries]
    assert printed.count("Traceback") == 1


SLOPE = (
    "import tensorflow as tf\nx = tf.Variable(3.0)\nwith tf.GradientTape() as tape:\n    y = x * x\ntape.gradient(y, x)"
)


@pytest.mark.parametrize(
    "head",
    [
        "%%tape\n%%time",
        "%%time\n%%tape",
        "%%tape\n%%capture out",
        "%%capture --no-display out\n%%tape",
        "# a comment\n\n%%tape",
        "\n\n  # a comment\n%%tape\n\n%%time",
        "%%tape --step 0",
        "%%time\n# a comment\n%%tape --step 2",
        "%%tape --round 0 --step 1",
    ],
)
def test_other_magics_go_with_it_in_either_order(run, shell, head):
    shell.user_ns.pop("y", None)
    result, decks, printed = run(f"{head}\n{SLOPE}")
    assert result.success and float(shell.user_ns["y"]) == 9.0
    assert ("Wall time" in printed) == ("%%time" in head)
    (deck,) = decks
    backward_pass = deck.recording.backward_passes[0]
    is_lost = sys.version_info < (3, 11) and "%%time" in head  # it runs a cell's last line by itself
    assert backward_pass.reconciled and backward_pass.place.text == ("" if is_lost else "tape.gradient(y, x)")
    assert deck.recording.tapes[0].name == "tape" and "tape.gradient(y, x) returns x: 6.0" in deck.text
    assert "%%" not in printed


def test_what_is_captured_is_captured(run, shell):
    _, decks, _ = run("%%tape\n%%capture out\nprint('seen')\n" + SLOPE)
    assert shell.user_ns["out"].stdout.startswith("seen") and len(decks) == 1
    run("1 + 1")
    assert run(f"%%time\n{SLOPE}")[1] == []


def test_the_timed_loop_runs_as_often_as_it_would(run):
    result, decks, printed = run("%%tape\n%%timeit -n 2 -r 1\nimport tensorflow as tf\ntf.constant(1.0) * 2.0")
    assert result.success and "2 loops each" in printed and len(decks) == 1
    assert [entry.op for entry in decks[0].recording.entries] == ["Mul"] * 2


LOOP = """import tensorflow as tf
for i in range(30):
    x = tf.Variable(float(i))
    with tf.GradientTape() as tape:
        y = x * x
    tape.gradient(y, x)"""


def test_any_round_of_a_loop_may_be_asked_for(run, shell):
    _, decks, _ = run(f"%%tape --round 12 --round 20\n{LOOP}")
    assert [source.value.head[0] for source in decks[0].recording.sources] == [0, 1, 12, 20, 28, 29]
    assert json.loads(decks[0].facts)["notes"] == []
    _, decks, _ = run(f"%%tape --round 30\n{LOOP}")
    (note,) = json.loads(decks[0].facts)["notes"]
    assert "30" in note and note in decks[0].text
    assert "--round" in shell.tapedeck.tape.__doc__


@pytest.mark.parametrize(
    "options",
    [
        "--stp 0",
        "--step",
        "--step a",
        "--step -1",
        "0",
        "--round",
        "--round a",
        "--round -1",
        "--round 1.5",
        "--round 2 3",
    ],
)
def test_an_option_that_is_not_understood_is_refused_as_ipython_does(run, shell, options):
    shell.user_ns.pop("y", None)
    result, decks, printed = run(f"%%tape {options}\n{SLOPE}")
    assert "UsageError" in printed and "Traceback" not in printed
    assert not result.success and not decks and "y" not in shell.user_ns
    assert run(FAN_OUT)[0].success


def test_a_cell_that_only_defines_something_does_not_deny_its_tape(run):
    define = SLOPE.replace("\n", "\n    ").replace("import", "def f():\n    import", 1)
    _, decks, _ = run(f"%%tape\n{define}")
    (note,) = json.loads(decks[0].facts)["notes"]
    assert "calls it" in note and "no tf.GradientTape" not in decks[0].text
    _, decks, _ = run("%%tape\nf()")
    assert len(decks[0].recording.tapes) == 1


def test_a_cell_without_tensorflow_says_one_thing(run):
    _, decks, _ = run("%%tape\nprint(1)")
    assert len(json.loads(decks[0].facts)["notes"]) == 1


def test_a_warning_that_python_has_shown_stays_shown(run, tmp_path, monkeypatch):
    """Python shows a warning once for each place: the deck's picture must not make it forget that."""
    (tmp_path / "warns_once.py").write_text("import warnings\ndef warn():\n    warnings.warn('only once')\n")
    monkeypatch.syspath_prepend(tmp_path)
    shown = []
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        monkeypatch.setattr(warnings, "showwarning", lambda message, *_: shown.append(str(message)))
        run("import warns_once")
        for cell in ["warns_once.warn()", f"%%tape\nwarns_once.warn()\n{SLOPE}", "warns_once.warn()"]:
            run_showing(run, cell)
    assert shown == ["only once"]


def run_showing(run, cell):
    """Run a cell, and draw its deck as a notebook would."""
    for deck in run(cell)[1]:
        assert "image/png" in deck._repr_mimebundle_()[0]


def test_letters_that_no_font_has_cause_no_warning(run, recwarn):
    _, decks, _ = run("%%tape\nimport tensorflow as tf\ntf.strings.join(['\\u0f03\\U0001f984', 'a'])")
    bundle, _ = decks[0]._repr_mimebundle_()
    assert "image/png" in bundle and not recwarn.list


def test_a_healthy_cell_says_nothing_more(run):
    _, decks, _ = run(FAN_OUT)
    assert json.loads(decks[0].facts)["notes"] == []
