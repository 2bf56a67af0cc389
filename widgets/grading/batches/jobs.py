"""What is to be graded: each file with its lesson, and with everything that its verdict depends on."""

from __future__ import annotations

import collections
import dataclasses
import functools
import hashlib
import importlib.metadata
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from widgets.common.catalogue import _
from widgets.grading.answers.lesson_reference import LessonReference
from widgets.grading.batch_settings import Settings
from widgets.grading.model import ExerciseVerdict, GradedSubmission, Submission
from widgets.grading.submissions.collection import FoundFile
from widgets.grading.submissions.notebook_reader import SubmittedNotebook, read_notebook, recognize_lesson
from widgets.grading.verdict_kinds import FAULT, MALFORMED

_CHECKS = Path(__file__).parents[2] / "exercises"


@dataclasses.dataclass(frozen=True)
class Job:
    """One submission and what it is graded by.

    Attributes:
        key: what names its files in OUT.
        submission: with its lesson and its digest, as far as the file could be read.
        lesson: the lesson's reference; None where the file is like none.
        problem: why it is not looked into; "" if it may be.
        basis: a text that changes with anything that the verdict depends on; "" if it should not be kept.
    """

    key: str
    submission: Submission
    lesson: LessonReference | None
    problem: str
    basis: str


def jobs(found: Iterable[FoundFile], lessons: Mapping[str, LessonReference], settings: Settings) -> list[Job]:
    """Read each file once, for its lesson and its digest.

    Its contents are dropped, and read again when it is marked: a class of large files would not fit in memory.

    Args:
        found: as `collect` returns them.
        lessons: every lesson's reference by name.
        settings: the batch's settings.

    Returns:
        A job for each file.
    """
    bases = {name: _lesson_basis(lesson, settings) for name, lesson in lessons.items()}
    return [_job(one, lessons, bases) for one in found]


def unread(job: Job) -> GradedSubmission:
    """Return the result of a job that is not looked into: every exercise is MALFORMED."""
    return GradedSubmission(job.submission, _verdicts(job, MALFORMED, 0.0, job.problem), problem=job.problem)


def failed(job: Job, error: BaseException) -> GradedSubmission:
    """Return the result of a job on which the grader itself failed."""
    said = f"{type(error).__name__}: {error}"
    return GradedSubmission(
        job.submission, _verdicts(job, FAULT, None, said) or (ExerciseVerdict("", FAULT, None, 0.0, said),)
    )


def identical_submissions(submissions: Iterable[Submission]) -> dict[str, str]:
    """Return by path, for each file that another learner submitted byte for byte, a sentence on that."""
    groups = collections.defaultdict(list)
    for submission in submissions:
        groups[submission.sha256].append(submission)
    same = {one.path: _others(one, group) for sha256, group in groups.items() if sha256 for one in group}
    said = _("The same file, byte for byte, was submitted by {learners}.")
    return {path: said.format(learners=", ".join(others)) for path, others in same.items() if others}


@functools.cache
def checks_digest() -> str:
    """Return a digest of the code of the checks: a corrected check is a corrected reference."""
    return _digest(*(path.read_text(encoding="utf-8") for path in sorted(_CHECKS.rglob("*.py"))))


def _others(submission: Submission, group: Sequence[Submission]) -> list[str]:
    return sorted({one.learner for one in group} - {submission.learner})


def _job(found: FoundFile, lessons: Mapping[str, LessonReference], bases: Mapping[str, str]) -> Job:
    path = found.submission.path
    notebook = SubmittedNotebook(problem=found.problem) if found.problem else read_notebook(path)
    lesson = recognize_lesson(notebook, path, lessons)
    name = lesson.name if lesson else ""
    submission = dataclasses.replace(found.submission, lesson=name, sha256=notebook.sha256)
    basis = _digest(bases.get(name, ""), notebook.sha256) if notebook.sha256 else ""
    return Job(found.key, submission, lesson, found.problem, basis)


def _lesson_basis(lesson: LessonReference, settings: Settings) -> str:
    """Return a digest of everything that is the same for all submissions of a lesson."""
    version = importlib.metadata.version("tapedeck")
    exercises = json.dumps([dataclasses.asdict(exercise) for exercise in lesson.exercises])
    solution = json.dumps(lesson.solution, sort_keys=True)
    return _digest(version, checks_digest(), exercises, solution, settings.seed, settings.limits.as_text())


def _digest(*texts: str) -> str:
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()


def _verdicts(job: Job, kind: str, points: float | None, said: str) -> tuple[ExerciseVerdict, ...]:
    exercises = job.lesson.exercises if job.lesson else ()
    return tuple(ExerciseVerdict(exercise.name, kind, points, exercise.points, said) for exercise in exercises)
