"""What grading is asked for and what it finds out, as frozen facts: settings, limits, submissions, verdicts."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, TypeAlias

from widgets.grading.verdict_kinds import PASSED, TO_BE_MARKED, VERDICTS

MIB = 1 << 20
GIB = 1 << 30

BWRAP = "bwrap"
FORKED = "forked"
NONE = "none"
SANDBOXES = (BWRAP, FORKED, NONE)
"""Where answers run: each kernel in a sandbox of its own; in one forked from a process with TensorFlow; in none."""

VERDICT_FOLDER = "verdicts"
"""In the folder that is graded into: what is known of each submission."""

INTERRUPTED = 130
"""The exit status that a shell expects of a command that Ctrl-C ended."""

Notebook: TypeAlias = dict[str, Any]
"""A notebook as the JSON of nbformat 4: https://nbformat.readthedocs.io/en/latest/format_description.html."""


class Refusal(ValueError):
    """Grading is not possible as requested; the message says how it is."""


@dataclasses.dataclass(frozen=True)
class Limits:
    """How much a kernel may use.

    Attributes:
        memory: bytes, of all of a kernel's processes together, and of each process's own data (`RLIMIT_DATA`).
        address_space: bytes of addresses that each process may reserve. TensorFlow reserves much more than it uses.
        processes: the number of processes and threads.
        file: bytes of one file.
        disk: bytes of each writable folder (work and home, /tmp, /dev/shm). They are in memory.
        output: bytes of one message, and of everything that one run shows.
        seconds_per_cell: how many seconds a cell may run.
        startup: how many seconds a kernel may take to answer for the first time.
        processor_seconds: processor time that a process may use, should everything else fail to end it.
    """

    memory: int = 2 * GIB
    address_space: int = 8 * GIB
    processes: int = 256
    file: int = 100 * MIB
    disk: int = 256 * MIB
    output: int = 10 * MIB
    seconds_per_cell: float = 60
    startup: float = 120
    processor_seconds: int = 3600

    def as_text(self) -> str:
        """Return these limits as one argument of a command."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_text(cls, text: str) -> Limits:
        """Return the limits that `as_text` wrote."""
        return cls(**json.loads(text))


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is the same for every submission of a batch.

    Attributes:
        sandbox: one of SANDBOXES. NONE is only for a file of one's own.
        limits: what one kernel may use.
        workers: how many submissions are graded at a time.
        reference: the folder with `solutions/` and `lessons/`; None for the one that `lessons()` finds.
        out: the folder that the verdicts are kept in; None where they are only shown.
        regrade: whether submissions are graded again although their verdicts are kept.
    """

    sandbox: str = BWRAP
    limits: Limits = dataclasses.field(default_factory=Limits)
    workers: int = 1
    reference: Path | None = None
    out: Path | None = None
    regrade: bool = False


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
        expression: what its check passes to `check` as the answer.
        record: the text of its record, in a course of a teacher's own; "" for an exercise of ours.
    """

    name: str
    check: str
    points: float
    stub: str
    solution: str
    needs_tape: bool
    expression: str
    record: str = dataclasses.field(default="", repr=False)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What running one exercise showed.

    Attributes:
        kind: the code of a verdict: PASSED, WRONG, NOT_ATTEMPTED, ERROR, TIMEOUT, DIED, MEMORY, OUTPUT or FAULT.
        said: the judge's or the exception's message, as plain text of at most a few thousand characters. The kernel can
            write parts of it, so it may explain a verdict but never decides that one is PASSED.
        code: the misconception's code of a wrong answer, if one was recognized.
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
        points: what the answer earned; None where the grader itself failed, and where a teacher has not marked it yet.
        out_of: what a correct answer earns.
        said: as in `Outcome`; of a MARKED answer the teacher's comment.
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
        seconds: how long grading took.
    """

    submission: Submission
    verdicts: tuple[ExerciseVerdict, ...]
    problem: str = ""
    notes: tuple[str, ...] = ()
    answers: dict[str, str] = dataclasses.field(default_factory=dict)
    seconds: float = 0.0

    @property
    def points(self) -> float:
        """The sum of the points that were earned so far."""
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
    def to_mark(self) -> int:
        """How many answers a teacher has not marked yet."""
        return sum(verdict.kind == TO_BE_MARKED for verdict in self.verdicts)

    @property
    def open_points(self) -> float:
        """The sum of the points that those answers could earn."""
        return sum(verdict.out_of for verdict in self.verdicts if verdict.kind == TO_BE_MARKED)

    @property
    def is_final(self) -> bool:
        """Whether the grader has done its part: none of the verdicts is a failure of its own."""
        return all(VERDICTS[verdict.kind].is_final for verdict in self.verdicts)
