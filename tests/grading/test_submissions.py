"""A class of hostile, broken and honest submissions: each gets its verdict, nobody else's changes, nothing is left."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from tests.grading import aftermath, classroom, safety
from widgets.grading.advisory_kinds import NO_TAPE
from widgets.grading.model import BWRAP, FORKED
from widgets.grading.sandbox.bubblewrap import sandbox_missing


@pytest.fixture(scope="module")
def folder():
    """A folder with a short path, in which the net has been tried, and holds."""
    if sandbox_missing() and not os.environ.get("CI"):
        pytest.skip(sandbox_missing())
    whole = Path(tempfile.mkdtemp(prefix="tapedeck-net-"))
    _try_the_net(whole)
    yield whole
    shutil.rmtree(whole, ignore_errors=True)


def _try_the_net(folder):
    def run(code, seconds):
        return safety.under_net([sys.executable, "-c", code], folder, seconds, aftermath.environment(folder))

    assert "MemoryError" in run("bytearray(50 * 10**9)", 30)["output"]
    assert "File too large" in run("open('large', 'wb').truncate(10**10)", 30)["output"]
    assert run("import os, time; os.fork() or (os.setsid(), os.fork() or time.sleep(60))", 30)["left"]
    assert not run("import time; time.sleep(60)", 1)["ended"]


@pytest.fixture(scope="module")
def afterwards(folder):
    """What there is after the class was graded in both ways."""
    return aftermath.graded(folder)


@pytest.fixture(scope="module", params=[BWRAP, FORKED])
def sandbox(request):
    return request.param


@pytest.fixture(scope="module")
def graded(afterwards, sandbox):
    """What was graded in one of the ways, by place."""
    assert sandbox in afterwards.graded, afterwards.net["output"][-5000:]
    return afterwards.graded[sandbox]


def verdict_of(graded, exercise):
    return next(verdict for verdict in graded["verdicts"] if verdict["exercise"] == exercise)


def test_every_row_is_graded_in_some_sandbox():
    assert {*classroom.rows_in(BWRAP), *classroom.rows_in(FORKED)} == set(classroom.ROWS)


def test_everybody_gets_their_verdicts_and_nobody_is_forgotten(graded, sandbox):
    kinds = {place: {one["exercise"]: one["kind"] for one in its["verdicts"]} for place, its in graded.items()}
    assert kinds == classroom.due(sandbox)


def verdicts_by_row(graded, sandbox):
    rows = classroom.rows_in(sandbox)
    return {name: verdict_of(graded[place], row.exercise) for name, (row, place) in rows.items()}


def test_the_verdict_of_a_row_is_the_one_in_its_name(graded, sandbox):
    verdicts = verdicts_by_row(graded, sandbox)
    assert [one for name, one in verdicts.items() if one["kind"] != classroom.ROWS[name].verdict] == []


def test_what_is_said_besides(afterwards):
    verdicts = verdicts_by_row(afterwards.graded[FORKED], FORKED)
    assert verdicts["wrong--one_path"]["code"] == "ONE_PATH"
    assert verdicts["passed--no_tape_used"]["advisories"] == [NO_TAPE]
    assert verdicts["passed--correct"]["advisories"] == []


def test_points_follow_the_reference_and_nothing_in_the_file(graded):
    for place, one in graded.items():
        for verdict in one["verdicts"]:
            assert verdict["out_of"] == 1, place
            assert verdict["points"] == (verdict["kind"] == "passed"), place


def test_the_grader_has_survived_and_no_process_is_left(afterwards):
    assert (afterwards.net["ended"], afterwards.net["status"]) == (True, 0), afterwards.net["output"][-5000:]
    assert afterwards.net["left"] == []


def test_no_file_is_left_and_nobody_was_called(afterwards):
    assert afterwards.files == []
    assert not afterwards.called


def test_the_same_file_of_two_learners_is_noted(graded):
    assert all("exit_" in " ".join(graded[place]["notes"]) for place in classroom.EXITS)
    assert graded[classroom.HONEST]["notes"] == []
