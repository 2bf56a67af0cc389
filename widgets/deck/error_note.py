"""One line under a traceback: what `explain` knows of an error in a cell that was not recorded, or else nothing."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from widgets.common.catalogue import _
from widgets.common.grader_protocol import is_grading
from widgets.diagnosis import causes, of_error
from widgets.diagnosis.text import Diagnosis, diagnosis_of


@dataclass(frozen=True)
class ErrorNote:
    """A line about an error, with a link to more where a lesson about it is at hand.

    Attributes:
        text: the line.
        lesson: the path of the lesson from where the notebook runs; "" if there is none.
    """

    text: str
    lesson: str = ""

    def __repr__(self) -> str:
        return " ".join(filter(None, [self.text, self.lesson and _("More: {lesson}").format(lesson=self.lesson)]))

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        more = _("More: {lesson}").format(lesson=Path(self.lesson).stem)
        link = f' <a href="{html.escape(self.lesson)}">{html.escape(more)}</a>' if self.lesson else ""
        return {"text/plain": repr(self), "text/html": f"<p>{html.escape(self.text)}{link}</p>"}


def note_of(error: BaseException) -> ErrorNote | None:
    """Return the note on an error in a learner's cell; None where the cause is not known, and for a grader."""
    if is_grading():
        return None
    found = of_error(error)
    if found.cause in (causes.ANY_ERROR, causes.UNKNOWN):
        return None
    said = diagnosis_of(found)
    raised_at = found.recording.error.place if found.recording.error else None
    line = said.line if found.place != raised_at else None
    return ErrorNote(f"Tapedeck: {_sentences(said, line)}", _at_hand(said.lesson))


def _sentences(said: Diagnosis, line: tuple[int, str] | None) -> str:
    """Return cause and repair; the line too where it is another one than the traceback ends in."""
    where = _("Line {number}: `{text}`.").format(number=line[0], text=line[1]) if line and line[1] else ""
    return " ".join(filter(None, [where, said.cause, said.repair, _("`explain()` says more.")]))


def _at_hand(lesson: str) -> str:
    """Return the path of a lesson, or else of the page on troubles, from where the notebook runs; "" if not there."""
    names = [Path(lesson).name] if lesson else []
    for name in (*names, "troubleshooting.ipynb"):
        for folder in (Path(), Path("lessons"), Path("tapedeck-lessons")):
            if (folder / name).is_file():
                return (folder / name).as_posix()
    return ""
