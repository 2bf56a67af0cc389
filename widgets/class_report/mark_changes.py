"""Who gained or lost points, and in which exercise: by a corrected check, a late notebook, another mark of a teacher.

It is read off the verdicts and marks that are kept, so it is complete whenever a run ended.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from widgets.common.catalogue import _
from widgets.grading.ledger import from_json
from widgets.grading.model import ExerciseVerdict, GradedSubmission
from widgets.grading.verdict_kinds import MARKED
from widgets.written.marks import Marks
from widgets.written.model import NewPoints

OTHER_FILE, SAME_FILE, OTHER_MARK = "another notebook", "graded again", "marked again"


@dataclasses.dataclass(frozen=True)
class MarkChange:
    """One exercise of one learner whose points have changed.

    Attributes:
        when: the local time at which the new verdict replaced the old one.
        key: of the notebook, as the ledger has it.
        learner: whose it is.
        lesson: the lesson's name.
        exercise: the exercise's name.
        before: the code of the old verdict; "" if the exercise is new.
        after: the code of the new one; "" if there is no such exercise any more.
        points_before: what the old one earned.
        points_after: what the new one earns.
        why: OTHER_FILE, where the learner has handed in another notebook; OTHER_MARK, where a teacher has marked the
            same answer again; else SAME_FILE.
    """

    when: str
    key: str
    learner: str
    lesson: str
    exercise: str
    before: str
    after: str
    points_before: float
    points_after: float
    why: str

    @property
    def gain(self) -> float:
        """How many points the learner has more than before; less, if it is negative."""
        return self.points_after - self.points_before


def mark_changes(out: Path, keys: Iterable[str]) -> list[MarkChange]:
    """Return all changes of points that the verdicts and marks in a folder tell, the newest last.

    Args:
        out: the folder that is graded into.
        keys: those of the notebooks.

    Returns:
        The changes.
    """
    by_hand = Marks(out).new_points
    found = [change for key in keys for change in _changes(out, key, by_hand)]
    return sorted(found, key=lambda change: change.when)


def latest(changes: Iterable[MarkChange], keys: Collection[str]) -> list[MarkChange]:
    """Return of the notebooks with these keys the changes that the last verdicts made, and no marks."""
    of_them = [change for change in changes if change.key in keys and change.after != MARKED]
    last = {change.key: change.when for change in of_them}
    return [change for change in of_them if change.when == last[change.key]]


def sentence(change: MarkChange) -> str:
    """Return a change as the terminal shows it."""
    said = _("{lesson}, {exercise}: {gain} points ({before} before, {after} now)")
    return said.format(
        lesson=change.lesson,
        exercise=change.exercise,
        gain=f"{change.gain:+g}",
        before=change.before or "–",
        after=change.after or "–",
    )


def _changes(out: Path, key: str, by_hand: Iterable[NewPoints]) -> Iterator[MarkChange]:
    """Yield the changes of one notebook: each verdict in its history is compared with the next one; then its marks."""
    current = out / "verdicts" / f"{key}.json"
    history = (out / "history" / key).parent
    former = [path for path in history.glob(f"{current.stem}-*.json") if _is_of(path, current.stem)]
    in_order = [*sorted(former, key=lambda path: path.stat().st_mtime_ns), current]
    known = [(path, graded) for path in in_order if (graded := _graded(path)) and graded.is_final]
    for (replaced, before), (_path, after) in pairwise(known):
        when = datetime.fromtimestamp(replaced.stat().st_mtime).isoformat(sep=" ", timespec="milliseconds")
        yield from _differences(key, when, before, after)
    submission = known[-1][1].submission if known else None
    for one in by_hand:
        if submission and (one.learner, one.lesson) == (submission.learner, submission.lesson):
            why = OTHER_MARK if one.is_same_text else OTHER_FILE
            place = one.when, key, one.learner, one.lesson, one.question
            yield MarkChange(*place, MARKED, MARKED, one.before, one.after, why)


def _is_of(path: Path, stem: str) -> bool:
    """Return whether a file in the history is one of a key: after its name there is a digest and nothing else."""
    return len(path.stem) == len(stem) + 13


def _graded(path: Path) -> GradedSubmission | None:
    try:
        return from_json(path.read_text(encoding="utf-8"))[0]
    except (OSError, UnicodeDecodeError):
        return None


def _differences(key: str, when: str, before: GradedSubmission, after: GradedSubmission) -> Iterator[MarkChange]:
    why = SAME_FILE if before.submission.sha256 == after.submission.sha256 else OTHER_FILE
    old = {verdict.exercise: verdict for verdict in before.verdicts}
    new = {verdict.exercise: verdict for verdict in after.verdicts}
    learner, lesson = after.submission.learner, after.submission.lesson or before.submission.lesson
    for name in dict.fromkeys([*new, *old]):
        (kind, points), (new_kind, new_points) = _told(old.get(name)), _told(new.get(name))
        if points != new_points:
            yield MarkChange(when, key, learner, lesson, name, kind, new_kind, points, new_points, why)


def _told(verdict: ExerciseVerdict | None) -> tuple[str, float]:
    return (verdict.kind, verdict.points or 0.0) if verdict else ("", 0.0)
