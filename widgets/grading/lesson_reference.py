"""The lessons as grading needs them: each reference solution, and its exercises by nbgrader's metadata."""

from __future__ import annotations

import ast
import dataclasses
import functools
import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from widgets.common.catalogue import _
from widgets.common.lessons import LESSONS, as_typed, problem_of_check
from widgets.common.notebook_text import source_of
from widgets.exercises.own_records import FOLDER, BadRecord, course_in, exercise_of
from widgets.grading.advisories import names_defined, names_in_cell, opens_tape, top_level
from widgets.grading.model import Notebook, ReferenceExercise, Refusal
from widgets.written.model import WrittenQuestion
from widgets.written.questions import is_written, written_questions

_HOMES = (Path(__file__).parents[2], Path(__file__).parents[1] / "course")  # a checkout, and the folder in a wheel
_PLACEHOLDERS = ("...", "raise NotImplementedError()")
"""How a line ends that an answer is to replace: ours, and nbgrader's."""

_NOTEBOOKS = "[0-9][0-9]_*.ipynb"


class NoReference(Refusal):
    """There is no reference to grade against, or it is not what `tapedeck build` makes."""


@dataclasses.dataclass(frozen=True)
class LessonReference:
    """What a lesson's submissions are compared with.

    Attributes:
        name: of its file, such as "01_the_tape".
        solution: the executed notebook of `solutions/`, as nbformat's JSON. Copy it before changing anything.
        exercises: in the lesson's order.
        for_learners: sources of the cells that only the learner's notebook has, by the cell's id: the one for Colab.
        written: the questions that a teacher marks, in the lesson's order.
    """

    name: str
    solution: Notebook
    exercises: tuple[ReferenceExercise, ...]
    for_learners: Mapping[str, str] = dataclasses.field(default_factory=dict)
    written: tuple[WrittenQuestion, ...] = ()

    @functools.cached_property
    def tasks(self) -> tuple[ReferenceExercise | WrittenQuestion, ...]:
        """The exercises and the written questions, in the lesson's order."""
        places = {name: place for place, name in enumerate(self.nbgrader_cells)}
        return tuple(sorted((*self.exercises, *self.written), key=lambda task: places.get(task.name, -1)))

    @property
    def is_own(self) -> bool:
        """Whether it is a lesson of a teacher's own course."""
        return any(exercise.record for exercise in self.exercises)

    @functools.cached_property
    def nbgrader_cells(self) -> dict[str, dict[str, Any]]:
        """Nbgrader's metadata of every cell that has some (answers, checks and predictions), by `grade_id`."""
        every = (nbgrader_metadata(cell) for cell in self.solution["cells"])
        return {metadata["grade_id"]: metadata for metadata in every if metadata}

    @functools.cached_property
    def sources(self) -> dict[str, str]:
        """The source of each of the reference's cells, by the cell's id."""
        return {cell["id"]: source_of(cell) for cell in self.solution["cells"]}

    def stubs_beside(self, names: Collection[str]) -> dict[str, str]:
        """Return the stubs of the exercises whose solutions nothing needs, where answers to others run, by name.

        A cell that the lesson gives may need a solution, and so may an answer that builds on it as the solution does.

        Args:
            names: of the exercises whose answers run.

        Returns:
            The stubs, which take the solutions' places, so that no answer finds them.
        """
        every = {exercise.name: exercise for exercise in self.exercises}
        given = (cell for cell in self.solution["cells"] if not nbgrader_metadata(cell))
        sources = [source_of(cell) for cell in given if cell["cell_type"] == "code"]
        needed, waiting = set[str](), [*sources, *(every[name].solution for name in names)]
        while waiting:
            found = every.keys() & names_in_cell(waiting.pop())[0] - needed
            needed |= found
            waiting += [every[name].solution for name in found]
        return {name: exercise.stub for name, exercise in every.items() if name not in needed and name not in names}


def lessons(folder: Path | None = None) -> dict[str, LessonReference]:
    """Read the reference of every lesson.

    Args:
        folder: with `solutions/` and `lessons/`; by default those that came with this package, else the current one.

    Returns:
        The references, by the lesson's name.

    Raises:
        NoReference: if there is no reference, or it cannot be read.
    """
    root = home(folder)
    paths = sorted((root / "solutions").glob(_NOTEBOOKS))
    if not paths:
        said = _("There is no reference in {folder}: it needs solutions/NN_name.ipynb and lessons/NN_name.ipynb.")
        raise NoReference(said.format(folder=root))
    return {path.stem: _lesson(path, root / "lessons" / path.name, own_records(root)) for path in paths}


def own_records(root: Path) -> dict[str, str]:
    """Return the texts of the records of a course of a teacher's own.

    Args:
        root: the folder with `solutions/`.

    Returns:
        The texts, by the exercise's name; {} for our own lessons.

    Raises:
        NoReference: if a record is damaged, or was changed since the course was built.
    """
    course = course_in(root / "solutions")
    found = {}
    for name in course.exercises if course else ():
        path, source = root / "solutions" / FOLDER / f"{name}.py", root / f"{name}.py"
        try:
            found[name] = path.read_text(encoding="utf-8")
            exercise_of(name, found[name])
            is_old = source.exists() and source.read_text(encoding="utf-8") != found[name]
        except (OSError, UnicodeDecodeError, BadRecord) as problem:
            raise NoReference(f"{path}: {problem}") from problem
        if is_old:
            said = _("{path} has changed since the course was built. Run: tapedeck build {folder}")
            raise NoReference(said.format(path=source, folder=as_typed(root)))
    return found


def home(folder: Path | None = None) -> Path:
    """Return the folder with `solutions/` and `lessons/`: a given one, else what came with this package."""
    return folder or next((home for home in _HOMES if (home / "solutions").is_dir()), Path.cwd())


