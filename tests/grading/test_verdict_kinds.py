"""Every verdict is one record, from which its words, colors and reports follow."""

import pytest

from widgets.grading.advisory_kinds import ADVISORIES, NO_TAPE, explain_advisory
from widgets.grading.verdict_kinds import ENDS_KERNEL, FAULT, PASSED, VERDICTS, WRONG, format_points, table_rows

CODES = (
    "passed", "wrong", "not attempted", "error", "timeout", "kernel died", "memory limit", "output limit", "missing",
    "malformed", "grader fault",
)  # fmt: skip


def test_the_codes_that_files_hold_are_still_there():
    assert {*CODES} <= VERDICTS.keys()
    assert {"no tape used", "looks into the check"} <= ADVISORIES.keys()


@pytest.mark.parametrize("kind", VERDICTS.values(), ids=VERDICTS)
def test_each_is_whole(kind):
    assert VERDICTS[kind.code] is kind and kind.label == kind.code  # in English
    assert kind.explanation.endswith(".") and "!" not in kind.explanation
    assert kind.teacher_meaning and kind.teacher_action and "|" not in kind.teacher_meaning + kind.teacher_action
    assert kind.points(3.0) in (0.0, 3.0, None)


def test_no_two_say_the_same():
    assert len({kind.explanation for kind in VERDICTS.values()}) == len(VERDICTS)
    assert [row[0] for row in table_rows()] == list(VERDICTS)


def test_only_a_passed_one_earns_points_and_only_a_fault_is_no_grade():
    assert [code for code, kind in VERDICTS.items() if kind.points(2.0) == 2.0] == [PASSED]
    assert [code for code, kind in VERDICTS.items() if not kind.is_final] == [FAULT]
    assert VERDICTS[WRONG].points(2.0) == 0.0 and not {PASSED, WRONG, FAULT} & {*ENDS_KERNEL}


def test_no_tape_costs_nothing_and_says_so():
    assert "costs no points" in explain_advisory(NO_TAPE)
    assert explain_advisory("something new") == "something new"


def test_points_are_written_plainly_and_a_fault_is_no_zero():
    assert format_points(2.0, 3.0) == "2 of 3 points"
    assert format_points(0.5, 1) == "0.5 of 1 points"
    assert format_points(None, 2.0) == "no grade yet, of 2"
