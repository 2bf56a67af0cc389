"""A batch: nothing twice, nothing lost, and what the grader fails on is tried again and is never a zero."""

import dataclasses
import os
import threading
import time

import pytest

from widgets.class_report.class_command import report_on
from widgets.grading import session
from widgets.grading.batch import grade, in_threads, jobs
from widgets.grading.collection import collect
from widgets.grading.ledger import opened
from widgets.grading.lesson_reference import LessonReference, lessons
from widgets.grading.model import ExerciseVerdict, GradedSubmission, Settings, Submission
from widgets.grading.other_files import identical_submissions, latest, other_versions
from widgets.grading.verdict_kinds import FAULT, MALFORMED, PASSED, WRONG

LEARNERS = ("ann", "bob", "cy")


@pytest.fixture
def handed_in(tmp_path):
    """Three learners' files, which are of no lesson: what a run gives for them is up to each test."""
    for learner in LEARNERS:
        (tmp_path / "class" / learner).mkdir(parents=True)
        (tmp_path / "class" / learner / "x.ipynb").write_text(f'{{"cells": [], "of": "{learner}"}}')
    return tmp_path


def run(handed_in, verdict_of, stop=None, **asked):
    """Grade the class in one thread, by a function from a learner to a kind of verdict. Return the kinds by learner."""
    graded_now = []

    def each(_function, submissions, stop):
        def mark(submission):
            graded_now.append(submission.learner)
            return GradedSubmission(submission, (ExerciseVerdict("flat", verdict_of(submission.learner), 0.0, 1.0),))

        return in_threads(1)(mark, submissions, stop)

    found, _refused = collect([str(handed_in / "class")])
    told = []
    with opened(handed_in / "out") as ledger:
        settings = Settings(**asked)
        results = grade(found, {}, settings, ledger, lambda job, _graded: told.append(job.key), stop, each)
    assert sorted(told) == sorted(f"{one.submission.learner}/x" for one in results)  # each once
    return {one.submission.learner: one.verdicts[0].kind for one in results}, graded_now


def test_what_is_graded_is_not_graded_again(handed_in):
    passed = dict.fromkeys(LEARNERS, PASSED)
    assert run(handed_in, passed.get) == (passed, ["ann", "bob", "cy"])
    assert run(handed_in, dict.fromkeys(LEARNERS, WRONG).get) == (passed, [])


def test_grading_some_again_keeps_the_rows_of_all_others(handed_in, capsys):
    settings = Settings(out=handed_in / "out", workers=1)
    session.run([str(handed_in / "class")], settings, report=report_on)
    sheet = (handed_in / "out" / "grades.csv").read_text()
    (handed_in / "class" / "cy" / "x.ipynb").write_text('{"cells": [], "of": "cy, again"}')
    capsys.readouterr()
    assert session.run([str(handed_in / "class")], settings, only="bob/*", report=report_on) == 0
    assert (handed_in / "out" / "grades.csv").read_text() == sheet and sheet.count("\n") == 4
    shown = capsys.readouterr().out
    assert "bob" in shown and not any(name in shown for name in ("ann", "cy"))


def test_a_report_that_fails_costs_no_verdict(handed_in, capsys):
    settings = Settings(out=handed_in / "out", workers=1)
    assert session.run([str(handed_in / "class")], settings, report=lambda graded: 1 / 0) == 1
    shown = capsys.readouterr().out
    assert (
        "ZeroDivisionError" in shown and "cy" in shown and len([*(handed_in / "out").rglob("verdicts/*/*.json")]) == 3
    )


def test_regrading_grades_all(handed_in):
    run(handed_in, dict.fromkeys(LEARNERS, PASSED).get)
    wrong = dict.fromkeys(LEARNERS, WRONG)
    assert run(handed_in, wrong.get, regrade=True) == (wrong, ["ann", "bob", "cy"])


def test_a_late_resubmission_alone_is_graded_again(handed_in):
    run(handed_in, dict.fromkeys(LEARNERS, PASSED).get)
    (handed_in / "class" / "bob" / "x.ipynb").write_text('{"cells": [], "of": "bob, later"}')
    kinds, graded_now = run(handed_in, dict.fromkeys(LEARNERS, WRONG).get)
    assert graded_now == ["bob"] and kinds == {"ann": PASSED, "bob": WRONG, "cy": PASSED}


def test_what_the_grader_failed_on_is_tried_once_more_at_the_end(handed_in):
    answers = {"ann": [FAULT, PASSED], "bob": [PASSED], "cy": [FAULT, FAULT]}
    kinds, graded_now = run(handed_in, lambda learner: answers[learner].pop(0))
    assert graded_now == ["ann", "bob", "cy", "ann", "cy"]
    assert kinds == {"ann": PASSED, "bob": PASSED, "cy": FAULT}
    assert run(handed_in, {"cy": WRONG}.get)[1] == ["cy"]


