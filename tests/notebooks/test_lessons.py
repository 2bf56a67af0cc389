"""The notebooks that are kept: built from their scripts, whole without an answer, and fit to be read."""

import pytest

import widgets
from widgets.live.view import View
from widgets.making import build
from widgets.practice import EXERCISES

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
    assert build(check=True) == []


def test_every_script_has_its_two_notebooks(notebooks, root):
    scripts = sorted(path.stem for path in root.glob("solutions/*.py"))
    assert scripts
    assert list(notebooks) == [f"{folder}/{name}.ipynb" for folder in ("lessons", "solutions") for name in scripts]


def test_an_unanswered_lesson_says_not_yet_and_never_fails(unanswered):
    for notebook in unanswered.values():
        checks = [cell for cell in code_cells(notebook) if cell.id.startswith("check-")]
        assert len(checks) >= 3
        for cell in checks:
            assert "\nNot yet: " in printed(cell)
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


def said(notebooks, lesson):
    """What each code cell of a solution prints, and the plain text of what it displays."""
    cells = code_cells(notebooks[f"solutions/{lesson}.ipynb"])
    return [printed(c) + "".join(o.data["text/plain"] for o in c.outputs if "data" in o) for c in cells]


def test_lesson_01_gives_the_gradients_it_promises(notebooks):
    outputs = "".join(said(notebooks, "01_the_tape"))
    assert "<tf.Tensor: shape=(), dtype=float32, numpy=-2.0>" in outputs
    assert "tf.Tensor(-3.4667816, shape=(), dtype=float32)" in outputs
    assert "A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians)" in outputs


def test_lesson_04_gives_the_derivatives_it_promises(notebooks):
    outputs = said(notebooks, "04_derivatives_of_derivatives")
    assert "slope -2.0 and its slope 2.0\n" in outputs
    assert any(text.startswith("-2.0 and None\n") for text in outputs)  # asked outside the outer block
    assert "2.0 and None\n" in outputs  # a slope that does not depend on x
    assert "0.0 1.0 -0.0 -1.0\n" in outputs
    assert "[ 4. 13.]\n[[ 4.  2.]\n [ 2. 12.]]\n" in outputs
    assert "[ 6. 14.]\n" in outputs
    assert "x = 1.0 and there f(x) = 0.0\n" in outputs


TEN_MORE = (0.999998868, 0.999999106, 0.999999285, 0.999999404, 0.999999523)
TEN_MORE += (0.999999642, 0.999999702, 0.999999762, 0.999999821, 0.999999881)


def test_lesson_05_gives_the_places_it_promises(notebooks):
    outputs = said(notebooks, "05_gradient_descent")
    assert "y = 0 ; x = 0.999998569\n" in outputs
    assert "".join(f"y = 0 ; x = {x}\n" for x in TEN_MORE) in outputs
    assert "False True\n" in outputs  # no minimize, but apply_gradients
    verdicts = "0.1 approaches\n0.5 lands\n1.0 bounces\n"
    assert any(text.startswith(verdicts) for text in outputs)
    bands = "1/λ = 0.5 lands in one step, 2/λ = 1 is the limit"
    assert any(bands in text for text in outputs)


def test_lesson_06_gives_the_floats_it_promises(notebooks):
    outputs = said(notebooks, "06_when_float32_stops")
    assert "0.999998569 0.999998569\n" in outputs  # after 1,000 steps and after 10,000
    assert any(text.startswith("stalls at step 660\n") for text in outputs)
    assert "update     2.8610229e-08\nhalf a ULP 2.9802322e-08\n" in outputs
    assert "[0.999999881 0.999998569 0.999985099]\nstall at steps (72, 660, 5494)\n" in outputs
    assert "float32 0.999998569\nfloat64 0.99999999999999722\nthey part at step 2\n" in outputs
    assert "x*x - 2*x      -1\nx*x - 2*x + 1  0\n" in outputs
