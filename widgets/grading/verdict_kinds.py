"""Verdicts: one record for each, from which every label, sentence, color, table and report is derived.

To add a verdict, declare one more record here, and return its constant where the grader finds it out. The terminal, the
feedback page, JUnit's XML, the table in lessons/GRADING.md and the parameters of the tests follow from the record.
"""

from __future__ import annotations

import dataclasses
from typing import Literal

from widgets.common.catalogue import _


@dataclasses.dataclass(frozen=True)
class VerdictKind:
    """One way in which an exercise of a submission can stand.

    Attributes:
        code: its name in files and reports, such as "not attempted"; it never changes and is never translated.
        label: its name in the learner's language.
        explanation: what happened and what to do next, for the learner, in two or three sentences.
        teacher_meaning: what it means, in the table of lessons/GRADING.md.
        teacher_action: what the teacher does about it, in the same table.
        share: the share of the exercise's points that it earns; None where the grader failed and there is no grade yet,
            and where a teacher decides.
        ends_kernel: whether the kernel is of no use to the exercises that follow.
        comes_from_check: whether what is shown beside it is what the check printed, and not an error.
        is_by_hand: whether a teacher marks the answer, and no program.
        css_class: how the feedback page colors it.
        console_style: how the terminal colors it, as a style of the library rich. Color only repeats the label.
        junit_tag: the element that JUnit's XML has inside the test case; None for a test that succeeded.
    """

    code: str
    label: str
    explanation: str
    teacher_meaning: str
    teacher_action: str
    share: float | None = 0.0
    ends_kernel: bool = False
    comes_from_check: bool = False
    is_by_hand: bool = False
    css_class: Literal["right", "open", "amiss", "marked"] = "amiss"
    console_style: str = "red"
    junit_tag: Literal["failure", "skipped", "error"] | None = "failure"

    @property
    def is_final(self) -> bool:
        """Whether it is a grade, and not the grader's own failure, which is graded again."""
        return self.share is not None or self.is_by_hand

    def points(self, out_of: float) -> float | None:
        """Return the points that it earns of an exercise that is worth `out_of`; None if there is no grade yet."""
        return None if self.share is None else self.share * out_of


VERDICTS: dict[str, VerdictKind] = {}
"""Every verdict by its code, in the order of the table in lessons/GRADING.md."""


def _verdict(kind: VerdictKind) -> str:
    VERDICTS[kind.code] = kind
    return kind.code


PASSED = _verdict(
    VerdictKind(
        code="passed",
        label=_("passed"),
        explanation=_("Your answer is correct. There is nothing left to do here."),
        teacher_meaning="the answer gives what the solution gives",
        teacher_action="nothing",
        share=1.0,
        comes_from_check=True,
        css_class="right",
        console_style="green",
        junit_tag=None,
    )
)

WRONG = _verdict(
    VerdictKind(
        code="wrong",
        label=_("wrong"),
        explanation=_(
            "Your cell ran, but its result is not what the exercise asks for yet. Read what the check says, change the "
            "cell, and run the check again."
        ),
        teacher_meaning=(
            "the answer gives something else, or raises an exception (`ERROR`); the code names the misconception, if "
            "recognized"
        ),
        teacher_action="teach: `exercises.csv`, sorted by code, is the plan of your next lesson",
        comes_from_check=True,
    )
)

NOT_ATTEMPTED = _verdict(
    VerdictKind(
        code="not attempted",
        label=_("not attempted"),
        explanation=_(
            "There is no answer in this cell yet. Write your own there, run the check below it if there is one, and "
            "save the notebook before you submit it."
        ),
        teacher_meaning="the cell is as the lesson gave it, or empty",
        teacher_action="ask the learner",
        comes_from_check=True,
        css_class="open",
        console_style="yellow",
        junit_tag="skipped",
    )
)

ERROR = _verdict(
    VerdictKind(
        code="error",
        label=_("error"),
        explanation=_(
            "Your cell raised an error before there was an answer to check. Read the last line of the error first. "
            "Then restart the kernel and run all cells: the cell may need a name that existed only in your own session."
        ),
        teacher_meaning="the answer's cell itself failed, or defines no answer, so there was nothing to ask",
        teacher_action="look at the page. If the answer needs a cell that the learner added, a note says so",
    )
)

TIMEOUT = _verdict(
    VerdictKind(
        code="timeout",
        label=_("timeout"),
        explanation=_(
            "Your answer was still running when its time was up, so it was ended. Look for a loop that never ends, or "
            "for far more steps than the exercise asks for. To see which, print in the loop what should change, run "
            "the cell, and stop it with Kernel → Interrupt."
        ),
        teacher_meaning="the answer was still running after a minute",
        teacher_action="nothing; the page says where to look",
        ends_kernel=True,
    )
)

