"""Tables for a spreadsheet, and those that one has saved: text that learners wrote is never run as a formula there.

A text that begins with =, +, - or @ is a formula to a spreadsheet (see https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins with one of these may be run as a formula; in some countries, so may their wide forms."""

_NEXT = ";"
"""What begins a new cell where a comma is part of a number."""


def as_cell(value: str | float | None) -> str | float:
    """Make a value safe to show in a spreadsheet.

    Args:
        value: a text, a number, or None.

    Returns:
        What the cell is to hold: numbers stay numbers, None is empty, and a text is shown as it is.

    Example:
        >>> as_cell("=1+1")
        "'=1+1"
        >>> as_cell(-2.5)
        -2.5
    """
    if not isinstance(value, str):
        return "" if value is None else value
    return _NEXT.join(map(_quoted, value.split(_NEXT)))


def csv_text(rows: Iterable[Sequence[str | float | None]]) -> str:
    """Return rows as the text of a CSV file; texts must have been made safe by `as_cell`."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def decoded_table(data: bytes) -> str:
    """Return the text of a table that a spreadsheet has saved: UTF-8, or UTF-16 with the mark that says so.

    Args:
        data: the file's bytes.

    Returns:
        The text, without that mark.

    Raises:
        UnicodeError: if it is in another encoding, or no text.
    """
    text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    if "\0" in text:
        raise UnicodeError
    return text


def delimiter_in(first: str) -> str:
    """Return what the cells of a table's first line are separated by: a comma, or what spreadsheets save instead."""
    return max(",;\t", key=first.count)


def _quoted(text: str) -> str:
    """Return a text that is not a formula, whatever letters stand for the signs, or in front of them."""
    seen = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    return f"'{text}" if text.startswith(_FORMULA) or seen.lstrip(' "').startswith(_FORMULA) else text
