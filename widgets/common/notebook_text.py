"""Texts in notebooks: nbformat keeps one as it is, or as a list of its lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def joined_text(value: object) -> str | None:
    """Return a text that may be a list of lines; None if it is neither."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value if isinstance(value, str) else None


def source_of(cell: Mapping[str, Any]) -> str:
    """Return the source of a cell in a notebook that is known to be valid."""
    return "".join(cell["source"])
