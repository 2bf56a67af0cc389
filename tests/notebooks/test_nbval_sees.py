"""Proof that nbval, as the test command runs it, sees a broken answer, a changed text twin and a changed check.

The three are broken in one copy of a solution, far from one another, and nbval must stumble over exactly those three
cells: each break is seen by itself, and every cell that is whole passes. (The whole notebook passes in solutions/.)
"""

import re
import subprocess
import sys

import nbformat
import pytest

BROKEN_ANSWER, BROKEN_CHECK = "wave", "by_hand"


@pytest.fixture(scope="module")
def verdicts(root, tmp_path_factory):
    """What nbval says of each cell of the broken copy: a cell's id -> whether it passed."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "pytest.ini").write_text("[pytest]\n")
    notebook = nbformat.read(root / "solutions" / "01_the_tape.ipynb", as_version=4)
    break_three_cells(notebook)
    nbformat.write(notebook, folder / "broken.ipynb")
    nbval = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=120"]
    command = [sys.executable, "-m", "pytest", *nbval, "-v", "--color=no", "-p", "no:cacheprovider", "broken.ipynb"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout
    results = re.findall(r"^\S+::Cell (\d+) (PASSED|FAILED|XFAIL)", said, flags=re.MULTILINE)
    codes = [cell.id for cell in notebook.cells if cell.cell_type == "code"]
    assert len(results) == len(codes), said
    return {codes[int(number)]: verdict == "PASSED" for number, verdict in results}


def break_three_cells(notebook):
    cells = {cell.id: cell for cell in notebook.cells}
    replace_in(cells[BROKEN_ANSWER], "source", "x * tf.sin(x)", "-x * tf.sin(x)")
    replace_in(cells[f"check-{BROKEN_CHECK}"].outputs[0], "text", "dz/dx 2.", "dz/dx 3.")
    replace_in(first_deck(notebook).outputs[0].data, "text/plain", "hands -2.0 to x", "hands -2.5 to x")


def first_deck(notebook):
    return next(cell for cell in notebook.cells if cell.source.startswith("%%tape"))


def replace_in(holder, key, old, new):
    assert old in holder[key], f"the lesson has changed: {old!r} is not in {holder[key]!r}"
    holder[key] = holder[key].replace(old, new, 1)


def test_nbval_sees_a_broken_answer(verdicts):
    assert not verdicts[f"check-{BROKEN_ANSWER}"]


def test_nbval_sees_a_changed_check(verdicts):
    assert not verdicts[f"check-{BROKEN_CHECK}"]


def test_nbval_sees_a_changed_text_twin(verdicts, notebooks):
    assert not verdicts[first_deck(notebooks["solutions/01_the_tape.ipynb"]).id]


def test_nbval_passes_everything_else(verdicts):
    assert sum(verdicts.values()) == len(verdicts) - 3
