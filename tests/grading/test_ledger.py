"""The ledger: verdicts whole or not there, one run at a time, and a killed run's verdicts found again."""

import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.grading import tiny
from tests.grading.handing_in import LESSONS
from widgets.grading import ledger as ledger_module
from widgets.grading.advisory_kinds import NO_TAPE
from widgets.grading.ledger import FolderInUse, as_json, from_json, lesson_basis, opened
from widgets.grading.model import ExerciseVerdict, GradedSubmission, Settings, Submission
from widgets.grading.verdict_kinds import FAULT, PASSED, VERDICTS, WRONG

ANN = GradedSubmission(
    Submission("ann", "01_the_tape", "/class/ann/01_the_tape.ipynb", "ab12"),
    (
        ExerciseVerdict("flat", PASSED, 1.0, 1.0, advisories=(NO_TAPE,)),
        ExerciseVerdict("wave", WRONG, 0.0, 1.0, "no", "SIGN"),
    ),
    notes=("a note",),
    answers={"flat": "def flat(): ...", "wave": "\ud800"},
    seconds=1.5,
)
FAILED = dataclasses.replace(ANN, verdicts=(ExerciseVerdict("flat", FAULT, None, 1.0),))

texts = st.text(st.characters(exclude_categories=()), max_size=20)
verdicts = st.builds(
    ExerciseVerdict,
    texts,
    st.sampled_from([*VERDICTS]),
    st.none() | st.floats(0, 5),
    st.floats(0, 5),
    texts,
    texts,
    st.just(()),
)


@given(
    st.builds(GradedSubmission, st.builds(Submission, texts, texts, texts, texts), st.tuples(verdicts), texts), texts
)
def test_what_is_kept_is_what_was_found_out(graded, basis):
    text = as_json(graded, basis)
    assert text.isascii() and from_json(text) == (graded, basis)


CHANGES = ("passed", "perfect"), ('"sha256"', '"md5"'), ('"notes": [', '"notes": 3, "x": [')
DAMAGED = ["", "{", "[]", "null", '{"tapedeck": 2}', '{"tapedeck": 1}', "[" * 100_000]


@pytest.mark.parametrize("text", DAMAGED + [as_json(ANN, "basis").replace(*change) for change in CHANGES])
def test_what_is_damaged_is_as_if_it_were_not_there(text):
    assert from_json(text) == (None, "")


def test_a_verdict_holds_as_long_as_its_basis(tmp_path):
    with opened(tmp_path) as ledger:
        assert ledger.kept("ann/01", "basis") is None
        ledger.keep("ann/01", "basis", ANN)
        assert ledger.kept("ann/01", "basis") == ANN
        assert ledger.kept("ann/01", "another") is None
        assert ledger.kept("ann/02", "basis") is None


def test_a_fault_is_written_down_but_does_not_hold(tmp_path):
    with opened(tmp_path) as ledger:
        ledger.keep("ann/01", "basis", FAILED)
        assert ledger.kept("ann/01", "basis") is None
    assert json.loads((tmp_path / "verdicts" / "ann" / "01.json").read_text())["verdicts"][0]["kind"] == FAULT


def test_what_a_late_resubmission_replaces_is_kept_in_history(tmp_path):
    late = dataclasses.replace(ANN, verdicts=ANN.verdicts[:1])
    with opened(tmp_path) as ledger:
        ledger.keep("ann/01", "early", FAILED)
        ledger.keep("ann/01", "early", ANN)
        ledger.keep("ann/01", "late", late)
        assert ledger.kept("ann/01", "late") == late
    (former,) = (tmp_path / "history").rglob("*.json")
    assert from_json(former.read_text()) == (ANN, "early")


@pytest.fixture
def checks(tmp_path, monkeypatch):
    """A copy of the code of the checks, to be changed."""
    copies = [tmp_path / folder.name for folder in ledger_module._CHECKS]
    for folder, copy in zip(ledger_module._CHECKS, copies, strict=True):
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__", "view"))
    monkeypatch.setattr(ledger_module, "_CHECKS", copies)
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "regraded"),
    [
        ("exercises/lesson_01.py", {"01"}),
        ("exercises/lesson_01_differentiator.py", {"01"}),
        ("exercises/lesson_05_learning_rates.py", {"05", "10"}),  # lesson 10 asks for a learning rate, too
        ("exercises/judgement.py", {name[:2] for name in LESSONS} | {"ti"}),
        ("answers/uses.py", {name[:2] for name in LESSONS} | {"ti"}),
    ],
)
def test_a_corrected_check_changes_the_basis_of_the_lessons_that_have_it(checks, changed, regraded):
    lessons = {**LESSONS, "tiny": tiny.lesson("double")}
    settings = Settings()
    before = {name: lesson_basis(lesson, settings) for name, lesson in lessons.items()}
    assert before == {name: lesson_basis(lesson, settings) for name, lesson in lessons.items()}
    path = checks / changed
    path.write_text(path.read_text("utf-8") + "\nCORRECTED = True\n", "utf-8")
    after = {name: lesson_basis(lesson, settings) for name, lesson in lessons.items()}
    assert {name[:2] for name in lessons if after[name] != before[name]} == regraded


def test_two_runs_do_not_share_a_folder(tmp_path):
    with opened(tmp_path), pytest.raises(FolderInUse, match="--out"), opened(tmp_path):
        pass


def test_a_killed_run_leaves_its_folder_free_and_its_verdicts_whole(tmp_path):
    """Write one verdict over and over, large enough to be caught in the middle, and kill the writer."""
    code = (
        "import dataclasses, sys; from widgets.grading.ledger import opened\n"
        "from tests.grading.test_ledger import ANN\n"
        "with opened(sys.argv[1]) as ledger:\n"
        "    ledger.keep('ann/01', 'basis', ANN); print(flush=True)\n"
        "    while True: ledger.keep('ann/01', 'basis', dataclasses.replace(ANN, notes=('n' * 1_000_000,)))"
    )
    for _time in range(3):
        with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as run:
            run.stdout.readline()
            os.kill(run.pid, signal.SIGKILL)
        with opened(tmp_path) as ledger:
            assert ledger.kept("ann/01", "basis").verdicts == ANN.verdicts
