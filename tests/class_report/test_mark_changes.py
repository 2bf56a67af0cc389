"""Who gained or lost points is read off the ledger's files, whatever run has replaced them."""

import dataclasses
import os

from tests.grading.test_ledger import ANN, FAILED
from widgets.class_report.mark_changes import OTHER_FILE, OTHER_MARK, SAME_FILE, latest, mark_changes, sentence
from widgets.grading.ledger import opened
from widgets.grading.model import ExerciseVerdict
from widgets.grading.verdict_kinds import MARKED, PASSED, WRONG
from widgets.written.marks import Marks
from widgets.written.model import Mark, WrittenAnswer

KEY = "ann/01"


def corrected(**kinds):
    """Return Ann's notebook with other verdicts on some exercises."""
    verdicts = {one.exercise: one for one in ANN.verdicts} | {
        name: ExerciseVerdict(name, kind, float(kind == PASSED), 1.0) for name, kind in kinds.items()
    }
    return dataclasses.replace(ANN, verdicts=tuple(verdicts.values()))


def keep(out, *versions):
    with opened(out) as ledger:
        for basis, graded in versions:
            ledger.keep(KEY, basis, graded)
        return ledger.replaced


def shown(changes):
    return [(one.exercise, one.before, one.after, one.gain, one.why) for one in changes]


def test_a_corrected_check_moves_points_and_says_whose(tmp_path):
    replaced = keep(tmp_path, ("old", ANN), ("new", corrected(flat=WRONG, wave=PASSED)))
    changes = mark_changes(tmp_path, [KEY, "bob/01"])
    assert shown(changes) == [("flat", PASSED, WRONG, -1, SAME_FILE), ("wave", WRONG, PASSED, 1, SAME_FILE)]
    assert {(one.learner, one.lesson) for one in changes} == {("ann", "01_the_tape")} and replaced == {KEY}
    assert "wave" in sentence(changes[1]) and "+1" in sentence(changes[1])


def test_the_same_points_are_no_change_and_a_failure_of_the_grader_is_none_either(tmp_path):
    keep(tmp_path, ("old", ANN), ("new", ANN), ("newer", FAILED))
    assert mark_changes(tmp_path, [KEY]) == []
    keep(tmp_path, ("newer", corrected(wave=PASSED)))
    assert shown(mark_changes(tmp_path, [KEY])) == [("wave", WRONG, PASSED, 1, SAME_FILE)]


def test_another_notebook_is_told_from_another_check_and_each_change_stays(tmp_path):
    late = dataclasses.replace(corrected(wave=PASSED), submission=dataclasses.replace(ANN.submission, sha256="cd34"))
    keep(tmp_path, ("old", ANN), ("late", late))
    for path in (tmp_path / "history").rglob("*.json"):
        os.utime(path, ns=(10**18, 10**18))
    keep(tmp_path, ("later", dataclasses.replace(late, verdicts=corrected(flat=WRONG, wave=PASSED).verdicts)))
    changes = mark_changes(tmp_path, [KEY])
    assert shown(changes) == [("wave", WRONG, PASSED, 1, OTHER_FILE), ("flat", PASSED, WRONG, -1, SAME_FILE)]
    assert shown(latest(changes, {KEY})) == shown(changes[1:]) and latest(changes, set()) == []


def test_grading_everything_again_keeps_what_it_changes(tmp_path):
    """`--regrade` has the same basis as before."""
    keep(tmp_path, ("same", ANN), ("same", corrected(wave=PASSED)), ("same", corrected(wave=PASSED)))
    assert shown(mark_changes(tmp_path, [KEY])) == [("wave", WRONG, PASSED, 1, SAME_FILE)]


def test_of_two_notebooks_whose_keys_begin_alike_each_has_its_own_history(tmp_path):
    with opened(tmp_path) as ledger:
        for key in (KEY, f"{KEY}-0123456789ab"):
            ledger.keep(key, "old", ANN)
        ledger.keep(f"{KEY}-0123456789ab", "new", corrected(wave=PASSED))
    assert mark_changes(tmp_path, [KEY]) == []
    assert len(mark_changes(tmp_path, [f"{KEY}-0123456789ab"])) == 1


def test_marks_of_a_teacher_that_change_are_told_of_the_notebook_they_are_for(tmp_path):
    keep(tmp_path, ("old", ANN))
    marks = Marks(tmp_path)
    for learner in (ANN.submission.learner, "bob"):
        answer = WrittenAnswer(learner, ANN.submission.lesson, "why", 3.0, "Because.")
        for points in (1.0, 2.5):
            marks.add({answer.answer_id: Mark(*answer.question_of, points)})
    changes = mark_changes(tmp_path, [KEY])
    assert shown(changes) == [("why", MARKED, MARKED, 1.5, OTHER_MARK)] and changes[0].learner == "ann"
    assert latest(changes, {KEY}) == []  # who marked it knows
