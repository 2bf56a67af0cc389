"""A lesson's reference: its solution, run once with a batch's secret seed, to have something to compare with."""

import copy
import dataclasses
import functools
import hashlib
import json

from widgets.common.catalogue import _
from widgets.common.grader_protocol import CODE
from widgets.grading.answers.lessons import Lesson, NoReference
from widgets.grading.running.kernel_output import MAX_LENGTH as LONGEST
from widgets.grading.running.pytest_process import Fault
from widgets.grading.running.pytest_process import cell_reports as reported
from widgets.grading.running.pytest_process import retry as patiently


@dataclasses.dataclass(frozen=True)
class Reference:
    """A lesson as a batch grades it.

    Attributes:
        lesson: the Lesson.
        seed: of the checks' questions. It is secret, and not shown.
        printed: what the check of each exercise printed for the solution, by the check cell's id.
    """

    lesson: Lesson
    seed: str = dataclasses.field(repr=False)
    printed: dict[str, str] = dataclasses.field(repr=False)

    @functools.cached_property
    def notebook(self):
        """The solution's notebook, whose checks have these outputs. Copy it before changing anything."""
        notebook = copy.deepcopy(self.lesson.solution)
        for cell in notebook["cells"]:
            if cell["id"] in self.printed:
                printed = {"output_type": "stream", "name": "stdout", "text": self.printed[cell["id"]]}
                cell.update(execution_count=1, outputs=[printed])
        return notebook

    @functools.cached_property
    def fingerprint(self):
        """A text that is another one as soon as anything that is compared is: of the seed it tells nothing."""
        cells = [(cell["id"], cell["metadata"], cell["source"]) for cell in self.lesson.solution["cells"]]
        return hashlib.sha256(json.dumps([cells, self.printed], sort_keys=True).encode()).hexdigest()[:16]


def reference(lesson, seed, sandbox, limits):
    """Run a lesson's solution and return the Reference. Raises Fault, or NoReference where a check is not content."""

    def attempt():
        reports = reported(lesson.solution, [], seed, sandbox, limits)
        return {exercise.check: _printed(lesson, exercise, reports) for exercise in lesson.exercises}

    return Reference(lesson, seed, patiently(attempt, times=3))


def _printed(lesson, exercise, reports):
    """Return what a check printed. One that prints nothing would let everything pass."""
    report = reports.get(exercise.check)
    if report is None or exercise.name not in reports:
        raise Fault(f"{lesson.name} was not run to its end")
    printed = report["printed"]
    ran = all(reports[name]["outcome"] == "passed" for name in (exercise.name, exercise.check))
    if not ran or not printed.strip() or len(printed) >= LONGEST or CODE in printed:
        said = _("The solution of {exercise} in {lesson} does not pass its own check: {said}")
        raise NoReference(said.format(exercise=exercise.name, lesson=lesson.name, said=report["said"] or printed))
    return printed
