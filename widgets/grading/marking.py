"""Marking a submission: what is settled without running, then one run of all answers, then again what is in doubt.

An answer that ends the kernel, or spoils something that a later one needs, costs no other answer a point: whatever may
have suffered from it runs once more in the reference, alone or only with the answers whose names it uses.
"""

from __future__ import annotations

import dataclasses
import functools
import time
from collections.abc import Collection, Iterator, Mapping, Sequence

from widgets.common.catalogue import _
from widgets.common.grader_protocol import misconception_table
from widgets.grading.advisories import (
    introspection_check,
    leaves_nothing_behind,
    missing_names,
    names_in_cell,
    tape_check,
)
from widgets.grading.answer_cells import find_answers
from widgets.grading.exercise_outcomes import run, truncated_notebook
from widgets.grading.lesson_reference import LessonReference
from widgets.grading.model import (
    ExerciseVerdict,
    GradedSubmission,
    Notebook,
    Outcome,
    ReferenceExercise,
    Settings,
    Submission,
)
from widgets.grading.needed_statements import shared_names, without_unneeded
from widgets.grading.notebook_reader import read_notebook, recognize_lesson
from widgets.grading.pytest_process import EarlyFault, Fault, retry
from widgets.grading.submitted_answers import answers_in, merge_answers, submission_notes, verdicts_without_running
from widgets.grading.verdict_kinds import ERROR, FAULT, MEMORY, NOT_ATTEMPTED, PASSED, VERDICTS, WRONG
from widgets.grading.written_answers import written_notes, written_texts, written_verdicts


def mark(submission: Submission, references: Mapping[str, LessonReference], settings: Settings) -> GradedSubmission:
    """Grade a submission. Nothing in its file, and nothing that its code does, raises.

    Args:
        submission: the file. Without a lesson, that is recognized from the file.
        references: of each lesson that may occur, by the lesson's name.
        settings: those that the references were run with.

    Returns:
        The submission with a verdict on each exercise; without any where no lesson is recognized.
    """
    start = time.monotonic()
    notebook = read_notebook(submission.path)
    lesson = references.get(submission.lesson) or recognize_lesson(notebook, submission.path, references)
    if lesson is None:
        problem = notebook.problem or _("This is not one of the lessons.")
        return GradedSubmission(submission, (), problem, notebook.notes, seconds=time.monotonic() - start)
    found = find_answers(notebook, lesson)
    answers = answers_in(found)
    settled = verdicts_without_running(notebook, lesson, found)
    verdicts = (*_verdicts(settled, answers, lesson, settings), *written_verdicts(notebook, lesson))
    by_name = {verdict.exercise: verdict for verdict in verdicts}
    return GradedSubmission(
        dataclasses.replace(submission, lesson=lesson.name, sha256=notebook.sha256),
        tuple(by_name[task.name] for task in lesson.tasks),
        problem=notebook.problem,
        notes=(*submission_notes(notebook, lesson, found), *written_notes(notebook, lesson)),
        answers=answers | written_texts(notebook, lesson),
        seconds=time.monotonic() - start,
    )


def _verdicts(
    settled: Mapping[str, str | None], answers: Mapping[str, str], lesson: LessonReference, settings: Settings
) -> Iterator[ExerciseVerdict]:
    """Yield the verdict on each exercise: what the file settles, and what running the other answers does."""
    to_run = [exercise for exercise in lesson.exercises if settled[exercise.name] is None]
    outcomes = _Runs(answers, lesson, settings).outcomes(to_run) if to_run else {}
    for exercise in lesson.exercises:
        outcome = outcomes.get(exercise.name) or Outcome(settled[exercise.name] or FAULT)
        source = answers.get(exercise.name, "")
        advisories = (*(tape_check(exercise, source) if outcome.kind == PASSED else ()), *introspection_check(source))
        points = VERDICTS[outcome.kind].points(exercise.points)
        yield ExerciseVerdict(
            exercise.name, outcome.kind, points, exercise.points, outcome.said, outcome.code, advisories
        )


