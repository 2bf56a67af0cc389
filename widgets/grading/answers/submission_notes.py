"""What a teacher should know about a file besides its verdicts: what was in it, and did not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from widgets.common.catalogue import _
from widgets.grading.answers.advisories import missing_names
from widgets.grading.answers.lesson_reference import LessonReference
from widgets.grading.answers.merge_answers import answers_in
from widgets.grading.submissions.notebook_reader import SubmittedCell, SubmittedNotebook

_COMPARED_METADATA = ("grade", "solution", "points", "locked", "task")


def submission_notes(notebook: SubmittedNotebook, lesson: LessonReference) -> tuple[str, ...]:
    """Return what a teacher should know about a file of a lesson.

    Args:
        notebook: what was read of the file.
        lesson: the lesson's reference.

    Returns:
        Sentences, which name nothing that the lesson itself does not name.
    """
    answers = answers_in(notebook, lesson)
    notes = [_note(text, names) for text, names in _findings(notebook, lesson, answers) if names]
    return (*notebook.notes, *notes, *_on_own_cells(_own_sources(notebook, lesson), answers, lesson))


def _findings(
    notebook: SubmittedNotebook, lesson: LessonReference, answers: Mapping[str, str]
) -> Iterator[tuple[str, list[str]]]:
    """Yield a text and the names that it is about, in the lesson's order."""
    cells, expected = notebook.cells, lesson.nbgrader_cells
    yield (
        _("The answer occurs more than once; identical copies count as one: {names}."),
        [name for name in answers if len(cells[name]) > 1],
    )
    yield (
        _("nbgrader's metadata is missing from the answer, which was recognized by its cell's id: {names}."),
        [name for name in answers if not cells[name][0].metadata],
    )
    yield (
        _("The check was changed; the lesson's own check ran instead: {names}."),
        [exercise.check for exercise in lesson.exercises if _is_changed(notebook, lesson, exercise.check)],
    )
    yield (
        _("Points or other nbgrader metadata were changed; the lesson's own count: {names}."),
        [name for name in expected if any(_differs(cell, expected[name]) for cell in cells.get(name, ()))],
    )


def _note(text: str, names: Sequence[str]) -> str:
    return text.format(names=", ".join(names))


def _is_changed(notebook: SubmittedNotebook, lesson: LessonReference, check: str) -> bool:
    return any(_lines(cell) != lesson.sources[check].splitlines() for cell in notebook.cells.get(check, ()))


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
    """Return the sources of the cells that the learner added.

    Some editors drop the ids of cells: the lesson's cells are then recognized by their source.
    """
    known = lesson.nbgrader_cells.keys() | lesson.sources.keys()
    given = [[], *(source.splitlines() for source in lesson.sources.values())]
    others = [cell for name, cells in notebook.cells.items() if name not in known for cell in cells]
    return [cell.source or "" for cell in others if cell.kind == "code" and _lines(cell) not in given]


def _lines(cell: SubmittedCell) -> list[str]:
    """Return the lines of a cell, however they end, and without the empty ones that editors put at its end."""
    return (cell.source or "").rstrip().splitlines()
