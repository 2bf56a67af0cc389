"""A learner's answers: found in the file, settled without running or merged into the reference, with notes on the rest.

Only an answer's source counts, in that answer's cell. nbgrader's OverwriteCells does it the other way round, and puts
the checks back into the learner's notebook:
https://nbgrader.readthedocs.io/en/stable/user_guide/autograding_resources.html.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from widgets.common.catalogue import _
from widgets.grading.advisories import missing_names
from widgets.grading.answer_cells import (
    answer_cells,
    imports_from_elsewhere,
    joined_if_split,
    lines_of,
    unknown_cells,
)
from widgets.grading.lesson_reference import LessonReference, nbgrader_metadata
from widgets.grading.model import Notebook, ReferenceExercise
from widgets.grading.notebook_reader import SubmittedCell, SubmittedNotebook
from widgets.grading.verdict_kinds import DUPLICATE, MALFORMED, MISSING, NOT_ATTEMPTED

_PLACEHOLDERS = ("...", "raise NotImplementedError()")
"""How a line ends that an answer is to replace: ours, and nbgrader's."""

_COMPARED_METADATA = ("grade", "solution", "points", "locked", "task")


def verdicts_without_running(notebook: SubmittedNotebook, lesson: LessonReference) -> dict[str, str | None]:
    """Return, by the exercise's name, the verdicts that a file settles by itself; None if the answer has to be run.

    MISSING if there is no such cell; MALFORMED if it is not a code cell (it was turned into Markdown, for example), or
    its source is not text; DUPLICATE if several cells answer differently; NOT_ATTEMPTED if the cell is as the lesson
    gave it, or empty.
    """
    cells = answer_cells(notebook, lesson)
    return {exercise.name: _verdict(notebook, cells[exercise.name], exercise) for exercise in lesson.exercises}


def answers_in(notebook: SubmittedNotebook, lesson: LessonReference) -> dict[str, str]:
    """Return the learner's source of each exercise's answer by name, as far as there is one.

    Before it stand the imports that it needs and that the learner has put into another cell.
    """
    cells = answer_cells(notebook, lesson)
    found = {exercise.name: _sources(cells[exercise.name], exercise) for exercise in lesson.exercises}
    answers = {name: sources[0] for name, sources in found.items() if sources}
    return {
        name: "\n".join([*imports_from_elsewhere(source, notebook, lesson), source]) for name, source in answers.items()
    }


def merge_answers(
    reference: Notebook, sources: Mapping[str, str], stubs: Mapping[str, str] = MappingProxyType({})
) -> Notebook:
    """Put answers into a copy of a reference notebook, in place of its own.

    Args:
        reference: the notebook.
        sources: the answers, by the exercise's name.
        stubs: what takes the place of other solutions.

    Returns:
        The copy.
    """
    merged = copy.deepcopy(reference)
    for cell in merged["cells"]:
        metadata = nbgrader_metadata(cell)
        if metadata.get("solution"):
            cell["source"] = {**stubs, **sources}.get(metadata["grade_id"], cell["source"])
    return merged


def is_untouched(source: str, stub: str) -> bool:
    """Return whether a source is as its stub, as nbgrader's, or empty: comments and spaces make no difference."""
    return _essence(source) in ([], _essence(stub))


def _essence(source: str) -> list[list[str]]:
    lines = map(str.strip, source.splitlines())
    return [line.split() for line in lines if line and not line.startswith("#") and not line.endswith(_PLACEHOLDERS)]


def _verdict(notebook: SubmittedNotebook, cells: Sequence[SubmittedCell], exercise: ReferenceExercise) -> str | None:
    if not cells:
        return MALFORMED if notebook.problem else MISSING
    sources = _sources(cells, exercise)
    if len(sources) > 1:
        return DUPLICATE
    if not sources:
        return MALFORMED
    return NOT_ATTEMPTED if is_untouched(sources[0], exercise.stub) else None


def _sources(cells: Iterable[SubmittedCell], exercise: ReferenceExercise) -> list[str]:
    """Return the different answers in an exercise's cells, or the untouched one; parts of a split cell are one."""
    return joined_if_split(_written(cells, exercise), exercise)


