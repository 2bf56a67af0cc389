"""Columns and lines of text where a letter may be two wide, as Chinese ones are."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Sequence

_WIDE, _CLOSING = r"\u2e80-\u9fff\uff00-\uffef", "，。、：；！？）》”’"
_PIECE = re.compile(rf"(?:[{_WIDE}]|[^\s{_WIDE}]+)[{_CLOSING}]*")
"""What is not divided: a word, or a wide letter, with what must not begin a line behind it."""


def width(text: str) -> int:
    """Return how many columns a text fills in a terminal."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text: str, columns: int) -> str:
    """Return a text with blanks behind it, so many columns wide."""
    return text + " " * (columns - width(text))


def pushed(text: str, columns: int) -> str:
    """Return a text with blanks before it, so many columns wide."""
    return " " * (columns - width(text)) + text


def table(rows: Iterable[Sequence[str]], between: str = "  ", fill: Callable[[str, int], str] = padded) -> list[str]:
    """Return rows of texts as lines, each column as wide as its widest text; `fill` is padded or pushed."""
    rows = list(rows)
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return [between.join(map(fill, row, widths)).rstrip() for row in rows]


def wrapped(text: str, columns: int) -> list[str]:
    """Return a text as lines of at most so many columns. Between wide letters a line may end anywhere."""
    if width(text) == len(text):
        return textwrap.wrap(text, columns)
    lines, end = [""], 0
    for piece in _PIECE.finditer(text):
        blank = " " if piece.start() > end and lines[-1] else ""
        if width(lines[-1] + blank + piece[0]) > columns and lines[-1]:
            lines.append(piece[0])
        else:
            lines[-1] += blank + piece[0]
        end = piece.end()
    return lines
