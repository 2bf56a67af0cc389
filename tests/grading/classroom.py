"""A class that hands in everything in `tests/submissions`, several behaviours in one notebook to save kernels."""

import dataclasses
import json
from pathlib import Path

from tests.grading.handing_in import without_shows
from tests.submissions import lesson, making, malformed
from widgets.grading.model import FORKED
from widgets.grading.verdict_kinds import DIED, MALFORMED, NOT_ATTEMPTED, OUTPUT, PASSED, TIMEOUT

CHECKOUT = Path(__file__).parents[2]
NUMBERS, TAPE = "00_numbers", "01_the_tape"
PATIENT = "patient"
"""How the names of notebooks begin that need time on a busy machine: to import TensorFlow, to make 300 MB of text."""

EXIT = "kernel_died--exit"
TIMES = 3
"""So often the same notebook with `exit()` in it is handed in: its verdict must not depend on luck."""

FATAL = (DIED, OUTPUT, TIMEOUT)
"""What ends a kernel. It shares no notebook with what ends it otherwise, or not at all: everything else in a notebook
then has to run once more. Where a kernel only dies, the other answers are there, and right."""

LINK, OUTSIDE, HONEST = f"linked/{NUMBERS}.ipynb", "..numbers.ipynb", f"honest/{NUMBERS}.ipynb"
EXITS = tuple(f"exit_{number}/{NUMBERS}.ipynb" for number in range(TIMES))
ROWS = making.rows()
NAMES = {
    NUMBERS: tuple(lesson.ANSWERS),
    TAPE: ("flat", "wave", "by_hand", "both", "derivative"),
}


@dataclasses.dataclass(frozen=True)
class HandedIn:
    """A notebook of a lesson that does what some rows do, each to another exercise; the rest is right, or not begun."""

    place: str
    lesson: str
    rows: tuple[making.Row, ...]
    rest: str = PASSED

    @property
    def due(self):
        """The verdict that each exercise should get."""
        return dict.fromkeys(NAMES[self.lesson], self.rest) | {row.exercise: row.verdict for row in self.rows}


def handed_in():
    """Return every HandedIn: each row goes into the first of its sort in which nobody attacks its exercise yet."""
    notebooks = []
    for row in ROWS.values():
        sort = TAPE if row.exercise in NAMES[TAPE] else NUMBERS, row.verdict if row.verdict in FATAL else ""
        rows = next((rows for of, rows in notebooks if of == sort and row.exercise not in map(_exercise, rows)), None)
        if rows is None:
            notebooks.append((sort, rows := []))
        rows.append(row)
    exits = [HandedIn(place, NUMBERS, (ROWS[EXIT],), NOT_ATTEMPTED) for place in EXITS]
    return [_handed_in(number, *notebook) for number, notebook in enumerate(notebooks)] + exits


def _handed_in(number, sort, rows):
    name, fatal = sort
    kind = PATIENT if fatal == OUTPUT or name == TAPE else "rows"
    rest = NOT_ATTEMPTED if fatal in (OUTPUT, TIMEOUT) else PASSED
    return HandedIn(f"{kind}_{number:02}/{name}.ipynb", name, tuple(rows), rest)


def graded_in(sandbox):
    """Return what is graded in a kind of sandbox: by place a HandedIn.

    A row of the tape's lesson attacks what is in its kernel, whatever is round it. Where a kernel starts by itself, one
    notebook has to do: it takes so long to import TensorFlow, again for each exercise that is in doubt.
    """
    notebooks = handed_in()
    with_tape = [one for one in notebooks if one.lesson == TAPE]
    return {one.place: one for one in notebooks if sandbox == FORKED or one not in with_tape[1:]}


def rows_in(sandbox):
    """Return every Row that is graded in a kind of sandbox, and its place, by its name."""
    return {row.name: (row, place) for place, one in graded_in(sandbox).items() for row in one.rows}


def due(sandbox):
    """Return by place the verdicts of all that is graded in a kind of sandbox, by exercise."""
    whole = {place: one.due for place, one in graded_in(sandbox).items()}
    for name in malformed.files(lesson.notebook(answered=True)):
        whole[_place(name)] = dict.fromkeys(NAMES[NUMBERS], name.split("--")[0])
    honest, refused = (dict.fromkeys(NAMES[NUMBERS], kind) for kind in (PASSED, MALFORMED))
    return whole | {HONEST: honest, LINK: refused, OUTSIDE: {}}


def make_reference(folder):
    """Make a folder with `solutions/` and `lessons/` of both lessons."""
    for kind, answered in (("solutions", True), ("lessons", False)):
        (folder / kind).mkdir(parents=True)
        tape = json.loads((CHECKOUT / kind / f"{TAPE}.ipynb").read_text("utf-8"))
        (folder / kind / f"{TAPE}.ipynb").write_text(json.dumps(without_shows(tape)))
        (folder / kind / f"{NUMBERS}.ipynb").write_text(json.dumps(lesson.notebook(answered=answered)))


def make_class(folder, reference, words):
    """Make the folder of a class, with `words` for the words that rows leave open."""
    for one in handed_in():
        kind = "solutions" if one.rest == PASSED else "lessons"
        notebook = json.loads((reference / kind / f"{one.lesson}.ipynb").read_text("utf-8"))
        _write(folder / one.place, json.dumps(making.changed(making.solved(notebook), one.rows, words)).encode())
    right = lesson.notebook(answered=True)
    for name, data in malformed.files(right).items():
        _write(folder / _place(name), data)
    honest = json.dumps(right, indent=1).encode()
    _write(folder / HONEST, honest)
    _write(folder / OUTSIDE, honest)
    (folder / LINK).parent.mkdir()
    (folder / LINK).symlink_to(folder / HONEST)


def _place(name):
    return f"{name}/{NUMBERS}.ipynb"


def _exercise(row):
    return row.exercise


def _write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
