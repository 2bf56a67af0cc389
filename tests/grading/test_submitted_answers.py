"""The answers in a file: what is settled without running, what is merged into the solution, and what is noted."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.grading.handing_in import (
    ANSWER,
    LESSON,
    LESSONS,
    ROOT,
    SHORT,
    STUBS,
    answered,
    answers_in,
    cell_of,
    reading_of,
    submission_notes,
    verdicts_without_running,
    with_cells,
)
from widgets.grading.notebook_reader import SubmittedNotebook, read_notebook, recognize_lesson
from widgets.grading.submitted_answers import merge_answers
from widgets.grading.verdict_kinds import MALFORMED, MISSING, NOT_ATTEMPTED

MARKED = cell_of(STUBS, "wave")["metadata"]
STUB = "def wave(x):\n    return ..."
OTHER = "def wave(x):\n    return tf.sin(x) * x"


def standing(tmp_path, notebook):
    """The verdict on `wave` that a file settles, with every other exercise as it was handed out."""
    kinds = verdicts_without_running(reading_of(tmp_path, notebook), LESSON)
    assert {kind for name, kind in kinds.items() if name != "wave"} == {NOT_ATTEMPTED}
    return kinds["wave"]


def copied(source, again, **changes):
    return with_cells(answered(source=source), {"id": "another", "metadata": MARKED, "source": again, **changes})


@pytest.mark.parametrize("name", LESSONS)
def test_every_lesson_as_handed_out_is_not_attempted_and_solved_is_to_be_run(name):
    for folder, kind in (("lessons", NOT_ATTEMPTED), ("solutions", None)):
        kinds = verdicts_without_running(read_notebook(ROOT / folder / f"{name}.ipynb"), LESSONS[name])
        assert kinds == dict.fromkeys([exercise.name for exercise in LESSONS[name].exercises], kind)


def test_chinese_lessons_as_handed_out_are_not_attempted():
    for path in (ROOT / "lessons" / "zh").glob("*.ipynb"):
        assert set(verdicts_without_running(read_notebook(path), LESSONS[path.stem]).values()) == {NOT_ATTEMPTED}


@pytest.mark.parametrize(
    "changes, kind",
    [
        ({}, None),
        ({"source": "def wave(x:"}, None),
        ({"source": STUB}, NOT_ATTEMPTED),
        ({"source": "\n# wave\n\ndef wave(x):\r\n\treturn  ...\n\n"}, NOT_ATTEMPTED),
        ({"source": ""}, NOT_ATTEMPTED),
        ({"source": []}, NOT_ATTEMPTED),
        ({"source": "# I do not know"}, NOT_ATTEMPTED),
        ({"source": "# YOUR CODE HERE\nraise NotImplementedError()"}, NOT_ATTEMPTED),
        ({"source": "def wave(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"}, NOT_ATTEMPTED),
        ({"source": ANSWER + "\n    raise NotImplementedError()"}, None),
        ({"source": None}, MALFORMED),
        ({"source": ANSWER + "\0"}, MALFORMED),
        ({"cell_type": "markdown"}, MALFORMED),
        ({"cell_type": 7}, MALFORMED),
        ({"metadata": {}, "id": "f00d"}, None),
        ({"metadata": {}, "id": "f00d", "source": "# wave"}, MISSING),
    ],
)
def test_one_cell_settles_its_own_verdict_alone(tmp_path, changes, kind):
    assert standing(tmp_path, answered(**changes)) == kind


def test_a_deleted_cell_is_missing(tmp_path):
    notebook = answered()
    notebook["cells"].remove(cell_of(notebook, "wave"))
    assert standing(tmp_path, notebook) == MISSING


def test_a_file_that_cannot_be_read_is_malformed_throughout():
    assert set(verdicts_without_running(SubmittedNotebook(problem="It is empty."), LESSON).values()) == {MALFORMED}


@pytest.mark.parametrize(
    "notebook, kind, source",
    [
        (copied(OTHER, ANSWER), None, OTHER),  # the copy is at the end, after the check
        (copied(ANSWER, ANSWER), None, ANSWER),
        (copied(ANSWER, ANSWER.splitlines(keepends=True)), None, ANSWER),
        (copied(ANSWER + "\n", ANSWER), None, ANSWER),
        (copied(ANSWER.replace("\n", "\r\n"), ANSWER), None, ANSWER),
        (copied(ANSWER, STUB), None, ANSWER),
        (copied("", ANSWER), None, ANSWER),
        (copied(ANSWER, OTHER, cell_type="markdown"), None, ANSWER),
        (copied(STUB, STUB), NOT_ATTEMPTED, STUB),
        (copied(STUB, ""), NOT_ATTEMPTED, STUB),
    ],
)
def test_of_copies_the_one_that_the_check_would_meet_is_the_answer(tmp_path, notebook, kind, source):
    assert standing(tmp_path, notebook) == kind
    assert answers_in(reading_of(tmp_path, notebook), LESSON)["wave"] == source


def test_an_answer_without_a_text_is_no_answer(tmp_path):
    assert "wave" not in answers_in(reading_of(tmp_path, answered(source=None)), LESSON)


def test_tags_of_the_reference_stay():
    lesson = LESSONS["12_build_a_tape"]
    assert cell_of(merge_answers(lesson.solution, {}), "play_back")["metadata"]["tags"] == ["tape"]


NAMES = [cell["id"] for cell in SHORT.solution["cells"]]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(sources=st.dictionaries(st.sampled_from([*NAMES, "other"]), st.text()))
def test_grafting_changes_the_sources_of_answers_and_nothing_else(sources):
    before = json.dumps(SHORT.solution)
    grafted = merge_answers(SHORT.solution, sources)
    assert json.dumps(SHORT.solution) == before
    answering = {name: SHORT.nbgrader_cells[name]["solution"] for name in SHORT.nbgrader_cells}
    for cell, own in zip(grafted["cells"], SHORT.solution["cells"], strict=True):
        name = cell["id"]
        assert cell["source"] == (sources[name] if answering.get(name) and name in sources else own["source"])
        tagged = {**cell["metadata"], "tags": own["metadata"].get("tags", [])}
        assert {**cell, "source": 0, "metadata": tagged} == {
            **own,
            "source": 0,
            "metadata": {"tags": [], **own["metadata"]},
        }


def test_a_second_graft_knows_nothing_of_the_first():
    pristine = copy.deepcopy(SHORT.solution)
    merge_answers(SHORT.solution, {"wave": ANSWER})["cells"][0]["metadata"]["mine"] = True
    assert SHORT.solution == pristine


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
    assert note.endswith(": 2.")


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


def without_marks(notebook):
    for number, cell in enumerate(notebook["cells"]):
        cell.update(metadata={}, id=f"{number:08x}")
    return notebook


def test_an_answer_that_lost_its_marks_is_the_cell_that_defines_it(tmp_path):
    notebook = without_marks(answered(source=ANSWER))
    found = reading_of(tmp_path, notebook)
    assert answers_in(found, LESSON)["wave"] == ANSWER
    assert any(note.endswith(": flat, wave, by_hand, both, derivative.") for note in submission_notes(found, LESSON))
    assert standing(tmp_path, notebook) is None


@pytest.mark.parametrize(
    ("lesson", "name", "answer"),
    [
        ("00_start_here", "at_two", "point.at = 2.0"),
        ("05_gradient_descent", "loop_order", 'loop = order_lines("loop_order", [1, 2])'),
        (
            "09_steering_gradients",
            "reverse",
            "@tf.custom_gradient\ndef reverse(x):\n    return x, lambda upstream: upstream",
        ),
    ],
)
def test_without_marks_an_answer_is_known_by_what_its_check_looks_at(tmp_path, lesson, name, answer):
    notebook = json.loads((ROOT / "lessons" / f"{lesson}.ipynb").read_bytes())
    cell_of(notebook, name)["source"] = answer
    found = reading_of(tmp_path, without_marks(notebook))
    assert recognize_lesson(found, "Homework.ipynb", LESSONS) is LESSONS[lesson]
    assert answers_in(found, LESSONS[lesson])[name] == answer


def merged(notebook, name, into, source):
    """Put an answer to one exercise into the cell of another, and delete its own."""
    notebook["cells"].remove(cell_of(notebook, name))
    cell_of(notebook, into)["source"] = source
    return notebook


@pytest.mark.parametrize(
    "notebook",
    [
        merged(answered(), "wave", "flat", f"flat = 1.0\n\n{ANSWER}"),
        merged(answered(), "wave", "check-flat", f'check("flat", flat)\n{ANSWER}'),
        with_cells(answered(source=STUB), {"id": "mine", "source": ANSWER}),
        with_cells(answered(source="# below"), {"id": "mine", "source": f"%%time\n{ANSWER}"}),
    ],
)
def test_an_answer_in_another_cell_is_found_and_said(tmp_path, notebook):
    found = reading_of(tmp_path, notebook)
    assert answers_in(found, LESSON)["wave"].endswith(ANSWER)
    assert any(note.endswith(": wave.") for note in submission_notes(found, LESSON))


def test_the_parts_of_a_split_cell_are_one_answer(tmp_path):
    helper, rest = "def inner(x):\n    return x", "def wave(x):\n    return inner(x)"
    notebook = copied(rest, helper)
    assert standing(tmp_path, notebook) is None
    found = reading_of(tmp_path, notebook)
    assert set(answers_in(found, LESSON)["wave"].split("\n\n")) == {helper, rest}
    (said,) = submission_notes(found, LESSON)
    assert said.endswith(": wave.")


HELPER = "def helper(x):\n    return TWO * x"


@pytest.mark.parametrize(
    ("other", "answer", "taken"),
    [
        ("import cmath", "def wave(x):\n    return cmath.sin(x)", "import cmath"),
        ("%time\nimport os, cmath as cm", "def wave(x):\n    return cm.sin(x)", "import os, cmath as cm"),
        ("from math import sin\nunused = 1/0", "def wave(x):\n    return sin(x)", "from math import sin"),
        (f"TWO = 2\n{HELPER}\nhelper?\nhelper(3)", "wave = helper", f"TWO = 2\n{HELPER}"),
        ("mine = lambda x: x", "wave = mine", "mine = lambda x: x"),  # a name that the lesson defines later
        ("import math", "import math\ndef wave(x):\n    return math.sin(x)", ""),
        ("import tensorflow as tf", "def wave(x):\n    return tf.sin(x)", ""),
        ("tf = None\ncheck = print", "def wave(x):\n    return check(tf.sin(x))", ""),
        ("from __future__ import division", "def wave(x):\n    return division", ""),
        ("helper = (", "def wave(x):\n    return helper(x)", ""),
    ],
)
def test_of_other_cells_an_answer_gets_what_it_needs_and_nothing_else(tmp_path, other, answer, taken):
    for cells in ({"id": "mine", "source": other}, {"id": "cell-02", "source": f"import tensorflow as tf\n{other}"}):
        found = reading_of(tmp_path, with_cells(answered(source=answer), cells))
        assert answers_in(found, LESSON)["wave"] == (f"{taken}\n{answer}" if taken else answer)
        assert any(note.endswith(": wave.") for note in submission_notes(found, LESSON)) == bool(taken)
