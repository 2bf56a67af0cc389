"""What a kernel printed: as plain text, as an error to show a learner, and compared with the reference's.

All of this happens outside the kernel, on text. The kernel can write anything, so nothing but plain characters comes
out of here, and nothing that an answer puts in a check's place has a say in the comparison.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeGuard

from widgets.common.catalogue import _
from widgets.common.grader_protocol import ABSOLUTE, RELATIVE

MAX_LENGTH = 6000
"""Characters of a text that goes on to a verdict."""

MAX_EXTRA_LINES = 50_000
"""Lines that something else may have printed around a check's own: more would keep the grader for minutes."""

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

_NUMBER = re.compile(r"(?<![\w.])(-?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|inf|nan))(?!\w)")

_TOLERANCE = 2
"""How many times as far apart as a check allows. The check itself compares with its own reference function, and says so
in words; the reference's printed numbers, which are all that is known here, are rounded themselves."""


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


def stdout_text(outputs: Iterable[Any]) -> str:
    """Return what a cell printed to standard output, as plain text; errors and pictures are left out."""
    streams = (output for output in outputs if output.get("output_type") == "stream")
    return plain_text("".join("".join(stream.text) for stream in streams if stream.get("name") == "stdout"))


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
    said = shorten(f"{name}: {message}" if message else name, _MAX_ERROR)
    return _("{error}, in the line: {line}").format(error=said, line=shorten(line, _MAX_ERROR)) if line else said


def _line_of(traceback: object, lines: Sequence[str]) -> str:
    """Return the line of the cell at which a traceback enters it, or "": IPython calls every cell "Cell In"."""
    found = _CELL_LINE.findall(plain_text("\n".join(traceback))) if is_list_of_texts(traceback) else []
    return _nth(lines, int(found[0]) if found and len(found[0]) < 6 else 0)


def _nth(lines: Sequence[str], number: int) -> str:
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def expected_if_equal(printed: str, expected: str) -> str:
    """Return `expected` if all its lines stand in `printed`, in order and with numbers close enough; else `printed`.

    Lines between them are not compared: a thread that an answer left running may print what it likes. But a line like
    an expected one with other numbers is an answer, too: printing every possible one does not pass.
    """
    lines, wanted = printed.splitlines(), [_Line(text) for text in expected.splitlines()]
    if len(lines) > len(wanted) + MAX_EXTRA_LINES:
        return printed
    parsed = [_Line(text) for text in lines]
    if any(_contradicts(line, wanted) for line in parsed):
        return printed
    rest = iter(parsed)
    ends = {0: str.endswith, len(wanted) - 1: str.startswith}  # where something may be printed on the same line
    found = (
        any(line.agrees(want) or (index in ends and ends[index](line.text, want.text)) for line in rest)
        for index, want in enumerate(wanted)
    )
    return expected if all(found) else printed


class _Line:
    """A line: its words between the numbers, however many spaces there are, and its numbers, as texts."""

    def __init__(self, text: str) -> None:
        parts = [" ".join(part.split()) for part in _NUMBER.split(text)]
        self.text, self.words, self.numbers = text, parts[::2], parts[1::2]

    def agrees(self, wanted: _Line) -> bool:
        """Whether it has the same words, and the same numbers as far as a check can tell."""
        pairs = zip(self.numbers, wanted.numbers, strict=False)  # as many, where the words are the same
        return self.words == wanted.words and all(
            number == due or is_close(float(number), float(due)) for number, due in pairs
        )


def _contradicts(line: _Line, wanted: Sequence[_Line]) -> bool:
    alike = [want for want in wanted if want.words == line.words]
    return bool(alike) and not any(line.agrees(want) for want in alike)


def is_close(number: float, expected: float) -> bool:
    """Whether two numbers are the same as far as a check can tell."""
    if math.isinf(expected):
        return number == expected
    return abs(number - expected) <= _TOLERANCE * (ABSOLUTE + RELATIVE * abs(expected))
