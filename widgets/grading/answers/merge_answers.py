"""A learner's answers merged into the reference: only their sources, each in the cell of that answer.

nbgrader's OverwriteCells does it the other way round, and puts the checks back into the learner's notebook:
https://nbgrader.readthedocs.io/en/stable/user_guide/autograding_resources.html.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping

from widgets.grading.answers.lesson_reference import LessonReference, nbgrader_metadata
from widgets.grading.model import Notebook, ReferenceExercise
from widgets.grading.submissions.notebook_reader import SubmittedCell, SubmittedNotebook
from widgets.grading.verdict_kinds import DUPLICATE, MALFORMED, MISSING, NOT_ATTEMPTED

IGNORED = "nbval-ignore-output"
"""The tag of a cell that nbval runs without comparing its output: https://nbval.readthedocs.io/."""

_PLACEHOLDERS = ("...", "raise NotImplementedError()")
"""How a line ends that an answer is to replace: ours, and nbgrader's."""


def verdicts_without_running(notebook: SubmittedNotebook, lesson: LessonReference) -> dict[str, str | None]:
    """Return the verdicts that a file settles by itself.

    Args:
        notebook: what was read of the file.
        lesson: the lesson's reference.

    Returns:
        By the exercise's name: MISSING if there is no such cell; MALFORMED if it is not a code cell (it was turned into
        Markdown, for example), or its source is not text; DUPLICATE if several cells answer differently; NOT_ATTEMPTED
        if the cell is as the lesson gave it, or empty; None if the answer has to be run.
    """
    return {exercise.name: _verdict(notebook, exercise) for exercise in lesson.exercises}


def answers_in(notebook: SubmittedNotebook, lesson: LessonReference) -> dict[str, str]:
    """Return the learner's source of each exercise's answer by name, as far as there is one."""
    found = {exercise.name: _sources(notebook.cells.get(exercise.name, ()), exercise) for exercise in lesson.exercises}
    return {name: sources[0] for name, sources in found.items() if sources}


def merge_answers(reference: Notebook, sources: Mapping[str, str]) -> Notebook:
    """Put answers into a copy of a reference notebook, in place of its own.

    Args:
        reference: the solution's notebook.
        sources: of the answers, by exercise.

    Returns:
        The copy. Only the outputs of the checks of these exercises are to be compared: all other cells are tagged
        IGNORED.
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
