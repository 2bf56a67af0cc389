"""`tapedeck grade PATH…`: what may be asked for, and what the exit status says."""

import argparse
import contextlib
import os
import sys
from pathlib import Path

from widgets.common.catalogue import _
from widgets.grading.answers.lessons import NoReference
from widgets.grading.asking import Refusal, need_packages, need_sandbox, out_of
from widgets.grading.batches.ledger import Busy
from widgets.grading.settings import BWRAP, SANDBOXES, Settings
from widgets.grading.stopping import INTERRUPTED


def add_arguments(parser):
    """Tell an `argparse` parser what `tapedeck grade` may be asked for."""
    add = parser.add_argument
    a_path = _("a notebook; or a folder with a folder for each learner, such as nbgrader's submitted/")
    add("paths", nargs="+", metavar="PATH", help=a_path)
    an_out = _("where grades.csv, verdicts and feedback go; for a folder, grades/ if you name none")
    add("--out", type=Path, metavar="DIR", help=an_out)
    add("--only", default="*", metavar="PATTERN", help=_("notebooks whose path ends so, such as 'lessons/01_*.ipynb'"))
    add("--workers", type=_count, default=os.cpu_count() or 1, metavar="N", help=_("how many to grade at a time"))
    add("--dask", metavar="ADDRESS", help=_("grade on the Dask cluster whose scheduler is there"))
    add("--sandbox", choices=SANDBOXES, default=BWRAP, help=_("where answers run; none is for one file of your own"))
    add("--reference", type=Path, metavar="DIR", help=_("the folder with solutions/ and lessons/ to grade by"))
    add("--junit", type=Path, metavar="FILE", help=_("write the verdicts as JUnit's XML too"))
    add("--regrade", action="store_true", help=_("grade anew what has been graded"))
    parser.set_defaults(run=run)


def main(arguments=None):
    """Run `python -m widgets.grading` with these arguments (those of the command line if None)."""
    parser = argparse.ArgumentParser(prog="python -m widgets.grading")
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def run(chosen):
    """Grade what was chosen. Return 0 if all of it was graded, 1 if something was not, 2 if it was asked wrongly.

    INTERRUPTED if Ctrl-C comes before anything was begun; a second Ctrl-C ends the process with the same status.
    """
    try:
        need_packages()
        need_sandbox(chosen.paths, chosen.sandbox)
        return _graded(chosen, out_of(chosen.paths, chosen.out))
    except (Refusal, NoReference, Busy) as refusal:
        print(refusal, file=sys.stderr)
    except OSError as error:
        print(_("The grades cannot be written: {reason}").format(reason=error), file=sys.stderr)
    except KeyboardInterrupt:
        return INTERRUPTED
    return 2


def _graded(chosen, out):
    from widgets.grading import session
    from widgets.grading.batches import cluster  # here: they need what need_packages() asks for

    names = ("sandbox", "workers", "reference", "regrade")
    settings = Settings(out=out, **{name: getattr(chosen, name) for name in names})
    there = cluster.on_cluster(chosen.dask, settings) if chosen.dask else contextlib.nullcontext()
    with there as each:
        return session.run(chosen.paths, settings, chosen.only, chosen.junit, each)


def _count(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(_("at least 1"))
    return number
