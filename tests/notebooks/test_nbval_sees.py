"""Proof that nbval, as the test command runs it, sees a broken answer, a changed text twin and a changed check.

The three are broken in one copy of a solution, far from one another, and nbval must stumble over exactly those three
cells: each break is seen by itself, and every cell that is whole passes. (The whole notebook passes in solutions/.)
"""

import nbformat
import pytest

LESSON = "01_the_tape"
ANSWER = ("wave", "x * tf.sin(x)", "-x * tf.sin(x)")
CHECK = ("by_hand", "dz/dx 2.", "dz/dx 3.")
TWIN = ("%%tape", "passes back -2.0 to x", "passes back -2.5 to x")
"""What is broken in the solution: an exercise or the beginning of a cell, the old text and the new one."""


class Cells:
    """A plugin of pytest that keeps which cells have passed, in order."""

    def __init__(self):
        self.passed = []

    def pytest_runtest_logreport(self, report):
        if report.when == "call":
            self.passed.append(report.passed)


@pytest.fixture(scope="module")
def verdicts(root, tmp_path_factory):
    """What nbval says of each cell of the broken copy: a cell's id -> whether it passed."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "pytest.ini").write_text("[pytest]\n")
    notebook = nbformat.read(root / "solutions" / f"{LESSON}.ipynb", as_version=4)
    break_three_cells(notebook)
    nbformat.write(notebook, folder / "broken.ipynb")
    nbval = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=120"]
    alone = [f"--rootdir={folder}", "-c", str(folder / "pytest.ini"), "-p", "no:cacheprovider", "-p", "no:faulthandler"]
    cells = Cells()  # in this process, whose kernels are forked: another one would import for ten seconds
    pytest.main([*nbval, *alone, "--capture=no", str(folder / "broken.ipynb")], [cells])
    codes = [cell.id for cell in notebook.cells if cell.cell_type == "code"]
    return dict(zip(codes, cells.passed, strict=True))


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
