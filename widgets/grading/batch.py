"""A batch: every job once, several at a time, each verdict kept as soon as it is reached."""

from __future__ import annotations

import collections
import dataclasses
import functools
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeAlias, TypeVar

from widgets.grading.collection import FoundFile
from widgets.grading.exercise_outcomes import try_reference
from widgets.grading.ledger import Ledger, digest, lesson_basis
from widgets.grading.lesson_reference import LessonReference
from widgets.grading.marking import mark
from widgets.grading.model import ExerciseVerdict, GradedSubmission, Settings, Submission
from widgets.grading.notebook_reader import read_found
from widgets.grading.other_files import identical_submissions, other_versions
from widgets.grading.verdict_kinds import FAULT, MALFORMED, NOT_ATTEMPTED

_ROUNDS = 2
"""What the grader failed on is tried once more, after everything else."""

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

RunEach: TypeAlias = Callable[
    [Callable[[Submission], GradedSubmission], Sequence[Submission], threading.Event],
    Iterator[tuple[Submission, GradedSubmission | BaseException]],
]
"""How a function runs for many submissions, in threads of this process or on a cluster, until the event is set.

It yields each submission with the function's result, or the exception that it raised, as they are done.
"""


class Stopped(RuntimeError):
    """The teacher stopped the run before this submission was begun."""


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


def grade(
    found: Iterable[FoundFile],
    lessons: Mapping[str, LessonReference],
    settings: Settings,
    ledger: Ledger,
    on_graded: Callable[[Job, GradedSubmission], None] = lambda job, graded: None,
    stop: threading.Event | None = None,
    run_each: RunEach | None = None,
    beside: Iterable[FoundFile] = (),
) -> list[GradedSubmission]:
    """Grade some files.

    Args:
        found: as `collect` returns them.
        lessons: every lesson's reference by name.
        settings: the batch's settings.
        ledger: of the folder that verdicts are kept in; it knows what earlier runs found out.
        on_graded: called with each job and its result as soon as that is final.
        stop: once it is set, nothing more is begun, and what has begun is finished.
        run_each: where submissions are marked; in threads of this process if None.
        beside: files of the same class that are not graded now.

    Returns:
        The graded submissions in the order of the files, if it was stopped those that were reached; then those beside
        them, as they were last graded, if they were.
    """
    stop = stop or threading.Event()
    found = [*found]
    every = jobs(found, lessons, settings)
    done = {}
    for job, graded in _results(every, settings, ledger, stop, run_each or in_threads(settings.workers)):
        done[job.key] = graded
        on_graded(job, graded)
    beside = [*beside]
    known = [
        dataclasses.replace(kept, submission=dataclasses.replace(kept.submission, path=one.submission.path))
        for one in beside
        if (kept := ledger.known(one.key))
    ]
    return _with_notes([*(done[job.key] for job in every if job.key in done), *known], [*found, *beside])


def jobs(found: Iterable[FoundFile], lessons: Mapping[str, LessonReference], settings: Settings) -> list[Job]:
    """Read each file once, for its lesson and its digest, and return a job for each.

    Its contents are dropped, and read again when it is marked: a class of large files would not fit in memory.
    """
    bases = {name: lesson_basis(lesson, settings) for name, lesson in lessons.items()}
    return [_job(one, lessons, bases) for one in found]


def run_in_threads(
    function: Callable[[_Item], _Result],
    items: Iterable[_Item],
    stop: threading.Event,
    threads: int,
    capacity: Callable[[], int],
) -> Iterator[tuple[_Item, _Result | BaseException]]:
    """Yield each item with the function's result, or the exception that it raised, as they are done.

    Args:
        function: what each item is given to.
        items: each once.
        stop: once it is set, nothing more is begun.
        threads: how many run at a time, at most.
        capacity: how many may be begun or waiting at this moment. It may change.
    """
    pool, waiting = ThreadPoolExecutor(threads), collections.deque(items)
    running: dict[Future[_Result], _Item] = {}
    try:
        while True:
            while waiting and not stop.is_set() and len(running) < capacity():
                item = waiting.popleft()
                running[pool.submit(_unless_stopped, stop, function, item)] = item
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                item, error = running.pop(future), future.exception()
                if not isinstance(error, Stopped):
                    yield item, error or future.result()
    finally:
        pool.shutdown(cancel_futures=True)  # if the caller wants no more, as when a disk is full, nothing more begins


def in_threads(workers: int) -> RunEach:
    """Return what runs a function for so many submissions at a time in threads of this process."""
    # Twice as many are submitted, so that no thread waits while a verdict is written down.
    return functools.partial(run_in_threads, threads=workers, capacity=lambda: 2 * workers)


