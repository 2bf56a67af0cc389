"""Written answers: found, never run, never marked by the machine; a teacher's marks stay with the text they are for."""

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from tests.grading import essays
from tests.grading.pages import HOSTILE
from widgets.cli import main
from widgets.grading.feedback_page import feedback_page
from widgets.grading.marking import mark
from widgets.grading.model import Settings, Submission
from widgets.grading.notebook_reader import SubmittedCell, SubmittedNotebook, cells_by_name, read_notebook
from widgets.grading.sandbox.bubblewrap import sandbox_missing
from widgets.grading.verdict_kinds import MALFORMED, MISSING, NOT_ATTEMPTED, TO_BE_MARKED
from widgets.grading.written_answers import written_notes, written_texts, written_verdicts
from widgets.written.questions import NBGRADERS_PLACEHOLDER, PLACEHOLDER

WHY = "A constant is not *watched*: $dy/dx$ has no path.\n\n- `tape.watch(x)`"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The folder of the course."""
    folder = tmp_path_factory.mktemp("essays")
    essays.course(folder)
    return folder


@pytest.fixture(scope="module")
def lesson(course):
    return essays.lessons(course)[essays.NAME]


def read(cells):
    return SubmittedNotebook(cells_by_name(cells))


def verdicts(notebook, lesson):
    return {one.exercise: one.kind for one in written_verdicts(notebook, lesson)}


def test_a_lesson_knows_its_questions(lesson):
    why, adds = lesson.written
    assert lesson.exercises == () and lesson.tasks == (why, adds)
    assert (why.points, why.prompt) == (3.0, "## Why?\n\nWhy is the gradient `None`?")
    assert why.placeholders == (PLACEHOLDER, NBGRADERS_PLACEHOLDER) and adds.placeholders[0] == "*Two sentences.*"


# The machine never gives a point


@given(st.text() | st.sampled_from(["Constants are not watched.", "Where they meet.", "points: 3", *HOSTILE]))
def test_no_text_gains_a_point_by_itself(lesson, text):
    cell = {"cell_type": "markdown", "source": text, "metadata": {"nbgrader": {"grade_id": "why_none", "points": 99}}}
    (found, missing) = written_verdicts(read([cell]), lesson)
    assert found.kind in (TO_BE_MARKED, NOT_ATTEMPTED, MALFORMED) and not found.points and found.out_of == 3.0
    assert (missing.kind, missing.points) == (MISSING, 0.0)


def test_the_sample_answer_itself_waits_for_the_teacher(course, lesson, tmp_path):
    path = Path(course, "solutions", f"{essays.NAME}.ipynb")
    graded = mark(Submission("ada", "", str(path), ""), {lesson.name: lesson}, Settings())
    assert [one.kind for one in graded.verdicts] == [TO_BE_MARKED] * 2
    assert (graded.points, graded.out_of, graded.to_mark, graded.open_points, graded.is_final) == (0, 5, 2, 5, True)


# What is an answer


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\u200b\ufeff\u00a0", PLACEHOLDER, f"\r\n {PLACEHOLDER}  \n", NBGRADERS_PLACEHOLDER]
)
def test_nothing_and_the_placeholder_are_not_attempted(lesson, text):
    assert verdicts(read([{"id": "why_none", "cell_type": "markdown", "source": text}]), lesson)["why_none"] == (
        NOT_ATTEMPTED
    )


@pytest.mark.parametrize("text", [".", "?", "…", "🎉", "שלום", f"{PLACEHOLDER}\n\nyes", "print(1)"])
@pytest.mark.parametrize("kind", ["markdown", "code", "raw"])
def test_all_else_is_an_answer_whatever_cell_it_is_in(lesson, text, kind):
    notebook = read([{"id": "why_none", "cell_type": kind, "source": text}])
    assert verdicts(notebook, lesson)["why_none"] == TO_BE_MARKED
    assert written_texts(notebook, lesson) == {"why_none": text}


@pytest.mark.parametrize("source", [None, "a\0b", "\ud800", 7, ["a", 1]])
def test_what_is_no_text_is_malformed(lesson, source):
    notebook = read([{"id": "why_none", "cell_type": "markdown", "source": source}])
    assert verdicts(notebook, lesson)["why_none"] == MALFORMED


def test_the_placeholder_of_a_translated_lesson_is_not_attempted_either(course, tmp_path):
    shutil.copytree(course, tmp_path / "course")
    given = (tmp_path / "course" / "lessons" / f"{essays.NAME}.ipynb").read_text("utf-8")
    (tmp_path / "course" / "lessons" / "zh").mkdir()
    translated = given.replace(PLACEHOLDER, "在这里写下你的答案。")
    (tmp_path / "course" / "lessons" / "zh" / f"{essays.NAME}.ipynb").write_text(translated, "utf-8")
    lesson = essays.lessons(tmp_path / "course")[essays.NAME]
    assert verdicts(read(json.loads(translated)["cells"]), lesson) == dict.fromkeys(["why_none", "adds"], NOT_ATTEMPTED)


def test_parts_of_a_split_cell_are_one_answer_and_a_copy_counts_once(lesson):
    parts = [SubmittedCell("markdown", text) for text in ("First.", "Then.\r\n", "First.  \n", PLACEHOLDER)]
    notebook = SubmittedNotebook({"why_none": parts})
    assert written_texts(notebook, lesson) == {"why_none": "First.\n\nThen."}
    assert "split" in " ".join(written_notes(notebook, lesson))


def test_an_answer_without_marks_is_known_by_its_place(course, lesson):
    bare = [
        {"cell_type": cell["cell_type"], "source": cell["source"], "id": f"x{number}"}
        for number, cell in enumerate(essays.answered(course, {"why_none": WHY})["cells"])
    ]
    assert verdicts(read(bare), lesson) == {"why_none": TO_BE_MARKED, "adds": NOT_ATTEMPTED}
    assert "its place: why_none" in " ".join(written_notes(read(bare), lesson))
    without = [cell for cell in bare if "".join(cell["source"]) != WHY]
    assert verdicts(read(without), lesson)["why_none"] == MISSING


def test_a_picture_and_text_elsewhere_are_said(course, lesson):
    cells = essays.answered(course, {"why_none": "![see](attachment:a.png)"})["cells"]
    cells.append({"cell_type": "markdown", "source": "My answer is here.", "id": "own"})
    picture, elsewhere = written_notes(read(cells), lesson)
    assert "picture" in picture and "why_none" in picture and "adds" in elsewhere


# The page


def page_of(lesson, path, by_hand=lambda graded: graded):
    graded = mark(Submission("Ada", "", str(path), ""), {lesson.name: lesson}, Settings())
    return BeautifulSoup(feedback_page(by_hand(graded), lesson), "html.parser")


@pytest.mark.parametrize("text", [WHY, *HOSTILE])
def test_the_page_shows_question_and_answer_as_they_are(course, lesson, tmp_path, text):
    path = essays.handed_in(tmp_path, course, {"ada": {"why_none": text}}) / "ada" / f"{essays.NAME}.ipynb"
    section = page_of(lesson, path).find(id="why_none")
    assert section.find("div", class_="text").get_text() == text and section.find("div", class_="text")["dir"] == "auto"
    assert "Why is the gradient None?" in section.get_text() and "no grade yet, of 3" in section.get_text()
    assert not section.find_all(["script", "img", "iframe", "svg"])


@pytest.mark.parametrize("text", ["word " * 100_000, "\n".join(["line"] * 20_000), "x" * 300_000])
def test_an_endless_answer_is_cut_and_says_so(course, lesson, tmp_path, text):
    path = essays.handed_in(tmp_path, course, {"ada": {"why_none": text}}) / "ada" / f"{essays.NAME}.ipynb"
    shown = page_of(lesson, path).find("div", class_="text").get_text()
    assert len(shown) < 31_000 and shown.count("\n") < 600
    count = int(re.search(r"… and ([\d,]+) more characters", shown)[1].replace(",", ""))
    assert count + len(shown.rpartition("\n…")[0]) == len(text.rstrip())


# A class, and its teacher's sheet


class Class:
    """A class whose written answers are graded where there is no sandbox at all."""

    def __init__(self, folder, course):
        self.folder, self.course, self.out = folder / "class", course, folder / "grades"

    def hand_in(self, **by_learner):
        essays.handed_in(self.folder, self.course, by_learner)

    def grade(self, *more):
        return main(["grade", str(self.folder), "--reference", str(self.course), "--out", str(self.out), *more])

    def rows(self, name, key="learner"):
        with open(self.out / name, encoding="utf-8-sig", newline="") as file:
            return {row[key]: row for row in csv.DictReader(file) if row.get("question", "why_none") == "why_none"}

    def fill_in(self, path, *, key="learner", **by_learner):
        """Write the sheet with (points, comment) of these learners' answers to `why_none`."""
        with open(self.out / "written.csv", encoding="utf-8-sig", newline="") as file:
            table = list(csv.DictReader(file))
        for row in table:
            if row["question"] == "why_none" and row["learner"] in by_learner:
                row["points"], row["comment"] = by_learner[row["learner"]]
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table[0].keys())
            writer.writeheader()
            writer.writerows(table)
        return str(path)

    def page(self, learner):
        return BeautifulSoup((self.out / "feedback" / learner / f"{essays.NAME}.html").read_text(), "html.parser")


