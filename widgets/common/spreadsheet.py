"""Cells of a table that a spreadsheet opens: what learners wrote is shown there, and never run as a formula.

A text that begins with =, +, - or @ is a formula to a spreadsheet (see https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import unicodedata

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


def _quoted(text: str) -> str:
    """Return a text that is not a formula, whatever letters stand for the signs, or in front of them."""
    seen = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    return f"'{text}" if text.startswith(_FORMULA) or seen.lstrip(' "').startswith(_FORMULA) else text
