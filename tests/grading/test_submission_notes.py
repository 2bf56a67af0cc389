"""Notes for the teacher: what was in a file and did not count."""

import pytest

from tests.grading.handing_in import ANSWER, LESSON, STUBS, answered, cell_of, reading_of, with_cells
from widgets.grading.submitted_answers import submission_notes

MARKED = cell_of(STUBS, "wave")["metadata"]


def notes(tmp_path, notebook):
    return submission_notes(reading_of(tmp_path, notebook), LESSON)


def marked(**marks):
    notebook = answered()
    for name in ("wave", "check-wave"):
        cell_of(notebook, name)["metadata"]["nbgrader"].update(marks)
    return notebook


def test_an_honest_file_has_none(tmp_path):
    assert notes(tmp_path, answered()) == ()
    assert notes(tmp_path, b"") == ()


def test_a_copy_is_noted(tmp_path):
    (note,) = notes(tmp_path, with_cells(answered(), {"metadata": MARKED, "source": ANSWER}))
    assert "more than once" in note and note.endswith(": wave.")


def test_lost_marks_are_noted(tmp_path):
    (note,) = notes(tmp_path, answered(metadata={}))
    assert "metadata is missing" in note and note.endswith(": wave.")


def test_a_changed_check_is_noted(tmp_path):
    notebook = answered()
    cell_of(notebook, "check-wave")["source"] = "print('Right')"
    cell_of(notebook, "check-both")["source"] = None
    (note,) = notes(tmp_path, notebook)
    assert "check was changed" in note and note.endswith(": check-wave, check-both.")


def test_changed_marks_are_noted(tmp_path):
    (note,) = notes(tmp_path, marked(points=100))
    assert "Points" in note and note.endswith(": wave, check-wave.")
    (note,) = notes(tmp_path, marked(solution=[]))
    assert note.endswith(": wave, check-wave.")


def test_a_newer_schema_is_no_change(tmp_path):
    assert notes(tmp_path, marked(schema_version=4)) == ()


def test_cells_of_the_learners_own_are_counted(tmp_path):
    own = [{"id": "mine", "source": "x = 1"}, {"source": "y = 2"}, {"id": "blank", "source": " \n"}]
    (note,) = notes(tmp_path, with_cells(answered(), *own, {"cell_type": "markdown", "source": "Mine"}))
    assert "not run" in note and note.endswith(": 2.")


@pytest.mark.parametrize(
    ("own", "answer", "is_noted"),
    [
        ("%time\nimport numpy as np\ndef helper(x):\n    return x", "def wave(x):\n    return helper(x)", True),
        ("import cmath", "def wave(x):\n    return cmath.sin(x)", True),
        ("def helper(x):\n    return x", "def helper(x):\n    return x\nwave = helper", False),
        ("def helper(x):\n    return x", "def wave(x):\n    return x", False),
        ("import tensorflow as tf", "def wave(x):\n    return tf.sin(x)", False),
        ("helper = (", "def wave(x):\n    return helper(x)", False),
    ],
)
def test_it_is_said_which_answers_need_such_a_cell(tmp_path, own, answer, is_noted):
    notebook = with_cells(answered(source=answer), {"id": "mine", "source": own})
    (_count, *needs) = notes(tmp_path, notebook)
    assert [need.endswith(": wave.") for need in needs] == [True] * is_noted


def test_the_lessons_own_cells_are_known_without_their_ids(tmp_path):
    notebook = answered()
    for cell in notebook["cells"]:
        del cell["id"]
    assert notes(tmp_path, notebook) == ()


def test_lines_that_end_as_on_windows_are_no_change(tmp_path):
    notebook = answered()
    for cell in notebook["cells"]:
        cell["source"] = [line.removesuffix("\n") + "\r\n" for line in "".join(cell["source"]).splitlines()]
    assert notes(tmp_path, notebook) == ()


def test_notes_say_what_is_odd_about_the_file_too(tmp_path):
    notebook = answered(metadata={})
    notebook["cells"].append(None)
    assert len(notes(tmp_path, notebook)) == 2
