"""Every cell of every solution, recorded as if it began with `%%tape`: where nothing is amiss, no code is named."""

from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import widgets
from tests.exercises.answering import binds, uses
from widgets.diagnosis.text import automatic_diagnoses, explain
from widgets.tape.model import CELL
from widgets.tape.recorder import Recorder

MEANT = {"03": {"TARGET_SUMMED", "LEFT_TENSORFLOW"}, "08": {"RETRACED"}, "09": {"DIVERGES"}}
"""What a lesson shows on purpose in a cell whose gradients are numbers."""

WITHOUT = {"00", "12"}
"""Lessons that may have no cell with a playback of its own: the first deck, the learner's own tape."""

FEWER = {
    "07": {"in range(1000):\n    minimize(": "in range(100):\n    minimize("},
    "10": {"steps=300": "steps=60"},
    "11": {"labels[seen], 20, 19": "labels[seen], 4, 19", "epochs=20": "epochs=4"},
}
"""Of a lesson's long loops, what makes them shorter: every step is like the others. The thousand of 05 stay."""

VIEWS = ("DerivativeExplorer", "DescentExplorer", "ExecutionRace", "PrecisionMicroscope")
"""What calculates much by itself when it is made. (A deck calculates nothing.)"""

SOLUTIONS = sorted((Path(__file__).parents[2] / "solutions").glob("*.ipynb"))


@pytest.fixture
def shell(monkeypatch, pytestconfig):
    monkeypatch.chdir(pytestconfig.rootpath / "lessons")
    shell = InteractiveShell()
    widgets.load_ipython_extension(shell)
    yield shell
    widgets.unload_ipython_extension(shell)


class CountedRecorder(Recorder):
    """Knows how many recordings began while it ran: what they are about is their own."""

    begun = 0

    def __enter__(self):
        CountedRecorder.begun = 0
        return super().__enter__()


@pytest.fixture(autouse=True)
def count_recordings(monkeypatch):
    begin = Recorder.__enter__

    def counted(self):
        CountedRecorder.begun += 1
        return begin(self)

    monkeypatch.setattr(Recorder, "__enter__", counted)


def recorded(shell, cell):
    """Run a cell under the recorder and return its recording; None for a cell that records by itself."""
    source, recorder = cell.source.removeprefix("%%tape"), CountedRecorder(CELL)
    with capture_output(), recorder:
        result = shell.run_cell(source, store_history=True)
    return None if CountedRecorder.begun > 1 else recorder.recording(error=result.error_in_exec)


def code_cells(path):
    cells = [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    for many, few in FEWER.get(path.stem[:2], {}).items():
        assert any(many in cell.source for cell in cells), f"the lesson has no {many!r} any more"
        for cell in cells:
            cell.source = cell.source.replace(many, few)
    return cells


def one_of_each_view(cells):
    """Leave out what makes a view of a kind that an earlier cell has shown, and what rests on it: it takes seconds.

    And what records by itself and leaves no name behind: the checks, and decks that are only shown.
    """
    seen, gone = set(), set()
    for cell in cells:
        if cell.id.startswith("check-") or ("TapeDeck(" in cell.source and not binds(cell.source)):
            continue
        views = {view for view in VIEWS if f"{view}(" in cell.source}
        if uses(cell.source) & gone or views & seen:
            gone |= binds(cell.source)
            continue
        seen |= views
        gone -= binds(cell.source)
        yield cell


def is_whole(recording):
    """Whether every gradient is a number."""
    gradients = [source.gradient for source in recording.sources]
    return not recording.error and not any(gradient is None or gradient.has_nan for gradient in gradients)


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_a_code_is_named_only_where_something_is_amiss(path, shell):
    seen = 0
    for cell in one_of_each_view(code_cells(path)):
        recording = recorded(shell, cell)
        if recording is None or not recording.backward_passes:
            continue
        seen += 1
        code = explain(recording).code
        assert not is_whole(recording) or code in {None, *MEANT.get(path.stem[:2], ())}, (cell.source, code)
        assert is_whole(recording) != bool(automatic_diagnoses(recording)), cell.source
    assert seen or path.stem[:2] in WITHOUT
