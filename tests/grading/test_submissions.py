"""A class of hostile, broken and honest submissions: each gets its verdict, nobody else's changes, nothing is left."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from tests.grading import aftermath, classroom, safety
from widgets.grading.model import BWRAP, FORKED
from widgets.grading.sandbox.bubblewrap import sandbox_missing
from widgets.grading.verdict_kinds import NO_TAPE


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
def graded(afterwards, request):
    """What was graded in one of the ways, by place."""
    assert request.param in afterwards.graded, afterwards.net["output"][-5000:]
    return afterwards.graded[request.param]


def test_nobody_is_forgotten(graded):
    assert set(graded) == set(classroom.due())


@pytest.mark.parametrize("place", classroom.due())
def test_everybody_gets_their_verdicts(graded, place):
    assert {verdict["exercise"]: verdict["kind"] for verdict in graded[place]["verdicts"]} == classroom.due()[place]


@pytest.mark.parametrize("name", classroom.ROWS)
def test_the_verdict_is_the_one_in_the_name(graded, name):
    verdict = _verdict(graded, name)
    assert verdict["kind"] == classroom.ROWS[name].verdict, verdict


def _verdict(graded, name):
    row = classroom.ROWS[name]
    place = next(one.place for one in classroom.handed_in() if row in one.rows)
    return next(verdict for verdict in graded[place]["verdicts"] if verdict["exercise"] == row.exercise)


def test_what_is_said_besides(graded):
    assert _verdict(graded, "wrong--one_path")["code"] == "ONE_PATH"
    assert _verdict(graded, "passed--no_tape_used")["advisories"] == [NO_TAPE]
    assert _verdict(graded, "passed--correct")["advisories"] == []


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
