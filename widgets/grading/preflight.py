"""Checks before grading begins: what cannot be graded as requested is refused in a sentence that says what can."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

from widgets.common.catalogue import _
from widgets.grading.batch_settings import NONE

GRADES = "grades"
"""The folder for a class's verdicts if none is named: in the current folder."""

_PACKAGES = ("filelock", "jupyter_client", "nbconvert", "nbformat", "nbval", "psutil", "pytest", "rich")


class Refusal(ValueError):
    """Grading is not possible as requested; the message says how it is."""


def is_own_file(paths: Sequence[str]) -> bool:
    """Return whether the paths are one file: the learner's own, for all that the grader knows."""
    return len(paths) == 1 and not Path(paths[0]).is_dir()


def need_packages() -> None:
    """Check that the packages are installed that grading needs and learning does not.

    Raises:
        Refusal: if one is missing.
    """
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        said = _("Grading needs {names}: pip install -e '.[grade]' installs them.")
        raise Refusal(said.format(names=", ".join(missing)))


def need_sandbox(paths: Sequence[str], sandbox: str) -> None:
    """Check that other people's code runs in a sandbox, and that there is one.

    Args:
        paths: what is to be graded.
        sandbox: one of `batch_settings.SANDBOXES`.

    Raises:
        Refusal: if there is no sandbox, or if none was requested for more than one file of one's own.
    """
    from widgets.grading.sandbox.bubblewrap import sandbox_missing  # here: it needs what need_packages() asks for

    reason = sandbox_missing()
    if sandbox == NONE and not is_own_file(paths):
        said = _(
            "A notebook's code can do everything that you can. So --sandbox none is only for one file of your own."
        )
        raise Refusal("\n".join(filter(None, (said, reason))))
    if sandbox != NONE and reason:
        own = _("If the file is your own, add --sandbox none: it then runs as if you ran it yourself.")
        raise Refusal("\n".join([reason, *([own] if is_own_file(paths) else [])]))


def sandbox_notice(sandbox: str) -> str:
    """Return what the sandbox lacks on this machine, in a sentence; "" if nothing.

    Args:
        sandbox: one of `batch_settings.SANDBOXES`.

    Returns:
        That kernels get no filter of system calls, and why.
    """
    from widgets.grading.sandbox.seccomp_filter import filter_missing

    return "" if sandbox == NONE else filter_missing()


def need_cluster_packages(sandbox: str) -> None:
    """Check that a Dask cluster can grade: never without a sandbox, and only with the package distributed.

    Args:
        sandbox: one of `batch_settings.SANDBOXES`.

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
