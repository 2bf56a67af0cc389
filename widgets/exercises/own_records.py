"""The records of a course of a teacher's own: read from their text, and found beside the notebook that asks for them.

`tapedeck build FOLDER` lays `exercises/` beside the notebooks that it makes: the records, and `course.json`, which says
which there are. A record is code, so none is run before somebody asks for its exercise by its name.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise
from widgets.exercises.own_exercise import OwnExercise, as_exercise

FOLDER = "exercises"
"""Beside the notebooks of a course."""

MANIFEST = "course.json"
RECORD = "EXERCISE"
"""The name of the record in its file."""

OF_RECORD = "__tapedeck_record__"
"""The name by which the code of a record is known in a traceback."""


class BadRecord(ValueError):
    """A file is no record of an exercise; the message says why."""


@dataclass(frozen=True)
class OwnCourse:
    """What `course.json` says.

    Attributes:
        name: of the course: that of its folder.
        lessons: the names of the exercises of each lesson, by the lesson's name.
        sentences: translations of what the records say, from the English.
        folder: where the records are.
    """

    name: str
    lessons: Mapping[str, tuple[str, ...]]
    sentences: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path(FOLDER)

    @property
    def exercises(self) -> list[str]:
        """The names of all exercises, in the order of the lessons."""
        return [name for names in self.lessons.values() for name in names]

    def key(self, name: str) -> str:
        """Return under which name an exercise is kept among a learner's progress: two courses may have the same."""
        return f"{self.name}/{name}"

    def exercise(self, name: str) -> Exercise:
        """Return one of the exercises; raise BadRecord if its file is damaged."""
        path = self.folder / f"{name}.py"
        try:
            source = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadRecord(_("{path} cannot be read: {reason}").format(path=path, reason=error)) from error
        return exercise_of(name, source, lambda text: self.sentences.get(text, text))

    def as_json(self) -> str:
        """Return the text of `course.json`."""
        facts = {"tapedeck": 1, "name": self.name, "lessons": self.lessons, "sentences": self.sentences}
        return json.dumps(facts, indent=1, ensure_ascii=False) + "\n"


def exercise_of(name: str, source: str, say: Callable[[str], str] = str) -> Exercise:
    """Return the exercise that a record's text declares.

    Args:
        name: of the exercise.
        source: the text, which is run.
        say: translates a sentence.

    Returns:
        The exercise.

    Raises:
        BadRecord: if the text declares none.
    """
    own = record_in(source, f"{name}.py")
    try:
        return as_exercise(name, own, say)
    except Exception as error:  # whatever is wrong in it
        raise BadRecord(_("{path} cannot be used: {error}").format(path=f"{name}.py", error=told(error))) from error


def record_in(source: str, path: str) -> OwnExercise:
    """Return the record in a text.

    Args:
        source: the text, which is run.
        path: where it is from.

    Returns:
        The record.

    Raises:
        BadRecord: if it fails, or there is none in it.
    """
    namespace: dict[str, Any] = {"__name__": Path(path).stem, OF_RECORD: path}
    try:
        exec(compile(source, path, "exec"), namespace)
    except (Exception, SystemExit) as error:  # it is code, and may do anything
        raise BadRecord(_("{path} cannot be used: {error}").format(path=path, error=told(error))) from error
    found = namespace.get(RECORD)
    if not isinstance(found, OwnExercise):
        said = _("{path} declares no exercise. It needs a line: {name} = OwnExercise(...)")
        raise BadRecord(said.format(path=path, name=RECORD))
    return found


def told(error: BaseException) -> str:
    """Return an exception in a line, with the last line of the record that led to it."""
    if isinstance(error, SyntaxError):
        said, line = f"{type(error).__name__}: {error.msg}", error.lineno
    else:
        places = traceback.walk_tb(error.__traceback__)
        lines = [number for frame, number in places if isinstance(frame.f_globals.get(OF_RECORD), str)]
        said, line = f"{type(error).__name__}: {error}", lines[-1] if lines else None
    return _("{error}, in line {line}").format(error=said, line=line) if line else said


def course_here() -> OwnCourse | None:
    """Return the course whose notebook asks: the one beside it; None if there is none, or its `course.json` is damaged.

    A notebook that has gone to another folder meanwhile still belongs to the course that was found first.
    """
    found = course_in(Path.cwd())
    if found:
        _last[:] = [found]
    return next(iter(_last), None)


_last: list[OwnCourse] = []


def course_in(folder: Path) -> OwnCourse | None:
    """Return the course whose records lie in a folder's `exercises/`; None if there is none."""
    path = folder / FOLDER / MANIFEST
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        lessons = {str(lesson): tuple(map(str, names)) for lesson, names in facts["lessons"].items()}
        sentences = {str(text): str(said) for text, said in facts.get("sentences", {}).items()}
        return OwnCourse(str(facts["name"]), lessons, sentences, path.parent)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
