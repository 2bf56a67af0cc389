"""A lesson's script, read: marks become nbgrader's metadata, and nothing depends on when it was read."""

import sys

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbgrader.nbgraderformat import MetadataValidator

from widgets.authoring import notebooks
from widgets.common import distribution
from widgets.written.questions import PLACEHOLDER

LESSON = """\
# %% [markdown]
# # Hello

# %% tags=["nbval-ignore-output"]
import math
# %load_ext widgets

# %% exercise="half" stub="return ..."
def half(x):
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION

# %% check="half" points=3
check("half", half)

# %% exercise="free"
### BEGIN SOLUTION
six = 6
### END SOLUTION

# %%
# %%tape
y = 1
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "00_hello.py"
    path.write_text(LESSON)
    return path


@pytest.fixture
def solution(path):
    return notebooks.read_script(path)[0]


@pytest.fixture
def lesson(path):
    return notebooks.for_learners(*notebooks.read_script(path))


def test_cells_have_the_same_ids_at_every_reading(path, solution):
    ids = [cell.id for cell in solution.cells]
    assert ids == ["cell-01", "cell-02", "half", "check-half", "free", "cell-06"]
    assert ids == [cell.id for cell in notebooks.read_script(path)[0].cells]


def test_magics_are_magics_again(solution):
    assert "\n%load_ext widgets" in solution.cells[1].source
    assert solution.cells[5].source == "%%tape\ny = 1"


def test_exercises_and_checks_are_nbgraders(solution):
    exercise, check = (solution.cells[i].metadata.nbgrader for i in (2, 3))
    assert (exercise.solution, exercise.grade, exercise.locked) == (True, False, False)
    assert (check.solution, check.grade, check.locked, check.points) == (False, True, True, 3)
    assert {exercise.schema_version, check.schema_version} == {3}
    MetadataValidator().validate_nb(solution)


def test_other_cells_keep_their_tags_and_nothing_else(solution):
    assert solution.cells[1].metadata == {"tags": ["nbval-ignore-output"]}
    assert solution.cells[5].metadata == {}


def test_nothing_names_a_python_version(solution):
    assert "version" not in solution.metadata.language_info


def test_learners_get_stubs_for_answers(lesson):
    assert lesson.cells[2].source == "def half(x):\n    return ..."
    assert lesson.cells[4].source == "..."


def test_learners_cannot_edit_a_check_by_mistake(lesson):
    assert lesson.cells[3].metadata.editable is False
    assert lesson.cells[2].metadata.get("editable", True)


def test_an_answer_outside_an_exercise_is_refused(path):
    path.write_text("# %%\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n")
    with pytest.raises(RuntimeError, match="non-solution cell"):
        notebooks.for_learners(*notebooks.read_script(path))


def test_a_check_of_another_name_is_refused(path):
    path.write_text(LESSON.replace('check("half"', 'check("halve"'))
    with pytest.raises(ValueError, match=r'check\("half", half\)'):
        notebooks.read_script(path)


def test_two_exercises_of_one_name_are_refused(path):
    path.write_text('# %% exercise="a"\n1\n\n# %% exercise="a"\n2\n')
    with pytest.raises(ValueError, match="same name: a"):
        notebooks.read_script(path)


def test_a_lesson_installs_itself_in_colab_and_does_nothing_elsewhere():
    lesson = notebooks.with_installation(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]))
    first, second = lesson.cells
    nbformat.validate(lesson)
    assert (second.source, first.metadata["cellView"]) == ("1", "form")
    assert first.metadata["jupyter"] == {"source_hidden": True}
    asked = []
    shell = InteractiveShell()
    shell.register_magic_function(asked.append, "line", "pip")
    shell.run_cell(first.source).raise_error()
    assert asked == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "google.colab", sys)
        shell.run_cell(first.source).raise_error()
    assert asked == ["install -q anywidget", f"install -q --no-deps {distribution.name()}"]


WRITTEN = """\
# %% [markdown]
# Why is it `None`?

# %% [markdown] written="why_none" points=2.5 stub="*Your words.*"
# Constants are not watched.
# *One point for "watch".*

# %% [markdown]
# And where do paths add?

# %% [markdown] written="adds"
# Given to everybody.
#
# ### BEGIN SOLUTION
# Where they meet.
# ### END SOLUTION
"""


def test_a_written_answer_is_nbgraders_manually_graded_one(tmp_path):
    (tmp_path / "00_hello.py").write_text(WRITTEN)
    solution, stubs = notebooks.read_script(tmp_path / "00_hello.py")
    lesson = notebooks.for_learners(solution, stubs)
    for notebook in (solution, lesson):
        MetadataValidator().validate_nb(notebook)
        nbformat.validate(notebook)
        why, adds = notebook.cells[1], notebook.cells[3]
        assert (why.id, why.cell_type, why.metadata.nbgrader.points) == ("why_none", "markdown", 2.5)
        for cell in (why, adds):
            marks = cell.metadata.nbgrader
            assert (marks.grade, marks.solution, marks.locked, marks.cell_type) == (True, True, False, "markdown")
    assert "Constants" in solution.cells[1].source and lesson.cells[1].source == "*Your words.*"
    assert lesson.cells[3].source == f"Given to everybody.\n\n{PLACEHOLDER}"
    assert "meet" not in nbformat.writes(lesson) and "watched" not in nbformat.writes(lesson)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("points=2.5", "points=0", "points are a number above 0"),
        ("points=2.5", 'points="three"', "points are a number above 0"),
        ("points=2.5", "points=true", "points are a number above 0"),
        ('"why_none"', '"why none"', "has only letters"),
        ('"why_none"', '"check-why"', "has only letters"),
        ('"why_none"', '"adds"', "same name"),
        ('[markdown] written="why_none"', 'written="why_none"', "A written answer is Markdown"),
        ("# %% [markdown]\n# And where", "# %%\n# And where", "adds: the Markdown cell before it"),
        ("# %% [markdown]\n# Why is it `None`?\n", "", "why_none: the Markdown cell before it"),
    ],
)
def test_a_written_question_that_nobody_could_mark_is_said(tmp_path, old, new, said):
    assert old in WRITTEN
    (tmp_path / "00_hello.py").write_text(WRITTEN.replace(old, new))
    with pytest.raises(ValueError, match=said):
        notebooks.read_script(tmp_path / "00_hello.py")