DIED = _verdict(
    VerdictKind(
        code="kernel died",
        label=_("kernel died"),
        explanation=_(
            "Python itself exited while your answer was running, so there was nothing to check. Look for `exit()` or "
            "`quit()`, remove it, then restart the kernel and run all cells."
        ),
        teacher_meaning="Python itself ended, through `exit()` or worse",
        teacher_action="nothing the first time. If it happens often, look at the answer",
        ends_kernel=True,
    )
)

MEMORY = _verdict(
    VerdictKind(
        code="memory limit",
        label=_("memory limit"),
        explanation=_(
            "Your answer asked for more memory than it may use. Look for an array or a list that is larger than the "
            "exercise needs, or that grows in every iteration of a loop."
        ),
        teacher_meaning="the answer asked for more memory than a kernel may use",
        teacher_action="the same",
        ends_kernel=True,
    )
)

OUTPUT = _verdict(
    VerdictKind(
        code="output limit",
        label=_("output limit"),
        explanation=_(
            "Your answer printed more than the grader accepts. Remove the `print` calls from its loops, and run the "
            "check again."
        ),
        teacher_meaning="the answer printed more than a kernel may print",
        teacher_action="the same",
        ends_kernel=True,
    )
)

MISSING = _verdict(
    VerdictKind(
        code="missing",
        label=_("missing"),
        explanation=_(
            "The notebook that you submitted has no cell for this exercise. Open a fresh copy of the lesson, put your "
            "answer in the cell for it, and submit that copy."
        ),
        teacher_meaning="the file has no such cell",
        teacher_action="ask for the notebook again",
    )
)

MALFORMED = _verdict(
    VerdictKind(
        code="malformed",
        label=_("malformed"),
        explanation=_(
            "The cell for this exercise cannot be read. Open a fresh copy of the lesson, put your answer as code or "
            "text, as it asks for, in the cell for it, and submit that copy."
        ),
        teacher_meaning="the cell, or the whole file, cannot be read; `grades.csv` has the reason",
        teacher_action="ask for the notebook again",
    )
)

TO_BE_MARKED = _verdict(
    VerdictKind(
        code="to be marked",
        label=_("to be marked"),
        explanation=_("A teacher reads and marks this answer; no program does. Until then it counts no points."),
        teacher_meaning="a written answer that has no points yet",
        teacher_action="mark it in `written.csv` ([how](#written-answers))",
        share=None,
        is_by_hand=True,
        css_class="open",
        console_style="yellow",
        junit_tag="skipped",
    )
)

MARKED = _verdict(
    VerdictKind(
        code="marked",
        label=_("marked"),
        explanation=_("Your teacher has read and marked this answer."),
        teacher_meaning="a written answer with the points that you gave it",
        teacher_action="nothing. To change them, change them in `written.csv` and read it again",
        share=None,
        is_by_hand=True,
        css_class="marked",
        console_style="cyan",
        junit_tag=None,
    )
)

FAULT = _verdict(
    VerdictKind(
        code="grader fault",
        label=_("grader fault"),
        explanation=_(
            "The grader itself failed here; you did nothing wrong. This exercise has no grade yet: it will be graded "
            "again. You don't need to do anything."
        ),
        teacher_meaning="the grader failed, after several attempts. There is no grade, and it never counts as zero",
        teacher_action="run the same command again; if it stays, please tell us, with what the terminal said",
        share=None,
        css_class="open",
        console_style="magenta",
        junit_tag="error",
    )
)

ENDS_KERNEL = tuple(kind.code for kind in VERDICTS.values() if kind.ends_kernel)
"""The codes after which the kernel is of no use to the exercises that follow."""


def format_points(points: float | None, out_of: float, to_mark: float = 0) -> str:
    """Return "2 of 3 points", and how many a teacher has still `to_mark`; that there is no grade yet if it is None."""
    if points is None:
        return _("no grade yet, of {out_of}").format(out_of=f"{out_of:g}")
    if to_mark:
        said = _("{points} of {out_of} points so far, and {open} still to be marked")
        return said.format(points=f"{points:g}", out_of=f"{out_of:g}", open=f"{to_mark:g}")
    return _("{points} of {out_of} points").format(points=f"{points:g}", out_of=f"{out_of:g}")


def table_rows() -> list[tuple[str, str, str]]:
    """Return the rows of the table in lessons/GRADING.md: the verdict, what it means, what the teacher does."""
    return [(kind.code, kind.teacher_meaning, kind.teacher_action) for kind in VERDICTS.values()]
