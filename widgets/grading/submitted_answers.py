"""A learner's answers: found in the file, settled without running or merged into the reference, with notes on the rest.

Only an answer's source counts, in that answer's cell. nbgrader's OverwriteCells does it the other way round, and puts
the checks back into the learner's notebook:
https://nbgrader.readthedocs.io/en/stable/user_guide/autograding_resources.html.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence

from widgets.common.catalogue import _
from widgets.grading.advisories import missing_names
from widgets.grading.lesson_reference import LessonReference, nbgrader_metadata
from widgets.grading.model import Notebook, ReferenceExercise
from widgets.grading.notebook_reader import SubmittedCell, SubmittedNotebook
from widgets.grading.verdict_kinds import DUPLICATE, MALFORMED, MISSING, NOT_ATTEMPTED

IGNORED = "nbval-ignore-output"
"""The tag of a cell that nbval runs without comparing its output: https://nbval.readthedocs.io/."""

_PLACEHOLDERS = ("...", "raise NotImplementedError()")
"""How a line ends that an answer is to replace: ours, and nbgrader's."""

_COMPARED_METADATA = ("grade", "solution", "points", "locked", "task")


def verdicts_without_running(notebook: SubmittedNotebook, lesson: LessonReference) -> dict[str, str | None]:
    """Return, by the exercise's name, the verdicts that a file settles by itself; None if the answer has to be run.

    MISSING if there is no such cell; MALFORMED if it is not a code cell (it was turned into Markdown, for example), or
    its source is not text; DUPLICATE if several cells answer differently; NOT_ATTEMPTED if the cell is as the lesson
    gave it, or empty.
    """
    return {exercise.name: _verdict(notebook, exercise) for exercise in lesson.exercises}


def answers_in(notebook: SubmittedNotebook, lesson: LessonReference) -> dict[str, str]:
    """Return the learner's source of each exercise's answer by name, as far as there is one."""
    found = {exercise.name: _sources(notebook.cells.get(exercise.name, ()), exercise) for exercise in lesson.exercises}
    return {name: sources[0] for name, sources in found.items() if sources}


def merge_answers(reference: Notebook, sources: Mapping[str, str]) -> Notebook:
    """Put answers into a copy of a reference notebook, in place of its own, and return it.

    Only the outputs of the checks of these exercises are to be compared: all other cells are tagged IGNORED.
    """
    merged = copy.deepcopy(reference)
    for cell in merged["cells"]:
        metadata = nbgrader_metadata(cell)
        if metadata.get("solution") and metadata["grade_id"] in sources:
            cell["source"] = sources[metadata["grade_id"]]
        if not (metadata.get("grade") and metadata["grade_id"].removeprefix("check-") in sources):
            cell["metadata"]["tags"] = sorted({*cell["metadata"].get("tags", ()), IGNORED})
    return merged


def is_untouched(source: str, stub: str) -> bool:
    """Return whether a source is as its stub, as nbgrader's, or empty: comments and spaces make no difference."""
    return _essence(source) in ([], _essence(stub))


def _essence(source: str) -> list[list[str]]:
    lines = map(str.strip, source.splitlines())
    return [line.split() for line in lines if line and not line.startswith("#") and not line.endswith(_PLACEHOLDERS)]


def _verdict(notebook: SubmittedNotebook, exercise: ReferenceExercise) -> str | None:
    cells = notebook.cells.get(exercise.name, ())
    if not cells:
        return MALFORMED if notebook.problem else MISSING
    sources = _sources(cells, exercise)
    if len(sources) > 1:
        return DUPLICATE
    if not sources:
        return MALFORMED
    return NOT_ATTEMPTED if is_untouched(sources[0], exercise.stub) else None


def _sources(cells: Iterable[SubmittedCell], exercise: ReferenceExercise) -> list[str]:
    """Return the different sources of an exercise's code cells. An untouched copy beside an answer does not count.

    Editors add an empty line to a file's end, or remove it, or end lines as Windows does: that makes no difference.
    """
    written = [cell.source.replace("\r\n", "\n") for cell in cells if cell.kind == "code" and cell.source is not None]
    sources = list({source.rstrip(): source for source in written}.values())
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
