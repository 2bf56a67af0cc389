"""`tapedeck grade` from end to end, in the sandbox: what it leaves, what its exit status says, and a kill."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import psutil
import pytest

from tests.test_cli import ENTRY, tapedeck
from widgets.grading.sandbox.bubblewrap import sandbox_missing

from . import handing_in, small

pytestmark = pytest.mark.skipif(bool(sandbox_missing()), reason=sandbox_missing())


def rows(path):
    """The rows of a sheet, by learner."""
    with open(path, encoding="utf-8", newline="") as file:
        return {row["learner"]: row for row in csv.DictReader(file)}


def verdicts(out):
    """Every verdict file that is there, with what tells whether it has been written again."""
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in Path(out).rglob("verdicts/*/*.json")}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Lesson 01 of two learners, one of whom answered one exercise, graded; with a link and an empty folder besides."""
    folder = tmp_path_factory.mktemp("graded")
    for learner, notebook in (("=ann", handing_in.answered()), ("bob", handing_in.STUBS)):
        (folder / "class" / learner).mkdir(parents=True)
        (folder / "class" / learner / "01_the_tape.ipynb").write_text(json.dumps(notebook))
    (folder / "class" / "cy").symlink_to(folder / "class" / "bob")
    (folder / "class" / "dee").mkdir()
    out = str(folder / "out")
    return folder, tapedeck("grade", str(folder / "class"), "--out", out, "--junit", str(folder / "junit.xml"))


def test_the_table_has_everyone_and_the_status_says_that_one_is_left(graded):
    _folder, run = graded
    ann, bob = (next(line for line in run.stdout.splitlines() if name in line) for name in ("=ann", "bob "))
    assert "1/5" in ann and "1 passed" in ann and "4 not attempted" in ann
    assert "0/5" in bob and "5 not attempted" in bob
    assert "cy: This is a link" in run.stdout and "dee: There is no notebook" in run.stdout
    assert run.returncode == 1 and "Traceback" not in run.stderr


def test_the_sheet_has_a_row_each_and_no_formula(graded):
    folder, _run = graded
    sheet = rows(folder / "out" / "grades.csv")
    assert {name: row["points"] for name, row in sheet.items()} == {"'=ann": "1", "bob": "0", "cy": "0"}
    assert "link" in sheet["cy"]["problem"]


def test_each_submission_has_its_verdicts_and_its_page(graded):
    folder, _run = graded
    kept = {path.parent.name: json.loads(path.read_text()) for path in verdicts(folder / "out")}
    assert len(kept) == 3 and len(list((folder / "out").rglob("feedback/*/*.html"))) == 3
    assert [verdict["kind"] for verdict in kept["bob"]["verdicts"]] == ["not attempted"] * 5
    assert "wave" in (folder / "out" / "feedback" / "bob" / "01_the_tape.html").read_text()


def test_junit_has_a_case_for_each_exercise(graded):
    folder, _run = graded
    cases = ElementTree.parse(folder / "junit.xml").findall(".//testcase[@classname='=ann.01_the_tape']")
    assert {case.get("name"): len(case) for case in cases} == {
        exercise.name: int(exercise.name != "wave") for exercise in handing_in.LESSON.exercises
    }


def test_nothing_is_written_among_the_submissions(graded):
    folder, _run = graded
    assert len([path for path in (folder / "class").rglob("*") if path.is_file()]) == 2


@pytest.fixture(scope="module")
def a_class(tmp_path_factory):
    """A small lesson and four who have handed it in."""
    folder = tmp_path_factory.mktemp("small")
    small.lesson(folder / "course")
    learners = {"ann": small.ANSWER, "bob": "def double(x):\n    return 3 * x", "cy": small.STUB}
    return small.handed_in(folder / "class", learners).parent


def asked(folder, *more):
    """The arguments that grade the small class, one at a time."""
    course, out = folder / "course", folder / "out"
    return ["grade", str(folder / "class"), "--reference", str(course), "--out", str(out), "--workers", "1", *more]


@pytest.fixture(scope="module")
def killed(a_class):
    """The small class, its grading killed as soon as a verdict is there. What was written then, and what ran."""
    code = ENTRY.format(arguments=asked(a_class))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL) as run:
        watchdog = time.monotonic() + 300
        while not verdicts(a_class / "out") and run.poll() is None and time.monotonic() < watchdog:
            time.sleep(0.01)
        os.kill(run.pid, signal.SIGSTOP)  # it grades no other while we look
        below = psutil.Process(run.pid).children(recursive=True)
        os.kill(run.pid, signal.SIGKILL)
    return verdicts(a_class / "out"), below, run.returncode


