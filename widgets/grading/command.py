"""`tapedeck grade PATH…`: its arguments and its exit status."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from widgets.common.catalogue import _
from widgets.grading.answers.lesson_reference import NoReference
from widgets.grading.batch_settings import BWRAP, INTERRUPTED, SANDBOXES, Settings
from widgets.grading.batches.ledger import FolderInUse
from widgets.grading.preflight import (
    Refusal,
    need_cluster_packages,
    need_packages,
    need_sandbox,
    output_folder,
    sandbox_notice,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give a parser the arguments of `tapedeck grade`."""
    add = parser.add_argument
    a_path = _("a notebook; or a folder with a folder for each learner, such as nbgrader's submitted/")
    add("paths", nargs="+", metavar="PATH", help=a_path)
    an_out = _("where grades.csv, verdicts and feedback go; for a folder, grades/ by default")
    add("--out", type=Path, metavar="DIR", help=an_out)
    only = _("notebooks whose path ends like this, such as 'lessons/01_*.ipynb'")
    add("--only", default="*", metavar="PATTERN", help=only)
    add("--workers", type=_count, default=os.cpu_count() or 1, metavar="N", help=_("how many to grade at a time"))
    add("--dask", metavar="ADDRESS", help=_("grade on the Dask cluster with this scheduler"))
    add("--sandbox", choices=SANDBOXES, default=BWRAP, help=_("where answers run; none is for one file of your own"))
    add("--reference", type=Path, metavar="DIR", help=_("the folder with solutions/ and lessons/ to grade against"))
    add("--junit", type=Path, metavar="FILE", help=_("also write the verdicts as JUnit XML"))
    add("--regrade", action="store_true", help=_("grade again what has been graded"))
    parser.set_defaults(run=run)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `python -m widgets.grading` with these arguments (the command line's if None); return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m widgets.grading")
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def run(options: argparse.Namespace) -> int:
    """Grade what was asked for.

    Args:
        options: the parsed arguments.

    Returns:
        The exit status: 0 if everything was graded; 1 if something was not; 2 if nothing could begin; INTERRUPTED if
        Ctrl-C came before anything had begun. A second Ctrl-C ends the process with the same status.
    """
    try:
        need_packages()
        need_sandbox(options.paths, options.sandbox)
        if notice := sandbox_notice(options.sandbox):
            print(notice, file=sys.stderr)
        return _grade(options, output_folder(options.paths, options.out))
    except (Refusal, NoReference, FolderInUse) as refusal:
        print(refusal, file=sys.stderr)
    except OSError as error:
        print(_("The grades cannot be written: {reason}").format(reason=error), file=sys.stderr)
    except KeyboardInterrupt:
        return INTERRUPTED
    return 2


def _grade(options: argparse.Namespace, out: Path | None) -> int:
    from widgets.grading import session  # here: it needs what need_packages() asks for

    names = ("sandbox", "workers", "reference", "regrade")
    settings = Settings(out=out, **{name: getattr(options, name) for name in names})
    with contextlib.ExitStack() as stack:
        run_each = None
        if options.dask:
            need_cluster_packages(settings.sandbox)
            from widgets.grading.batches.dask_cluster import on_cluster

            run_each = stack.enter_context(on_cluster(options.dask, settings))
        return session.run(options.paths, settings, options.only, options.junit, run_each)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(_("at least 1"))
    return number
