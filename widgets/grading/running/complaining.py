"""An exception in a cell, told to a learner: its name, what it says, and the line of the cell that led to it."""

import re

from widgets.common.catalogue import _
from widgets.grading.running.hearing import is_texts
from widgets.grading.running.printed import plain, shortened

_PLACE = re.compile(r"^Cell In\[\d*\], line (\d+)", re.MULTILINE)
_OF_MEMORY = ("MemoryError", "ResourceExhaustedError")
_LONGEST = 1000


def is_of_memory(name):
    """Whether an exception's name is one that says that memory ran out."""
    return name.rpartition(".")[2] in _OF_MEMORY


def complaint(error, source):
    """Return what to say of an exception in a cell with this source.

    Args:
        error: the content of the kernel's message; the kernel decides what is in it.
        source: of the cell.
    """
    name, message = (plain(str(error.get(key, ""))).strip() for key in ("ename", "evalue"))
    said = shortened(f"{name}: {message}" if message else name, _LONGEST)
    line = _line(error.get("traceback"), source.splitlines())
    return _("{error}, in the line: {line}").format(error=said, line=shortened(line, _LONGEST)) if line else said


def _line(traceback, lines):
    """Return the line of the cell at which a traceback enters it, or "": IPython calls every cell "Cell In"."""
    places = _PLACE.findall(plain("\n".join(traceback))) if is_texts(traceback) else []
    number = int(places[0]) if places and len(places[0]) < 6 else 0
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""
