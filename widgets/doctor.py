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
from pathlib import Path

from widgets.common import distribution
from widgets.common.catalogue import _
from widgets.common.columns import padded
from widgets.course.lesson_copies import nearest_lessons
from widgets.grading.sandbox.seccomp_filter import filter_missing

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""Names under which a browser that the tests can drive is installed."""

_OLDEST = {"firefox": 121, "google-chrome": 105, "chromium": 105, "chromium-browser": 105, "microsoft-edge": 105}
"""Browsers that may be a learner's, and from which version on they show the widgets: `:has()` in a style."""

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
    the one job it serves, and is "" for what every learner needs. `of_another_version` says that it is there, but of a
    version that does not work.
    """

    what: str
    found: str
    remedy: str = ""
    only_for: str = ""
    of_another_version: bool = False

    @property
    def stops_a_learner(self) -> bool:
        """Whether the lessons cannot be worked through without it."""
        return not self.found and not self.only_for


def examine(*, start_tensorflow: bool = True) -> tuple[Finding, ...]:
    """Look at this machine. Nothing is installed or changed.

    Args:
        start_tensorflow: whether to see that TensorFlow starts, which takes from some seconds to a minute; else only
            that it is installed.

    Returns:
        The Findings.
    """
    tensorflow = _tensorflow() if start_tensorflow else (_package("TensorFlow", "tensorflow-cpu", "tensorflow"),)
    packages = (_package("Keras"), _jupyterlab(), _package("anywidget"))
    return (_python(), *tensorflow, *packages, *_old_browsers(), _browser(), _sandbox(), _filter(), _node())


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

    The last line names the next command; in a notebook, where this is read, there is none.
    """
    findings = list(findings)
    lines = [line for finding in findings for line in _lines(finding)]
    missing = ", ".join(finding.what for finding in findings if finding.stops_a_learner)
    return "\n".join([*lines, "", _upshot(missing)])


def _upshot(missing: str) -> str:
    if missing:
        return _("The lessons will not run yet. Missing: {names}.").format(names=missing)
    if _in_notebook():
        return _("All is well.")
    here = Path.cwd()
    folder = nearest_lessons(here)
    command = " ".join(["jupyter lab", *folder.relative_to(here).parts]) if folder else "tapedeck lessons"
    return _("All is well. Next: {command}").format(command=command)


def _lines(finding: Finding) -> list[str]:
    job = _(" (only needed for {job})").format(job=finding.only_for) if finding.only_for else ""
    state = padded(_("ok") if finding.found else _("missing"), 8)  # not in the f-string: there Babel does not see it
    if finding.found:
        return [f"  {state} {finding.what} {finding.found}{job}"]
    return [f"  {state} {finding.what}{job}", f"  {'':8} {finding.remedy}"]


def _install() -> str:
    command = distribution.how_to_install()
    if command.endswith(".txt"):
        return _("In Tapedeck's folder, run: {command}").format(command=command)
    return _("Run: {command}").format(command=command)


def _in_notebook() -> bool:
    """Say whether this runs in a kernel: then something shows it, be it JupyterLab, Colab or an editor."""
    kernels = sys.modules.get("ipykernel.kernelapp")  # other programs may have imported it, too
    return kernels is not None and bool(kernels.IPKernelApp.initialized())


def _python() -> Finding:
    version, wanted = platform.python_version(), distribution.required("python")
    remedy = _("This is Python {version}. TensorFlow and Tapedeck need {wanted}.")
    found = version if _fits(version, wanted) else ""
    return Finding("Python", found, remedy.format(version=version, wanted=wanted))


def _fits(version: str, wanted: str) -> bool:
    """Return whether a version is one of those that are wanted, such as ">=2.18,<3"."""
    numbers = _numbers(version)
    bounds = re.findall(r"(>=|<)\s*([\d.]+)", wanted)
    return all(numbers >= _numbers(bound) if sign == ">=" else numbers < _numbers(bound) for sign, bound in bounds)


def _numbers(version: str) -> tuple[int, ...]:
    release = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, release[0].split("."))) if release else ()


