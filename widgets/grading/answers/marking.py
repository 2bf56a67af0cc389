"""Marking a submission: what can be seen without running, one run of all that was answered, and then what is in doubt.

An answer that ends the kernel, or spoils something that a later one needs, costs nobody else a point: what may have
suffered from it is run once more, alone inside the reference, or with those other answers alone whose names it uses.
"""

import dataclasses
import functools
import time

from widgets.common.catalogue import _
from widgets.common.misconception_table import misconception_table
from widgets.grading.answers.advice import advise
from widgets.grading.answers.grafting import answers, before_running, graft
from widgets.grading.answers.needing import needing
from widgets.grading.answers.noting import notes_on
from widgets.grading.answers.prying import look_inside
from widgets.grading.facts import ERROR, FAULT, PASSED, WRONG, Graded, Outcome, Verdict
from widgets.grading.handed_in.reading import lesson_of, read
from widgets.grading.running.exercise_outcomes import run
from widgets.grading.running.pytest_process import FATAL, EarlyFault, Fault
from widgets.grading.running.pytest_process import retry as patiently

_ANYBODYS = {row.code for row in misconception_table().values() if row.is_general}
"""Codes that say what came back and not why."""

_SECRET = "…"
"""What is shown where an answer says the seed, which is in its environment: a late answer meets the same questions."""


def mark(submission, references, settings):
    """Return the Graded of a submission. Never raises for what is in its file, nor for what it does.

    Args:
        submission: the Submission; without a lesson, that is found out from the file.
        references: a Reference for each lesson that may occur, by the lesson's name.
        settings: its `sandbox` and `limits` are used.
    """
    begun = time.monotonic()
    found = read(submission.path)
    lessons = {name: reference.lesson for name, reference in references.items()}
    lesson = lessons.get(submission.lesson) or lesson_of(found, submission.path, lessons)
    if lesson is None:
        problem = found.problem or _("This is not one of the lessons.")
        return Graded(submission, (), problem, found.notes, seconds=time.monotonic() - begun)
    reference, sources = references[lesson.name], answers(found, lesson)
    return Graded(
        dataclasses.replace(submission, lesson=lesson.name, sha256=found.sha256),
        tuple(_verdicts(found, sources, reference, settings)),
        problem=found.problem,
        notes=notes_on(found, lesson),
        answers=sources,
        batch=reference.fingerprint,
        seconds=time.monotonic() - begun,
    )


def _verdicts(found, sources, reference, settings):
    """Yield the Verdict of each exercise."""
    settled = before_running(found, reference.lesson)
    to_run = [exercise for exercise in reference.lesson.exercises if settled[exercise.name] is None]
    outcomes = _outcomes(to_run, sources, reference, settings)
    for exercise in reference.lesson.exercises:
        outcome = outcomes.get(exercise.name) or Outcome(settled[exercise.name])
        source = sources.get(exercise.name, "")
        advisories = (*(advise(exercise, source) if outcome.kind == PASSED else ()), *look_inside(source))
        points = {PASSED: exercise.points, FAULT: None}.get(outcome.kind, 0.0)
        said = outcome.said.replace(reference.seed, _SECRET)
        yield Verdict(exercise.name, outcome.kind, points, exercise.points, said, outcome.code, advisories)


def _outcomes(exercises, sources, reference, settings):
    """Run the answers to these exercises together, and those that are then in doubt alone."""
    outcomes = _together(exercises, sources, reference, settings) if exercises else {}
    for exercise in in_doubt(exercises, outcomes):
        company = [one for one in exercises if one is exercise or _uses(exercise, one, sources, reference.lesson)]
        alone = _alone(exercise, company, sources, reference, settings)
        outcomes[exercise.name] = better(outcomes.get(exercise.name), alone)
    return outcomes


def _together(exercises, sources, reference, settings):
    try:
        return patiently(lambda: _run(exercises, sources, reference, settings), times=3, fault=EarlyFault)
    except EarlyFault as fault:
        return {exercise.name: Outcome(FAULT, str(fault)) for exercise in exercises}
    except Fault:  # one of the answers may have had a hand in it
        return {}


def _uses(exercise, other, sources, lesson):
    """Whether an answer uses a name that another answer of the learner's defines, and the lesson does not."""
    return bool(needing({exercise.name: sources[exercise.name]}, [sources[other.name]], lesson))


def _alone(exercise, company, sources, reference, settings):
    """Run an answer with those whose names it uses; without them if one of them ends the kernel before."""
    try:
        for these in (company, [exercise]):
            found = patiently(functools.partial(_run, these, sources, reference, settings), times=2)
            if exercise.name in found:
                return found[exercise.name]
    except Fault as fault:
        return Outcome(FAULT, str(fault))


def _run(exercises, sources, reference, settings):
    notebook = graft(reference.notebook, {exercise.name: sources[exercise.name] for exercise in exercises})
    return run(notebook, exercises, reference.seed, settings.sandbox, settings.limits)


def in_doubt(exercises, outcomes):
    """Return the exercises whose outcome another answer, run before, may be to blame for; and those without one."""
    doubtful, all_well = [], True
    for place, exercise in enumerate(exercises):
        outcome = outcomes.get(exercise.name)
        if outcome is None or (place and _is_doubtful(outcome, all_well)):
            doubtful.append(exercise)
        all_well = all_well and outcome is not None and outcome.kind == PASSED
    return doubtful


def _is_doubtful(outcome, all_well):
    """Whether an outcome may be owed to answers before. A mistake that the check has recognised is the answer's own."""
    if outcome.kind in FATAL:
        return True
    return outcome.kind not in (PASSED, FAULT) and not all_well and (outcome.code == "" or outcome.code in _ANYBODYS)


def better(together, alone):
    """Return which of two Outcomes counts: that of the run alone, unless it failed for want of what stood before it."""
    needs_others = alone.kind == ERROR and together is not None and together.kind in (WRONG, ERROR)
    return together if needs_others or (alone.kind == FAULT and together is not None) else alone
