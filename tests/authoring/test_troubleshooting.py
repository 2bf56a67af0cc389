"""The page of troubles: each cell has the cause under which it stands, and the page is what its source builds."""

import nbformat
import numpy as np
import pytest
import tensorflow as tf

from tests.exercises.answering import execute
from widgets import explain, record
from widgets.authoring import troubleshooting
from widgets.authoring.symptoms import SYMPTOMS

TRIALS = [trial for symptom in SYMPTOMS for trial in symptom.trials]


@pytest.fixture(scope="module")
def kept(pytestconfig):
    return nbformat.read(pytestconfig.rootpath / "lessons" / troubleshooting.NAME, as_version=4)


def test_the_page_is_what_its_source_builds(kept):
    def inputs(notebook):
        return [(cell.id, cell.cell_type, cell.source) for cell in notebook.cells]

    assert inputs(kept) == inputs(troubleshooting.notebook()), "run `tapedeck build`"


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.cause.code)
def test_each_cell_has_its_cause_and_shows_what_explain_says(trial, kept):
    names = {"tf": tf, "np": np, "record": record, "explain": explain}
    source, last = trial.code.rsplit("\n", 1)
    execute(source, names)
    said = eval(last, names)
    assert said.code == trial.cause.code, said
    cell = next(cell for cell in kept.cells if cell.source == trial.code)
    shown = "".join(output.data["text/plain"] for output in cell.outputs if "data" in output)
    assert _untried(shown) == _untried(repr(said))


def _untried(text):
    """Leave out what came of trying the change, which a busy machine may have no time for."""
    return [line for line in text.splitlines() if not line.startswith("  Tried: ")]
