"""A learner's answers: found in the file, settled without running or merged into the reference, with notes on the rest.

Only an answer's source counts, in that answer's cell. nbgrader's OverwriteCells does it the other way round, and puts
the checks back into the learner's notebook:
https://nbgrader.readthedocs.io/en/stable/user_guide/autograding_resources.html.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from widgets.common.catalogue import _
from widgets.grading.answer_cells import FoundAnswer, lines_of, unknown_cells
from widgets.grading.lesson_reference import LessonReference, is_untouched, nbgrader_metadata
from widgets.grading.model import Notebook, ReferenceExercise
from widgets.grading.notebook_reader import SubmittedCell, SubmittedNotebook
from widgets.grading.verdict_kinds import MALFORMED, MISSING, NOT_ATTEMPTED

_COMPARED_METADATA = ("grade", "solution", "points", "locked", "task")


def verdicts_without_running(
    notebook: SubmittedNotebook, lesson: LessonReference, found: Mapping[str, FoundAnswer]
) -> dict[str, str | None]:
    """Return, by the exercise's name, the verdicts that a file settles by itself; None if the answer has to be run.

    MISSING if there is no such cell; MALFORMED if it is not a code cell (it was turned into Markdown, for example), or
    its source is not text; NOT_ATTEMPTED if the cell is as the lesson gave it, or empty.
    """
    return {exercise.name: _verdict(notebook, found[exercise.name], exercise) for exercise in lesson.exercises}


def answers_in(found: Mapping[str, FoundAnswer]) -> dict[str, str]:
    """Return the learner's source of each exercise's answer by name, as far as there is one.

    Before it stands what it needs of the learner's other cells.
    """
    return {name: one.source for name, one in found.items() if one.parts}


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


def _verdict(notebook: SubmittedNotebook, found: FoundAnswer, exercise: ReferenceExercise) -> str | None:
    if not found.parts:
        return MALFORMED if notebook.problem or found.marked else MISSING
    return NOT_ATTEMPTED if is_untouched(found.source, exercise.stub) else None


def submission_notes(
    notebook: SubmittedNotebook, lesson: LessonReference, found: Mapping[str, FoundAnswer]
) -> tuple[str, ...]:
    """Return what a teacher should know about a file, in sentences that name only what the lesson names, too."""
    notes = [_note(text, names) for text, names in _findings(notebook, lesson, found) if names]
    return (*notebook.notes, *notes, *_on_own_cells(notebook, lesson, found))


def _findings(
    notebook: SubmittedNotebook, lesson: LessonReference, found: Mapping[str, FoundAnswer]
) -> Iterator[tuple[str, list[str]]]:
    """Yield a text and the names that it is about, in the lesson's order."""
    expected = lesson.nbgrader_cells

    def where(holds: Callable[[FoundAnswer], object]) -> list[str]:
        return [name for name, one in found.items() if one.parts and holds(one)]

    yield (
        _("Several cells answer this differently; the last one before the check counts: {names}."),
        where(lambda one: one.outdated),
    )
    yield (
        _("The answer occurs more than once; identical copies count as one: {names}."),
        where(lambda one: len(one.marked) > len(one.parts) + one.outdated and not one.elsewhere),
    )
    yield _("The answer's cell was split; its parts count as one: {names}."), where(lambda one: len(one.parts) > 1)
    yield (
        _("The answer was found in another cell than its own, by what that cell defines: {names}."),
        where(lambda one: one.elsewhere),
    )
    yield (
        _("nbgrader's metadata is missing from the answer, which was recognized by its cell's id: {names}."),
        where(lambda one: one.marked and not one.elsewhere and not one.marked[0].metadata),
    )
    yield (
        _("The answer needs code of other cells, which was put before it: {names}."),
        where(lambda one: one.borrowed),
    )
    yield (
        _("The check was changed; the lesson's own check ran instead: {names}."),
        [exercise.check for exercise in lesson.exercises if _is_changed(notebook, lesson, exercise.check)],
    )
    yield (
        _("Points or other nbgrader metadata are not those of the lesson, which count: {names}."),
        [name for name in expected if any(_differs(cell, expected[name]) for cell in notebook.cells.get(name, ()))],
    )


def _note(text: str, names: Sequence[str]) -> str:
    return text.format(names=", ".join(names))


def _is_changed(notebook: SubmittedNotebook, lesson: LessonReference, check: str) -> bool:
    return any(lines_of(cell) != lesson.sources[check].splitlines() for cell in notebook.cells.get(check, ()))


def _differs(cell: SubmittedCell, metadata: Mapping[str, object]) -> bool:
    return bool(cell.metadata) and any(cell.metadata.get(key) != metadata.get(key) for key in _COMPARED_METADATA)


def _on_own_cells(
    notebook: SubmittedNotebook, lesson: LessonReference, found: Mapping[str, FoundAnswer]
) -> Iterator[str]:
    """Yield that cells of the learner's own were not run as such."""
    answers = [cell for one in found.values() for cell in (*one.marked, one.elsewhere)]
    own = [cell for cell in unknown_cells(notebook, lesson) if cell.kind == "code" and cell not in answers]
    if own:
        said = _("Of the code cells that the learner added, only what an answer needs is run: {count}.")
        yield said.format(count=len(own))
