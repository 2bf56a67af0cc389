"""What the terminal shows: progress while a batch runs, then a table, then what the teacher should look at."""

from __future__ import annotations

import collections
import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TextIO

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from widgets.common.catalogue import _
from widgets.grading.advisory_kinds import explain_advisory
from widgets.grading.model import ExerciseVerdict, GradedSubmission
from widgets.grading.untrusted import display_text, escaped
from widgets.grading.verdict_kinds import FAULT, PASSED, VERDICTS, format_points


def terminal(stream: TextIO | None = None) -> Console:
    """Return what prints to a stream (sys.stdout if None). A stream that is not a terminal gets no color."""
    return Console(file=stream or sys.stdout, highlight=False, markup=False, emoji=False)


@contextlib.contextmanager
def progress(total: int, every: float = 30) -> Iterator[Callable[[], None]]:
    """Show how many submissions are graded: on a terminal by a bar, in a file by a line now and then.

    Args:
        total: how many there are.
        every: so many seconds are between two lines, at least.

    Yields:
        A function to call for each that is graded.
    """
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    screen = Console(stderr=True)
    tell = _progress_lines(total, every) if not sys.stdout.isatty() or not screen.is_terminal else lambda: None
    is_shown = screen.is_terminal
    with Progress(*columns, console=screen, disable=not is_shown, transient=True, redirect_stdout=False) as bar:
        task = bar.add_task(_("Grading"), total=total)

        def advance() -> None:
            bar.advance(task)
            tell()

        yield advance


def _progress_lines(total: int, every: float) -> Callable[[], None]:
    """Return what counts one more, and prints the count where it is time to."""
    done, last = 0, time.monotonic()

    def count() -> None:
        nonlocal done, last
        done += 1
        if done < total and time.monotonic() - last >= every:
            last = time.monotonic()
            print(_("Graded: {done} of {total}").format(done=done, total=total), flush=True)

    return count


def restore_cursor() -> None:
    """Show the cursor, which a progress bar hides, where there is no time to end the bar itself."""
    Console(stderr=True).show_cursor()


def show_class(screen: Console, graded: Sequence[GradedSubmission]) -> None:
    """Print a row for each submission, and below them their problems and notes."""
    table = _table(_("learner"), _("lesson"), _("points"), _("verdicts"))
    for one in graded:
        lesson = one.submission.lesson or "?"
        table.add_row(_plain(one.submission.learner), _plain(lesson), _points(one), _verdict_counts(one))
    screen.print(table)
    for one in graded:
        for said in filter(None, (one.problem, *one.notes, *_faults(one))):
            show_line(screen, one.submission.path, said)


def show_own(screen: Console, graded: GradedSubmission) -> None:
    """Print a row for each exercise of a learner's own file, and below them what each verdict means."""
    table = _table(_("exercise"), _("verdict"), _("points"))
    for verdict in graded.verdicts:
        points = format_points(verdict.points, verdict.out_of)
        table.add_row(_plain(verdict.exercise), _label(verdict.kind), Text(points))
    if graded.verdicts:
        screen.print(table)
    for verdict in graded.verdicts:
        if verdict.kind != PASSED or verdict.advisories:
            _explain(screen, verdict)
    for said in filter(None, (graded.problem, *graded.notes)):
        screen.print(_plain(said))
    total = graded.points if graded.is_final else None
    screen.print(Text(format_points(total, graded.out_of, graded.open_points), "bold"))


def show_line(screen: Console, name: str, said: str) -> None:
    """Print a sentence about a file, after the file's name."""
    screen.print(_plain(f"{name}: {said}"), soft_wrap=True)


def _explain(screen: Console, verdict: ExerciseVerdict) -> None:
    words = [VERDICTS[verdict.kind].explanation] if verdict.kind != PASSED else []
    words += map(explain_advisory, verdict.advisories)
    screen.print(Text.assemble((escaped(verdict.exercise), "bold"), ": ", escaped(" ".join(words))))
    if verdict.said and verdict.kind != PASSED:
        screen.print(Padding(Text(display_text(verdict.said.strip())), (0, 0, 0, 4), expand=False))
    screen.print()


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE, show_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _verdict_counts(one: GradedSubmission) -> Text:
    """Return how often each verdict occurs, in the order of the table of verdicts."""
    counts = collections.Counter(verdict.kind for verdict in one.verdicts)
    parts = [part for kind in VERDICTS if counts[kind] for part in (", ", f"{counts[kind]} ", _label(kind))]
    return Text.assemble(*parts[1:])


def _points(one: GradedSubmission) -> Text:
    points = f"{one.points:g}/{one.out_of:g}" if one.is_final else "-"
    said = _("{points}, {open} to mark").format(points=points, open=f"{one.open_points:g}")
    return Text(said if one.open_points else points, justify="right")


def _faults(one: GradedSubmission) -> Iterator[str]:
    """Yield the reasons of the grader's own failures, each once."""
    reasons = dict.fromkeys(verdict.said for verdict in one.verdicts if verdict.kind == FAULT)
    return (_("The grader itself failed here: {reason}").format(reason=reason) for reason in reasons)


def _label(kind: str) -> Text:
    return Text(VERDICTS[kind].label, VERDICTS[kind].console_style)


def _plain(text: str) -> Text:
    return Text(escaped(text))