def _written(cells: Iterable[SubmittedCell], exercise: ReferenceExercise) -> list[str]:
    """Return the different sources of code cells. An untouched copy beside an answer does not count.

    Editors add an empty line to a file's end, or remove it, or end lines as Windows does: that makes no difference.
    """
    every = [cell.source.replace("\r\n", "\n") for cell in cells if cell.kind == "code" and cell.source is not None]
    sources = list({source.rstrip(): source for source in every}.values())
    return [source for source in sources if not is_untouched(source, exercise.stub)] or sources[:1]


def submission_notes(notebook: SubmittedNotebook, lesson: LessonReference) -> tuple[str, ...]:
    """Return what a teacher should know about a file, in sentences that name only what the lesson names, too."""
    answers = answers_in(notebook, lesson)
    notes = [_note(text, names) for text, names in _findings(notebook, lesson, answers) if names]
    return (*notebook.notes, *notes, *_on_own_cells(_own_sources(notebook, lesson), answers, lesson))


def _findings(
    notebook: SubmittedNotebook, lesson: LessonReference, answers: Mapping[str, str]
) -> Iterator[tuple[str, list[str]]]:
    """Yield a text and the names that it is about, in the lesson's order."""
    cells, expected = answer_cells(notebook, lesson), lesson.nbgrader_cells
    exercises = {exercise.name: exercise for exercise in lesson.exercises}
    parts = {name: _written(cells[name], exercise) for name, exercise in exercises.items()}
    split = [name for name, sources in parts.items() if len(joined_if_split(sources, exercises[name])) < len(sources)]
    yield (
        _("The answer occurs more than once; identical copies count as one: {names}."),
        [name for name in answers if len(cells[name]) > 1 and name not in split],
    )
    yield _("The answer's cell was split; its parts count as one: {names}."), split
    yield (
        _("nbgrader's metadata is missing from the answer, which was recognized by its cell's id: {names}."),
        [name for name in answers if name in notebook.cells and not cells[name][0].metadata],
    )
    yield (
        _("Metadata and id are missing from the answer, which was recognized by what it defines: {names}."),
        [name for name in answers if name not in notebook.cells],
    )
    yield (
        _("The answer needs imports of other cells, which were put before it: {names}."),
        [name for name in answers if any(imports_from_elsewhere(one, notebook, lesson) for one in parts[name])],
    )
    yield (
        _("The check was changed; the lesson's own check ran instead: {names}."),
        [exercise.check for exercise in lesson.exercises if _is_changed(notebook, lesson, exercise.check)],
    )
    yield (
        _("Points or other nbgrader metadata were changed; the lesson's own count: {names}."),
        [name for name in expected if any(_differs(cell, expected[name]) for cell in notebook.cells.get(name, ()))],
    )


def _note(text: str, names: Sequence[str]) -> str:
    return text.format(names=", ".join(names))


def _is_changed(notebook: SubmittedNotebook, lesson: LessonReference, check: str) -> bool:
    return any(lines_of(cell) != lesson.sources[check].splitlines() for cell in notebook.cells.get(check, ()))


def _differs(cell: SubmittedCell, metadata: Mapping[str, object]) -> bool:
    return bool(cell.metadata) and any(cell.metadata.get(key) != metadata.get(key) for key in _COMPARED_METADATA)


def _on_own_cells(own: Sequence[str], answers: Mapping[str, str], lesson: LessonReference) -> Iterator[str]:
    """Yield that cells of the learner's own were not run: an answer that needs one of them fails, and this is why."""
    if own:
        said = _("Code cells that the learner added are not run, only the answers in their own cells: {count}.")
        yield said.format(count=len(own))
    if names := missing_names(answers, own, lesson.sources.values()):
        said = _("These answers use names that only such cells define; the code belongs in the answer: {names}.")
        yield _note(said, names)


def _own_sources(notebook: SubmittedNotebook, lesson: LessonReference) -> list[str]:
    """Return the sources of the code cells that the learner added, and that are no answer."""
    answers = [cell for cells in answer_cells(notebook, lesson).values() for cell in cells]
    others = (cell for cell in unknown_cells(notebook, lesson) if cell.kind == "code" and cell not in answers)
    return [cell.source or "" for cell in others]