def _results(
    every: Sequence[Job], settings: Settings, ledger: Ledger, stop: threading.Event, run_each: RunEach
) -> Iterator[tuple[Job, GradedSubmission]]:
    """Yield each job with its final result: kept from before, graded, or failed on for the last time."""
    todo = []
    for job in every:
        if kept := None if settings.regrade else ledger.kept(job.key, job.basis):
            yield job, dataclasses.replace(kept, submission=job.submission)
        else:
            todo.append(job)
    references, failures = _references(todo, settings, stop)
    for left in reversed(range(_ROUNDS)):
        again = []
        for job, graded in _marked(todo, references, failures, settings, stop, run_each):
            ledger.keep(job.key, job.basis, graded)
            if left and not graded.is_final:
                again.append(job)
            else:
                yield job, graded
        todo = again


def _marked(
    todo: Sequence[Job],
    references: Mapping[str, LessonReference],
    failures: Mapping[str, Exception],
    settings: Settings,
    stop: threading.Event,
    run_each: RunEach,
) -> Iterator[tuple[Job, GradedSubmission]]:
    """Yield each of some jobs with its result, as they are done."""
    ready = {}
    for job in todo:
        if job.problem:
            yield job, unread(job)
        elif failure := failures.get(job.submission.lesson):
            if not isinstance(failure, Stopped):
                yield job, failed(job, failure)
        else:
            ready[job.submission] = job
    function = functools.partial(mark, references=references, settings=settings)
    for submission, result in run_each(function, list(ready), stop):
        job = ready[submission]
        yield job, failed(job, result) if isinstance(result, BaseException) else result


def _references(
    todo: Sequence[Job], settings: Settings, stop: threading.Event
) -> tuple[dict[str, LessonReference], dict[str, Exception]]:
    """Try the reference of each lesson once. Return those that hold, and the errors of the others, by lesson."""
    tried: dict[str, LessonReference] = {}
    failures: dict[str, Exception] = {}
    for lesson in {job.lesson.name: job.lesson for job in todo if job.lesson and not job.problem}.values():
        try:
            _unless_stopped(stop, functools.partial(try_reference, settings=settings), lesson)
            tried[lesson.name] = lesson
        except Exception as error:  # whatever it is, the other lessons can be graded
            failures[lesson.name] = error
    return tried, failures


def _unless_stopped(stop: threading.Event, function: Callable[[_Item], _Result], item: _Item) -> _Result:
    if stop.is_set():
        raise Stopped
    return function(item)


def _with_notes(graded: Sequence[GradedSubmission], found: Iterable[FoundFile]) -> list[GradedSubmission]:
    """Note on each how it was found, which other versions there are, and who else submitted the same bytes.

    A notebook as the lesson gave it is the same for everyone.
    """
    begun = [one.submission for one in graded if any(v.kind != NOT_ATTEMPTED for v in one.verdicts)]
    notes = collections.defaultdict(list, {one.submission.path: [*one.notes] for one in found})
    for path, note in (*other_versions(one.submission for one in graded), *identical_submissions(begun).items()):
        notes[path].append(note)
    return [dataclasses.replace(one, notes=(*one.notes, *notes[one.submission.path])) for one in graded]


def _job(found: FoundFile, lessons: Mapping[str, LessonReference], bases: Mapping[str, str]) -> Job:
    notebook, lesson = read_found(found, lessons)
    name = lesson.name if lesson else ""
    submission = dataclasses.replace(found.submission, lesson=name, sha256=notebook.sha256)
    basis = digest(bases.get(name, ""), notebook.sha256) if notebook.sha256 else ""
    return Job(found.key, submission, lesson, found.problem, basis)


def unread(job: Job) -> GradedSubmission:
    """Return the result of a job that is not looked into: every exercise is MALFORMED."""
    return GradedSubmission(job.submission, _verdicts(job, MALFORMED, 0.0, job.problem), problem=job.problem)


def failed(job: Job, error: BaseException) -> GradedSubmission:
    """Return the result of a job on which the grader itself failed."""
    said = f"{type(error).__name__}: {error}"
    return GradedSubmission(
        job.submission, _verdicts(job, FAULT, None, said) or (ExerciseVerdict("", FAULT, None, 0.0, said),)
    )


def _verdicts(job: Job, kind: str, points: float | None, said: str) -> tuple[ExerciseVerdict, ...]:
    tasks = job.lesson.tasks if job.lesson else ()
    return tuple(ExerciseVerdict(task.name, kind, points, task.points, said) for task in tasks)
