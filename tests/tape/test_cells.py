"""A notebook's cells under `%%tape`: the tape in one, its gradient in the next, and what a cell may hold besides."""

import gc
import sys
import types

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import widgets
from widgets.tape import past_logs


@pytest.fixture
def cells(monkeypatch):
    """Run cells; each returns (the recording of its deck or None, what it printed, IPython's result)."""
    shell, shown = InteractiveShell(), []
    widgets.load_ipython_extension(shell)
    monkeypatch.setattr("widgets.deck.magic.display", shown.append)
    past_logs._kept.clear()

    def run_cell(cell):
        shown.clear()
        with capture_output() as printed:
            result = shell.run_cell(cell, store_history=True)
        return (shown[0].recording if shown else None), printed.stdout + printed.stderr, result

    yield run_cell
    widgets.unload_ipython_extension(shell)
    past_logs._kept.clear()


TAPE = """%%tape
import tensorflow as tf
x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = x * x
"""


def test_the_gradient_is_in_the_next_cell(cells):
    cells(TAPE)
    recording, _, _ = cells("%%tape\nslope = tape.gradient(y, x)\nprint(float(slope))")
    (only,) = recording.backward_passes
    assert only.reconciled and recording.earlier_steps == 5
    entries = [recording.entries[pullback.entry] for pullback in only.pullbacks]
    listings = [recording.listings[entry.place.listing] for entry in entries]
    assert all("    y = x * x" in listing.lines for listing in listings)
    assert recording.tapes[0].name == "tape"
    assert recording.tensors[recording.sources[0].tensor].name == "x"


def test_a_cell_that_is_run_again_starts_anew(cells):
    for _ in range(3):
        cells(TAPE)
        recording, _, _ = cells("%%tape\nslope = tape.gradient(y, x)")
        assert [step.kind for step in recording.steps].count("open") == 1
    gc.collect()
    past_logs.forget_dead()
    assert past_logs._kept == []


def test_the_same_cell_may_ask_twice(cells):
    cells(TAPE.replace("GradientTape()", "GradientTape(persistent=True)"))
    for _ in range(2):
        recording, _, _ = cells("%%tape\nslope = tape.gradient(y, x)")
        assert [one.reconciled for one in recording.backward_passes] == [True]


def test_record_works_in_a_recorded_cell(cells):
    cell = (
        "import tensorflow as tf\nfrom widgets import record\nx = tf.Variable(2.0)\ndef f():\n"
        "    with tf.GradientTape() as tape:\n        y = x**3\n    return tape.gradient(y, x)\n"
        "r = record(f)\nprint(float(r.result), len(r.backward_passes))"
    )
    _, bare, _ = cells(cell)
    recording, printed, result = cells("%%tape\n" + cell)
    assert printed == bare == "12.0 1\n"
    assert result.success and recording.backward_passes[0].reconciled


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "ValueError('no')"])
def test_a_cell_that_is_interrupted_inside_a_tape_has_a_deck(cells, error):
    recording, printed, result = cells(TAPE + f"    raise {error}")
    assert not result.success
    assert [step.kind for step in recording.steps][-2:] == ["close", "error"]
    assert recording.unfollowed == ()
    assert error.partition("(")[0] in printed
    after, _, _ = cells("%%tape\nslope = tape.gradient(y, x)\nassert slope == 6.0")
    assert after.backward_passes[0].reconciled


def test_an_interrupt_inside_a_pullback_is_the_learners(cells):
    recording, _, result = cells(
        "%%tape\nimport tensorflow as tf\n@tf.custom_gradient\ndef f(x):\n    def backward(upstream):\n"
        "        raise KeyboardInterrupt\n    return x * 1.0, backward\nx = tf.Variable(3.0)\n"
        "with tf.GradientTape() as tape:\n    y = f(x)\ntape.gradient(y, x)"
    )
    assert isinstance(result.error_in_exec, KeyboardInterrupt)
    assert recording.failed_calls[0].exception == "KeyboardInterrupt"


class Anything(types.ModuleType):
    """Answers every attribute, and the answer answers too."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(name)


def test_an_object_that_answers_every_attribute_is_no_variable(cells):
    sys.modules["anything"] = Anything("anything")
    try:
        cell = (
            TAPE + "import anything\nthing = anything\nthings = [anything, {'a': anything}]\nthing\ntape.gradient(y, x)"
        )
        recording, _, result = cells(cell)
    finally:
        del sys.modules["anything"]
    assert result.success and recording.unfollowed == ()
    assert recording.backward_passes[0].reconciled
