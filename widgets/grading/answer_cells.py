"""Finds what answers each exercise in a file, by what running it from top to bottom would do.

An editor may have split a cell, merged two, copied one, or lost the marks by which a cell is known; a learner may have
answered in a cell of their own, or keep helpers there. None of that costs a point.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from widgets.common.notebook_text import source_of
from widgets.grading.advisories import names_defined, names_in_cell, statements, top_level
from widgets.grading.lesson_reference import LessonReference, is_untouched, nbgrader_metadata
from widgets.grading.model import ReferenceExercise
from widgets.grading.notebook_reader import SubmittedCell, SubmittedNotebook

_Part: TypeAlias = tuple[int, str]
"""The place of a cell in the file, and its source."""


@dataclasses.dataclass(frozen=True)
class FoundAnswer:
    """What answers an exercise in a file.

    Attributes:
        marked: the cells that are the answer's own, by nbgrader's `grade_id` or by id.
        parts: the sources that make the answer, in the file's order: one, or those of a split cell; the stub where
            nobody has touched it; none where no cell has a source that can be run.
        elsewhere: another cell, which defines the answer where its own do not.
        outdated: how many other versions there are, which the last one before the check replaces.
        borrowed: statements of other cells that it needs, and that the lesson does not have.
    """

    marked: tuple[SubmittedCell, ...] = ()
    parts: tuple[str, ...] = ()
    elsewhere: SubmittedCell | None = None
    outdated: int = 0
    borrowed: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The code to run."""
        return "\n".join([*self.borrowed, "\n\n".join(self.parts)])


def find_answers(notebook: SubmittedNotebook, lesson: LessonReference) -> dict[str, FoundAnswer]:
    """Return what answers each exercise, by the exercise's name.

    A cell is an answer's own by nbgrader's `grade_id` or its id. Where no such cell defines what the exercise asks for,
    another one may. Of several definitions, the last before the check counts, as if the file ran from top to bottom.
    """
    found = {exercise.name: _answer(exercise, notebook, lesson) for exercise in lesson.exercises}
    used = [cell for one in found.values() for cell in (*one.marked, one.elsewhere)]
    rest = [cell for cell in _learners_cells(notebook, lesson) if cell not in used]
    asked = set[str]().union(*map(_targets, lesson.exercises))
    for exercise in lesson.exercises:
        one = found[exercise.name]
        if one.parts and not is_untouched(one.source, exercise.stub):
            known = asked | _defined_before(exercise, lesson)
            borrowed = _borrowed(one.source, rest, _check_place(notebook, exercise), known)
            found[exercise.name] = dataclasses.replace(one, borrowed=tuple(borrowed))
    return found


def unknown_cells(notebook: SubmittedNotebook, lesson: LessonReference) -> list[SubmittedCell]:
    """Return the cells of a file that are none of the lesson's.

    Some editors drop the ids of cells: those that the lesson gave are then recognized by their source.
    """
    known = lesson.nbgrader_cells.keys() | lesson.sources.keys() | lesson.for_learners.keys()
    given = _given_lines(lesson)
    others = [cell for name, cells in notebook.cells.items() if name not in known for cell in cells]
    return [cell for cell in others if lines_of(cell) not in given]


def lines_of(cell: SubmittedCell) -> list[str]:
    """Return the lines of a cell, however they end, and without the empty ones that editors put at its end."""
    return (cell.source or "").rstrip().splitlines()


def _answer(exercise: ReferenceExercise, notebook: SubmittedNotebook, lesson: LessonReference) -> FoundAnswer:
    marked = tuple(notebook.cells.get(exercise.name, ()))
    parts, check = _written(marked, exercise.stub), _check_place(notebook, exercise)
    defining = [part for part in parts if _defines(part[1], exercise)]
    if not defining:
        others = [cell for cell in _learners_cells(notebook, lesson) if cell not in marked]
        others = [cell for cell in others if _definition(_text(cell), exercise) and not _gives(cell, exercise, lesson)]
        found = [cell for cell in others if _defines(_text(cell), exercise)] or ([] if parts else others)
        if found:
            place = _last_before(check, [cell.place for cell in found])
            elsewhere = next(cell for cell in found if cell.place == place)
            helpers = [part for part in parts if _is_helper(part[1], exercise)]
            own = sorted([*helpers, (place, _text(elsewhere))])
            return FoundAnswer(marked, tuple(text for _place, text in own), elsewhere, len(found) - 1)
        whole = "\n".join(text for _place, text in parts)  # of a cell that was split within a function
        if len(parts) > 1 and _defines(whole, exercise):
            return FoundAnswer(marked, (whole,))
    places = [place for place, _text in defining or parts]
    standing = _last_before(check, places) if places else None
    beside = {place for place, text in parts if defining and place not in places and _is_helper(text, exercise)}
    own = [part for part in parts if part[0] == standing or part[0] in beside]
    return FoundAnswer(marked, tuple(text for _place, text in own), None, len(parts) - len(own))


