"""A handed-in notebook, read without trusting a byte of it: what is in the file never raises, it is said."""

import dataclasses
import hashlib
from pathlib import Path

from widgets.common.catalogue import _
from widgets.grading.handed_in.opening import Unreadable, bytes_of
from widgets.grading.handed_in.parsing import CellRead, cells_by_name, entries_in, is_cell

MOST = 20_000_000
"""Bytes of the largest file that is read. A lesson with all its pictures has a tenth of that."""


@dataclasses.dataclass(frozen=True)
class Read:
    """What could be read of a file.

    Attributes:
        cells: by `grade_id`, or by `id` for a cell that nbgrader does not mark, or by "" for one without either; each
            with every cell that says it is that one, in the file's order.
        notes: what is odd about the file as a whole, in sentences.
        problem: why nothing of it could be read, in a sentence; "" if it could.
        sha256: of the bytes that were read, in hex; "" where there are none.
    """

    cells: dict[str, list[CellRead]] = dataclasses.field(default_factory=dict)
    notes: tuple[str, ...] = ()
    problem: str = ""
    sha256: str = ""


def read(path, most=MOST):
    """Return a Read of the file at `path`, of at most so many bytes. A link is not followed, a pipe not waited for."""
    try:
        data = bytes_of(path, most)
    except Unreadable as problem:
        return Read(problem=str(problem))
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        entries = entries_in(data)
    except Unreadable as problem:
        return Read(problem=str(problem), sha256=sha256)
    return Read(cells_by_name(entries), tuple(_notes_on(entries)), sha256=sha256)


def _notes_on(entries):
    lost = sum(not is_cell(entry) for entry in entries)
    if lost:
        yield _("{count} entries in its list of cells are no cells.").format(count=lost)


def lesson_of(read, path, lessons):
    """Return the Lesson, of those by name, that a file is of; None if it is like none.

    It is the one with which it has most of nbgrader's ids in common. A file of which none is known goes by its name,
    or by its folder's, which is the assignment's in nbgrader's layout.
    """
    liked = {name: _likeness(read, Path(path), lesson) for name, lesson in lessons.items()}
    best = max(liked, key=liked.get, default=None)
    return lessons[best] if best is not None and any(liked[best]) else None


def _likeness(read, path, lesson):
    return len(lesson.marked.keys() & read.cells.keys()), _named_after(path, lesson.name)


def _named_after(path, name):
    """How nearly a path has a lesson's name: 2 for the very name, 1 for one such as that of a copy, else 0."""
    return 2 if name in (path.stem, path.parent.name) else int(name in path.stem)
