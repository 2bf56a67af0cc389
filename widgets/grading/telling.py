"""What the terminal shows: progress while a batch runs, then a table, then what the teacher should look at."""

import collections
import contextlib
import sys

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from widgets.common.catalogue import _
from widgets.grading.facts import FAULT, NOT_ATTEMPTED, PASSED
from widgets.grading.handed_in.names import shown
from widgets.grading.handing_back.harmless import harmless
from widgets.grading.handing_back.sentences import advisory_in_words, kind_in_words, points_in_words, verdict_in_words

_STYLES = collections.defaultdict(lambda: "red", {PASSED: "green", NOT_ATTEMPTED: "yellow", FAULT: "magenta"})
"""Colour only repeats what the words say."""


def console(stream=None):
    """Return what prints to a stream, sys.stdout if None; a stream that is no terminal gets no colour."""
    return Console(file=stream or sys.stdout, highlight=False, markup=False, emoji=False)


@contextlib.contextmanager
def progress(total):
    """Show on a terminal how many of `total` submissions are settled. Give a function to call for each."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    screen = Console(stderr=True)
    with Progress(*columns, console=screen, disable=not screen.is_terminal, transient=True) as bar:
        task = bar.add_task(_("Grading"), total=total)
        yield lambda: bar.advance(task)


def leave():
    """Give the terminal its cursor back, which a progress bar hides, where there is no time to end the bar itself."""
    Console(stderr=True).show_cursor()


def show_class(screen, graded):
    """Print a row for each of some Graded, and under them what is amiss."""
    table = _table(_("learner"), _("lesson"), _("points"), _("verdicts"))
    for one in graded:
        table.add_row(_plain(one.submission.learner), _plain(one.submission.lesson or "?"), _points(one), _counts(one))
    screen.print(table)
    for one in graded:
        for said in filter(None, (one.problem, *one.notes, *_faults(one))):
            show_line(screen, one.submission.path, said)


def show_own(screen, one):
    """Print a row for each exercise of a learner's own file, and under them what each of them means."""
    table = _table(_("exercise"), _("verdict"), _("points"))
    for verdict in one.verdicts:
        points = points_in_words(verdict.points, verdict.out_of)
        table.add_row(_plain(verdict.exercise), _kind(verdict.kind), Text(points))
    if one.verdicts:
        screen.print(table)
    for verdict in one.verdicts:
        if verdict.kind != PASSED or verdict.advisories:
            _explain(screen, verdict)
    for said in filter(None, (one.problem, *one.notes)):
        screen.print(_plain(said))
    screen.print(Text(points_in_words(one.points if one.is_final else None, one.out_of), "bold"))


def show_line(screen, name, said):
    """Print a sentence about a file, behind the file's name."""
    screen.print(_plain(f"{name}: {said}"), soft_wrap=True)


def _explain(screen, verdict):
    words = [verdict_in_words(verdict.kind)] if verdict.kind != PASSED else []
    words += map(advisory_in_words, verdict.advisories)
    screen.print(Text.assemble((shown(verdict.exercise), "bold"), ": ", shown(" ".join(words))))
    if verdict.said and verdict.kind != PASSED:
        screen.print(Padding(Text(harmless(verdict.said.strip())), (0, 0, 0, 4), expand=False))
    screen.print()


def _table(*headings):
    table = Table(box=box.SIMPLE, show_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _counts(one):
    """Return how often each kind of verdict is among a Graded's."""
    counts = collections.Counter(verdict.kind for verdict in one.verdicts)
    parts = [part for kind, count in counts.items() for part in (", ", f"{count} ", _kind(kind))]
    return Text.assemble(*parts[1:])


def _points(one):
    return Text(f"{one.points:g}/{one.out_of:g}" if one.is_final else "-", justify="right")


def _faults(one):
    """Yield what the grader's own failures say of themselves, each once."""
    saids = dict.fromkeys(verdict.said for verdict in one.verdicts if verdict.kind == FAULT)
    return (_("The grader itself failed here: {reason}").format(reason=said) for said in saids)


def _kind(kind):
    return Text(kind_in_words(kind), _STYLES[kind])


def _plain(text):
    return Text(shown(text))
