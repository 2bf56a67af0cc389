"""The written questions of a lesson, by nbgrader's metadata of a manually graded answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from widgets.common.notebook_text import source_of
from widgets.written.model import WrittenQuestion

PLACEHOLDER = "*Double-click, and write your answer in place of this line.*"
"""The answer cell as learners get it, if its script names no `stub`."""

NBGRADERS_PLACEHOLDER = "YOUR ANSWER HERE"
"""That of a lesson which `nbgrader generate_assignment` made.

See https://nbgrader.readthedocs.io/en/stable/user_guide/creating_and_grading_assignments.html.
"""

_LONGEST_PLACEHOLDER = 10_000
"""Characters. The words of an endless text would take far more memory than the text."""


def is_written(cell: Mapping[str, Any]) -> bool:
    """Return whether a cell of a reference is one that nbgrader calls a manually graded answer, in Markdown."""
    metadata = cell["metadata"].get("nbgrader", {})
    return bool(cell["cell_type"] == "markdown" and metadata.get("grade") and metadata.get("solution"))


def written_questions(solution: Mapping[str, Any], lessons: Iterable[Mapping[str, Any]]) -> tuple[WrittenQuestion, ...]:
    """Return the questions of a lesson in their order.

    Args:
        solution: its notebook with sample answers, as nbformat's JSON.
        lessons: the learners' notebooks, of each language.

    Returns:
        The questions.

    Raises:
        LookupError: if the metadata of one is not whole.
    """
    given = [{_grade_id(cell): source_of(cell) for cell in lesson["cells"]} for lesson in lessons]
    return tuple(_questions(solution, given))


def _questions(solution: Mapping[str, Any], given: Sequence[Mapping[str, str]]) -> Iterator[WrittenQuestion]:
    nothing: dict[str, Any] = {"cell_type": "raw", "metadata": {}, "source": ""}
    for before, cell in pairwise([nothing, *solution["cells"]]):
        if is_written(cell):
            name = _grade_id(cell)
            prompt = source_of(before) if before["cell_type"] == "markdown" and not is_written(before) else ""
            placeholders = (*(sources[name] for sources in given if name in sources), NBGRADERS_PLACEHOLDER)
            yield WrittenQuestion(name, float(cell["metadata"]["nbgrader"]["points"]), prompt, placeholders)


def is_answer(text: str, question: WrittenQuestion) -> bool:
    """Return whether a text is an answer: neither the placeholder nor without any letter that can be seen."""
    words = text[:_LONGEST_PLACEHOLDER].split()
    seen = any(unicodedata.category(letter)[0] not in "CZ" for letter in text)
    return seen and (len(text) > _LONGEST_PLACEHOLDER or words not in [one.split() for one in question.placeholders])


def _grade_id(cell: Mapping[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))
