"""What a batch has found out so far, kept in OUT at once, so that a run that was killed continues from there.

OUT/verdicts/KEY.json       one submission, as it was last graded
OUT/history/KEY-....json    what a late resubmission, or a corrected reference, has replaced

The files are all ASCII, and hold no secret.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from widgets.common.catalogue import _
from widgets.common.distribution import version
from widgets.common.writing import write
from widgets.grading.lesson_reference import LessonReference
from widgets.grading.model import ExerciseVerdict, GradedSubmission, Refusal, Settings, Submission
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
    """

    def __init__(self, out: str | Path) -> None:
        self._out = Path(out)

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
        if former and former.is_final and former_basis != basis:
            write(self._out / "history" / f"{key}-{short_digest(before)}.json", before)
        write(path, as_json(graded, basis))

    def _path(self, key: str) -> Path:
        return self._out / "verdicts" / f"{key}.json"


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
    """Return a digest of everything that is the same for all submissions of a lesson."""
    exercises = json.dumps([dataclasses.asdict(exercise) for exercise in lesson.exercises])
    solution = json.dumps(lesson.solution, sort_keys=True)
    return digest(version(), checks_digest(), exercises, solution, settings.limits.as_text())


def digest(*texts: str) -> str:
    """Return the SHA-256 of some texts, in hex."""
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()
