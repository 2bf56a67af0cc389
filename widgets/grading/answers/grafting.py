"""A learner's answers grafted into the reference: only their sources, each where the lesson has that answer."""

import copy

from widgets.grading.facts import DUPLICATE, MALFORMED, MISSING, NOT_ATTEMPTED

IGNORED = "nbval-ignore-output"
"""The tag of a cell that nbval runs and whose output it does not compare."""

_OPEN = ("...", "raise NotImplementedError()")
"""How a line ends in whose place an answer is to be written: ours, and nbgrader's."""


def before_running(read, lesson):
    """Return for each exercise's name the verdict that a Read of a file already settles, or None where it must be run.

    MISSING: there is no such cell. MALFORMED: there is, and it is no code cell (it was turned to markdown, say), or
    what it holds is no text. DUPLICATE: several answer, differently. NOT_ATTEMPTED: what the lesson gave, or nothing.
    """
    return {exercise.name: _standing(read, exercise) for exercise in lesson.exercises}


def answers(read, lesson):
    """Return the learner's source of each exercise's answer by name, as far as there is one."""
    found = {exercise.name: _sources(read.cells.get(exercise.name, ()), exercise) for exercise in lesson.exercises}
    return {name: sources[0] for name, sources in found.items() if sources}


def graft(notebook, sources):
    """Return a copy of a reference notebook with these sources, by exercise, for its own answers.

    Of the outputs only those of these exercises' checks are to be compared: all other cells have the tag for that.
    """
    grafted = copy.deepcopy(notebook)
    for cell in grafted["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("solution") and marks["grade_id"] in sources:
            cell["source"] = sources[marks["grade_id"]]
        if not (marks.get("grade") and marks["grade_id"].removeprefix("check-") in sources):
            cell["metadata"]["tags"] = sorted({*cell["metadata"].get("tags", ()), IGNORED})
    return grafted


def is_untouched(source, stub):
    """Whether a source says no more than its stub or nbgrader's, or nothing: comments, spaces and languages aside."""
    return _gist(source) in ([], _gist(stub))


def _gist(source):
    lines = map(str.strip, source.splitlines())
    return [line.split() for line in lines if line and not line.startswith("#") and not line.endswith(_OPEN)]


def _standing(read, exercise):
    cells = read.cells.get(exercise.name, ())
    if not cells:
        return MALFORMED if read.problem else MISSING
    sources = _sources(cells, exercise)
    if len(sources) > 1:
        return DUPLICATE
    if not sources:
        return MALFORMED
    return NOT_ATTEMPTED if is_untouched(sources[0], exercise.stub) else None


def _sources(cells, exercise):
    """Return the different sources of an exercise's code cells. Beside an answer, an untouched copy is none.

    Editors add an empty line to a file's end, or take it away, or end lines as Windows does: that makes no difference.
    """
    written = [cell.source.replace("\r\n", "\n") for cell in cells if cell.kind == "code" and cell.source is not None]
    sources = list({source.rstrip(): source for source in written}.values())
    return [source for source in sources if not is_untouched(source, exercise.stub)] or sources[:1]
