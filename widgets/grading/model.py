"""What grading finds out, as frozen facts: exercises, submissions, and a verdict on each exercise of a submission."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeAlias

from widgets.grading.verdict_kinds import PASSED, VERDICTS

Notebook: TypeAlias = dict[str, Any]
"""A notebook as the JSON of nbformat 4: https://nbformat.readthedocs.io/en/latest/format_description.html."""


@dataclasses.dataclass(frozen=True)
class ReferenceExercise:
    """One exercise of a lesson's reference.

    Attributes:
        name: what `check` calls it; the `grade_id` of its answer cell.
        check: the `grade_id` of its check cell.
        points: what a correct answer earns.
        stub: the source of the answer cell as the learner gets it.
        solution: the source of the answer cell in the reference.
        needs_tape: whether the reference's solution opens a `tf.GradientTape`.
    """

    name: str
    check: str
    points: float
    stub: str
    solution: str
    needs_tape: bool


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What running one exercise showed.

    Attributes:
        kind: the code of a verdict: PASSED, WRONG, NOT_ATTEMPTED, ERROR, TIMEOUT, DIED, MEMORY, OUTPUT or FAULT.
        said: the check's or the exception's message, as plain text of at most a few thousand characters. The kernel can
            write it, so it may explain a verdict but never decides that one is PASSED.
        code: the misconception's code of a wrong answer, if one was recognized. As untrusted as `said`.
    """

    kind: str
    said: str = ""
    code: str = ""


@dataclasses.dataclass(frozen=True)
class ExerciseVerdict:
    """How one exercise of a submission stands.

    Attributes:
        exercise: its name; "" where the grader failed before it knew the lesson.
        kind: the code of the verdict, a key of `VERDICTS`.
        points: what the answer earned; None where the grader itself failed.
        out_of: what a correct answer earns.
        said: as in `Outcome`.
        code: as in `Outcome`.
        advisories: the codes of remarks, which cost no points.
    """

    exercise: str
    kind: str
    points: float | None
    out_of: float
    said: str = ""
    code: str = ""
    advisories: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Submission:
    """One submitted file.

    Attributes:
        learner: whose it is, according to its folder; "" for a file by itself.
        lesson: the name of the lesson, such as "01_the_tape"; "" while it is not known.
        path: where the file is.
        sha256: of the file's bytes, in hex; "" where it cannot be read.
    """

    learner: str
    lesson: str
    path: str
    sha256: str


@dataclasses.dataclass(frozen=True)
class GradedSubmission:
    """A submission with its verdicts.

    Attributes:
        submission: what was graded.
        verdicts: one for each exercise of the lesson, in the lesson's order; () where no lesson is recognized.
        problem: what is wrong with the file as a whole, in a sentence; "" if nothing is.
        notes: what else the teacher should know: other submissions with the same bytes, cells that were ignored.
        answers: the learner's source of each exercise, by name, as far as it could be read.
        batch: the fingerprint of the reference that it was graded with (never the secret seed).
        seconds: how long grading took.
    """

    submission: Submission
    verdicts: tuple[ExerciseVerdict, ...]
    problem: str = ""
    notes: tuple[str, ...] = ()
    answers: dict[str, str] = dataclasses.field(default_factory=dict)
    batch: str = ""
    seconds: float = 0.0

    @property
    def points(self) -> float:
        """The sum of the points that were earned."""
        return sum(verdict.points or 0 for verdict in self.verdicts)

    @property
    def out_of(self) -> float:
        """The sum of the points that could be earned."""
        return sum(verdict.out_of for verdict in self.verdicts)

    @property
    def passed(self) -> int:
        """How many exercises passed."""
        return sum(verdict.kind == PASSED for verdict in self.verdicts)

    @property
    def is_final(self) -> bool:
        """Whether every verdict is a grade, and none a failure of the grader."""
        return all(VERDICTS[verdict.kind].is_final for verdict in self.verdicts)