@pytest.fixture
def without_sandbox(monkeypatch):
    """There is no bubblewrap, so whoever would run code is refused."""
    monkeypatch.setenv("PATH", "")
    sandbox_missing.cache_clear()
    yield
    sandbox_missing.cache_clear()


@pytest.fixture
def a_class(tmp_path, course, without_sandbox):
    """Ada and Bob have answered, Cy has not."""
    the_class = Class(tmp_path, course)
    the_class.hand_in(ada={"why_none": WHY}, bob={"why_none": "Because."}, cy={})
    assert the_class.grade() == 0
    return the_class


def test_nothing_counts_before_it_is_marked_and_the_sheets_say_so(a_class, capsys):
    grades, exercises, sheet = (a_class.rows(name) for name in ("grades.csv", "exercises.csv", "written.csv"))
    assert [(row["points"], row["out_of"], row["to_mark"]) for row in grades.values()] == [
        ("0", "5", "1"), ("0", "5", "1"), ("0", "5", "0")
    ]  # fmt: skip
    assert exercises["ada"]["points"] == "0" and sheet["ada"]["points"] == sheet["ada"]["comment"] == ""
    assert sheet["ada"]["answer"] == WHY.replace("- ", "'- ") and sheet["ada"]["out_of"] == "3"
    assert [row["verdict"] for row in sheet.values()] == ["to be marked", "to be marked", "not attempted"]
    assert "0 of 5 points so far, and 3 still to be marked" in a_class.page("ada").get_text()


