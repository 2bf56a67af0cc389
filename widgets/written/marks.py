"""The marks of written answers, kept in one file beside the verdicts, which grading again never touches.

OUT/marks.json     by answer_id every mark that was ever read, also of answers that have changed since
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from widgets.common.catalogue import _
from widgets.common.writing import write
from widgets.written.model import Mark, NewPoints, WrittenAnswer

VERSION = 1
"""Of the file's format."""


class UnreadableMarks(ValueError):
    """The file of the marks is damaged; the message says what to do. Nothing is written over it."""


class Marks:
    """The marks in a folder.

    Args:
        out: the folder; None where nothing is kept.

    Attributes:
        new_points: of answers that were marked again, or changed and marked again, the newest last.

    Raises:
        UnreadableMarks: if there is a file of marks that cannot be read.
    """

    def __init__(self, out: Path | None) -> None:
        self._path = out / "marks.json" if out else None
        self._marks, self._sheet, self.new_points = _read(self._path)

    def get(self, answer_id: str) -> Mark | None:
        """Return the mark of the answer with this id; None if it has none."""
        return self._marks.get(answer_id)

    def of(self, answer: WrittenAnswer) -> Mark | None:
        """Return the mark of an answer; None if it has none."""
        return self.get(answer.answer_id)

    def before(self, answer: WrittenAnswer | Mark) -> Mark | None:
        """Return the latest mark with points that the same learner has for any answer to the same question."""
        theirs = [one for one in self._marks.values() if one.question_of == answer.question_of]
        return next((one for one in reversed(theirs) if one.points is not None), None)

    def add(self, marks: Mapping[str, Mark]) -> None:
        """Keep marks, by answer_id, in place of those that these answers had."""
        when = datetime.now().isoformat(sep=" ", timespec="milliseconds")
        for answer_id, mark in marks.items():
            same = self._marks.get(answer_id)
            old = same if same and same.points is not None else self.before(mark)
            if old and old.points is not None and mark.points is not None and mark.points != old.points:
                self.new_points.append(NewPoints(*mark.question_of, when, old.points, mark.points, old is same))
            self._marks.pop(answer_id, None)  # so that the latest stands last
            self._marks[answer_id] = mark
        if marks:
            self._write()

    def is_sheet(self, digest: str) -> bool:
        """Return whether a sheet with this digest is the one that was written last."""
        return digest == self._sheet

    def remember_sheet(self, digest: str) -> None:
        """Remember the digest of the sheet that is about to be written."""
        if self._sheet != digest:
            self._sheet = digest
            self._write()

    def _write(self) -> None:
        if self._path:
            marks = {answer_id: dataclasses.asdict(mark) for answer_id, mark in self._marks.items()}
            new_points = [dataclasses.astuple(one) for one in self.new_points]
            facts = {"tapedeck": VERSION, "sheet": self._sheet, "marks": marks, "new_points": new_points}
            write(self._path, json.dumps(facts, indent=1) + "\n")


def _read(path: Path | None) -> tuple[dict[str, Mark], str, list[NewPoints]]:
    if path is None or not path.exists():
        return {}, "", []
    try:
        facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if facts["tapedeck"] != VERSION:
            raise ValueError(facts["tapedeck"])
        marks = {answer_id: Mark(**mark) for answer_id, mark in facts["marks"].items()}
        return marks, str(facts["sheet"]), [NewPoints(*one) for one in facts.get("new_points", ())]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        said = _(
            "{path} holds the marks of written answers and cannot be read ({reason}). Restore it, or move it away."
        )
        raise UnreadableMarks(said.format(path=path, reason=type(error).__name__)) from error