def _written(cells: Sequence[SubmittedCell], stub: str) -> list[_Part]:
    """Return the different sources of code cells. An untouched copy beside an answer does not count.

    Editors add an empty line to a file's end, or remove it, or end lines as Windows does: that makes no difference.
    """
    every = [(cell.place, _text(cell)) for cell in cells if cell.kind == "code" and cell.source is not None]
    parts = sorted({text.rstrip(): (place, text) for place, text in every}.values())
    return [part for part in parts if not is_untouched(part[1], stub)] or parts[:1]


def _text(cell: SubmittedCell) -> str:
    return (cell.source or "").replace("\r\n", "\n").replace("\r", "\n")


def _last_before(check: int | None, places: Sequence[int]) -> int:
    """Return the last place before the check; if there is none, the last of all."""
    return max([place for place in places if check is not None and place < check] or places)


def _check_place(notebook: SubmittedNotebook, exercise: ReferenceExercise) -> int | None:
    return max((cell.place for cell in notebook.cells.get(exercise.check, ())), default=None)


def _targets(exercise: ReferenceExercise) -> set[str]:
    """Return what an answer has to define: names, or an attribute of what the lesson has made, such as `point.at`."""
    asked = names_in_cell(exercise.expression)[0] or {exercise.name}
    return {name for name in names_defined(exercise.solution) if name.partition(".")[0] in asked} or {exercise.name}


def _definition(source: str, exercise: ReferenceExercise) -> str:
    """Return the statements of a cell that define the answer."""
    targets = _targets(exercise)
    return "\n".join(text for text, names in statements(source) if names & targets)


def _defines(source: str, exercise: ReferenceExercise) -> bool:
    """Return whether a cell defines the answer, and not by the stub."""
    return not is_untouched(_definition(source, exercise), exercise.stub)


def _is_helper(source: str, exercise: ReferenceExercise) -> bool:
    """Return whether a part of an answer can stand beside the one that defines it: it is no attempt that went wrong."""
    return bool(top_level(source)) and not is_untouched(source, exercise.stub)


def _gives(cell: SubmittedCell, exercise: ReferenceExercise, lesson: LessonReference) -> bool:
    """Return whether the lesson itself defines the answer's name in a cell, which is known by its id."""
    return bool(names_defined(lesson.sources.get(cell.name, "")) & _targets(exercise)) and cell.name != exercise.name


def _learners_cells(notebook: SubmittedNotebook, lesson: LessonReference) -> list[SubmittedCell]:
    """Return the code cells that are not as the lesson has them, in the file's order."""
    given = _given_lines(lesson)
    every = sorted((cell for cells in notebook.cells.values() for cell in cells), key=lambda cell: cell.place)
    return [cell for cell in every if cell.kind == "code" and cell.source and lines_of(cell) not in given]


def _borrowed(source: str, cells: Sequence[SubmittedCell], check: int | None, known: set[str]) -> list[str]:
    """Return the statements in some cells that a source needs, and those that these need, in the file's order."""
    pool = [(cell.place, *statement) for cell in cells for statement in statements(_text(cell))]
    taken, waiting = set[int](), [source]
    while waiting:
        used, bound = names_in_cell(waiting.pop())
        for name in used - bound - known:
            defining = [index for index, (_place, _text, names) in enumerate(pool) if name in names]
            before = [index for index in defining if check is not None and pool[index][0] < check]
            new = {*(before or defining)} - taken
            taken |= new
            waiting += [pool[index][1] for index in new]
    return [pool[index][1] for index in sorted(taken) if not _is_of_the_future(pool[index][1])]


def _is_of_the_future(statement: str) -> bool:
    return any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in top_level(statement))


def _given(lesson: LessonReference) -> Mapping[str, str]:
    """Return the sources of the cells that a lesson gives: all but the answers."""
    cells = (cell for cell in lesson.solution["cells"] if not nbgrader_metadata(cell).get("solution"))
    return {cell["id"]: source_of(cell) for cell in cells}


def _defined_before(exercise: ReferenceExercise, lesson: LessonReference) -> set[str]:
    """Return the names that the lesson's own cells have defined when an answer runs."""
    names = set[str]()
    for place, text in _given(lesson).items():
        if place == exercise.check:
            break
        names |= names_defined(text)
    return names


def _given_lines(lesson: LessonReference) -> list[list[str]]:
    return [[], *(text.splitlines() for text in (*_given(lesson).values(), *lesson.for_learners.values()))]
