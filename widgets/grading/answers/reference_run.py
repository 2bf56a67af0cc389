"""A lesson's solution, run once with a batch's secret seed: what its checks print is what answers are compared with."""

from __future__ import annotations

import copy
import dataclasses
import functools
import hashlib
import json
from collections.abc import Mapping

from widgets.common.catalogue import _
from widgets.common.grader_protocol import CODE
from widgets.grading.answers.lesson_reference import LessonReference, NoReference
from widgets.grading.model import Notebook, ReferenceExercise
from widgets.grading.running.kernel_output import MAX_LENGTH
from widgets.grading.running.pytest_process import CellReport, Fault, cell_reports, retry
from widgets.grading.sandbox.limits import Limits


@dataclasses.dataclass(frozen=True)
class ReferenceRun:
    """A lesson as a batch grades it.

    Attributes:
        lesson: the lesson's reference.
        seed: of the checks' questions. It is secret, and not shown.
        printed: what the check of each exercise printed for the solution, by the check cell's id.
    """

    lesson: LessonReference
    seed: str = dataclasses.field(repr=False)
    printed: dict[str, str] = dataclasses.field(repr=False)

    @functools.cached_property
    def notebook(self) -> Notebook:
        """The solution's notebook, whose checks have these outputs. Copy it before changing anything."""
        notebook = copy.deepcopy(self.lesson.solution)
        for cell in notebook["cells"]:
            if cell["id"] in self.printed:
                printed = {"output_type": "stream", "name": "stdout", "text": self.printed[cell["id"]]}
                cell.update(execution_count=1, outputs=[printed])
        return notebook

    @functools.cached_property
    def fingerprint(self) -> str:
        """A text that changes with anything that is compared. It tells nothing about the seed."""
        cells = [(cell["id"], cell["metadata"], cell["source"]) for cell in self.lesson.solution["cells"]]
        return hashlib.sha256(json.dumps([cells, self.printed], sort_keys=True).encode()).hexdigest()[:16]


def run_reference(lesson: LessonReference, seed: str, sandbox: str, limits: Limits) -> ReferenceRun:
    """Run a lesson's solution, and keep what its checks print.

    Args:
        lesson: the lesson's reference.
        seed: of the checks' questions.
        sandbox: where it runs, one of `batch_settings.SANDBOXES`.
        limits: what the kernel may use.

    Returns:
        What submissions of the lesson are compared with.

    Raises:
        Fault: if the grader failed.
        NoReference: if the solution does not pass its own check.
    """

    def attempt() -> dict[str, str]:
        reports = cell_reports(lesson.solution, [], seed, sandbox, limits)
        return {exercise.check: _printed(lesson, exercise, reports) for exercise in lesson.exercises}

    return ReferenceRun(lesson, seed, retry(attempt, times=3))


def _printed(lesson: LessonReference, exercise: ReferenceExercise, reports: Mapping[str, CellReport]) -> str:
    """Return what a check printed. A check that prints nothing would let everything pass."""
    report = reports.get(exercise.check)
    if report is None or exercise.name not in reports:
        raise Fault(f"{lesson.name} did not run to its end")
    printed = report["printed"]
    ran = all(reports[name]["outcome"] == "passed" for name in (exercise.name, exercise.check))
    if not ran or not printed.strip() or len(printed) >= MAX_LENGTH or CODE in printed:
        said = _("The solution of {exercise} in {lesson} does not pass its own check: {said}")
        raise NoReference(said.format(exercise=exercise.name, lesson=lesson.name, said=report["said"] or printed))
    return printed
