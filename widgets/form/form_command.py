"""`tapedeck form`: write the notebook of a form, and score what a class has handed in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from widgets.common.catalogue import _
from widgets.common.writing import write
from widgets.form.model import FORMS, POST, PRE

SCORES = "scores.csv"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give a parser the arguments of `tapedeck form`."""
    actions = parser.add_subparsers(required=True, metavar=_("action"))
    helps = {PRE: _("write the notebook for before the course"), POST: _("write the notebook for after it")}
    for form in FORMS:
        making = actions.add_parser(form, help=helps[form])
        making.add_argument(
            "file", nargs="?", type=Path, metavar="FILE", help=_("where to; form_pre.ipynb, or form_post.ipynb, here")
        )
        making.set_defaults(run=_make, form=form)
    scoring = actions.add_parser("score", help=_("score the notebooks of a class into two CSV files"))
    a_path = _("a folder or a zip of a class, as tapedeck grade takes it; several are put together")
    scoring.add_argument("paths", nargs="+", metavar="FOLDER", help=a_path)
    an_out = _("the file for the learners' points; a second one beside it, scores_items.csv, is for the questions")
    scoring.add_argument("--out", type=Path, default=Path(SCORES), metavar="FILE", help=an_out)
    scoring.set_defaults(run=_score)


def _make(options: argparse.Namespace) -> int:
    from widgets.form.form_notebook import form_notebook  # here: most commands need no questions

    path: Path = options.file or Path(f"form_{options.form}.ipynb")
    if path.exists():
        print(_("{path} is there already, and may hold answers. Name another file.").format(path=path), file=sys.stderr)
        return 2
    try:
        write(path, form_notebook(options.form))
    except OSError as error:
        return _not_written(path, error)
    print(_("Written to {path}. Give it to your class; it does not say what is right.").format(path=path))
    return 0


def _score(options: argparse.Namespace) -> int:
    from widgets.form.gains import learner_gains, question_gains
    from widgets.form.handed_in import read_class
    from widgets.form.score_sheets import items_path, write_sheets

    learners, problems = read_class(options.paths)
    for problem in problems:
        print(problem, file=sys.stderr)
    if not learners:
        print(_("There is no form with answers here."), file=sys.stderr)
        return 2
    rows = learner_gains(learners)
    try:
        write_sheets(options.out, rows, question_gains(learners))
    except OSError as error:
        return _not_written(options.out, error)
    counts = [sum(form in one.taken for one in learners) for form in FORMS]
    both = sum(row.gain is not None for row in rows)
    said = _("Before: {before} learners. After: {after}. Both: {both}. Written to {learners} and {items}.")
    print(
        said.format(before=counts[0], after=counts[1], both=both, learners=options.out, items=items_path(options.out))
    )
    return int(bool(problems))


def _not_written(path: Path, error: OSError) -> int:
    reason = error.strerror or str(error)
    print(_("{file} could not be written: {reason}").format(file=path, reason=reason), file=sys.stderr)
    return 2