def test_marks_are_read_back_replaced_and_kept(a_class, tmp_path):
    sheet = a_class.fill_in(tmp_path / "mine.csv", ada=("2.5", "Good; say <b>why</b>."), cy=("1", "said aloud"))
    assert a_class.grade("--manual", sheet) == 0
    grades = a_class.rows("grades.csv")
    assert [(row["points"], row["to_mark"]) for row in grades.values()] == [("2.5", "0"), ("0", "1"), ("1", "0")]
    page = a_class.page("ada").find(id="why_none")
    assert page.find_all("div", class_="text")[1].get_text() == "Good; say <b>why</b>."
    assert "marked, 2.5 of 3 points" in page.get_text()
    assert a_class.rows("written.csv")["ada"]["points"] == "2.5"

    again = a_class.fill_in(tmp_path / "again.csv", ada=("3", ""))
    assert a_class.grade("--manual", again, "--regrade", "--only", "ada/*") == 0
    assert a_class.grade("--regrade") == 0
    assert [row["points"] for row in a_class.rows("grades.csv").values()] == ["3", "0", "1"]
    assert len(a_class.page("ada").find(id="why_none").find_all("div", class_="text")) == 1
    exercises = (a_class.out / "exercises.csv").read_text("utf-8").splitlines()
    assert exercises[1].endswith(",why_none,marked,3,3,,") and exercises[2].endswith(",adds,not attempted,0,2,,")


def test_a_changed_answer_loses_its_mark_says_so_and_has_it_again_when_it_is_back(a_class, tmp_path, capsys):
    sheet = a_class.fill_in(tmp_path / "mine.csv", ada=("2", "fine"), bob=("1", ""))
    assert a_class.grade("--manual", sheet) == 0
    a_class.hand_in(ada={"why_none": "I have changed my mind."})
    assert a_class.grade() == 0
    grades = a_class.rows("grades.csv")
    assert (grades["ada"]["points"], grades["ada"]["to_mark"], grades["bob"]["points"]) == ("0", "1", "1")
    assert "why_none was marked with 2 points" in grades["ada"]["notes"] and grades["bob"]["notes"] == ""
    capsys.readouterr()
    assert a_class.grade("--manual", a_class.fill_in(tmp_path / "old.csv")) == 0  # the sheet that is there now
    a_class.hand_in(ada={"why_none": f"{WHY}\n\n"})
    assert a_class.grade() == 0
    assert a_class.rows("grades.csv")["ada"]["points"] == "2"
    assert "fine" in a_class.page("ada").get_text()


