"""What is to be graded, piece by piece: each file with its lesson, and with all that its verdict hangs on."""

import collections
import dataclasses
import functools
import hashlib
import importlib.metadata
import json
from pathlib import Path

from widgets.common.catalogue import _
from widgets.grading.answers.lessons import Lesson
from widgets.grading.facts import FAULT, MALFORMED, Graded, Submission, Verdict
from widgets.grading.handed_in.found import Found
from widgets.grading.handed_in.reading import Read, lesson_of, read

_CHECKS = Path(__file__).parents[2] / "exercises"


@dataclasses.dataclass(frozen=True)
class Job:
    """One submission and what it is graded by.

    Attributes:
        key: what belongs to it in OUT.
        submission: with its lesson and its digest, as far as the file could be read.
        lesson: None where it is like none.
        problem: why it is not looked into; "" if it may be.
        basis: a text that differs if anything differs that the verdict hangs on; "" if it should not be kept.
    """

    key: str
    submission: Submission
    lesson: Lesson | None
    problem: str
    basis: str


def jobs(found, lessons, settings):
    """Return a Job for each Found.

    What is read here is let go of, and read again when it is marked: a class of large files would not fit in memory.
    """
    rules = {name: _rules(lesson, settings) for name, lesson in lessons.items()}
    return [_job(one, lessons, rules) for one in found]


def unread(job):
    """Return the Graded of a job that is not looked into: every exercise is malformed."""
    return Graded(job.submission, _all(job, MALFORMED, 0.0, job.problem), problem=job.problem)


def failed(job, error):
    """Return the Graded of a job on which the grader itself failed."""
    said = f"{type(error).__name__}: {error}"
    return Graded(job.submission, _all(job, FAULT, None, said) or (Verdict("", FAULT, None, 0.0, said),))


def twins(submissions):
    """Return by path, for each submission whose very bytes another learner handed in too, a sentence on that."""
    alike = collections.defaultdict(list)
    for submission in submissions:
        alike[submission.sha256].append(submission)
    same = {one.path: _others(one, group) for sha256, group in alike.items() if sha256 for one in group}
    said = _("The same file, byte for byte, was handed in by {learners}.")
    return {path: said.format(learners=", ".join(others)) for path, others in same.items() if others}


def _others(submission, group):
    return sorted({one.learner for one in group} - {submission.learner})


def _job(found: Found, lessons, rules):
    what = Read(problem=found.problem) if found.problem else read(found.submission.path)
    lesson = lesson_of(what, found.submission.path, lessons)
    name = lesson.name if lesson else ""
    submission = dataclasses.replace(found.submission, lesson=name, sha256=what.sha256)
    basis = _digest(rules.get(name, ""), what.sha256) if what.sha256 else ""
    return Job(found.key, submission, lesson, found.problem, basis)


def _rules(lesson, settings):
    """Return what stands for all that is the same for every submission of a lesson."""
    version = importlib.metadata.version("tapedeck")
    exercises = json.dumps([dataclasses.asdict(exercise) for exercise in lesson.exercises])
    reference = json.dumps(lesson.solution, sort_keys=True)
    return _digest(version, checks(), exercises, reference, settings.seed, settings.limits.as_text())


@functools.cache
def checks():
    """Return what stands for the code of the checks: a corrected one is a corrected reference."""
    sources = (path.read_text(encoding="utf-8") for path in sorted(_CHECKS.rglob("*.py")))
    return _digest(*sources)


def _digest(*texts):
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()


def _all(job, kind, points, said):
    exercises = job.lesson.exercises if job.lesson else ()
    return tuple(Verdict(exercise.name, kind, points, exercise.points, said) for exercise in exercises)
