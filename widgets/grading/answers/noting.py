"""What a teacher should know of a file beside its verdicts: what was in it, and did not count."""

from widgets.common.catalogue import _
from widgets.grading.answers.grafting import answers
from widgets.grading.answers.needing import needing

_MARKS = ("grade", "solution", "points", "locked", "task")


def notes_on(read, lesson):
    """Return sentences on a Read of a file of a Lesson. They name nothing but what the lesson itself names."""
    found = answers(read, lesson)
    notes = [_note(text, names) for text, names in _findings(read, lesson, found) if names]
    return (*read.notes, *notes, *_on_own_cells(_own(read, lesson), found, lesson))


def _findings(read, lesson, found):
    """Yield a text and the names that it is about, in the lesson's order."""
    names = lesson.marked
    yield (
        _("The answer is there more than once; copies that are alike count as one: {names}."),
        [name for name in found if len(read.cells[name]) > 1],
    )
    yield (
        _("nbgrader's marks are gone from the answer, which is known by its cell's id: {names}."),
        [name for name in found if not read.cells[name][0].marks],
    )
    yield (
        _("The check was changed; the lesson's own was run instead: {names}."),
        [exercise.check for exercise in lesson.exercises if _is_changed(read, lesson, exercise.check)],
    )
    yield (
        _("Points or other marks of nbgrader were changed; the lesson's own count: {names}."),
        [name for name in names if any(_is_marked_otherwise(cell, names[name]) for cell in read.cells.get(name, ()))],
    )


def _note(text, names):
    return text.format(names=", ".join(names))


def _is_changed(read, lesson, check):
    return any(_lines(cell) != lesson.sources[check].splitlines() for cell in read.cells.get(check, ()))


def _is_marked_otherwise(cell, marks):
    return bool(cell.marks) and any(cell.marks.get(key) != marks.get(key) for key in _MARKS)


def _on_own_cells(own, found, lesson):
    """Yield that cells of the learner's own were not run: an answer that needs one of them fails, and this is why."""
    if own:
        said = _("Code cells of the learner's own are not run, only the answers in their places: {count}.")
        yield said.format(count=len(own))
    if names := needing(found, own, lesson):
        said = _("What these answers use is defined in such cells alone, and belongs into the answer: {names}.")
        yield _note(said, names)


def _own(read, lesson):
    """Return the sources of the learner's own cells.

    Some editors drop the ids of cells: those of the lesson are then known by what they say.
    """
    known = lesson.marked.keys() | lesson.sources.keys()
    given = [[], *(source.splitlines() for source in lesson.sources.values())]
    others = [cell for name, cells in read.cells.items() if name not in known for cell in cells if cell.kind == "code"]
    return [cell.source for cell in others if _lines(cell) not in given]


def _lines(cell):
    """Return the lines of a cell, however they end, and without the empty ones that editors put under them."""
    return (cell.source or "").rstrip().splitlines()
