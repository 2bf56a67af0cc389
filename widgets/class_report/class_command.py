"""`tapedeck grade PATH…`: its arguments, those about a class among them, and the report that grading calls at its end.

A roster is read before anything is graded. Until grading has asked for its packages, this imports only what learning
needs.
"""

from __future__ import annotations

import argparse
import datetime
import functools
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from widgets.class_report.roster import BadRoster, Roster, read_roster
from widgets.common.catalogue import _
from widgets.common.writing import write
from widgets.grading import command as grading

if TYPE_CHECKING:
    from widgets.grading.session import GradedClass

_MOST_LINES = 20
"""Changes of marks that the terminal shows."""

_MOST_NAMES = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give a parser the arguments of `tapedeck grade`."""
    grading.add_arguments(parser)
    add = parser.add_argument
    add(
        "--roster",
        type=Path,
        metavar="CSV",
        help=_("the list of the class, as a table, or as Canvas or Moodle exports it"),
    )
    add("--gradebook", choices=("canvas", "moodle"), help=_("also write the points as Canvas or Moodle imports them"))
    leave_out = _("what class.html is to leave out: names of those who need help, or examples of answers")
    add("--leave-out", choices=("help", "examples"), action="append", default=[], help=leave_out)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Grade what was asked for, and report on the class.

    Args:
        options: the parsed arguments.

    Returns:
        The exit status, as grading has it; 2 if the roster cannot be read.
    """
    try:
        roster = read_roster(options.roster) if options.roster else None
        if options.gradebook:
            from widgets.class_report.gradebooks import need_columns  # here: nothing else of grading needs numpy

            need_columns(options.gradebook, roster)
    except BadRoster as problem:
        print(problem, file=sys.stderr)
        return 2
    left_out = frozenset(options.leave_out)
    report = functools.partial(report_on, roster=roster, gradebook=options.gradebook, left_out=left_out)
    return grading.run(options, lambda graded: report(graded, reference=options.reference))


def report_on(
    graded: GradedClass,
    roster: Roster | None = None,
    gradebook: str | None = None,
    left_out: frozenset[str] = frozenset(),
    reference: Path | None = None,
) -> Iterator[tuple[str, str]]:
    """Write the sheets about a class and its page.

    Args:
        graded: the class, as grading has left it.
        roster: its list, if there is one.
        gradebook: the system whose gradebook is written, if one is.
        left_out: what the page leaves out.
        reference: the folder with `solutions/` and `lessons/` that was asked for.

    Yields:
        What the teacher is to see of it: what it is about, and a sentence.
    """
    from widgets.class_report import class_sheets  # here, and below: they need what grading asks for
    from widgets.class_report.mark_changes import latest, mark_changes, sentence

    out = graded.out
    write(out / "grades.csv", class_sheets.grades_csv(graded.graded))
    write(out / "exercises.csv", class_sheets.exercises_csv(graded.graded))
    changes = mark_changes(out, [one.key for one in graded.found])
    if changes or (out / "changes.csv").exists():
        write(out / "changes.csv", class_sheets.changes_csv(changes))
    new = latest(changes, graded.replaced)
    yield from ((change.learner, sentence(change)) for change in new[:_MOST_LINES])
    if len(new) > _MOST_LINES:
        more = _("{count} more marks have changed: changes.csv has them all.").format(count=len(new) - _MOST_LINES)
        yield str(out), more
    if any(one.submission.learner for one in graded.graded):
        yield from _about_class(graded, roster, gradebook, left_out, reference)


def _about_class(
    graded: GradedClass, roster: Roster | None, gradebook: str | None, left_out: frozenset[str], reference: Path | None
) -> Iterator[tuple[str, str]]:
    from widgets.class_report.class_facts import ClassFacts, questions_of
    from widgets.class_report.class_page import class_page
    from widgets.class_report.class_sheets import items_csv
    from widgets.class_report.gradebooks import ClassPoints, Matched, gradebook_csv, match, roster_csv
    from widgets.class_report.item_statistics import items, responses
    from widgets.class_report.progress_files import read_progress
    from widgets.grading.feedback_page import lesson_title

    progress, problems = read_progress(graded.found, graded.lessons)
    given = responses(graded.graded, graded.lessons)
    of_class = items(given, graded.lessons, progress)
    write(graded.out / "items.csv", items_csv(of_class))
    titles = {name: lesson_title(lesson) for name, lesson in graded.lessons.items()}
    learners = [one.submission.learner for one in graded.found]
    points = ClassPoints.of(graded.graded, titles, learners)
    matched = match(roster, points.points) if roster else None
    if roster:
        write(graded.out / "roster.csv", roster_csv(points, roster))
    if gradebook:
        write(graded.out / f"{gradebook}.csv", gradebook_csv(gradebook, points, roster))
    questions = questions_of(_teachers_page(reference))
    matched = matched or Matched({}, (), ())
    facts = ClassFacts(
        given,
        of_class,
        graded.lessons,
        matched.missing,
        matched.unlisted,
        matched.called,
        questions,
        left_out,
    )
    write(graded.out / "class.html", class_page(facts, datetime.date.today()))
    yield from problems
    if roster and matched.missing:
        yield roster.name, _("no notebook from: {names}").format(names=_names(matched.missing))
    if roster and matched.unlisted:
        yield roster.name, _("not on it, but graded: {names}").format(names=_names(matched.unlisted))
    if given:
        yield str(graded.out / "class.html"), _("What the class got wrong, as a page. Its numbers are in items.csv.")


def _names(names: Sequence[str]) -> str:
    return "; ".join(names[:_MOST_NAMES]) + ("; …" if len(names) > _MOST_NAMES else "")


def _teachers_page(reference: Path | None) -> str:
    """Return the text of the page with questions for teachers; "" if there is none."""
    from widgets.grading.lesson_reference import home

    try:
        return (home(reference) / "lessons" / "README.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
