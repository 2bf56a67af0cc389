"""The lessons as grading needs them: each reference solution, and its exercises by nbgrader's metadata."""

import dataclasses
import functools
import json
from pathlib import Path

from widgets.common.catalogue import _
from widgets.grading.answers.advice import opens_tape
from widgets.grading.facts import Exercise

_CHECKOUT = Path(__file__).parents[3]
_NOTEBOOKS = "[0-9][0-9]_*.ipynb"


class NoReference(ValueError):
    """There is no reference to grade with, or it is not what `tapedeck build` makes."""


@dataclasses.dataclass(frozen=True)
class Lesson:
    """A lesson's reference.

    Attributes:
        name: of its file, such as "01_the_tape".
        solution: the executed notebook of `solutions/`, as nbformat's JSON. Copy it before changing anything.
        exercises: in the order in which the lesson asks them.
    """

    name: str
    solution: dict
    exercises: tuple[Exercise, ...]

    @functools.cached_property
    def marked(self):
        """The `grade_id` of every cell that has one: answers, checks and predictions, each with nbgrader's metadata."""
        marks = (marks_of(cell) for cell in self.solution["cells"])
        return {found["grade_id"]: found for found in marks if found}

    @functools.cached_property
    def sources(self):
        """The source of each of the reference's cells, by the cell's id."""
        return {cell["id"]: source_of(cell) for cell in self.solution["cells"]}


def lessons(folder=None):
    """Return every Lesson by name, of a folder with `solutions/` and `lessons/`.

    Without a folder it is the checkout that this package is in, else the current folder. Raises NoReference.
    """
    root = Path(folder) if folder is not None else _default()
    paths = sorted((root / "solutions").glob(_NOTEBOOKS))
    if not paths:
        said = _("There is no reference in {folder}: it needs solutions/NN_name.ipynb and lessons/NN_name.ipynb.")
        raise NoReference(said.format(folder=root))
    return {path.stem: _lesson(path, root / "lessons" / path.name) for path in paths}


def marks_of(cell):
    """Return nbgrader's metadata of a reference's cell; {} if it has none."""
    return cell["metadata"].get("nbgrader", {})


def source_of(cell):
    """Return a reference's cell's source as one text: nbformat keeps it as lines."""
    return "".join(cell["source"])


def _default():
    return _CHECKOUT if (_CHECKOUT / "solutions").is_dir() else Path.cwd()


def _lesson(solution, lesson):
    try:
        built = json.loads(solution.read_bytes())
        return Lesson(solution.stem, built, tuple(_exercises(built, json.loads(lesson.read_bytes()))))
    except OSError as error:
        said = _("{path} of the reference cannot be read: {reason}.")
        raise NoReference(said.format(path=error.filename, reason=error.strerror)) from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        said = _("{path} and {other} are not what `tapedeck build` makes: build them again.")
        raise NoReference(said.format(path=solution, other=lesson)) from error


def _exercises(solution, lesson):
    """Yield an Exercise for each check: its answer is the cell that it is named after."""
    answers = {marks_of(cell).get("grade_id"): source_of(cell) for cell in solution["cells"]}
    stubs = {marks_of(cell).get("grade_id"): source_of(cell) for cell in lesson["cells"]}
    for cell in solution["cells"]:
        marks = marks_of(cell)
        if marks.get("grade"):
            name = marks["grade_id"].removeprefix("check-")
            answer = answers[name]
            yield Exercise(name, marks["grade_id"], marks["points"], stubs[name], answer, opens_tape(answer))