def _tensorflow() -> tuple[Finding, Finding]:
    """Start TensorFlow, and ask the recorder whether it has the private names that it hooks into.

    In a process of its own: being installed is not enough, and a wheel for another processor takes Python down with it.
    """
    package, recorder = _package("TensorFlow", "tensorflow-cpu", "tensorflow"), _("the tape recorder")
    if package.of_another_version:
        return package, Finding(recorder, "", _("It needs TensorFlow."))
    probe = subprocess.run([sys.executable, "-c", _PROBE], capture_output=True, text=True)
    said = probe.stdout.splitlines()
    if not said:
        cure = _cure(probe.returncode, probe.stderr)
        return Finding("TensorFlow", "", cure), Finding(recorder, "", _("It needs TensorFlow."))
    version, *names = said
    why = _reason(probe.returncode, probe.stderr)
    if len(names) == 2 and not names[0]:
        fits = _("(fits this TensorFlow, but a tape inside a tf.function stays closed, without {names})")
        told = fits.format(names=names[1]) if names[1] else _("(fits this TensorFlow)")
        return Finding("TensorFlow", version), Finding(recorder, told)
    lacking = _("TensorFlow {version} lacks names that the recorder hooks into: {names}.")
    remedy = lacking.format(version=version, names=names[0] if len(names) == 2 else why)
    return Finding("TensorFlow", version), Finding(recorder, "", f"{remedy} {_install()}")


def _reason(status: int, said: str) -> str:
    """Return why a Python ended: its last exception, also one told of in another, or its last words."""
    lines = said.splitlines()
    exceptions = [line for line in lines if re.match(r"[\w.]+(Error|Exception): (?!Traceback)", line)]
    return (exceptions or lines or [_("Python itself stopped ({code})").format(code=status)])[-1]


def _cure(status: int, said: str) -> str:
    """Return what helps where TensorFlow does not start."""
    if "No module named 'tensorflow'" in said:
        return _install()
    told = _("It does not start: {why}").format(why=_reason(status, said))
    if status in _ILLEGAL_INSTRUCTION or "AVX" in said:
        told += " " + _("This processor lacks instructions (AVX) that it is built with. Use Colab or another machine.")
    elif "DLL load failed" in said:
        told += " " + _("Microsoft's runtime may be missing. Run: {command}").format(
            command="winget install Microsoft.VCRedist.2015+.x64"
        )
    else:
        told += " " + _install()
    return told


_ILLEGAL_INSTRUCTION = (-4, 0xC000001D)
"""How a process ends, on Linux and macOS and on Windows, that runs what its processor does not know."""


def _jupyterlab() -> Finding:
    """Look for JupyterLab, and for its part of the widgets, without which it shows none."""
    found = _package("JupyterLab")
    if _in_notebook():  # what shows this notebook may be something else, such as Colab
        return dataclasses.replace(found, only_for=_("opening notebooks in a browser of your own"))
    if found.found and not (lacking := _missing_in_jupyterlab()):
        return found
    if found.found:
        remedy = _("It is not whole: {names} is missing. Run: {command}")
        reinstall = "pip install --force-reinstall jupyterlab jupyterlab-widgets anywidget"
        return Finding(found.what, "", remedy.format(names=", ".join(lacking), command=reinstall))
    return found


def _missing_in_jupyterlab() -> list[str]:
    """Return the packages whose part of JupyterLab is not there, though their Python part may be."""
    return [name for name in ("jupyterlab", "jupyterlab-widgets", "anywidget") if not _is_whole(name)]


def _is_whole(name: str) -> bool:
    try:
        files = importlib.metadata.files(name) or []  # of a package of the system's own there may be no list
    except importlib.metadata.PackageNotFoundError:
        return False
    shown = [file for file in files if "share/jupyter" in file.as_posix() and file.suffix in (".html", ".json")]
    return all(os.path.exists(file.locate()) for file in shown)


def _package(name: str, *distributions: str) -> Finding:
    for known_as in distributions or (name.lower(),):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            version, wanted = importlib.metadata.version(known_as), distribution.required(known_as)
            if _fits(version, wanted):
                return Finding(name, version)
            told = _("This is {name} {version}. Tapedeck needs {wanted}.")
            remedy = f"{told.format(name=name, version=version, wanted=wanted)} {_install()}"
            return Finding(name, "", remedy, of_another_version=True)
    return Finding(name, "", _install())


def _old_browsers() -> list[Finding]:
    """Return the browsers on this machine that are too old for the widgets, unless there is one that is not."""
    found = [(name, _program(name), oldest) for name, oldest in _OLDEST.items()]
    if any(_numbers(version) >= (oldest,) for _name, version, oldest in found):
        return []
    told = _("{name} {version} is too old: from {oldest} on it shows the widgets. Update it, or use another browser.")
    return [
        Finding(name, "", told.format(name=name, version=version, oldest=oldest), _("seeing the widgets live"))
        for name, version, oldest in found
        if version
    ]


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
