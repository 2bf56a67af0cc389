"""Trying a record out by the grader's own way, in a kernel: its solution, its stub, the samples of its misconceptions.

A record that passes tells a learner what its author meant. Whatever a sample does, it ends: the kernel has limits.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from widgets.authoring.record_facts import (
    SEEDS,
    field_problems,
    import_problems,
    name_problem,
    question_problems,
)
from widgets.authoring.records_for_learners import answers_left
from widgets.common.catalogue import _
from widgets.exercises.exercise import RIGHT, WAITING, Exercise, generator
from widgets.exercises.judgement import Judgement, judge_by_asking
from widgets.exercises.messages import judgement_text
from widgets.exercises.own_exercise import OwnExercise, OwnMisconception, as_exercise
from widgets.exercises.own_records import BadRecord, record_in
from widgets.grading.judging import AnswerFailed, asking
from widgets.grading.kernel_client import KernelClient, KernelEnded
from widgets.grading.kernel_output import error_text
from widgets.grading.model import NONE, Limits
from widgets.grading.sandbox.kernel_manager import kernel_manager

LIMITS = Limits(seconds_per_cell=20)
SLOW = 5.0
"""Seconds that judging one answer may take. A grader waits for a minute, on a busier machine."""

_SETUP = "import numpy as np\nimport tensorflow as tf\nfrom widgets.answers import replies, uses\ntf.constant(1.0) + 1"
_FORGET = "globals().pop({name!r}, None)"


@dataclass
class Report:
    """What came of trying a record.

    Attributes:
        path: of the file.
        own: the record, if it could be read.
        source: the text of the file.
        problems: sentences; none if it holds.
        seconds: how long what took, by what it was.
    """

    path: Path
    own: OwnExercise | None = None
    source: str = ""
    problems: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The exercise's name."""
        return self.path.stem

    @property
    def lines(self) -> list[str]:
        """What is to be printed of it."""
        if self.problems:
            return [f"{self.path}: {problem.removesuffix('.')}." for problem in self.problems]
        took = ", ".join(f"{what} {seconds:.2f} s" for what, seconds in self.seconds.items())
        return [_("{path}: holds ({took})").format(path=self.path, took=took)]


def read(path: Path) -> Report:
    """Read a record, and look at everything that can be seen without running an answer."""
    report = Report(path)
    if problem := name_problem(path.stem):
        report.problems.append(problem)
        return report
    try:
        report.source = path.read_text(encoding="utf-8")
        report.problems += import_problems(report.source)
        if not report.problems:
            report.own = record_in(report.source, path.name)
    except (OSError, UnicodeDecodeError) as error:
        report.problems.append(_("it cannot be read: {reason}").format(reason=error))
    except BadRecord as problem:
        report.problems.append(str(problem).removeprefix(f"{path.name} ").removesuffix("."))
    if report.own:
        report.problems += field_problems(path.stem, report.own)
        if not report.problems:
            report.problems += question_problems(path.stem, report.own)
            report.problems += answers_left(report.source, report.own)
    return report


def try_records(reports: list[Report]) -> None:
    """Try the records that could be read, and add to their reports what came of it. One kernel runs all answers."""
    with contextlib.ExitStack() as stack:
        kernel: KernelClient | None = None
        for report in reports:
            if report.own is None or report.problems:
                continue
            if kernel is None:
                kernel = _started()
                stack.callback(kernel.stop)
            try:
                for problem in _trials(kernel, report, report.own):
                    report.problems.append(problem)
            except KernelEnded:
                kernel = None


def _started() -> KernelClient:
    kernel = KernelClient(kernel_manager(NONE, LIMITS), LIMITS)
    kernel.await_reply(kernel.kc.execute(_SETUP, silent=True, allow_stdin=False), LIMITS.startup)
    return kernel


def _trials(kernel: KernelClient, report: Report, own: OwnExercise) -> Iterator[str]:
    """Yield what is wrong with a record's answers; after the kernel's end, raise KernelEnded."""
    exercise = as_exercise(report.name, own)
    for what, code in _answers(own).items():
        began = time.monotonic()
        try:
            judged = _judged(kernel, exercise, code)
        except AnswerFailed as failure:
            yield _("{what} fails: {error}").format(what=what, error=error_text(failure.error, code))
            continue
        except KernelEnded as ended:
            said = _("{what} ended the kernel, or ran longer than {seconds:.0f} seconds ({kind}); mend it first")
            yield said.format(what=what, seconds=LIMITS.seconds_per_cell, kind=ended.kind)
            raise
        report.seconds[what] = took = (time.monotonic() - began) / len(SEEDS)
        if took > SLOW:
            said = _(
                "{what} takes {took:.1f} seconds to judge; ask fewer or smaller questions, {slow:.0f} seconds at most"
            )
            yield said.format(what=what, took=took, slow=SLOW)
        yield from filter(None, (_problem(what, one, exercise, own) for one in judged))


def _answers(own: OwnExercise) -> Mapping[str, str]:
    """Return the code of each answer that the record has, by what it is."""
    samples = {_sample(one): one.sample for one in own.misconceptions}
    return {_("the solution"): own.solution, _("the stub"): own.stub, **samples}


def _sample(one: OwnMisconception) -> str:
    return _("the sample of {code}").format(code=one.code)


def _judged(kernel: KernelClient, exercise: Exercise, code: str) -> list[Judgement]:
    """Run an answer where no other one is left, and judge it with each seed, up to the first that is another."""
    name = exercise.name
    for source in (_FORGET.format(name=name), code):
        kernel.await_reply(kernel.kc.execute(source, allow_stdin=False), LIMITS.seconds_per_cell)
        reply = kernel.messages.reply or {}
        if reply.get("status") != "ok":
            raise AnswerFailed(reply)
    found: dict[tuple[str, str], Judgement] = {}
    for seed in SEEDS:
        ask = asking(kernel, name, LIMITS.seconds_per_cell)
        judged = judge_by_asking(exercise, ask, generator(name, seed))
        found.setdefault((judged.status, judged.code), judged)
    return list(found.values())


def _problem(what: str, judged: Judgement, exercise: Exercise, own: OwnExercise) -> str:
    """Return what is wrong with the judgement of one of the record's answers; "" if it is what is due."""
    codes = {_sample(one): one.code for one in own.misconceptions}
    told = judgement_text(exercise, judged, invites=False).replace("\n", "\n    ")
    if what == _("the solution"):
        return (
            "" if judged.status == RIGHT else _("the solution is not right. It is told:\n    {told}").format(told=told)
        )
    if what == _("the stub"):
        said = _("the stub has to be no answer yet: let it return `...`. It is told:\n    {told}")
        return "" if judged.status == WAITING else said.format(told=told)
    if judged.code == codes[what]:
        return ""
    if judged.status == RIGHT:
        return _("{what} is right; a sample is a wrong answer").format(what=what)
    said = _("{what} is told as {code}: mend its formula or its sample, or move it up. It is told:\n    {told}")
    return said.format(what=what, code=judged.code or judged.status, told=told)
