"""The target as a curve over one number, and its tangent: what a gradient of a function of one number is."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from widgets.common.numbers import text_of
from widgets.tape.model import Recording, Source
from widgets.tape.text import RecordingText

_SIDE = 30  # points on each side
_LEAST_REACH = 2.0
_STEEP = 20.0  # a curve that climbs so many times as far at its ends as in between is cut off there


def curve_facts(recording: Recording, source: Source) -> dict[str, Any]:
    """Return the curve of a backward pass from one number to one number, {} where there is none that is safe to make.

    TensorFlow runs the recorded operations again for each point; where that does not give back what it gave the
    learner, there is no curve.

    Args:
        recording: the recording.
        source: the source; nothing else was asked for in its backward pass.

    Returns:
        `first` and `last` (the values of the source at the ends), `points` (the target at equal distances between them,
        None where it is not finite), `low` and `high` (what is shown of it), `target` (its name), `at` (the target
        where the gradient was taken), `text` (the same), and `slope`.
    """
    backward_pass = recording.backward_passes[source.backward_pass]
    others = [one for one in recording.sources if one.backward_pass == source.backward_pass]
    if source.rerun is None or len(others) != 1 or not backward_pass.reconciled or source.value is None:
        return {}
    target = backward_pass.targets[0]
    known, slope = recording.tensors[target].value, source.gradient
    if known.shape or not known.head or slope is None or not math.isfinite(slope.head[0]):
        return {}
    x, at = float(source.value.head[0]), float(known.head[0])
    reach = max(_LEAST_REACH, abs(x))
    if source.rerun(x) != at or not math.isfinite(at):
        return {}
    found = source.rerun.along([x + reach * step / _SIDE for step in range(-_SIDE, _SIDE + 1)])
    points = [point for point in found if point is not None and math.isfinite(point)]
    if len(points) < _SIDE:
        return {}
    low, high = _shown(points, at)
    return {
        "curve": {
            "first": x - reach,
            "last": x + reach,
            "points": [_short(point) for point in found],
            "low": low,
            "high": high,
            "target": RecordingText(recording).tensor_name(target),
            "at": at,
            "text": text_of(known),
            "slope": float(slope.head[0]),
        }
    }


def _short(point: float | None) -> float | None:
    return float(f"{point:.5g}") if point is not None and math.isfinite(point) else None


def _shown(points: list[float], at: float) -> tuple[float, float]:
    """Return which numbers are shown: all, unless those at the ends are so large that the rest would be a flat line."""
    low, high = min(points), max(points)
    inner = [float(part) for part in np.quantile(points, [0.1, 0.9])]
    width = inner[1] - inner[0]
    if high - low > _STEEP * width > 0:
        low, high = max(low, min(inner[0] - width, at)), min(high, max(inner[1] + width, at))
    room = (high - low) / 12 or max(1.0, abs(at) / 2)
    return low - room, high + room
