"""Proof that nbval, as the test command runs it, sees a broken answer, a changed text twin and a changed check.

The three are broken in one copy of a solution, far from one another, and nbval must stumble over exactly those three
cells: each break is seen by itself, and every cell that is whole passes. (The whole notebook passes in solutions/.)
"""

import re
import subprocess
import sys

import nbformat
import pytest

LESSON = "01_the_tape"
ANSWER = ("wave", "x * tf.sin(x)", "-x * tf.sin(x)")
CHECK = ("by_hand", "dz/dx 2.", "dz/dx 3.")
TWIN = ("%%tape", "passes back -2.0 to x", "passes back -2.5 to x")
"""What is broken in the solution: an exercise or the beginning of a cell, the old text and the new one."""


@pytest.fixture(scope="module")
def verdicts(root, tmp_path_factory):
    """What nbval says of each cell of the broken copy: a cell's id -> whether it passed."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "pytest.ini").write_text("[pytest]\n")
    notebook = nbformat.read(root / "solutions" / f"{LESSON}.ipynb", as_version=4)
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
    name, *change = ANSWER
    replace_in(cells[name], "source", *change)
    name, *change = CHECK
    replace_in(cells[f"check-{name}"].outputs[0], "text", *change)
    name, *change = TWIN
    replace_in(first_that_begins(notebook, name).outputs[0].data, "text/plain", *change)


def first_that_begins(notebook, beginning):
    return next(cell for cell in notebook.cells if cell.source.startswith(beginning))


def replace_in(holder, key, old, new):
    assert old in holder[key], f"the lesson has changed: {old!r} is not in {holder[key]!r}"
    holder[key] = holder[key].replace(old, new, 1)


def test_nbval_sees_a_broken_answer(verdicts):
    assert not verdicts[f"check-{ANSWER[0]}"]


def test_nbval_sees_a_changed_check(verdicts):
    assert not verdicts[f"check-{CHECK[0]}"]


def test_nbval_sees_a_changed_text_twin(verdicts, notebooks):
    assert not verdicts[first_that_begins(notebooks[f"solutions/{LESSON}.ipynb"], TWIN[0]).id]


def test_nbval_passes_everything_else(verdicts):
    assert sum(verdicts.values()) == len(verdicts) - 3
