"""Finds the cells of a file that answer each exercise, also where an editor has split a cell or lost its marks."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from widgets.grading.advisories import names_in_cell, top_level
from widgets.grading.lesson_reference import LessonReference, nbgrader_metadata, source_of
from widgets.grading.model import ReferenceExercise
from widgets.grading.notebook_reader import SubmittedCell, SubmittedNotebook


def answer_cells(notebook: SubmittedNotebook, lesson: LessonReference) -> dict[str, list[SubmittedCell]]:
    """Return the cells of each answer, by the exercise's name; of a missing one there are none.

    They are known by nbgrader's `grade_id` or their id. Where no cell has either, it is the one cell, beside those that
    the lesson gave, that defines what the exercise is named after.
    """
    found = {exercise.name: [*notebook.cells.get(exercise.name, ())] for exercise in lesson.exercises}
    others = [cell for cell in unknown_cells(notebook, lesson) if cell.kind == "code"]
    for name, cells in found.items():
        defining = [] if cells else [cell for cell in others if name in names_in_cell(cell.source or "")[1]]
        if len(defining) == 1:
            cells.append(defining[0])
    return found


def unknown_cells(notebook: SubmittedNotebook, lesson: LessonReference) -> list[SubmittedCell]:
    """Return the cells of a file that are none of the lesson's.

    Some editors drop the ids of cells: those that the lesson gave are then recognized by their source.
    """
    known = lesson.nbgrader_cells.keys() | lesson.sources.keys() | lesson.for_learners.keys()
    given = [[], *(source.splitlines() for source in (*_given(lesson).values(), *lesson.for_learners.values()))]
    others = [cell for name, cells in notebook.cells.items() if name not in known for cell in cells]
    return [cell for cell in others if lines_of(cell) not in given]


def lines_of(cell: SubmittedCell) -> list[str]:
    """Return the lines of a cell, however they end, and without the empty ones that editors put at its end."""
    return (cell.source or "").rstrip().splitlines()


def joined_if_split(sources: Sequence[str], exercise: ReferenceExercise) -> list[str]:
    """Return the parts of an answer's cell that was split in two as one; different answers, as they are.

    JupyterLab's *Split Cell* copies the marks of a cell to both parts. Only one of them defines the answer.
    """
    defining = [source for source in sources if exercise.name in names_in_cell(source)[1]]
    return ["\n\n".join(sources)] if len(sources) > 1 and len(defining) == 1 else [*sources]


def imports_from_elsewhere(source: str, notebook: SubmittedNotebook, lesson: LessonReference) -> list[str]:
    """Return the imports in other cells of the file that an answer needs, and that the lesson itself does not have."""
    needed = names_in_cell(source)[0] - names_in_cell(source)[1]
    needed -= {name for given in _given(lesson).values() for name in names_in_cell(given)[1]}
    answers = {exercise.name for exercise in lesson.exercises}
    elsewhere = (cell for name, cells in notebook.cells.items() if name not in answers for cell in cells)
    found = {statement for cell in elsewhere for statement in _imports(cell, needed)}
    return sorted(found)


def _imports(cell: SubmittedCell, needed: set[str]) -> Iterator[str]:
    for node in top_level(cell.source or "") if cell.kind == "code" else ():
        if not isinstance(node, ast.Import | ast.ImportFrom) or getattr(node, "module", "") == "__future__":
            continue
        if {(alias.asname or alias.name).split(".")[0] for alias in node.names} & needed:
            yield ast.unparse(node)


def _given(lesson: LessonReference) -> Mapping[str, str]:
    """Return the sources of the cells that a lesson gives: all but the answers."""
    cells = (cell for cell in lesson.solution["cells"] if not nbgrader_metadata(cell).get("solution"))
    return {cell["id"]: source_of(cell) for cell in cells}