def nbgrader_metadata(cell: dict[str, Any]) -> dict[str, Any]:
    """Return nbgrader's metadata of a reference's cell; {} if it has none.

    See https://nbgrader.readthedocs.io/en/stable/contributor_guide/metadata.html.
    """
    metadata: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return metadata


def _lesson(solution: Path, lesson: Path, records: Mapping[str, str]) -> LessonReference:
    try:
        built, given = json.loads(solution.read_bytes()), json.loads(lesson.read_bytes())
        in_languages = [json.loads(path.read_bytes()) for path in lesson.parent.glob(f"*/{lesson.name}")]
        exercises = tuple(_exercises(solution, built, given, records))
        ours = {cell["id"] for cell in built["cells"]}
        added = {cell["id"]: source_of(cell) for cell in given["cells"] if cell["id"] not in ours}
        written = written_questions(built, [given, *in_languages])
        return LessonReference(solution.stem, built, exercises, added, written)
    except NoReference:
        raise
    except OSError as error:
        said = _("{path} of the reference cannot be read: {reason}.")
        raise NoReference(said.format(path=error.filename, reason=error.strerror)) from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        said = _("{path} and {other} are not what `tapedeck build` makes: build them again.")
        raise NoReference(said.format(path=solution, other=lesson)) from error


def refuse_slips(path: Path, solution: Notebook, lesson: Notebook, records: Mapping[str, str]) -> None:
    """Raise NoReference, with the sentence for whoever wrote it, if a lesson's notebooks cannot be graded against.

    Args:
        path: where the solution's notebook is to be.
        solution: its notebook.
        lesson: the learner's.
        records: the texts of the records of a course of one's own, by name.
    """
    for _exercise in _exercises(path, solution, lesson, records):
        pass


def _exercises(
    path: Path, solution: Notebook, lesson: Notebook, records: Mapping[str, str]
) -> Iterator[ReferenceExercise]:
    """Yield an exercise for each check: its answer is in the cell that the check is named after."""
    code = (cell for cell in solution["cells"] if not is_written(cell))
    cells = [(nbgrader_metadata(cell), source_of(cell)) for cell in code]
    answers = {metadata.get("grade_id"): source for metadata, source in cells}
    stubs = {nbgrader_metadata(cell).get("grade_id"): source_of(cell) for cell in lesson["cells"]}
    if problem := _problem_of_names([metadata for metadata, _source in cells if metadata], records):
        raise NoReference(f"{path}: {problem}")
    for metadata, source in cells:
        if metadata.get("grade"):
            check = metadata["grade_id"]
            name = check.removeprefix("check-")
            if problem := problem_of_check(source, name, path.stem) or _unknown(name, path, records):
                raise NoReference(f"{path}: {problem}")
            answer, passed, points = answers[name], _answer_expression(source, name), metadata["points"]
            if problem := _problem_of_exercise(name, answer, stubs[name], passed, points):
                raise NoReference(f"{path}: {problem}")
            record = records.get(name, "")
            yield ReferenceExercise(name, check, points, stubs[name], answer, opens_tape(answer), passed, record)


def _problem_of_names(marked: Sequence[Mapping[str, Any]], records: Mapping[str, str]) -> str:
    """Return what is wrong with the names of the cells that nbgrader knows; "" if nothing is."""
    names = [metadata["grade_id"] for metadata in marked]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        return _("Two cells have the same name: {names}.").format(names=", ".join(twice))
    known = {*records, *(name for lesson in LESSONS for name in lesson.exercises)}
    if unchecked := [name for name in names if name in known and f"check-{name}" not in names]:
        return _("No cell checks this exercise: {names}.").format(names=", ".join(unchecked))
    return ""


def _problem_of_exercise(name: str, answer: str, stub: str, passed: str, points: object) -> str:
    """Return what would give everybody the point, or nobody; "" if nothing does."""
    if not names_in_cell(passed)[0] & {defined.partition(".")[0] for defined in names_defined(answer)}:
        return _("the cell that checks {name} does not look at its answer.").format(name=name)
    if is_untouched(answer, stub):
        return _("the learner's cell for {name} has the solution in it, or the solution has none.").format(name=name)
    if isinstance(points, bool) or not isinstance(points, int | float) or not 0 < points < math.inf:
        return _("the points of {name} are {points}; they must be a number above 0.").format(name=name, points=points)
    return ""


def is_untouched(source: str, stub: str) -> bool:
    """Return whether a source is as its stub, as nbgrader's, or empty: comments and spaces make no difference."""
    return _essence(source) in ([], _essence(stub))


def _essence(source: str) -> list[list[str]]:
    lines = map(str.strip, source.splitlines())
    return [line.split() for line in lines if line and not line.startswith("#") and not line.endswith(_PLACEHOLDERS)]


def _unknown(name: str, path: Path, records: Mapping[str, str]) -> str:
    """Return what to do about an exercise that nobody has declared; "" if somebody has."""
    if name in records or any(name in lesson.exercises for lesson in LESSONS):
        return ""
    said = _(
        "There is no exercise {name}. Declare it with `tapedeck new exercise {record}`, then: tapedeck build {root}"
    )
    root = path.parents[1]
    return said.format(name=name, record=as_typed(root / f"{name}.py"), root=as_typed(root))


def _answer_expression(source: str, name: str) -> str:
    """Return what a cell passes to `check` as the answer to an exercise; "" if it passes nothing."""
    for node in ast.walk(ast.Module(top_level(source), [])):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "check" and len(node.args) == 2:
            asked, answer = node.args
            if isinstance(asked, ast.Constant) and asked.value == name:
                return ast.unparse(answer)
    return ""