@dataclasses.dataclass(frozen=True)
class _Runs:
    """The runs of a submission's answers in the reference."""

    answers: Mapping[str, str]
    lesson: LessonReference
    settings: Settings

    def outcomes(self, exercises: Sequence[ReferenceExercise]) -> dict[str, Outcome]:
        """Run the answers to these exercises together, and those that are then in doubt alone."""
        outcomes = self._together(exercises)
        uses = {name: names_in_cell(source)[0] for name, source in self.answers.items()}
        for exercise in in_doubt(exercises, outcomes, self._harmless(), uses):
            needed = [one for one in exercises if one is exercise or self._uses(exercise, one)]
            outcomes[exercise.name] = better(outcomes.get(exercise.name), self._alone(exercise, needed))
        return outcomes

    def _together(self, exercises: Sequence[ReferenceExercise]) -> dict[str, Outcome]:
        """Run the answers with what they need of the lesson; with all of it, if one is wrong and it is unclear why."""
        notebook = self._merged(exercises)
        lean = without_unneeded(notebook, exercises)
        try:
            found = retry(functools.partial(run, lean, exercises, self.settings), times=3, fault=EarlyFault)
            if lean != notebook and any(map(_may_lack_something, found.values())):
                found = retry(functools.partial(run, notebook, exercises, self.settings), times=3, fault=EarlyFault)
            return found
        except EarlyFault as fault:
            return {exercise.name: Outcome(FAULT, str(fault)) for exercise in exercises}
        except Fault:  # one of the answers may have caused it
            return {}

    def _harmless(self) -> set[str]:
        """Return the exercises whose answers can leave nothing behind."""
        own = {one.name for one in self.lesson.exercises}
        others = [text for cell, text in self.lesson.sources.items() if cell not in own]
        given = {name for text in others for name in names_in_cell(text)[1]}
        return {
            name
            for name, source in self.answers.items()
            if leaves_nothing_behind(source, given - own) and not shared_names(source, others)
        }

    def _uses(self, exercise: ReferenceExercise, other: ReferenceExercise) -> bool:
        """Return whether an answer uses a name that another answer defines, and the lesson does not."""
        answer, own = {exercise.name: self.answers[exercise.name]}, [self.answers[other.name]]
        return bool(missing_names(answer, own, self.lesson.sources.values()))

    def _alone(self, exercise: ReferenceExercise, needed: Sequence[ReferenceExercise]) -> Outcome:
        """Run an answer with those whose names it uses; without them if one of them ends the kernel before it."""
        try:
            found = retry(functools.partial(self._run, needed), times=2)
            if exercise.name not in found:
                found = retry(functools.partial(self._run, [exercise]), times=2)
            return found[exercise.name]
        except Fault as fault:
            return Outcome(FAULT, str(fault))

    def _run(self, exercises: Sequence[ReferenceExercise]) -> dict[str, Outcome]:
        return run(self._merged(exercises), exercises, self.settings)

    def _merged(self, exercises: Sequence[ReferenceExercise]) -> Notebook:
        """Return the lesson's notebook with these answers, up to the last of their checks."""
        sources = {exercise.name: self.answers[exercise.name] for exercise in exercises}
        stubs = self.lesson.stubs_beside(sources)
        merged = merge_answers(self.lesson.solution, sources, stubs)
        return truncated_notebook(merged, [exercise.check for exercise in exercises])


def _may_lack_something(outcome: Outcome) -> bool:
    """Return whether an answer may have failed because a cell of the lesson did not run.

    It did not, if it gives exactly what a known mistake gives, whatever it was asked.
    """
    known = misconception_table().get(outcome.code)
    return outcome.kind == ERROR or (outcome.kind == WRONG and (known is None or known.is_general))


def in_doubt(
    exercises: Sequence[ReferenceExercise],
    outcomes: Mapping[str, Outcome],
    harmless: Collection[str] = (),
    uses: Mapping[str, set[str]] | None = None,
) -> list[ReferenceExercise]:
    """Return the exercises that have to run alone.

    They are those without an outcome, and those that gained no point where an answer ran before that may have left
    something behind (a trace function, a changed library), or that gained none itself and is used.

    Args:
        exercises: those that ran, in this order.
        outcomes: what came of them, by name, as far as the run got.
        harmless: the names of those whose answers can leave nothing behind.
        uses: the names that each answer uses.

    Returns:
        The exercises in doubt.
    """
    doubtful, is_clean, spoiled = [], True, set[str]()
    for place, exercise in enumerate(exercises):
        outcome = outcomes.get(exercise.name)
        is_led_astray = bool(spoiled & (uses or {}).get(exercise.name, set()))
        if outcome is None or (place and _may_be_innocent(outcome, is_clean and not is_led_astray)):
            doubtful.append(exercise)
        if outcome is None or outcome.kind != PASSED:
            spoiled.add(exercise.name)
        is_clean = is_clean and exercise.name in harmless
    return doubtful


def _may_be_innocent(outcome: Outcome, is_clean: bool) -> bool:
    """Return whether answers before may have caused an outcome, in a kernel that is as clean as can be told."""
    if outcome.kind == MEMORY:
        return True  # plain numbers fill memory, too
    return not is_clean and outcome.kind not in (PASSED, NOT_ATTEMPTED, FAULT)


def better(together: Outcome | None, alone: Outcome) -> Outcome:
    """Return which outcome counts: that of the run alone, unless it failed because of what did not run before it."""
    if together is None:
        return alone
    needs_others = alone.kind == ERROR and together.kind in (WRONG, ERROR)
    return together if needs_others or alone.kind == FAULT else alone
