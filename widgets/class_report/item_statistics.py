"""How a class answered each exercise: counts, misconceptions, and how well the exercise tells learners apart."""

from __future__ import annotations

import collections
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from widgets.class_report.model import FEWEST, Item, ProgressFacts, ProgressRow, Response, Share
from widgets.common.grader_protocol import MisconceptionRow, misconception_table
from widgets.exercises.own_records import exercise_of
from widgets.grading.lesson_reference import LessonReference
from widgets.grading.model import GradedSubmission
from widgets.grading.other_files import counting
from widgets.grading.verdict_kinds import ENDS_KERNEL, ERROR, NOT_ATTEMPTED, PASSED, WRONG

CERTAINTY = 0.9
"""Of an interval for a share."""

FEWEST_TO_CORRELATE = 20
"""Of fewer learners a correlation says more about chance than about the exercise."""

TRIED_IN_VAIN = (WRONG, ERROR, *ENDS_KERNEL)
"""The verdicts on answers that were tried and are not right."""

ProgressOf = Mapping[tuple[str, str, str], ProgressRow]
"""What progress files tell, by learner, lesson and exercise."""


def responses(graded: Iterable[GradedSubmission], lessons: Mapping[str, LessonReference]) -> list[Response]:
    """Return how each exercise of each learner stands, as far as the lesson still has it.

    Of several notebooks of a lesson the one that was changed last counts.
    """
    exercises = {(name, one.name) for name, lesson in lessons.items() for one in lesson.exercises}
    best: dict[tuple[str, str], GradedSubmission] = {}
    for one in counting(graded):
        key = one.submission.learner, one.submission.lesson
        if one.verdicts and one.submission.lesson and (key not in best or one.points > best[key].points):
            best[key] = one
    return [
        Response(
            *key, verdict.exercise, verdict.kind, verdict.code, one.answers.get(verdict.exercise, ""), verdict.points,
            verdict.out_of,
        )
        for key, one in best.items()
        for verdict in one.verdicts
        if (key[1], verdict.exercise) in exercises
    ]  # fmt: skip


def items(
    given: Sequence[Response], lessons: Mapping[str, LessonReference], progress: ProgressOf | None = None
) -> list[Item]:
    """Return an Item for each exercise of the lessons that were handed in, in the order of the course.

    Args:
        given: as `responses` returns them.
        lessons: every lesson's reference by name.
        progress: what the progress files tell.

    Returns:
        The items.
    """
    by_lesson: dict[str, list[Response]] = collections.defaultdict(list)
    for one in given:
        by_lesson[one.lesson].append(one)
    found, rows = [], misconception_rows(lessons)
    for lesson in (one for one in lessons.values() if one.name in by_lesson):
        right = _right(by_lesson[lesson.name])
        for exercise in lesson.exercises:
            of_it = [one for one in by_lesson[lesson.name] if one.exercise == exercise.name]
            told = [row for key, row in (progress or {}).items() if key[1:] == (lesson.name, exercise.name)]
            found.append(_item(lesson.name, exercise.name, of_it, right, told, rows))
    return found


def misconception_rows(lessons: Mapping[str, LessonReference]) -> dict[str, MisconceptionRow]:
    """Return what is said of each misconception, by its code: of ours, and of those that own records declare.

    An own misconception has the name of its lesson in place of a number.
    """
    rows = dict(misconception_table())
    for lesson in lessons.values():
        for one in (one for one in lesson.exercises if one.record):
            for known in exercise_of(one.name, one.record).misconceptions:
                cause = known.sentence[:1].upper() + known.sentence[1:]
                rows[known.code] = MisconceptionRow(known.code, cause, "", lesson.name, one.name)
    return rows


def _right(given: Iterable[Response]) -> dict[str, set[str]]:
    """Return the exercises that each learner has right."""
    right: dict[str, set[str]] = collections.defaultdict(set)
    for one in given:
        right[one.learner] |= {one.exercise} if one.kind == PASSED else set()
    return right


