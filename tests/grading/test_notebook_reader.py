"""Reading: whatever a file holds, and whatever stands in its place, there is an answer and never an exception."""

import json
import os
import socket
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.grading.handing_in import (
    ANSWER,
    LESSON,
    LESSONS,
    ROOT,
    STUBS,
    answered,
    answers_in,
    reading_of,
    submission_notes,
    verdicts_without_running,
    with_cells,
)
from widgets.grading import notebook_reader
from widgets.grading.notebook_reader import MOST_CELLS, SubmittedNotebook, read_notebook, recognize_lesson


def brief(value):
    """The beginning of a parameter, for the test's name."""
    return value[:12].decode("latin-1") if isinstance(value, bytes) else None


DEEP = b"[" * 100_000 + b"]" * 100_000
TEXT = json.dumps(answered())


def only(tmp_path, notebook):
    """The one cell of `wave`, of a file with nothing amiss."""
    found = reading_of(tmp_path, notebook)
    assert (found.problem, found.notes) == ("", ())
    (cell,) = found.cells["wave"]
    return cell


@pytest.mark.parametrize(
    "data, problem",
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (TEXT[: len(TEXT) // 2].encode(), "not JSON"),
        (b"def wave(x):\n    return x", "not JSON"),
        (bytes(range(256)), "not JSON"),
        (TEXT.encode() + b"\xf0\x9f", "not JSON"),
        (b'{"cells": [], "nbformat": ' + b"9" * 1_000_000 + b"}", "not JSON"),
        (DEEP, "too deeply"),
        (TEXT.replace('"metadata": {', '"metadata": {"deep": ' + DEEP.decode() + ", ", 1).encode(), "too deeply"),
        (b'{"a":' * 100_000, "too deeply"),
        (f"[{TEXT}]".encode(), "not a notebook"),
        (b"1e400", "not a notebook"),
        (b"null", "not a notebook"),
        (b"{}", "no list of cells"),
        (b'{"cells": null}', "no list of cells"),
        (b'{"cells": {"0": {}}}', "no list of cells"),
        (b'{"nbformat": 2, "worksheets": [{"cells": []}]}', "format"),
        (b'{"nbformat": 99, "cells": []}', "format"),
        (b'{"cells": [' + b"{}," * MOST_CELLS + b"{}]}", "cells"),
    ],
    ids=brief,
)
def test_what_is_no_notebook_has_a_problem_and_the_bytes_a_fingerprint(tmp_path, data, problem):
    found = reading_of(tmp_path, data)
    assert problem in found.problem and found.cells == {} and len(found.sha256) == 64


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("utf-16"),
        json.dumps({**answered(), "nbformat": None, "metadata": float("nan")}).encode(),
        json.dumps(with_cells(answered(), {"cell_type": "markdown", "source": "word " * 1_000_000})).encode(),
        json.dumps(with_cells(answered(), {"cell_type": "markdown", "source": "\ud83d"})).encode(),
        json.dumps(with_cells(answered(), {"source": "", "attachments": {"a.png": 7}, "outputs": "?"})).encode(),
        TEXT.replace('"cells":', '"cells": 5, "cells":', 1).encode(),
    ],
    ids=["plain", "BOM", "UTF-16", "NaN", "5 MB", "surrogate elsewhere", "odd elsewhere", "key twice"],
)
def test_what_an_editor_may_have_done_to_a_file_is_read_all_the_same(tmp_path, data):
    cell = only(tmp_path, data)
    assert (cell.kind, cell.source, cell.metadata["grade_id"]) == ("code", ANSWER, "wave")


@pytest.mark.parametrize("source", [ANSWER, ANSWER.splitlines(keepends=True)])
def test_a_source_is_a_text_or_its_lines(tmp_path, source):
    assert only(tmp_path, answered(source=source)).source == ANSWER


