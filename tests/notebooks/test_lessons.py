"""The notebooks that are kept: built from their scripts, whole without an answer, and fit to be read."""

import shutil

import pytest

import widgets
from widgets.authoring.building import stale
from widgets.common.widget import View
from widgets.exercises.registry import EXERCISES

LONGEST_CELL = 12  # lines
PUBLIC = {name: getattr(widgets, name) for name in widgets.__all__}
VIEWS = [f"{name}(" for name, thing in PUBLIC.items() if isinstance(thing, type) and issubclass(thing, View)]


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def marked(cell, how):
    return cell.metadata.get("nbgrader", {}).get(how, False)


def printed(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def shows_a_widget(cell):
    return cell.source.startswith("%%tape") or any(view in cell.source for view in VIEWS)


def test_what_is_kept_is_what_is_built():
    """Cells here; that a fresh run gives the outputs that are kept is nbval's to say, in `solutions`."""
    assert stale() == [], "run `tapedeck build`"


def test_a_notebook_that_is_not_its_script_is_named(root, tmp_path):
    for folder in ("solutions", "lessons"):
        (tmp_path / folder).mkdir()
        shutil.copy(root / folder / "07_minimize.ipynb", tmp_path / folder)
    shutil.copy(root / "solutions" / "07_minimize.py", tmp_path / "solutions")
    assert stale(tmp_path) == []
    changed = (tmp_path / "solutions" / "07_minimize.py").read_text("utf-8").replace("# # 7 ·", "# # Seven ·")
    (tmp_path / "solutions" / "07_minimize.py").write_text(changed, "utf-8")
    names = [f"{folder}/07_minimize.ipynb" for folder in ("solutions", "lessons")]
    assert stale(tmp_path) == [f"{name} is not what its source builds: run `tapedeck build`." for name in names]


def test_every_script_has_its_two_notebooks(notebooks, root):
    scripts = sorted(path.stem for path in root.glob("solutions/[0-9]*.py"))
    assert scripts
    assert list(notebooks) == [f"{folder}/{name}.ipynb" for folder in ("lessons", "solutions") for name in scripts]


def test_an_unanswered_lesson_says_not_yet_and_never_fails(unanswered):
    for notebook in unanswered.values():
        checks = [cell for cell in code_cells(notebook) if cell.id.startswith("check-")]
        assert len(checks) >= 3
        for cell in checks:
            assert "\nNo answer yet. " in printed(cell)
        assert not [output for cell in code_cells(notebook) for output in cell.outputs if output.output_type == "error"]


def test_in_a_solution_every_check_says_right(notebooks):
    for name, notebook in notebooks.items():
        if name.startswith("solutions/"):
            assert all("\nRight: " in printed(cell) for cell in code_cells(notebook) if cell.id.startswith("check-"))


def test_a_learners_notebook_has_no_answers_and_no_outputs(notebooks):
    for name, notebook in notebooks.items():
        if name.startswith("lessons/"):
            assert not [cell.id for cell in notebook.cells if "SOLUTION" in cell.source]
            assert not [cell.id for cell in code_cells(notebook) if cell.outputs or cell.execution_count]


def test_every_exercise_is_checked_and_every_check_is_known(notebooks):
    for name, notebook in notebooks.items():
        solved = {cell.id for cell in notebook.cells if marked(cell, "solution")}
        checked = {cell.id.removeprefix("check-") for cell in notebook.cells if marked(cell, "grade")}
        assert checked <= EXERCISES.keys(), name
        assert checked == {exercise for exercise in solved if not exercise.startswith("predict-")}, name


def test_every_widget_has_its_text_and_its_picture(notebooks):
    for name, notebook in notebooks.items():
        shown = [cell for cell in code_cells(notebook) if shows_a_widget(cell)]
        assert shown
        for cell in shown if name.startswith("solutions/") else []:
            (data,) = [output.data for output in cell.outputs if "data" in output]
            assert data["image/png"] and len(data["text/plain"].splitlines()) > 3


def test_no_cell_is_long(notebooks):
    for notebook in notebooks.values():
        for cell in code_cells(notebook):
            lines = [line for line in cell.source.splitlines() if "SOLUTION" not in line]
            assert len(lines) <= LONGEST_CELL, cell.source


TRACES = ["/tmp/", "/home/", "/root/", "site-packages", "ipykernel_", " at 0x", "widget-view", "iopub"]


@pytest.mark.parametrize("trace", TRACES)
def test_nothing_in_a_notebook_tells_of_the_machine_or_the_run(trace, root):
    for path in [*root.glob("lessons/*.ipynb"), *root.glob("solutions/*.ipynb")]:
        assert trace not in path.read_text(encoding="utf-8"), path.name
