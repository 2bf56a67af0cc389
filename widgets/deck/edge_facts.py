"""What the graph shows of a gradient on its way back along an edge: its factor, how large it is, and of which sign."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from widgets.common.numbers import Bytes, text_of
from widgets.tape.forward_model import Value
from widgets.tape.model import Contribution


def edge_facts(contribution: Contribution) -> dict[str, Any]:
    """Return a contribution's `norm`; its `sign` if it is one number, and its `local` derivative if that is one."""
    local, sign = contribution.local, _sign(contribution.gradient)
    facts: dict[str, Any] = {"norm": _norm(contribution.gradient)}
    return facts | ({"local": text_of(local)} if local else {}) | ({} if sign is None else {"sign": sign})


def _norm(gradient: Value | None) -> float | None:
    """Return how large a gradient is, to four digits, for the width of a line; None where not all of it is finite."""
    statistics = gradient.statistics if gradient else None
    if statistics is None or statistics.nan or statistics.inf or not math.isfinite(statistics.norm):
        return None
    return float(f"{statistics.norm:.4g}")


def _sign(gradient: Value | None) -> int | None:
    """Return the sign of a gradient that is a single number; None of any other, of NaN, and of a complex number."""
    if gradient is None or gradient.size != 1 or not gradient.head:
        return None
    number = gradient.head[0]
    if isinstance(number, (str, Bytes, complex, np.complexfloating)) or number != number:
        return None
    return int(number > 0) - int(number < 0)