@pytest.mark.parametrize("source", [None, 7, {}, ["a", None], ["a", ["b"]], "half \ud83d", ["\ude00"], "x = 1\0"])
def test_a_source_that_is_no_text_is_none(tmp_path, source):
    assert only(tmp_path, answered(source=source)).source is None


def test_both_halves_of_a_character_are_one(tmp_path):
    assert only(tmp_path, answered(source='x = "\ud83d\ude00"')).source == 'x = "😀"'


@pytest.mark.parametrize("name", [None, 7, ["wave"], {"wave": 1}, "", "wave\ud83d"])
def test_an_id_that_is_no_text_is_none(tmp_path, name):
    notebook = answered(id=name)
    cell = next(cell for cell in notebook["cells"] if cell["id"] == name)
    cell["metadata"]["nbgrader"]["grade_id"] = name
    assert "wave" not in reading_of(tmp_path, notebook).cells


@pytest.mark.parametrize("metadata", [{}, None, 7, [], {"nbgrader": None}, {"nbgrader": ["wave"]}])
def test_a_cell_that_lost_its_marks_is_known_by_its_id(tmp_path, metadata):
    cell = only(tmp_path, answered(metadata=metadata))
    assert (cell.source, cell.metadata) == (ANSWER, {})


def test_a_marked_cell_goes_before_one_that_only_has_the_id(tmp_path):
    notebook = with_cells(answered(), {"id": "wave", "source": "wave = 0"})
    assert [cell.source for cell in reading_of(tmp_path, notebook).cells["wave"]] == [ANSWER]


def test_entries_that_are_no_cells_are_noted(tmp_path):
    notebook = answered()
    notebook["cells"][:0] = [None, 7, [], "wave", {}]
    found = reading_of(tmp_path, notebook)
    assert found.notes == ("4 entries in its list of cells are not cells.",)
    assert found.cells["wave"][0].source == ANSWER


def test_a_file_over_the_limit_is_not_read(tmp_path):
    path = tmp_path / "large.ipynb"
    path.write_text(TEXT)
    assert read_notebook(path, most=len(TEXT)).problem == ""
    found = read_notebook(path, most=len(TEXT) - 1)
    assert "larger" in found.problem and found.sha256 == ""


def test_what_is_no_file_is_said_and_not_waited_for(tmp_path):
    notebook = tmp_path / "notebook.ipynb"
    notebook.write_text(TEXT)
    (tmp_path / "link.ipynb").symlink_to(notebook)
    assert "link" in read_notebook(tmp_path / "link.ipynb").problem
    assert "folder" in read_notebook(tmp_path).problem
    assert "No such file" in read_notebook(tmp_path / "absent.ipynb").problem
    assert "ValueError" in read_notebook("nul\0.ipynb").problem
    assert "cannot be read" in read_notebook(notebook / "below.ipynb").problem


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_pipes_sockets_and_devices_are_no_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.ipynb")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.ipynb")
        for path in ("pipe.ipynb", "socket.ipynb", "/dev/zero", "/dev/stdin"):
            assert "not a regular file" in read_notebook(path).problem or "link" in read_notebook(path).problem


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="needs a file that does not know its size")
def test_a_file_that_claims_to_be_empty_is_not_read_past_the_limit():
    assert "larger" in read_notebook("/proc/self/status", most=100).problem


def test_a_file_is_of_the_lesson_that_it_has_most_in_common_with():
    for name in LESSONS:
        found = read_notebook(ROOT / "lessons" / f"{name}.ipynb")
        assert recognize_lesson(found, "anything.ipynb", LESSONS) is LESSONS[name]
        assert recognize_lesson(found, "05_gradient_descent.ipynb", LESSONS) is LESSONS[name]


