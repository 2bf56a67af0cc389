"""What `tapedeck doctor` finds: what is installed, what is missing, what it is for and how to get it."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable

from widgets.common.catalogue import _
from widgets.common.columns import padded
from widgets.grading.sandbox.seccomp_filter import filter_missing

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""Names under which a browser that the tests can drive is installed."""


_PROBE = """
import tensorflow
print(tensorflow.__version__, flush=True)
from widgets.tape.hooks import missing_hook_points, missing_in_graphs
print(", ".join(missing_hook_points()), flush=True)
print(", ".join(missing_in_graphs()), flush=True)
"""


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing that was looked for.

    `found` is its version, or "" where it is missing or does not work; `remedy` says how to get it; `only_for` names
    the one job it serves, and is "" for what every learner needs.
    """

    what: str
    found: str
    remedy: str = ""
    only_for: str = ""

    @property
    def stops_a_learner(self) -> bool:
        """Whether the lessons cannot be worked through without it."""
        return not self.found and not self.only_for


def examine() -> tuple[Finding, ...]:
    """Look at this machine; return a tuple of Findings. Nothing is installed or changed."""
    packages = (_package("JupyterLab"), _package("anywidget"))
    return (_python(), *_tensorflow(), *packages, _browser(), _sandbox(), _filter(), _node())


def report(findings: Iterable[Finding]) -> str:
    """Put findings into words.

    Args:
        findings: what `examine` returned.

    Returns:
        A line for each finding, the remedy under what is missing, and a last line with the conclusion.

    Example:
        >>> print(report([Finding("Node.js", "", "From nodejs.org", "changing the JavaScript")]))
          missing  Node.js (only needed for changing the JavaScript)
                   From nodejs.org
        <BLANKLINE>
        All is well. Next: jupyter lab lessons
    """
    findings = list(findings)
    lines = [line for finding in findings for line in _lines(finding)]
    missing = ", ".join(finding.what for finding in findings if finding.stops_a_learner)
    upshot = (
        _("The lessons will not run yet. Missing: {names}.") if missing else _("All is well. Next: jupyter lab lessons")
    )
    return "\n".join([*lines, "", upshot.format(names=missing)])


def _lines(finding: Finding) -> list[str]:
    job = _(" (only needed for {job})").format(job=finding.only_for) if finding.only_for else ""
    state = padded(_("ok") if finding.found else _("missing"), 8)  # not in the f-string: there Babel does not see it
    if finding.found:
        return [f"  {state} {finding.what} {finding.found}{job}"]
    return [f"  {state} {finding.what}{job}", f"  {'':8} {finding.remedy}"]


def _install() -> str:
    return _("In Tapedeck's folder, run: pip install -r requirements.txt")


def _python() -> Finding:
    first, end = _pythons()
    remedy = _("This is Python {version}. TensorFlow and Tapedeck need {first} or newer, below {end}.")
    fits = _numbers(first) <= sys.version_info[:2] < _numbers(end)
    version = platform.python_version()
    return Finding("Python", version if fits else "", remedy.format(version=version, first=first, end=end))


def _pythons() -> tuple[str, str]:
    """Return the first Python that works and the first that no longer does, as the installed package says."""
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        requires = importlib.metadata.metadata("tapedeck")["Requires-Python"]
        first, end = (re.search(rf"{sign}\s*([\d.]+)", requires) for sign in (">=", "<(?!=)"))
        if first and end:
            return first[1], end[1]
    return "3", "4"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _tensorflow() -> tuple[Finding, Finding]:
    """Start TensorFlow, and ask the recorder whether it has the private names that it hooks into.

    In a process of its own: being installed is not enough, and a wheel for another processor takes Python down with it.
    """
    probe = subprocess.run([sys.executable, "-c", _PROBE], capture_output=True, text=True)
    said = probe.stdout.splitlines()
    why = (probe.stderr.splitlines() or [""])[-1] or _("Python itself stopped ({code})").format(code=probe.returncode)
    recorder = _("the tape recorder")
    if not said:
        remedy = _install() if "No module named 'tensorflow'" in why else _("It does not start: {why}").format(why=why)
        return Finding("TensorFlow", "", remedy), Finding(recorder, "", _("It needs TensorFlow."))
    version, *names = said
    if len(names) == 2 and not names[0]:
        fits = _("(fits this TensorFlow, but a tape inside a tf.function stays closed, without {names})")
        told = fits.format(names=names[1]) if names[1] else _("(fits this TensorFlow)")
        return Finding("TensorFlow", version), Finding(recorder, told)
    lacking = _("TensorFlow {version} lacks names that the recorder hooks into: {names}.")
    remedy = lacking.format(version=version, names=names[0] if len(names) == 2 else why)
    return Finding("TensorFlow", version), Finding(recorder, "", f"{remedy} {_install()}")


def _package(name: str) -> Finding:
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return Finding(name, importlib.metadata.version(name))
    return Finding(name, "", _install())


def _browser() -> Finding:
    remedy = _("Install Chromium or Chrome, or set TAPEDECK_CHROMIUM to where it is.")
    return Finding("Chromium", _program(os.environ.get("TAPEDECK_CHROMIUM"), *BROWSERS), remedy, _("the browser tests"))


def _filter() -> Finding:
    """Look for the filter of system calls that sandboxed kernels get besides bubblewrap."""
    reason = filter_missing()
    return Finding("libseccomp", "" if reason else "2", reason, _("grading others' notebooks"))


def _sandbox() -> Finding:
    return Finding(
        "bubblewrap", _program("bwrap"), _("On Linux: apt install bubblewrap"), _("grading others' notebooks")
    )


def _node() -> Finding:
    return Finding(
        "Node.js", _program("node"), _("From nodejs.org, or: apt install nodejs npm"), _("changing the JavaScript")
    )


def _program(*names: str | None) -> str:
    """Return the version of the first of these programs that is there and starts, or ""."""
    path = next(filter(None, map(shutil.which, filter(None, names))), None)
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        said = path and subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20).stdout
        return next((word.removeprefix("v") for word in (said or "").split() if "." in word), "")
    return ""
