"""The numbers about an exercise, each against another way to compute it."""

import csv
import io
import math
import statistics

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from widgets.class_report.class_sheets import exercises_csv
from widgets.class_report.item_statistics import (
    correlation,
    items,
    progress_facts,
    responses,
    wilson_interval,
)
from widgets.class_report.model import ProgressRow, Share
from widgets.grading.lesson_reference import LessonReference
from widgets.grading.model import ExerciseVerdict, GradedSubmission, ReferenceExercise, Submission
from widgets.grading.verdict_kinds import ENDS_KERNEL, ERROR, FAULT, MISSING, NOT_ATTEMPTED, PASSED, WRONG

EXERCISES = ("flat", "wave", "by_hand")
LESSON = LessonReference(
    "01_the_tape",
    {"cells": []},
    tuple(
        ReferenceExercise(name, f"check-{name}", 1.0, "", "", needs_tape=False, expression=name) for name in EXERCISES
    ),
)
KINDS = (PASSED, WRONG, ERROR, NOT_ATTEMPTED, MISSING, FAULT, *ENDS_KERNEL)
CODES = ("", "SINE_ALONE", "ONE_PATH", "DIFFERENT", "FORGED")


def graded(learner, verdicts):
    """Return a notebook with a kind and a code for each exercise."""
    made = tuple(
        ExerciseVerdict(name, kind, None if kind == FAULT else float(kind == PASSED), 1.0, code=code)
        for name, (kind, code) in zip(EXERCISES, verdicts, strict=True)
    )
    return GradedSubmission(Submission(learner, LESSON.name, f"{learner}/x.ipynb", ""), made)


verdicts = st.tuples(*[st.tuples(st.sampled_from(KINDS), st.sampled_from(CODES))] * len(EXERCISES))


@given(st.lists(verdicts, max_size=30))
def test_counts_are_those_of_the_sheet_of_exercises(every):
    """The witness counts rows of `exercises.csv`, which knows nothing of items."""
    given_in = [graded(f"learner {number}", one) for number, one in enumerate(every)]
    rows = list(csv.DictReader(io.StringIO(exercises_csv(given_in))))
    for item in items(responses(given_in, {LESSON.name: LESSON}), {LESSON.name: LESSON}):
        of_it = [row for row in rows if row["exercise"] == item.exercise]
        wrong = [row["code"] for row in of_it if row["verdict"] in (WRONG, ERROR, *ENDS_KERNEL)]
        assert item.right == sum(row["verdict"] == "passed" for row in of_it)
        assert item.wrong == len(wrong) and item.handed_in == len(every)
        assert item.not_attempted == sum(row["verdict"] == "not attempted" for row in of_it)
        assert item.codes == {code: wrong.count(code) for code in {*wrong} - {""}}
        assert item.uncoded == len([code for code in wrong if code in ("", "DIFFERENT", "FORGED")])


def test_of_two_notebooks_of_a_learner_the_better_counts():
    right, wrong = [(PASSED, "")] * 3, [(WRONG, "ONE_PATH")] * 3
    for both in ([right, wrong], [wrong, right]):
        counted = items(responses([graded("ada", one) for one in both], {LESSON.name: LESSON}), {LESSON.name: LESSON})
        assert [(item.right, item.wrong) for item in counted] == [(1, 0)] * 3


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=20, max_size=40))
def test_the_correlation_is_the_point_biserial_one(pairs):
    right, rest = zip(*pairs, strict=True)
    assume(len({*right}) == 2 and len({*rest}) > 1)
    ones, zeros = ([number for is_right, number in pairs if is_right is kind] for kind in (True, False))
    p = len(ones) / len(pairs)
    due = (statistics.mean(ones) - statistics.mean(zeros)) / statistics.pstdev(rest) * math.sqrt(p * (1 - p))
    assert correlation(right, rest) == pytest.approx(due, abs=1e-9)


@pytest.mark.parametrize(
    ("right", "rest"), [([True, False] * 9, [1, 2] * 9), ([True] * 20, range(20)), ([True, False] * 10, [3] * 20)]
)
def test_without_learners_or_differences_there_is_no_correlation(right, rest):
    assert correlation(right, [*rest]) is None


def test_an_item_is_correlated_with_the_others_and_not_with_itself():
    """Whoever has `flat` right has none of the others right, and the other way round, of those who tried `flat`."""
    sorts = [(PASSED, WRONG, WRONG), (WRONG, PASSED, PASSED)] * 10 + [(NOT_ATTEMPTED, PASSED, WRONG)] * 5
    given_in = [graded(str(n), [(kind, "") for kind in kinds]) for n, kinds in enumerate(sorts)]
    flat, wave, by_hand = items(responses(given_in, {LESSON.name: LESSON}), {LESSON.name: LESSON})
    assert flat.discrimination == pytest.approx(-1)
    pairs = [(0, 1), (1, 1)] * 10 + [(1, 0)] * 5  # of `wave`, and how many of the other two
    assert wave.discrimination == pytest.approx(statistics.correlation(*zip(*pairs, strict=True)))
    assert by_hand.discrimination is None  # each of them has one of the other two right


@given(st.integers(8, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_bounds_are_where_the_share_is_just_not_surprising(pair):
    """Put into the test that they are the inverse of: (share - p)^2 = z^2 p (1 - p) / n, with z of 5 % on each side."""
    count, n = pair
    low, high = wilson_interval(Share(count, n))
    assert 0 <= low <= count / n <= high <= 1
    for p in (low, high):
        assert (count / n - p) ** 2 == pytest.approx(1.6448536269514722**2 * p * (1 - p) / n, abs=1e-9)


def test_of_few_learners_there_is_no_interval():
    assert wilson_interval(Share(3, 7)) is None


@given(st.lists(st.integers(1, 12), min_size=8, max_size=40))
def test_tries_are_told_by_ones_that_occurred(tries):
    facts = progress_facts([ProgressRow(number, True) for number in tries])
    assert facts.tries_median == statistics.median(tries)
    assert facts.tries_p90 == sorted(tries)[math.ceil(0.9 * len(tries)) - 1]
    assert facts.first_right.count == tries.count(1) and facts.hinted is None and facts.minutes_p50 is None


def test_who_has_not_tried_is_no_try():
    assert progress_facts([]) is None and progress_facts([ProgressRow(0, False, None, 2)]) is None