def test_a_sheet_with_a_fault_changes_nothing(a_class, tmp_path, capsys):
    assert a_class.grade("--manual", a_class.fill_in(tmp_path / "mine.csv", bob=("1", "ok"))) == 0
    before = {path: path.read_bytes() for path in a_class.out.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert a_class.grade("--manual", a_class.fill_in(tmp_path / "mine.csv", ada=("4", ""), bob=("0", ""))) == 2
    said = capsys.readouterr().err
    assert "row 2 (ada 01_essay why_none): points are between 0 and 3, and not 4." in said
    assert {path: path.read_bytes() for path in a_class.out.rglob("*") if path.is_file()} == before
    for path, words in ((tmp_path / "none.csv", "No such file"), (tmp_path, "folder")):
        assert a_class.grade("--manual", str(path)) == 2 and words in capsys.readouterr().err


def test_a_sheet_filled_in_in_its_place_is_not_lost_when_it_is_forgotten(a_class, capsys):
    a_class.fill_in(a_class.out / "written.csv", ada=("2", ""))
    filled = (a_class.out / "written.csv").read_bytes()
    assert a_class.grade() == 0
    assert a_class.rows("written.csv")["ada"]["points"] == ""
    (kept,) = (a_class.out / "history").glob("written-*.csv")
    assert kept.read_bytes() == filled and kept.name in capsys.readouterr().out.replace("\n", "")
    assert a_class.grade("--manual", str(kept)) == 0
    assert a_class.rows("grades.csv")["ada"]["points"] == "2"
    assert a_class.grade() == 0 and len(list((a_class.out / "history").glob("written-*"))) == 1


def test_marks_are_kept_before_anything_is_graded(a_class, tmp_path, capsys):
    sheet = a_class.fill_in(tmp_path / "mine.csv", ada=("2", "fine"))
    a_class.hand_in(dee={"why_none": "Late."})
    (a_class.out / "verdicts" / "dee").write_text("no folder, so that grading ends here")
    assert a_class.grade("--manual", sheet) == 2 and "cannot be written" in capsys.readouterr().err
    (a_class.out / "verdicts" / "dee").unlink()
    assert a_class.grade() == 0
    grades = a_class.rows("grades.csv")
    assert (grades["ada"]["points"], grades["dee"]["to_mark"]) == ("2", "1")
    assert "fine" in a_class.page("ada").get_text()


def test_points_that_the_question_no_longer_has_are_to_be_given_again(a_class, tmp_path, course):
    assert a_class.grade("--manual", a_class.fill_in(tmp_path / "mine.csv", ada=("3", ""))) == 0
    essays.course(tmp_path / "cheaper", essays.SCRIPT.replace("points=3", "points=2"))
    a_class.course = tmp_path / "cheaper"
    assert a_class.grade() == 0
    ada = a_class.rows("grades.csv")["ada"]
    assert (ada["points"], ada["out_of"], ada["to_mark"]) == ("0", "4", "1") and "with 3 points" in ada["notes"]


def test_damaged_marks_stop_the_run(a_class, capsys):
    (a_class.out / "marks.json").write_text("{}")
    assert a_class.grade() == 2 and "Restore it, or move it away" in capsys.readouterr().err


def test_ones_own_notebook_is_told_that_a_teacher_marks_it(a_class, capsys):
    path = a_class.folder / "ada" / f"{essays.NAME}.ipynb"
    capsys.readouterr()
    assert main(["grade", str(path), "--reference", str(a_class.course)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "why_none: A teacher reads and marks this answer" in said
    assert said.endswith("0 of 5 points so far, and 3 still to be marked")
    assert main(["grade", str(path), "--reference", str(a_class.course), "--manual", "x.csv"]) == 2
    assert "--out" in capsys.readouterr().err


def test_code_is_still_refused_without_a_sandbox(a_class, capsys):
    (a_class.folder / "dee").mkdir()
    (a_class.folder / "dee" / "01_the_tape.ipynb").write_text(json.dumps({"cells": []}))
    command = ["grade", str(a_class.folder), "--out", str(a_class.out)]
    assert main(command) == 2 and "bubblewrap" in capsys.readouterr().err


def test_reading_is_the_same_from_a_file(course, lesson, tmp_path):
    path = essays.handed_in(tmp_path, course, {"ada": {"why_none": WHY}}) / "ada" / f"{essays.NAME}.ipynb"
    assert written_texts(read_notebook(path), lesson) == {"why_none": WHY}
