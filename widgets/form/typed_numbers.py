"""Numbers as people type them: a minus from a word processor, a decimal comma, a fraction."""

from __future__ import annotations

import math
import re

_MOST = 40
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?")


def read_number(text: str) -> float | None:
    """Read a number.

    Args:
        text: what was typed.

    Returns:
        The number; None if there is none, or more than a number.

    Example:
        >>> read_number("-0,125"), read_number("1/8"), read_number("about 4")
        (-0.125, 0.125, None)
    """
    plain = "".join(text[:_MOST].split()).replace("\u2212", "-").lower()
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    above, slash, below = plain.partition("/")
    if len(text) > _MOST or not plain.isascii() or not all(map(_NUMBER.fullmatch, (above, below if slash else "1"))):
        return None
    denominator = float(below) if slash else 1.0
    number = float(above) / denominator if denominator else math.inf
    return number if math.isfinite(number) else None
