"""Where in the learner's code something happened: from a frame and an instruction to a line, columns and a text."""

import functools
import inspect
import linecache
import sysconfig
from pathlib import Path
from typing import NamedTuple

import keras
import tensorflow as tf

from widgets.tape.forward_model import Listing, Place
from widgets.tape.model import CELL
from widgets.tape.positions import position, segment

_PACKAGE = Path(__file__).parents[1]
_LIBRARIES = tuple(
    f"{Path(folder).resolve()}/"
    for folder in {
        _PACKAGE,
        Path(tf.__file__).parent,
        Path(keras.__file__).parent,
        *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")),
    }
)


@functools.cache
def _is_library(filename):
    if filename.startswith("<frozen") or "__autograph_generated_file" in filename:
        return True
    return str(Path(filename).resolve()).startswith(_LIBRARIES)


def is_learners(frame):
    """Say whether a frame is the learner's own code."""
    return not _is_library(frame.f_code.co_filename)


def learner_frame(frame):
    """Return the innermost frame of the stack that is the learner's own code, or None."""
    while frame is not None and _is_library(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


class Places:
    """Turns moments into places, and keeps the listings they point into."""

    def __init__(self, codes):
        """`codes`: the code objects of the learner's that took part, in order of appearance."""
        self._blocks = _merged([_block(code) for code in codes])
        self._spots = {}
        self.listings = tuple(_listing(block) for block in self._blocks)

    def find(self, moment):
        """Return the Place of a Moment (None for None)."""
        if moment is None:
            return None
        key = moment.frame.f_code, moment.instruction
        if key not in self._spots:
            self._spots[key] = self._place(position(moment))
        return self._spots[key]

    def _place(self, position):
        file, line, last, column, end = position
        listing = next(i for i, block in enumerate(self._blocks) if block.holds(file, line))
        if column is None:
            return Place(listing, line)
        text = segment(*position)
        if last != line:
            return Place(listing, line, text=text)
        begin = len(linecache.getline(file, line).encode()[:column].decode(errors="ignore"))
        return Place(listing, line, begin, begin + len(text), text)


class _Block(NamedTuple):
    """A stretch of one file that becomes a listing."""

    file: str
    first: int
    last: int
    name: str

    def holds(self, file, line):
        return self.file == file and self.first <= line <= self.last


def _block(code):
    file = code.co_filename
    if code.co_name == "<module>":
        return _Block(file, 1, max(len(linecache.getlines(file)), *_lines(code)), CELL)
    try:
        source, first = inspect.getsourcelines(code)
        last = first + len(source) - 1
    except (OSError, TypeError, SyntaxError):
        first, last = code.co_firstlineno, code.co_firstlineno
    return _Block(file, first, max(last, *_lines(code)), code.co_name)


def _lines(code):
    """Return the line numbers that a code object's instructions come from."""
    return [code.co_firstlineno, *(line for _, _, line in code.co_lines() if line)]


def _merged(blocks):
    """Drop blocks that lie inside another: an inner function is seen in its outer one's listing."""
    kept = []
    for block in blocks:
        if any(other.holds(block.file, block.first) and other.holds(block.file, block.last) for other in kept):
            continue
        kept = [
            other
            for other in kept
            if not (block.holds(other.file, other.first) and block.holds(other.file, other.last))
        ]
        kept.append(block)
    return kept


def _listing(block):
    lines = linecache.getlines(block.file)[block.first - 1 : block.last]
    return Listing(block.name, block.first, tuple(line.rstrip("\n") for line in lines))
