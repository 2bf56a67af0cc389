"""What a kernel says, as plain text and as an error to show a learner.

The kernel can write anything, so nothing but plain characters comes out of here, and nothing of it decides a mark.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeGuard

from widgets.common.catalogue import _

MAX_LENGTH = 6000
"""Characters of a text that goes on to a verdict."""

_ESCAPES = re.compile(r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)?|\[[0-?]*[ -/]*[@-~]|[ -/]*[0-~])")
"""What tells a terminal to change its color, its title or the cursor's position (ECMA-48)."""

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_ELLIPSIS = " … "

_SYNTAX_ERRORS = ("SyntaxError", "IndentationError", "TabError")
_SYNTAX_PLACE = re.compile(r"^(.*) \((?:\d+\.py|<[\w-]+>), line (\d{1,5})\)$", re.DOTALL)
"""What Python adds to the message of a SyntaxError: the file, which for a cell is a number, and the line."""

_CELL_LINE = re.compile(r"^Cell In\[\d*\], line (\d+)", re.MULTILINE)
_MEMORY_ERRORS = ("MemoryError", "ResourceExhaustedError")
_MAX_ERROR = 1000  # characters

_PATH = re.compile(r"(?<![\w/.:~])(?:[A-Za-z]:)?(?:[\\/][^\s\\/'\"<>|:*?]+)+(?=[\\/])")
"""The folders before the last part of an absolute path: one of at least two parts, and no part of an address."""

_NUMBER = re.compile(r"(?<![\w.])-?\d+\.\d{2,}(?:e[-+]?\d+)?(?!\w)")
_SECRET = "…"


def plain_text(text: str) -> str:
    """Return a text as a terminal would leave it, without colors; of a line, what follows its last carriage return."""
    lines = _ESCAPES.sub("", text).replace("\r\n", "\n").split("\n")
    return "\n".join(_UNPRINTABLE.sub("", line.rstrip("\r").rpartition("\r")[2]) for line in lines)


def shorten(text: str, length: int = MAX_LENGTH) -> str:
    """Return the beginning and the end of a text that is longer than so many characters."""
    if len(text) <= length:
        return text
    half = (length - len(_ELLIPSIS)) // 2
    return text[:half] + _ELLIPSIS + text[-half:]


def is_list_of_texts(value: object) -> TypeGuard[list[str]]:
    """Whether a value is a list of texts."""
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


def is_memory_error(name: str) -> bool:
    """Whether the exception of that name says that memory ran out."""
    return name.rpartition(".")[2] in _MEMORY_ERRORS


def error_text(error: Mapping[str, Any], source: str) -> str:
    """Return an exception in a cell as a sentence: its name, its message, and the line of the cell that led to it.

    The kernel decides what is in the error. The sentence has at most about 2,000 characters.
    """
    name, message = (plain_text(str(error.get(key, ""))).strip() for key in ("ename", "evalue"))
    lines = source.splitlines()
    line = _line_of(error.get("traceback"), lines)
    if place := _SYNTAX_PLACE.match(message) if name in _SYNTAX_ERRORS else None:
        message, line = place[1], line or _nth(lines, int(place[2]))
    said = shorten(without_paths(f"{name}: {message}" if message else name), _MAX_ERROR)
    return _("{error}, in the line: {line}").format(error=said, line=shorten(line, _MAX_ERROR)) if line else said


def without_paths(text: str) -> str:
    """Return a text in which of each path only the last part is left: where things lie is the machine's business."""
    return _PATH.sub(_SECRET, text)


def without_inputs(text: str, inputs: Iterable[float]) -> str:
    """Return a text without the numbers that a question handed over, as they are or rounded to two decimals or more.

    Whole numbers and such with one decimal stay: they are anybody's.

    Args:
        text: what the kernel says.
        inputs: the numbers.

    Returns:
        The text, with a mark in place of each of them.

    Example:
        >>> without_inputs("bad value -0.97, not below 0.25", [0.97])
        'bad value …, not below 0.25'
    """
    known = [abs(number) for number in inputs]

    def hidden(found: re.Match[str]) -> str:
        decimals = len(found[0].partition("e")[0].rpartition(".")[2])
        number = abs(float(found[0]))
        is_input = any(math.isclose(number, one, rel_tol=1e-6, abs_tol=0.51 * 10.0**-decimals) for one in known)
        return _SECRET if is_input else found[0]

    return _NUMBER.sub(hidden, text)


def _line_of(traceback: object, lines: Sequence[str]) -> str:
    """Return the line of the cell at which a traceback enters it, or "": IPython calls every cell "Cell In"."""
    found = _CELL_LINE.findall(plain_text("\n".join(traceback))) if is_list_of_texts(traceback) else []
    return _nth(lines, int(found[0]) if found and len(found[0]) < 6 else 0)


def _nth(lines: Sequence[str], number: int) -> str:
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""
