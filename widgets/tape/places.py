"""Where in the learner's code something happened: from a frame and an instruction to a line, columns and a text."""

from __future__ import annotations

import ast
import dis
import functools
import inspect
import linecache
import os
import sys
import sysconfig
import types
from collections.abc import Iterable, Sequence
from pathlib import Path
from tokenize import TokenError
from typing import Any, NamedTuple

import keras
import tensorflow as tf

from widgets.tape.forward_model import Listing, Place
from widgets.tape.model import CELL
from widgets.tape.running_code import CodeLocation, Position

MAGIC_FILES = ("<timed exec>", "<timed eval>", "<magic-timeit>")
"""What IPython calls the code that `%%time` and `%%timeit` run: the rest of a cell."""

_PACKAGE = Path(__file__).parents[1]
_FRAMEWORKS = [Path(module.__file__).parent for module in (tf, keras) if module.__file__]
_LIBRARIES = tuple(
    f"{folder.resolve()}/"
    for folder in {
        _PACKAGE,
        *_FRAMEWORKS,
        # What they need is beside them, though it be another environment's, which this one was made upon.
        *(path.parent for path in _FRAMEWORKS if path.parent.name in ("site-packages", "dist-packages")),
        *(Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")),
    }
)


@functools.cache
def is_library(filename: str) -> bool:
    """Say whether a file is none of the learner's: Python's own, an installed package's, ours, or a generated one."""
    if filename.startswith("<frozen") or "__autograph_generated_file" in filename:
        return True
    try:
        return str(Path(filename).resolve()).startswith(_LIBRARIES)
    except (OSError, RuntimeError, ValueError):  # no file's name; or the working directory is gone
        return False


def is_learners(frame: types.FrameType) -> bool:
    """Say whether a frame is the learner's own code."""
    return not is_library(frame.f_code.co_filename)


def position(location: CodeLocation) -> Position:
    """Return the stretch of source that an instruction carries out.

    Python 3.11 keeps it with the code (https://peps.python.org/pep-0657/); for 3.10 `executing` works it out, and
    cannot for some statements: the columns are None then. Between two instructions the line is meant, and no columns.
    """
    code = location.frame.f_code
    line: int | None
    last: int | None
    if sys.version_info >= (3, 11):
        line, last, column, end = _positions(code)[location.instruction // 2]
    else:
        line, last, column, end = _position_before_311(location)
    return code.co_filename, line or code.co_firstlineno, last or line, column, end


@functools.lru_cache(maxsize=64)
def _positions(code: types.CodeType) -> tuple[tuple[int | None, int | None, int | None, int | None], ...]:
    """Return the stretch of source of each instruction: Python unpacks them from the first one on, each time."""
    return tuple(code.co_positions()) if sys.version_info >= (3, 11) else ()


def _position_before_311(location: CodeLocation) -> tuple[int, int, int | None, int | None]:
    from executing import Source

    code = location.frame.f_code
    line = next(line for start, stop, line in code.co_lines() if start <= location.instruction < stop) or 0
    if location.instruction % 2:
        return line, line, None, None
    frame = types.SimpleNamespace(f_code=code, f_globals={}, f_lineno=line, f_lasti=location.instruction)
    node: Any = Source.executing(frame).node  # type: ignore[arg-type]  # it reads no more of a frame than that
    if node is None:
        kind = _STATEMENTS.get(dis.opname[code.co_code[location.instruction]].split("_")[0], ())
        every: Any = Source.for_frame(frame).statements_at_line(line)  # type: ignore[arg-type]
        there = [one for one in every if isinstance(one, kind) and one.lineno == line]
        node = there[0] if len(there) == 1 else None
    if node is None or not hasattr(node, "col_offset"):
        return line, line, None, None
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset


_STATEMENTS: dict[str, Any] = {
    "INPLACE": ast.AugAssign,
    "SETUP": (ast.With, ast.AsyncWith),
    "FOR": (ast.For, ast.AsyncFor),
}
"""What Python 3.10's instructions `INPLACE_ADD`, `SETUP_WITH`, `FOR_ITER` ... stand for, if it is alone on its line."""


def _segment(position: Position) -> str:
    """Return the source text at a position, on one line."""
    file, line, last, column, end = position
    lines = [text.encode() for text in linecache.getlines(file)[line - 1 : last]]
    if not lines:
        return ""
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][column:]
    return " ".join(b"".join(lines).decode(errors="ignore").split())


class Places:
    """Turns locations into places, and keeps the listings they point into."""

    def __init__(self, codes: Iterable[types.CodeType], helpers: Iterable[types.CodeType] = ()) -> None:
        """Read the listings.

        Args:
            codes: the code objects of the learner's that took part, in order of appearance.
            helpers: those that are only named there.
        """
        codes, helpers = list(codes), list(helpers)
        self.changed_files = tuple(dict.fromkeys(one.co_filename for one in (*codes, *helpers) if _is_changed(one)))
        self._blocks = _merged([_block(code) for code in codes])
        self._found: dict[tuple[int, int], Place | None] = {}  # by a code's id: codes of two files can be equal
        self.listings = tuple(_listing(block) for block in self._blocks)
        named = _merged([*self._blocks, *map(_block, helpers)])
        self.helpers = tuple(_listing(block) for block in named if block not in self._blocks)

    def facts(self) -> dict[str, Any]:
        """Return the parts of a Recording that are the learner's source, by name."""
        return {"listings": self.listings, "helpers": self.helpers, "changed_files": self.changed_files}

    def find(self, location: CodeLocation | None) -> Place | None:
        """Return the Place of a location (None for None)."""
        if location is None:
            return None
        key = id(location.frame.f_code), location.instruction
        if key not in self._found:
            self._found[key] = self._place(position(location))
        return self._found[key]

    def innermost(self, lines: Sequence[tuple[str, int]]) -> Place | None:
        """Return the last of some lines (each a file and a number) that stands in a listing; None if none does."""
        held = (
            (i, line)
            for file, line in reversed(lines)
            for i, block in enumerate(self._blocks)
            if block.holds(file, line)
        )
        return next((Place(listing, line) for listing, line in held), None)

    def _place(self, position: Position) -> Place | None:
        file, line, last, column, _end = position
        listing = next((i for i, block in enumerate(self._blocks) if block.holds(file, line)), None)
        if listing is None:
            return None
        if column is None:
            return Place(listing, line)
        text = _segment(position)
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

    def holds(self, file: str, line: int) -> bool:
        return self.file == file and self.first <= line <= self.last

    def contains(self, other: _Block) -> bool:
        return self.holds(other.file, other.first) and self.holds(other.file, other.last)


def _block(code: types.CodeType) -> _Block:
    file = code.co_filename
    lines = [code.co_firstlineno, *(line for _, _, line in code.co_lines() if line)]
    if code.co_name == "<module>" or file in MAGIC_FILES:
        return _Block(file, 1, max(len(linecache.getlines(file)), *lines), CELL)
    try:
        source, first = inspect.getsourcelines(code)
        last = first + len(source) - 1
    except (OSError, TypeError, SyntaxError, TokenError, IndexError):  # also: the file is another one by now
        first, last = code.co_firstlineno, code.co_firstlineno
    return _Block(file, first, max(last, *lines), code.co_name)


def _is_changed(code: types.CodeType) -> bool:
    """Whether the file of a piece of code was changed since it was loaded, so that its lines are not those that run."""
    file = code.co_filename
    try:
        changed_at = os.stat(file).st_mtime
    except (OSError, ValueError):  # a cell of a notebook, or a file that is gone
        return False
    same = [one for one in _codes_in(file, changed_at) if _first_line(one) == _first_line(code)]
    if "@pytest_ar" in code.co_names:  # pytest rewrites what asserts
        return not same
    return not any((one.co_code, _constants(one)) == (code.co_code, _constants(code)) for one in same)


def _first_line(code: types.CodeType) -> tuple[str, int]:
    return code.co_name, code.co_firstlineno


def _constants(code: types.CodeType) -> list[str]:
    return [repr(one) for one in code.co_consts if not isinstance(one, (types.CodeType, frozenset))]


@functools.lru_cache(maxsize=32)
def _codes_in(file: str, _changed_at: float) -> tuple[types.CodeType, ...]:
    """Return all code of a file as it is now."""
    linecache.checkcache(file)
    try:
        waiting = [compile("".join(linecache.getlines(file)), file, "exec", dont_inherit=True)]
    except (SyntaxError, ValueError):
        return ()
    found = list[types.CodeType]()
    while waiting:
        found.append(code := waiting.pop())
        waiting += [one for one in code.co_consts if isinstance(one, types.CodeType)]
    return tuple(found)


def _merged(blocks: Iterable[_Block]) -> list[_Block]:
    """Drop blocks that lie inside another: an inner function is seen in its outer one's listing."""
    kept: list[_Block] = []
    for block in blocks:
        if not any(other.contains(block) for other in kept):
            kept = [*(other for other in kept if not block.contains(other)), block]
    return kept


def _listing(block: _Block) -> Listing:
    lines = linecache.getlines(block.file)[block.first - 1 : block.last]
    return Listing(block.name, block.first, tuple(line.rstrip("\n") for line in lines))
