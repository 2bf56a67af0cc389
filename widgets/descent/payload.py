"""Paths and their loss surface as the explorer's view gets them: JSON for words and facts, bytes for numbers."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from widgets.common.arrays import Floats
from widgets.common.widget import to_json
from widgets.descent.losses.parameter_names import name_of_all, value_name
from widgets.descent.model import Paths
from widgets.descent.optimizers import OPTIMIZERS, optimizer_named
from widgets.descent.plane_text import axis_names, left_out, share_text
from widgets.descent.rate_bands import LABELS, rate_bands
from widgets.descent.surface.contours import areas, level_names, short
from widgets.descent.surface.loss_surface import LossSurface
from widgets.descent.surface.stability import nearest_rate
from widgets.descent.text import limits_for, marks, notes, verdict_line
from widgets.descent.view_numbers import PRINTED, ViewNumbers
from widgets.descent.view_words import STEP_CODE, WORDS

FIRST_STEPS = 201
"""Steps that are sent at once; the rest is sent when a view asks for it."""

ALL_UP_TO, PAIR_EVERY = 1000, 50
"""All steps up to the first are sent; beyond it two neighbors in each 50, so that oscillation still looks like it."""

MOST_NUMBERS = 3_000_000
"""Numbers up to which all of the first steps are sent: 12 MB in float32."""

_ROUND = 0.9  # of the largest curvature: where the smallest is more, no direction is one to speak of
_DEEPEST = 1e-16  # on the logarithmic scale, below the highest
_HIGHEST = 1e307  # on any scale


def sent_steps(longest: int, shown: int = 0, numbers: int = 0) -> list[int]:
    """Return the numbers of the steps that are sent of paths with `longest` iterations; `shown` is one of them.

    Where too much would be sent, only pairs of neighbors at the slider's stops are sent after the first 100.

    Args:
        longest: iterations.
        shown: a step.
        numbers: of one step of all paths.

    Returns:
        The steps, rising.
    """
    ends = *range(ALL_UP_TO + PAIR_EVERY, longest + 1, PAIR_EVERY), shown, longest
    pairs = {step for last in ends for step in (last - 1, last)}
    first = list(range(min(longest, ALL_UP_TO) + 1))
    if len(first) * numbers > MOST_NUMBERS:
        first = [step for step in first if step <= 100 or step % 5 in (0, 4)]
    return sorted({*first, *pairs} - {-1})


def site_steps(steps: Sequence[int], shown: int) -> list[int]:
    """Return those of the steps that a page of a site has: all up to 100, then two in 20: a fifth of the bytes."""
    return [step for step in steps if step <= 100 or step % 20 in (0, 19) or step in (shown - 1, shown, steps[-1])]


def slider_stops(steps: Sequence[int]) -> list[int]:
    """Return the indices in `steps` at which the slider can stop: every step at first, then fewer."""
    return [at for at, step in enumerate(steps) if step % _spacing(step) == 0 or step == steps[-1]]


def _spacing(step: int) -> int:
    if step <= 100:
        return 1
    return 5 if step <= ALL_UP_TO else PAIR_EVERY


def pack_numbers(numbers: ViewNumbers, steps: Sequence[int]) -> bytes:
    """Return the arrays of `ViewNumbers` at these steps as bytes: of each for each learning rate its steps."""
    return b"".join(np.moveaxis(array[steps], 1, 0).tobytes() for array in numbers.arrays)


def pack_facts(
    paths: Paths,
    surface: LossSurface,
    numbers: ViewNumbers,
    steps: Sequence[int],
    rates: npt.NDArray[np.float64],
    more: dict[str, Any],
) -> str:
    """Return the facts about some paths as JSON.

    Args:
        paths: of the learning rates whose paths are known.
        surface: that they are drawn on.
        numbers: that are sent of them.
        steps: that are sent.
        rates: all learning rates: the positions of the slider.
        more: other facts: the start as it was given, menus, code.

    Returns:
        The text.
    """
    drawn = _drawn(paths, surface, numbers, steps) | _parameters(paths, surface, numbers)
    return to_json(_told(paths) | _slider(paths, surface, rates) | drawn | more, allow_nan=False)


def _slider(paths: Paths, surface: LossSurface, rates: npt.NDArray[np.float64]) -> dict[str, Any]:
    """Return what the slider of the learning rates shows: where each known one stands, the bands, and the marks.

    A band reaches half-way to the next rate that is known.
    """
    limits = limits_for(paths, surface.stability)
    places = np.searchsorted(rates, paths.learning_rates)
    diverging = LABELS["diverges"], LABELS["gives nan"]
    ends = [-1, *((places[:-1] + places[1:]) // 2).tolist(), rates.size - 1]
    return {
        "slots": rates.size,
        "places": places.tolist(),
        "kinds": [
            {"kind": kind, "diverges": kind in diverging, "from": ends[first] + 1, "to": ends[last + 1]}
            for kind, first, last in rate_bands(paths)
        ],
        "marks": [
            {"at": nearest_rate(rates, rate), "name": name, "text": text}
            for name, rate, text in marks(limits)
            if rates[0] <= rate <= rates[-1]
        ],
        "note": " ".join(notes(paths, limits)),
    }


def _told(paths: Paths) -> dict[str, Any]:
    """Return the words, and what is said of each learning rate."""
    optimizer = optimizer_named(paths.optimizer)
    outcomes = [LABELS[verdict.outcome] for verdict in paths.verdicts]
    return {
        "title": paths.title,
        "words": WORDS,
        "names": {name: record.label for name, record in OPTIMIZERS.items()} | {optimizer.name: optimizer.label},
        "stepCode": STEP_CODE,
        "rule": optimizer.step_note,
        "wholeName": (whole := name_of_all(paths.names)),
        "ownNames": paths.names if whole is None else [],
        "optimizer": optimizer.name,
        "isPlain": optimizer.is_plain,
        "valueName": value_name(paths.names),
        "dtype": paths.dtype,
        "rates": paths.learning_rates.tolist(),
        "rateTexts": [str(rate) for rate in paths.learning_rates.tolist()],
        "verdicts": [{"kind": kind, "text": verdict_line(paths, at)} for at, kind in enumerate(outcomes)],
    }


def _drawn(paths: Paths, surface: LossSurface, numbers: ViewNumbers, steps: Sequence[int]) -> dict[str, Any]:
    """Return what is drawn: the steps that are sent, the loss surface, and the ends of the axes."""
    values, dimensions = surface.values.ravel().tolist(), len(surface.axes)
    drawn = areas(surface)
    return {
        "dimensions": dimensions,
        "isList": paths.x.ndim == 3,
        "onPlane": numbers.on_plane,
        "perStep": {"x": int(numbers.x[0, 0].size), "gradient": int(numbers.gradient[0, 0].size)},
        "isScheduled": numbers.scheduled is not None,
        "steps": steps,
        "stops": slider_stops(steps),
        "first": min(FIRST_STEPS, len(steps)),
        "axes": [axis.tolist() for axis in surface.axes],
        "heights": [None if np.isnan(value) else value for value in values] if dimensions == 1 else [],
        "ground": base64.b64encode(surface.values.astype(paths.dtype).tobytes()).decode() if dimensions == 2 else "",
        "areas": [area["outlines"] for area in drawn],
        "levelNames": level_names(surface, drawn, paths.start),
        "minima": [
            {
                "at": np.atleast_1d(surface.coordinates(found.point)).tolist(),
                "value": found.value,
                "text": short(found.value),
            }
            for found in surface.shown_minima
        ],
        "bends": _bends(surface),
        "frame": surface.value_range,
        "series": {
            "loss": {"span": _value_axis(paths, surface.value_range), "powers": _log_axis(paths.y, paths.lowest)},
            "norm": _norm_axes(numbers.norms()),
        },
        "lowest": paths.lowest,
    }


def _bends(surface: LossSurface) -> list[dict[str, Any]]:
    """Return the lines along which f curves most and least at the first minimum, where it is one of two parameters."""
    found = surface.minima[0] if surface.minima else None
    if found is None or found.directions is None or found.point.size != 2 or not found.limits.limit:
        return []
    low, high = found.limits.lowest_curvature, found.limits.curvature
    if not 0 < low < _ROUND * high:
        return []
    ways = zip(("least", "most"), (low, high), found.directions.T, strict=True)
    return [
        {"kind": kind, "at": found.point.tolist(), "along": way.tolist(), "value": short(curvature)}
        for kind, curvature, way in ways
    ]


def _value_axis(paths: Paths, value_range: tuple[float, float]) -> list[float]:
    """Return the ends of the value's axis: from the lowest to a little above the start, where diverging shows.

    Where f has no lowest value, paths may leave the picture, as they leave the `value_range` of the loss surface.
    """
    first, (low, high) = float(paths.y[0, 0]) / 8, (end / 8 for end in value_range)  # so that no difference overflows
    low = max(paths.lowest / 8, 2 * low - high)
    high = first - low or abs(first) or 0.125
    return [8 * (low - 0.06 * high), 8 * np.clip(first + 0.4 * high, None, _HIGHEST / 8)]


def _log_axis(values: Floats, lowest: float) -> list[float]:
    """Return the ends of the logarithmic axis, powers of ten, for values − lowest, the steps first."""
    with np.errstate(over="ignore"):
        above = values[np.isfinite(values)].astype(np.float64) - lowest
    first = np.clip(float(values[0, 0]) - lowest, np.finfo(np.float32).tiny, _HIGHEST)
    high = 10.0 ** np.ceil(np.log10(first) + 0.5)
    low = min(max(np.min(above, where=above > 0, initial=high / 10), high * _DEEPEST), high / 10)
    return [float(10.0 ** np.floor(np.log10(low))), float(high)]


def _norm_axes(norms: Floats) -> dict[str, list[float]]:
    """Return the ends of the axes of the norm of the gradient."""
    first = min(float(norms[0, 0]), _HIGHEST) or 1.0
    return {"span": [-0.06 * first, 1.4 * first], "powers": _log_axis(norms, 0.0)}


def _parameters(paths: Paths, surface: LossSurface, numbers: ViewNumbers) -> dict[str, Any]:
    """Return what the parameters are called, which of them are sent and drawn, and how much of a path a plane shows."""
    plane = surface.plane
    moving = plane.moving if plane else numbers.parameters
    low, high = (end[list(moving)] for end in surface.corners())
    room = 0.06 * (float(high.max() - low.min()) or 1.0)
    best = surface.minimum_point if numbers.is_all else None
    return {
        "axisNames": axis_names(paths, surface),
        "count": numbers.count,
        "isStartCut": numbers.count > PRINTED,
        "columns": [numbers.column(at) for at in numbers.parameters] if numbers.is_all else [],
        "printed": numbers.printed_columns(),
        "lines": [{"column": numbers.column(at), "name": paths.names[at]} for at in moving],
        "leftOut": left_out([name for at, name in enumerate(paths.names) if at not in moving]),
        "parameterSpan": [float(low.min()) - room, float(high.max()) + room],
        "best": None if best is None else np.atleast_1d(best).tolist(),
        "shares": [None if share is None else share_text(share) for share in numbers.shares],
        "iterations": paths.iterations,
    }