def test_an_exception_is_the_graders_fault_and_costs_no_other_submission(handed_in):
    kinds, _graded_now = run(handed_in, lambda learner: PASSED if learner != "bob" else 1 / 0)
    assert kinds == {"ann": PASSED, "bob": FAULT, "cy": PASSED}


def test_stopping_keeps_what_has_begun_and_begins_no_other(handed_in):
    stop = threading.Event()

    def verdict_of(_learner):
        stop.set()
        return PASSED

    assert run(handed_in, verdict_of, stop) == ({"ann": PASSED}, ["ann"])
    assert run(handed_in, dict.fromkeys(LEARNERS, PASSED).get)[1] == ["bob", "cy"]


def test_as_many_at_a_time_as_asked_for():
    together = threading.Barrier(3, timeout=60)
    met = in_threads(3)(lambda _submission: together.wait(), range(6), threading.Event())
    assert {submission for submission, _place in met} == set(range(6))


def test_where_nobody_wants_more_nothing_more_begins():
    begun = []

    def mark(number):
        begun.append(number)
        time.sleep(0.01)

    results = in_threads(1)(mark, range(1000), threading.Event())
    next(results)
    results.close()
    assert len(begun) < 1000


def test_a_link_is_malformed_and_nothing_runs(handed_in):
    (handed_in / "class" / "dee").symlink_to(handed_in / "class" / "ann")
    (handed_in / "class" / "ann" / "01_the_tape.ipynb").symlink_to(handed_in / "class" / "bob" / "x.ipynb")
    found, _refused = collect([str(handed_in / "class")])
    found = [one for one in found if one.problem]
    known = lessons()
    with opened(handed_in / "out") as ledger:
        in_ann, dee = grade(found, known, Settings(), ledger)
    assert {verdict.kind for verdict in in_ann.verdicts} == {MALFORMED}
    assert in_ann.points == 0 and in_ann.out_of == 5 and "link" in in_ann.problem
    assert dee.verdicts == () and "link" in dee.problem


def test_the_basis_is_another_if_anything_is_that_verdicts_hang_on(handed_in):
    (handed_in / "class" / "ann" / "x.ipynb").rename(handed_in / "class" / "ann" / "01_the_tape.ipynb")
    found, _refused = collect([str(handed_in / "class" / "ann")])
    lesson, settings = lessons()["01_the_tape"], Settings()
    corrected = LessonReference(lesson.name, {**lesson.solution, "metadata": {}}, lesson.exercises)
    dearer = LessonReference(lesson.name, lesson.solution, (dataclasses.replace(lesson.exercises[0], points=2),))
    stricter = dataclasses.replace(settings.limits, seconds_per_cell=1)
    declared = (dataclasses.replace(lesson.exercises[0], record="another"), *lesson.exercises[1:])
    checked = LessonReference(lesson.name, lesson.solution, declared)
    changes = [(one, settings) for one in (corrected, dearer, checked)]
    changes.append((lesson, dataclasses.replace(settings, limits=stricter)))
    same = [(lesson, settings), (lesson, dataclasses.replace(settings, workers=7, regrade=True))]
    bases = [jobs(found, {lesson.name: lesson}, settings)[0].basis for lesson, settings in same + changes]
    assert bases[0] == bases[1] and len(set(bases[1:])) == len(changes) + 1


def test_two_learners_with_the_same_file_are_told_of_each_other(handed_in):
    for learner in ("bob", "cy"):
        (handed_in / "class" / learner / "x.ipynb").write_text("the same")
    found, _refused = collect([str(handed_in / "class")])
    ann, bob, cy = (job.submission for job in jobs(found, {}, Settings()))
    said = identical_submissions([ann, bob, cy])
    assert set(said) == {bob.path, cy.path} and "by cy." in said[bob.path] and "by bob." in said[cy.path]


def test_two_files_of_one_lesson_name_each_other():
    files = [("ann", "01_a", "ann/x.ipynb"), ("ann", "01_a", "ann/x-Copy1.ipynb"), ("bob", "01_a", "bob/x.ipynb")]
    others = [("ann", "02_b", "ann/y.ipynb"), ("", "01_a", "x.ipynb"), ("ann", "", "ann/z.ipynb"), ("ann", "", "ann/w")]
    said = dict(other_versions(Submission(*one, "") for one in [*files, *others]))
    assert set(said) == {"ann/x.ipynb", "ann/x-Copy1.ipynb"}
    assert "x-Copy1.ipynb" in said["ann/x.ipynb"] and "x.ipynb" in said["ann/x-Copy1.ipynb"]


def test_of_several_files_the_one_that_was_changed_last_counts(tmp_path):
    paths = [tmp_path / name for name in ("x.ipynb", "x (2).ipynb", "x (10).ipynb", "x-Copy1.ipynb")]
    for path in paths:
        path.touch()
        os.utime(path, (1e9, 1e9))
    assert latest(map(str, paths)) == str(paths[2])
    os.utime(paths[0], (1e9 + 60, 1e9 + 60))
    assert latest(map(str, paths)) == str(paths[0])
    assert latest(["nowhere/x.ipynb", str(paths[1])]) == str(paths[1])