def _item(
    lesson: str,
    exercise: str,
    given: Sequence[Response],
    right: Mapping[str, set[str]],
    progress: Sequence[ProgressRow],
    rows: Mapping[str, MisconceptionRow],
) -> Item:
    kinds = collections.Counter(one.kind for one in given)
    wrong = [one for one in given if one.kind in TRIED_IN_VAIN]
    codes = collections.Counter(one.code for one in wrong if one.code)
    tried = [one.learner for one in given if one.kind == PASSED or one.kind in TRIED_IN_VAIN]
    return Item(
        lesson,
        exercise,
        right=kinds[PASSED],
        wrong=len(wrong),
        not_attempted=kinds[NOT_ATTEMPTED],
        unclear=len(given) - len(tried) - kinds[NOT_ATTEMPTED],
        codes=dict(codes.most_common()),
        uncoded=sum(not is_specific(one.code, rows) for one in wrong),
        commonest=next((code for code, _count in codes.most_common() if is_specific(code, rows)), ""),
        discrimination=correlation(
            [exercise in right[learner] for learner in tried],
            [len(right[learner] - {exercise}) for learner in tried],
        ),
        progress=progress_facts(progress, rows),
    )


def is_specific(code: str, rows: Mapping[str, MisconceptionRow]) -> bool:
    """Return whether a code names a misconception, and not only what came back. A code that nobody knows does not."""
    row = rows.get(code)
    return row is not None and not row.is_general


def correlation(right: Sequence[bool], rest: Sequence[int]) -> float | None:
    """Return Pearson's correlation, None of too few learners, or where one of the two is the same for all."""
    if len(right) < FEWEST_TO_CORRELATE or len(set(right)) == 1 or len(set(rest)) == 1:
        return None
    return float(np.corrcoef(np.asarray(right, float), np.asarray(rest, float))[0, 1])


def wilson_interval(share: Share) -> tuple[float, float] | None:
    """Return where a share lies with a certainty of 90 %, None of too few learners.

    See E. B. Wilson, https://doi.org/10.1080/01621459.1927.10502953.
    """
    if share.of < FEWEST:
        return None
    z = statistics.NormalDist().inv_cdf((1 + CERTAINTY) / 2)
    p, n = share.count / share.of, share.of
    middle, half = p + z**2 / (2 * n), z * math.sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2)
    whole = 1 + z**2 / n
    return max(0.0, min(p, (middle - half) / whole)), min(1.0, max(p, (middle + half) / whole))


def progress_facts(
    given: Sequence[ProgressRow], rows: Mapping[str, MisconceptionRow] | None = None
) -> ProgressFacts | None:
    """Return what progress files tell of an exercise.

    Args:
        given: a row of each learner's file.
        rows: what is said of each misconception; of ours if None.

    Returns:
        The facts about those who tried; None if nobody did.
    """
    rows = misconception_table() if rows is None else rows
    tried = [row for row in given if row.tries > 0]
    if not tried:
        return None
    first = Share(sum(row.is_right and row.tries == 1 for row in tried), len(tried))
    codes = [row.first_code for row in tried if row.first_code is not None and not (row.is_right and row.tries == 1)]
    common = collections.Counter(code for code in codes if is_specific(code, rows)).most_common(1)
    hints = [row.hints for row in tried if row.hints is not None]
    minutes = [row.minutes for row in tried if row.minutes is not None]
    tries = [float(row.tries) for row in tried]
    return ProgressFacts(
        len(tried),
        first,
        wilson_interval(first),
        ever_right=Share(sum(row.is_right for row in tried), len(tried)),
        first_code=common[0][0] if common else "",
        first_code_share=Share(common[0][1] if common else 0, len(codes)),
        tries_median=_median(tries),
        tries_p90=_enough_for(tries, 90),
        hinted=Share(sum(count > 0 for count in hints), len(hints)) if hints else None,
        hint_depth=_mean([count for count in hints if count]) if len(hints) >= FEWEST else None,
        minutes_p50=_median(minutes),
        minutes_p80=_enough_for(minutes, 80),
    )


def _median(numbers: Sequence[float]) -> float | None:
    return float(np.median(numbers)) if len(numbers) >= FEWEST else None


def _enough_for(numbers: Sequence[float], percent: float) -> float | None:
    """Return the smallest of some numbers that is enough for so many per cent of them."""
    return float(np.percentile(numbers, percent, method="inverted_cdf")) if len(numbers) >= FEWEST else None


def _mean(numbers: Sequence[int]) -> float | None:
    return float(np.mean(numbers)) if numbers else None
