"""What cannot be graded as it was asked, each with the sentence that says how it can."""

import importlib.util
from pathlib import Path

from widgets.common.catalogue import _
from widgets.grading.settings import NONE

GRADES = "grades"
"""Where a class's verdicts go if nothing else is said: in the current folder."""

_NEEDS = ("jupyter_client", "nbconvert", "nbformat", "nbval", "psutil", "pytest", "rich")


class Refusal(ValueError):
    """It cannot be graded like this; the text says how it can."""


def is_own(paths):
    """Whether the paths are one file: a learner's own, for all that the grader knows."""
    return len(paths) == 1 and not Path(paths[0]).is_dir()


def need_packages():
    """Raise Refusal where a package is not installed that grading needs and learning does not."""
    missing = [name for name in _NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        said = _("Grading needs {names}: pip install -e '.[grade]' installs them.")
        raise Refusal(said.format(names=", ".join(missing)))


def need_sandbox(paths, sandbox):
    """Raise Refusal where other people's code would run without a sandbox, or there is none."""
    # imported here, so that a machine without a sandbox can hear why
    from widgets.grading.sandbox.bubblewrap import sandbox_missing as why_not

    why = why_not()
    if sandbox == NONE and not is_own(paths):
        said = _("What is in a notebook can do all that you can. So --sandbox none is only for one file of your own.")
        raise Refusal("\n".join(filter(None, (said, why))))
    if sandbox != NONE and why:
        own = _("If the file is your own, add --sandbox none: it runs as if you ran it yourself.")
        raise Refusal("\n".join([why, *([own] if is_own(paths) else [])]))


def out_of(paths, out):
    """Return the folder to grade into, None for an own file with nowhere said. Raises Refusal inside a submission."""
    if out is None and is_own(paths):
        return None
    out = Path(out or GRADES)
    inside = [path for path in paths if Path(path).is_dir() and out.resolve().is_relative_to(Path(path).resolve())]
    if inside:
        said = _("{out} lies in {path}, where learners' files are. Choose another folder, such as --out {other}.")
        other = Path(inside[0]).resolve().with_name(GRADES)
        raise Refusal(said.format(out=out, path=inside[0], other=other))
    return out
