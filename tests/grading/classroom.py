"""A class that hands in everything in `tests/submissions`, several behaviours in one notebook to save kernels."""

import dataclasses
import json
import re
from pathlib import Path

from tests.grading.handing_in import without_shows
from tests.submissions import lesson, making, malformed
from widgets.grading.model import FORKED
from widgets.grading.verdict_kinds import DIED, MALFORMED, MEMORY, NOT_ATTEMPTED, OUTPUT, PASSED, TIMEOUT

CHECKOUT = Path(__file__).parents[2]
NUMBERS, TAPE = lesson.NAME, "01_the_tape"
PATIENT = "patient"
"""How the names of notebooks begin that need time on a busy machine: to import TensorFlow, to make 300 MB of text."""

EXIT = "kernel_died--exit"
TIMES = 3
"""So often the same notebook with `exit()` in it is handed in: its verdict must not depend on luck."""

FATAL = (DIED, OUTPUT, TIMEOUT)
"""What ends a kernel. It shares no notebook with what ends it otherwise, or not at all: everything else in a notebook
then has to run once more. Where a kernel only dies, the other answers are there, and right."""

OUT_OF_THE_KERNEL = re.compile(r"\b(os|open|ctypes|glob|signal|site|socket|tempfile|threading|bytearray)\b")
"""Words of a row's code by which it reaches what is not its kernel's own: processes, files, memory, the network."""

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


def reaches_out(row):
    """Whether it is the sandbox that a row tries, and not only what is in its own kernel, whatever is round it."""
    code = "".join(block.text for block in row.blocks if block.kind == "python")
    return row.verdict in (*FATAL, MEMORY) or bool(OUT_OF_THE_KERNEL.search(code))


def handed_in():
    """Return every HandedIn: each row goes into the first of its sort in which nobody attacks its exercise yet."""
    notebooks = []
    for row in ROWS.values():
        fatal, name = row.verdict if row.verdict in FATAL else "", TAPE if row.exercise in NAMES[TAPE] else NUMBERS
        sort = name, fatal, name == NUMBERS and reaches_out(row)
        rows = next((rows for of, rows in notebooks if of == sort and row.exercise not in map(_exercise, rows)), None)
        if rows is None:
            notebooks.append((sort, rows := []))
        rows.append(row)
    exits = [HandedIn(place, NUMBERS, (ROWS[EXIT],), NOT_ATTEMPTED) for place in EXITS]
    return [_handed_in(number, *notebook) for number, notebook in enumerate(notebooks)] + exits


def _handed_in(number, sort, rows):
    name, fatal, _reaches_out = sort
    kind = PATIENT if fatal == OUTPUT or name == TAPE else "rows"
    rest = NOT_ATTEMPTED if fatal in (OUTPUT, TIMEOUT) else PASSED
    return HandedIn(f"{kind}_{number:02}/{name}.ipynb", name, tuple(rows), rest)


def graded_in(sandbox):
    """Return what is graded in a kind of sandbox: by place a HandedIn.

    Where a kernel starts by itself, these are the rows that reach out of their kernel: the others would say the same
    again. Of the tape's lesson one notebook has to do there, since each kernel takes so long to import TensorFlow.
    """
    notebooks = handed_in()
    first = next(one for one in notebooks if one.lesson == TAPE)
    outward = [one for one in notebooks if one is first or (one.lesson == NUMBERS and any(map(reaches_out, one.rows)))]
    return {one.place: one for one in (notebooks if sandbox == FORKED else outward)}


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
    lesson.write_records(folder / "solutions")


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
