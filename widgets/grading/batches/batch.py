"""A batch: every job once, several at a time, each verdict kept as it is reached."""

import dataclasses
import functools
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

from widgets.grading.answers.marking import mark
from widgets.grading.answers.reference import reference
from widgets.grading.batches.jobs import failed, jobs, twins, unread
from widgets.grading.facts import NOT_ATTEMPTED

_ROUNDS = 2
"""What the grader failed on is tried once more, when everything else is done."""


class Stopped(RuntimeError):
    """The teacher asked the run to stop before this submission was begun."""


def grade(found, lessons, settings, ledger, tell=lambda job, graded: None, stop=None, each=None):
    """Return the Graded of every Found, in their order; if it was stopped, of those that were reached.

    Args:
        found: as `collect` returns them.
        lessons: every Lesson by name.
        settings: the `Settings`, with the seed of the ledger.
        ledger: the `Ledger` that knows what earlier runs found out.
        tell: called with each Job and its Graded as soon as that is settled.
        stop: a `threading.Event`: once it is set, nothing more is begun, and what is begun is finished.
        each: `each(function, submissions, stop)` yields each Submission with what the function returned for it, or with
            the exception that it raised, as they are done; with threads of this process if None.
    """
    stop, each = stop or threading.Event(), each or functools.partial(by_threads, workers=settings.workers)
    every = jobs(found, lessons, settings)
    done = {}
    for job, graded in _reached(every, settings, ledger, stop, each):
        done[job.key] = graded
        tell(job, graded)
    return _with_twins([done[job.key] for job in every if job.key in done])


def by_threads(function, submissions, stop, workers):
    """Yield each submission with the function's result, or the exception that it raised, as they are done."""
    pool = ThreadPoolExecutor(workers)
    try:
        futures = {pool.submit(_unless_stopped, stop, function, one): one for one in submissions}
        for future in as_completed(futures):
            yield futures[future], future.exception() or future.result()
    finally:
        pool.shutdown(cancel_futures=True)  # where nobody wants more, as when a disk is full, nothing more begins


def _reached(every, settings, ledger, stop, each):
    """Yield each job with its Graded when it is settled: kept from before, graded, or failed on for the last time."""
    known = {} if settings.regrade else {job.key: ledger.kept(job.key, job.basis) for job in every}
    todo = []
    for job in every:
        if kept := known.get(job.key):
            yield job, dataclasses.replace(kept, submission=job.submission)
        else:
            todo.append(job)
    references, troubles = _references(todo, settings, stop)
    for left in reversed(range(_ROUNDS)):
        again = []
        for job, graded in _marked(todo, references, troubles, settings, stop, each):
            ledger.keep(job.key, job.basis, graded)
            if left and not graded.is_final:
                again.append(job)
            else:
                yield job, graded
        todo = again


def _marked(todo, references, troubles, settings, stop, each):
    """Yield each of some jobs with its Graded, as they are done."""
    ready = {}
    for job in todo:
        if job.problem:
            yield job, unread(job)
        elif trouble := troubles.get(job.submission.lesson):
            yield from _settled(job, trouble)
        else:
            ready[job.submission] = job
    function = functools.partial(mark, references=references, settings=settings)
    for submission, result in each(function, list(ready), stop):
        yield from _settled(ready[submission], result)


def _settled(job, result):
    """Yield a job with its Graded, or with the grader's failure; nothing for one that was never begun."""
    if not isinstance(result, Stopped):
        yield job, failed(job, result) if isinstance(result, Exception) else result


def _references(todo, settings, stop):
    """Run the reference of each lesson once. Return those that ran, and what went wrong with the others, by lesson."""
    ran, troubles = {}, {}
    for lesson in {job.lesson.name: job.lesson for job in todo if job.lesson and not job.problem}.values():
        try:
            run = functools.partial(reference, lesson, settings.seed, settings.sandbox, settings.limits)
            ran[lesson.name] = _unless_stopped(stop, run)
        except Exception as error:  # whatever it is, the other lessons can be graded
            troubles[lesson.name] = error
    return ran, troubles


def _unless_stopped(stop, function, *arguments):
    if stop.is_set():
        raise Stopped
    return function(*arguments)


def _with_twins(graded):
    """Note on each whom else its bytes came from. A notebook as the lesson gave it is the same for everyone."""
    alike = twins([one.submission for one in graded if any(v.kind != NOT_ATTEMPTED for v in one.verdicts)])
    notes = {path: (note,) for path, note in alike.items()}
    return [dataclasses.replace(one, notes=one.notes + notes.get(one.submission.path, ())) for one in graded]
