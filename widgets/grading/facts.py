"""What grading finds out, as frozen facts: exercises, submissions, a verdict for each exercise of each submission."""

import dataclasses

PASSED = "passed"
WRONG = "wrong"
NOT_ATTEMPTED = "not attempted"
ERROR = "error"
TIMEOUT = "timeout"
DIED = "kernel died"
MEMORY = "memory limit"
OUTPUT = "output limit"
MISSING = "missing"
DUPLICATE = "duplicate"
MALFORMED = "malformed"
FAULT = "grader fault"
"""How an exercise can stand. FAULT is the grader's own failure: it is no mark at all, and is graded again."""

KINDS = (
    PASSED, WRONG, NOT_ATTEMPTED, ERROR, TIMEOUT, DIED, MEMORY, OUTPUT, MISSING, DUPLICATE, MALFORMED, FAULT,
)  # fmt: skip

NO_TAPE = "no tape used"
LOOKS_INSIDE = "looks into the check"
"""Advisories, which cost no points."""


@dataclasses.dataclass(frozen=True)
class Exercise:
    """One exercise of a lesson's reference.

    Attributes:
        name: what `check` calls it; the `grade_id` of its answer cell.
        check: the `grade_id` of its check cell.
        points: what a passed one is worth.
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
        kind: one of PASSED, WRONG, NOT_ATTEMPTED, ERROR, TIMEOUT, DIED, MEMORY, OUTPUT, FAULT.
        said: what the check or the exception said, as plain text of at most a few thousand characters. The kernel can
            write it, so it may explain a verdict and never decides that one is PASSED.
        code: the misconception's code of a wrong answer, if one was recognised. Of the same standing as `said`.
    """

    kind: str
    said: str = ""
    code: str = ""


@dataclasses.dataclass(frozen=True)
class Verdict:
    """How one exercise of a submission stands: `points` of `out_of`; None where the grader itself failed."""

    exercise: str
    kind: str
    points: float | None
    out_of: float
    said: str = ""
    code: str = ""
    advisories: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Submission:
    """One file that was handed in.

    Attributes:
        learner: whose it is, as its folder says; "" for a file by itself.
        lesson: the name of the lesson, such as "01_the_tape"; "" as long as it is not known.
        path: where the file is.
        sha256: of the file's bytes, in hex; "" where it cannot be read.
    """

    learner: str
    lesson: str
    path: str
    sha256: str


@dataclasses.dataclass(frozen=True)
class Graded:
    """A submission with its verdicts.

    Attributes:
        submission: what was graded.
        verdicts: one for each exercise of the lesson, in the lesson's order; () where no lesson is recognised.
        problem: why the file as a whole was not what a lesson's notebook is, in a sentence; "" if it was.
        notes: what the teacher should know besides: other submissions with the same bytes, cells that were ignored.
        answers: the learner's source of each exercise, by name, as far as it could be read.
        batch: the fingerprint of the reference that it was graded with (never the secret seed).
        seconds: how long it took.
    """

    submission: Submission
    verdicts: tuple[Verdict, ...]
    problem: str = ""
    notes: tuple[str, ...] = ()
    answers: dict[str, str] = dataclasses.field(default_factory=dict)
    batch: str = ""
    seconds: float = 0.0

    @property
    def points(self):
        """The sum of the points."""
        return sum(verdict.points or 0 for verdict in self.verdicts)

    @property
    def out_of(self):
        """What could be reached."""
        return sum(verdict.out_of for verdict in self.verdicts)

    @property
    def is_final(self):
        """Whether nothing of it is a fault of the grader's."""
        return not any(verdict.kind == FAULT for verdict in self.verdicts)
