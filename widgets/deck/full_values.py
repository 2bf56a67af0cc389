"""All numbers of a larger array, as the deck asks the kernel for them (view/full_values.js is the other side)."""

from __future__ import annotations

import base64
from typing import Any, TypeAlias

from widgets.common.catalogue import _
from widgets.deck.grids import MOST_SENT, Grids, grid_of

_Answer: TypeAlias = dict[str, Any]


def full_values(grids: Grids, index: int) -> _Answer:
    """Return all numbers of a grid's array, or a sentence that says why they are not to be had.

    Args:
        grids: the grids of the recording that is shown.
        index: which of them, as the deck asked for it; {} is the answer to an index that is none.

    Returns:
        `grid`, the index; and `bytes` with what tells how to read them, or the `problem`.
    """
    if not 0 <= index < len(grids.values):
        return {}
    value = grids.values[index]
    if value.size > MOST_SENT:
        return _refused(index, _("Only arrays of at most {count:,} numbers are sent.").format(count=MOST_SENT))
    grid = grid_of(value, exact=MOST_SENT)
    if grid is None or grid["block"]:
        return _refused(index, _("The kernel no longer has these numbers: only the newest large arrays are kept."))
    parts = {name: grid[name] for name in ("code", "rows", "columns", "split", "most")}
    return {"grid": index, **parts, "bytes": base64.b64decode(grid["data"])}


def _refused(index: int, problem: str) -> _Answer:
    return {"grid": index, "problem": problem}