def test_a_kill_leaves_whole_verdicts_and_no_process(killed):
    written, below, status = killed
    assert status == -signal.SIGKILL and 0 < len(written) < 3
    assert all(json.loads(path.read_text())["verdicts"] for path in written)
    assert psutil.wait_procs(below, timeout=60)[1] == []


def test_a_killed_run_goes_on_and_grades_nothing_twice(a_class, killed):
    written, _below, _status = killed
    run = tapedeck(*asked(a_class))
    assert run.returncode == 0, run.stderr
    points = {name: row["points"] for name, row in rows(a_class / "out" / "grades.csv").items()}
    assert points == {"ann": "2", "bob": "0", "cy": "0"}
    after = verdicts(a_class / "out")
    assert len(after) == 3 and {path: after[path] for path in written} == written


def test_a_corrected_reference_grades_all_again(a_class, killed):
    before = verdicts(a_class / "out")
    small.lesson(a_class / "course", answer="def double(x):\n    return 3 * x", due="3 * x")
    run = tapedeck(*asked(a_class))
    points = {name: row["points"] for name, row in rows(a_class / "out" / "grades.csv").items()}
    assert run.returncode == 0 and points == {"ann": "0", "bob": "2", "cy": "0"}
    after = verdicts(a_class / "out")
    assert all(after[path] != stamp for path, stamp in before.items())
    assert len(list((a_class / "out").rglob("history/*/*.json"))) == len(before)
    with open(a_class / "out" / "changes.csv", encoding="utf-8", newline="") as file:
        changes = {row["learner"]: row for row in csv.DictReader(file)}
    assert {name: (row["exercise"], row["change"], row["why"]) for name, row in changes.items()} == {
        "ann": ("double", "-2", "graded again"),
        "bob": ("double", "2", "graded again"),
    }
    ann, bob = (
        next(line for line in run.stdout.splitlines() if line.startswith(f"{name}:")) for name in ("ann", "bob")
    )
    assert "-2" in ann and "passed" in ann and "+2" in bob


def test_a_class_has_a_page_items_and_a_gradebook_of_its_roster(a_class, killed):
    """Nothing is graded again for them."""
    (a_class / "students.csv").write_text("Student;ID;Section\nann;1;A\nbob;2;A\ndee;3;A\n", encoding="utf-8-sig")
    before = verdicts(a_class / "out")
    run = tapedeck(*asked(a_class, "--roster", str(a_class / "students.csv"), "--gradebook", "canvas"))
    assert run.returncode == 0 and verdicts(a_class / "out") == before, run.stderr
    assert "no notebook from: dee" in run.stdout and "not on it, but graded: cy" in run.stdout
    out = a_class / "out"
    assert (out / "canvas.csv").read_text().splitlines()[0] == f"Student,ID,Section,{small.NAME}"
    assert [line.rpartition(",")[2] for line in (out / "roster.csv").read_text().splitlines()] == [
        "note",
        "",
        "",
        "no notebook",
        "not on the roster",
    ]
    assert "01_small,double,3,2,1,1,1," in (out / "items.csv").read_text()
    page = (out / "class.html").read_text()
    assert "dee" in page and "double" in page


def test_a_roster_that_cannot_be_read_is_refused_before_anything_is_graded(a_class, tmp_path):
    (tmp_path / "students.csv").write_text("color\nred\n")
    for options in (["--roster", str(tmp_path / "students.csv")], ["--gradebook", "canvas"]):
        out = tmp_path / "out"
        run = tapedeck("grade", str(a_class / "class"), "--out", str(out), *options)
        assert run.returncode == 2 and run.stderr and "Traceback" not in run.stderr and not out.exists()


def test_ones_own_file_is_told_and_leaves_nothing(a_class, tmp_path):
    path = a_class / "class" / "bob" / f"{small.NAME}.ipynb"
    arguments = ["grade", str(path), "--reference", str(a_class / "course"), "--sandbox", "none"]
    run = tapedeck(*arguments, before=f"import os; os.chdir({str(tmp_path)!r})")
    assert run.returncode == 0 and "double" in run.stdout and "2 points" in run.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_reference_that_does_not_run_is_no_mark_for_anyone(a_class, tmp_path):
    small.lesson(tmp_path / "course", answer="def double(x): return 1 / 0")
    one = a_class / "class" / "ann"
    run = tapedeck("grade", str(one), "--reference", str(tmp_path / "course"), "--out", str(tmp_path / "out"))
    assert run.returncode == 1 and "1 grader fault" in run.stdout and "1 of 1 are not graded" in run.stderr
    assert rows(tmp_path / "out" / "grades.csv")["ann"]["points"] == ""
