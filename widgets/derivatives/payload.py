"""Curves and spots as the explorer's view gets them: JSON for words and facts, bytes for numbers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

import numpy as np

from widgets.common.widget import to_json
from widgets.derivatives.finite_differences import Exploration
from widgets.derivatives.model import MAX_ORDER, Curves, Differences, Point, Spot
from widgets.derivatives.text import DASHES, NAMES, WORDS, heading, notes, step_text

COMPARED = 2
"""Orders whose central differences are compared in the other dtype too: f′ and f″."""

IS_NUMBER, IS_NONE, IS_UNKNOWN = 1, 0, -1
"""What an order is at a point: a number, None, or not computed."""


def pack_facts(exploration: Exploration) -> str:
    """Return the facts that do not depend on the point, as JSON: the axes, the names, the words."""
    curves = exploration.curves
    facts = {
        "title": heading(curves),
        "dtype": curves.dtype,
        "dtypes": list(exploration.differences),
        "x": curves.x.tolist(),
        "h": exploration.h.tolist(),
        "steps": [step_text(h) for h in exploration.h],
        "names": NAMES,
        "dashes": DASHES,
        "states": _states(curves),
        "drawable": [bool(np.isfinite(row).any()) for row in curves.values],
        "windows": {",".join(map(str, orders)): curves.window(orders) for orders in _subsets()},
        "distances": [_log_axis(exploration, order) for order in range(COMPARED)],
        "notes": notes(curves),
        "words": WORDS,
    }
    return to_json(facts)


def pack_numbers(exploration: Exploration) -> bytes:
    """Return, for each position, the tape's numbers (5) and the estimates (4 × h), as bytes of the curves' dtype."""
    differences = exploration.differences[exploration.curves.dtype]
    estimates = np.moveaxis(differences.estimates, 0, 1).reshape(differences.x.size, -1)
    return np.concatenate([exploration.curves.values.T, estimates], axis=1).tobytes()


def pack_distances(differences: Mapping[str, Differences], dtype: str) -> bytes:
    """Return, for each x, how far estimates are from the tape, as float32: 4 × h, and 2 × h in the other dtype."""
    parts = [differences[dtype].errors]
    parts += [found.errors[:COMPARED] for name, found in differences.items() if name != dtype]
    with np.errstate(over="ignore"):  # more than float32 can hold is inf
        return np.moveaxis(np.concatenate(parts), 0, 1).astype(np.float32).tobytes()


def pack_spot(spot: Spot) -> bytes:
    """Return a Spot as bytes of float64: x, the numbers, the distances, and what each order is (IS_NUMBER …)."""
    point, differences = spot.point, spot.differences
    parts = [
        [point.x],
        point.values,
        differences[point.dtype].estimates.ravel(),
        np.frombuffer(pack_distances(differences, point.dtype), np.float32),
        _states(point),
    ]
    return np.concatenate([np.asarray(part, np.float64) for part in parts]).tobytes()


def _states(fact: Point | Curves) -> list[int]:
    """Return for each order whether it is a number, None, or not computed."""
    found = [IS_NUMBER if connected else IS_NONE for connected in fact.connected]
    return [state if order <= fact.reach else IS_UNKNOWN for order, state in enumerate(found)]


def _subsets() -> Iterator[tuple[int, ...]]:
    orders = range(MAX_ORDER + 1)
    return itertools.chain.from_iterable(itertools.combinations(orders, count) for count in range(MAX_ORDER + 2))


def _log_axis(exploration: Exploration, order: int) -> list[float]:
    """Return the ends of the logarithmic axis for one order's distances: powers of ten, all but the wildest between."""
    found = np.concatenate([differences.errors[order].ravel() for differences in exploration.differences.values()])
    found = found[found > 0]
    low, high = np.percentile(found, (0.2, 97)) if found.size else (1e-16, 1.0)
    return [float(10.0 ** (np.floor(np.log10(low)) - 1)), float(10.0 ** (np.floor(np.log10(high)) + 1))]
