"""`tapedeck grade PATH…`: its arguments and exit status, and what is refused before grading begins.

A refusal is a sentence that says what can be graded. Until `need_packages` has been asked, this imports nothing that
learning does without.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from widgets.common.catalogue import _
from widgets.grading.collection import is_own_file
from widgets.grading.model import BWRAP, INTERRUPTED, NONE, SANDBOXES, Refusal, Settings

if TYPE_CHECKING:
    from widgets.grading.session import Report

GRADES = "grades"
"""The folder for a class's verdicts if none is named: in the current folder."""

_PACKAGES = ("filelock", "jupyter_client", "nbconvert", "nbformat", "nbval", "psutil", "pytest", "rich")


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
    a_sheet = _("a written.csv in which you have filled in the points of written answers")
    add("--manual", type=Path, metavar="FILE", help=a_sheet)


def run(options: argparse.Namespace, report: Report) -> int:
    """Grade what was asked for.

    Args:
        options: the parsed arguments.
        report: what is done with the class once it is graded.

    Returns:
        The exit status: 0 if everything was graded; 1 if something was not; 2 if nothing could begin; INTERRUPTED if
        Ctrl-C came before anything had begun. A second Ctrl-C ends the process with the same status.
    """
    out = None
    try:
        need_packages()
        if notice := sandbox_notice(options.sandbox):
            print(notice, file=sys.stderr)
        out = output_folder(options.paths, options.out)
        return _grade(options, out, report)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
    except OSError as error:
        said = _("The grades cannot be written to {path}: {reason}")  # a full disk does not say where it is
        print(said.format(path=error.filename or out, reason=error.strerror or error), file=sys.stderr)
    except KeyboardInterrupt:
        return INTERRUPTED
    return 2


def _grade(options: argparse.Namespace, out: Path | None, report: Report) -> int:
    from widgets.grading import session  # here: it needs what need_packages() asks for

    names = ("sandbox", "workers", "reference", "regrade")
    settings = Settings(out=out, **{name: getattr(options, name) for name in names})
    refusal = sandbox_refusal(options.paths, settings.sandbox)
    if options.manual and out is None:
        raise Refusal(_("--manual needs the folder that the grades are in: add --out DIR."))
    with contextlib.ExitStack() as stack:
        run_each = None
        if options.dask:
            if refusal:
                raise refusal
            need_cluster_packages(settings.sandbox)
            from widgets.grading.dask_cluster import on_cluster

            run_each = stack.enter_context(on_cluster(options.dask, settings))
        return session.run(
            options.paths, settings, options.only, options.junit, run_each, options.manual, refusal, report
        )


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(_("at least 1"))
    return number


def need_packages() -> None:
    """Check that the packages are installed that grading needs and learning does not.

    Raises:
        Refusal: if one is missing.
    """
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        said = _("Grading needs {names}: pip install -e '.[grade]' installs them.")
        raise Refusal(said.format(names=", ".join(missing)))


def sandbox_refusal(paths: Sequence[str], sandbox: str) -> Refusal | None:
    """Check that other people's code runs in a sandbox, and that there is one. Written answers need none.

    Args:
        paths: what is to be graded.
        sandbox: one of `model.SANDBOXES`.

    Returns:
        Why no code can be run: there is no sandbox, or none was requested for more than one file of one's own.
    """
    from widgets.grading.sandbox.bubblewrap import sandbox_missing  # here: it needs what need_packages() asks for

    reason = sandbox_missing()
    if sandbox == NONE and not is_own_file(paths):
        said = _(
            "A notebook's code can do everything that you can. So --sandbox none is only for one file of your own."
        )
        return Refusal("\n".join(filter(None, (said, reason))))
    if sandbox != NONE and reason:
        own = _("If the file is your own, add --sandbox none: it then runs as if you ran it yourself.")
        return Refusal("\n".join([reason, *([own] if is_own_file(paths) else [])]))
    return None


def sandbox_notice(sandbox: str) -> str:
    """Return that kernels get no filter of system calls on this machine, and why, in a sentence; "" if they do."""
    from widgets.grading.sandbox.seccomp_filter import filter_missing

    return "" if sandbox == NONE else filter_missing()


def need_cluster_packages(sandbox: str) -> None:
    """Check that a Dask cluster can grade: never without a sandbox, and only with the package distributed.

    Args:
        sandbox: one of `model.SANDBOXES`.

    Raises:
        Refusal: if it cannot.
    """
    if sandbox == NONE:
        raise Refusal(_("A cluster grades other people's code, which never runs without a sandbox."))
    if importlib.util.find_spec("distributed") is None:
        raise Refusal(_("Grading on a cluster needs distributed: pip install -e '.[class]' installs it."))


def output_folder(paths: Sequence[str], out: Path | None) -> Path | None:
    """Return the folder to grade into.

    Args:
        paths: what is to be graded.
        out: the folder that was asked for.

    Returns:
        None for a file of one's own if no folder was asked for: its verdicts are only shown.

    Raises:
        Refusal: if the folder is inside a submission.
    """
    if out is None and is_own_file(paths):
        return None
    out = Path(out or GRADES)
    inside = [path for path in paths if Path(path).is_dir() and out.resolve().is_relative_to(Path(path).resolve())]
    if inside:
        said = _("{out} is inside {path}, where the submissions are. Choose another folder, such as --out {other}.")
        other = Path(inside[0]).resolve().with_name(GRADES)
        raise Refusal(said.format(out=out, path=inside[0], other=other))
    return out
