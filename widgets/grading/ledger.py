"""What a batch has found out so far, kept in OUT at once, so that a run that was killed continues from there.

OUT/verdicts/KEY.json       one submission, as it was last graded
OUT/history/KEY-....json    what a late resubmission, or a corrected reference, has replaced; the file's time says when

The files are all ASCII, and hold no secret.
"""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import functools
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from widgets.common.catalogue import _
from widgets.common.distribution import version
from widgets.common.lessons import LESSONS
from widgets.common.writing import write
from widgets.grading.lesson_reference import LessonReference
from widgets.grading.model import VERDICT_FOLDER, ExerciseVerdict, GradedSubmission, Refusal, Settings, Submission
from widgets.grading.untrusted import short_digest
from widgets.grading.verdict_kinds import VERDICTS

_CHECKS = [Path(__file__).parents[1] / name for name in ("answers", "exercises")]

VERSION = 1
"""Of the format of these files. A submission whose file has another number is graded again."""


class FolderInUse(Refusal):
    """Another run is keeping its verdicts in the same folder."""


class Ledger:
    """The verdicts in a folder.

    Args:
        out: the folder.

    Attributes:
        replaced: the keys whose final verdicts this run has moved to the history.
    """

    def __init__(self, out: str | Path) -> None:
        self._out = Path(out)
        self.replaced: set[str] = set()

    def kept(self, key: str, basis: str) -> GradedSubmission | None:
        """Return the submission that is kept under a key, if its verdicts are final and have this basis, else None."""
        graded, kept_basis = from_json(_text(self._path(key)))
        return graded if graded and graded.is_final and kept_basis == basis else None

    def known(self, key: str) -> GradedSubmission | None:
        """Return the submission as it was last graded, whatever has changed since; None if it never was."""
        return from_json(_text(self._path(key)))[0]

    def keep(self, key: str, basis: str, graded: GradedSubmission) -> None:
        """Keep a graded submission under a key. The basis changes with anything that its verdicts depend on."""
        path = self._path(key)
        before = _text(path)
        former, former_basis = from_json(before)
        if former and former.is_final and (former_basis != basis or former.verdicts != graded.verdicts):
            write(self._out / "history" / f"{key}-{short_digest(before)}.json", before)
            self.replaced.add(key)
        write(path, as_json(graded, basis))

    def _path(self, key: str) -> Path:
        return self._out / VERDICT_FOLDER / f"{key}.json"


@contextlib.contextmanager
def opened(out: str | Path) -> Iterator[Ledger]:
    """Give the ledger of a folder, for this process alone. The lock ends with the process, however that ends.

    Args:
        out: the folder, which is created if it does not exist.

    Yields:
        The ledger.

    Raises:
        FolderInUse: if another run has it.
        OSError: if there can be no such folder.
    """
    from filelock import FileLock, Timeout  # here: it imports asyncio, and `tapedeck grade --help` need not wait for it

    Path(out).mkdir(parents=True, exist_ok=True)
    try:
        lock = FileLock(Path(out) / ".lock").acquire(blocking=False)
    except Timeout:
        said = _("Another run is grading into {folder}. Wait for it, or choose another folder with --out.")
        raise FolderInUse(said.format(folder=out)) from None
    with lock:
        yield Ledger(out)


def as_json(graded: GradedSubmission, basis: str) -> str:
    """Return the text of the file that keeps a submission with the basis of its verdicts."""
    facts = {"tapedeck": VERSION, "basis": basis, "points": graded.points, "out_of": graded.out_of}
    return json.dumps({**facts, **dataclasses.asdict(graded)}, indent=1) + "\n"


def from_json(text: str) -> tuple[GradedSubmission | None, str]:
    """Return the submission and the basis in a file's text; None and "" where it is not such a text."""
    try:
        facts = json.loads(text)
        if facts.pop("tapedeck") != VERSION:
            return None, ""
        basis, _points, _out_of = facts.pop("basis"), facts.pop("points"), facts.pop("out_of")
        submission, verdicts = Submission(**facts.pop("submission")), tuple(map(_verdict, facts.pop("verdicts")))
        return GradedSubmission(submission, verdicts, **{**facts, "notes": tuple(facts["notes"])}), basis
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None, ""


def _verdict(facts: dict[str, Any]) -> ExerciseVerdict:
    verdict = ExerciseVerdict(**{**facts, "advisories": tuple(facts["advisories"])})
    if verdict.kind not in VERDICTS:
        raise ValueError(verdict.kind)
    return verdict


def _text(path: Path) -> str:
    """Return what a file holds; "" where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


@functools.cache
def checks_digest() -> str:
    """Return a digest of the code of the checks: a corrected check is a corrected reference."""
    return digest(*(path.read_text(encoding="utf-8") for folder in _CHECKS for path in sorted(folder.rglob("*.py"))))


def lesson_basis(lesson: LessonReference, settings: Settings) -> str:
    """Return a digest of everything that is the same for all submissions of a lesson, and of nothing else.

    So where the check of one lesson is corrected, the verdicts on all other lessons hold.
    """
    exercises = json.dumps([dataclasses.asdict(task) for task in lesson.tasks])
    solution = json.dumps(lesson.solution, sort_keys=True)
    checks = digest(*(path.read_text(encoding="utf-8") for path in check_files(lesson)))
    return digest(version(), checks, exercises, solution, settings.limits.as_text())


def check_files(lesson: LessonReference) -> list[Path]:
    """Return the source files that decide the verdicts on a lesson's exercises.

    They are all of `widgets.answers` and `widgets.exercises` but the modules of other lessons, unless a module of this
    lesson imports from one.
    """
    names = {exercise.name for exercise in lesson.exercises}
    modules = {f"lesson_{one.number}" for one in LESSONS if names & {*one.exercises}}
    own = _imported_by(modules)
    every = sorted(path for folder in _CHECKS for path in folder.rglob("*.py"))
    return [path for path in every if not path.stem.startswith("lesson_") or path.stem in own]


def _imported_by(modules: Iterable[str]) -> set[str]:
    """Return these modules of lessons and those that they import, directly or not."""
    found, waiting = set[str](), [*modules]
    while waiting:
        name = waiting.pop()
        path = _CHECKS[1] / f"{name}.py"
        if name not in found and path.exists():
            found.add(name)
            waiting += _lessons_named_in(path)
    return found


@functools.cache
def _lessons_named_in(path: Path) -> tuple[str, ...]:
    """Return the modules of lessons that a module imports, wherever in it."""
    nodes = [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    modules = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    names = [one.name for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for one in node.names]
    last = (name.rpartition(".")[2] for name in (*modules, *names))
    return tuple(name for name in last if name.startswith("lesson_"))


def digest(*texts: str) -> str:
    """Return the SHA-256 of some texts, in hex."""
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()