@pytest.mark.parametrize(
    "path, name",
    [
        ("anna/05_gradient_descent.ipynb", "05_gradient_descent"),
        ("anna/05_gradient_descent-Copy1 (2).ipynb", "05_gradient_descent"),
        ("submitted/anna/05_gradient_descent/homework.ipynb", "05_gradient_descent"),
    ],
)
def test_a_file_with_nothing_in_it_goes_by_its_name(path, name):
    assert recognize_lesson(SubmittedNotebook(problem="It is empty."), path, LESSONS) is LESSONS[name]


def test_a_file_like_no_lesson_is_of_none():
    assert recognize_lesson(SubmittedNotebook(), "holiday.ipynb", LESSONS) is None
    assert recognize_lesson(SubmittedNotebook(), "05_gradient_descent.ipynb", {}) is None


def all_of(found):
    """Everything that grading does with a notebook before it runs anything."""
    assert recognize_lesson(found, "holiday.ipynb", LESSONS) in (None, *LESSONS.values())
    kinds, sources = verdicts_without_running(found, LESSON), answers_in(found, LESSON)
    assert kinds.keys() == {exercise.name for exercise in LESSON.exercises} and sources.keys() <= kinds.keys()
    "\n".join([found.problem, *submission_notes(found, LESSON), *sources.values()]).encode()


WHILE_WRITING = settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NAMES = st.sampled_from(["wave", "flat", "check-wave", "cell-02", "", "\ud83d", "other"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)) | NAMES
KEYS = st.sampled_from(["cells", "cell_type", "metadata", "nbgrader", "grade_id", "id", "source", "points", "nbformat"])
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=20
)
MARKS = st.fixed_dictionaries({}, optional={"grade_id": NAMES | ANYTHING, "points": ANYTHING, "solution": ANYTHING})
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown"]) | ANYTHING,
        "id": NAMES | ANYTHING,
        "metadata": st.fixed_dictionaries({"nbgrader": MARKS | ANYTHING}) | ANYTHING,
        "source": st.text() | st.lists(st.text()) | ANYTHING,
    },
)


@WHILE_WRITING
@given(data=st.binary())
def test_no_bytes_raise(tmp_path, data):
    all_of(reading_of(tmp_path, data))


@WHILE_WRITING
@given(notebook=ANYTHING | st.fixed_dictionaries({"cells": st.lists(CELLS | ANYTHING)}))
def test_no_json_raises(tmp_path, notebook):
    all_of(reading_of(tmp_path, notebook))


@WHILE_WRITING
@given(data=st.data())
def test_no_damage_to_a_lesson_raises(tmp_path, data):
    text = json.dumps(STUBS).encode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 50)))
    all_of(reading_of(tmp_path, text[:start] + data.draw(st.binary(max_size=20)) + text[end:]))


def in_format_3(notebook):
    cells = [{**cell, "input": cell["source"]} for cell in notebook["cells"]]
    for cell in cells:
        del cell["source"]
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}, None]}


@pytest.mark.parametrize(
    "notebook", [in_format_3(answered()), TEXT.replace("# ", "# “naïve” ").encode("cp1252", "replace")], ids=brief
)
def test_other_formats_and_encodings_are_read(tmp_path, notebook):
    assert only(tmp_path, notebook).source == ANSWER


@pytest.mark.parametrize(
    "outputs",
    [
        [{"data": {"image/png": "A" * 200_000}}],
        [{"text": ['"outputs": [\\"]}\n'] * 10_000}, {"data": {"x": [[1.5], {"outputs": []}] * 10_000}}],
    ],
)
def test_of_a_large_file_the_outputs_are_left_out(tmp_path, monkeypatch, outputs):
    monkeypatch.setattr(notebook_reader, "_MOST_PARSED", 100_000)
    notebook = answered(outputs=outputs)
    assert only(tmp_path, notebook).source == ANSWER
    assert json.loads(notebook_reader.without_outputs(json.dumps(notebook).encode())) == answered(outputs=[])
    cut = json.dumps(notebook).encode()[:150_000]
    assert notebook_reader.without_outputs(cut) == cut
    assert "MB" in reading_of(tmp_path, cut).problem
