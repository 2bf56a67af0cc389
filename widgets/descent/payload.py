"""Paths and their loss surface as the explorer's view gets them: JSON for words and facts, bytes for numbers."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np

from widgets.common.arrays import Floats
from widgets.common.widget import to_json
from widgets.descent.contours import areas, level_names, short
from widgets.descent.loss_surface import LossSurface
from widgets.descent.model import Paths
from widgets.descent.optimizers import OPTIMIZERS, optimizer_named
from widgets.descent.parameter_names import name_of_all
from widgets.descent.rate_bands import LABELS, rate_bands
from widgets.descent.schedules import scheduled_step_note
from widgets.descent.stability import nearest_rate
from widgets.descent.text import STEP_CODE, WORDS, limits_for, marks, notes, verdict_line

FIRST_STEPS = 201
"""Steps that are sent at once; the rest is sent when a view asks for it."""

ALL_UP_TO, PAIR_EVERY = 1000, 50
"""All steps up to the first are sent; beyond it two neighbors in each 50, so that oscillation still looks like it."""

_DEEPEST = 1e-16  # on the logarithmic scale, below the highest
_HIGHEST = 1e307  # on any scale


def sent_steps(longest: int, shown: int = 0) -> list[int]:
    """Return the numbers of the steps that are sent of paths with `longest` iterations; `shown` is one of them."""
    ends = *range(ALL_UP_TO + PAIR_EVERY, longest + 1, PAIR_EVERY), shown, longest
    pairs = [step for last in ends for step in (last - 1, last)]
    return sorted({*range(min(longest, ALL_UP_TO) + 1), *pairs} - {-1})


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


def pack_numbers(paths: Paths, steps: Sequence[int]) -> bytes:
    """Return x, y, and gradient at these steps as bytes: one after the other, for each learning rate its steps."""
    arrays = (paths.x, paths.y, paths.gradient)
    return b"".join(np.moveaxis(array[steps], 1, 0).tobytes() for array in arrays)


def pack_facts(paths: Paths, surface: LossSurface, steps: Sequence[int], more: dict[str, Any]) -> str:
    """Return the facts about some paths as JSON, with `more` of them: the start as it was given, menus, code."""
    return to_json(_told(paths, surface) | _drawn(paths, surface, steps) | more, allow_nan=False)


def _told(paths: Paths, surface: LossSurface) -> dict[str, Any]:
    """Return the words, and all that is known of each learning rate."""
    limits, optimizer = limits_for(paths, surface.stability), optimizer_named(paths.optimizer)
    outcomes = [LABELS[verdict.outcome] for verdict in paths.verdicts]
    return {
        "title": paths.title,
        "words": WORDS,
        "names": {name: record.label for name, record in OPTIMIZERS.items()} | {optimizer.name: optimizer.label},
        "stepCode": STEP_CODE,
        "parameters": paths.names,
        "wholeName": name_of_all(paths.names),
        "rule": optimizer.step_note if paths.scheduled_rates is None else scheduled_step_note(),
        "optimizer": optimizer.name,
        "isPlain": optimizer.is_plain and paths.scheduled_rates is None,
        "dtype": paths.dtype,
        "rates": paths.learning_rates.tolist(),
        "rateTexts": [str(rate) for rate in paths.learning_rates.tolist()],
        "verdicts": [{"kind": kind, "text": verdict_line(paths, at)} for at, kind in enumerate(outcomes)],
        "kinds": [{"kind": kind, "from": first, "to": last} for kind, first, last in rate_bands(paths)],
        "marks": [
            {"at": nearest_rate(paths.learning_rates, rate), "name": name, "text": text}
            for name, rate, text in marks(limits)
            if paths.learning_rates[0] <= rate <= paths.learning_rates[-1]
        ],
        "note": " ".join(notes(paths, limits)),
    }


def _drawn(paths: Paths, surface: LossSurface, steps: Sequence[int]) -> dict[str, Any]:
    """Return what is drawn: the steps that are sent, the loss surface, and the ends of the axes."""
    values, dimensions = surface.values.ravel().tolist(), len(surface.axes)
    drawn = areas(surface)
    return {
        "dimensions": dimensions,
        "isList": paths.x.ndim == 3,
        "steps": steps,
        "stops": slider_stops(steps),
        "first": min(FIRST_STEPS, len(steps)),
        "axes": [axis.tolist() for axis in surface.axes],
        "heights": [None if np.isnan(value) else value for value in values] if dimensions == 1 else [],
        "ground": base64.b64encode(surface.values.astype(paths.dtype).tobytes()).decode() if dimensions == 2 else "",
        "areas": [area["outlines"] for area in drawn],
        "levelNames": level_names(surface, drawn, paths.start),
        "minima": [
            {"at": np.atleast_1d(found.point).tolist(), "value": found.value, "text": short(found.value)}
            for found in surface.minima
        ],
        "frame": surface.value_range,
        "series": {
            "loss": {"span": _value_axis(paths, surface.value_range), "powers": _log_axis(paths.y, paths.lowest)},
            "norm": _norm_axes(paths),
        },
        "lowest": paths.lowest,
    }


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


def _norm_axes(paths: Paths) -> dict[str, list[float]]:
    """Return the ends of the axes of the norm of the gradient."""
    with np.errstate(over="ignore", invalid="ignore"):
        norms = np.linalg.norm(paths.gradient.reshape(*paths.y.shape, -1).astype(np.float64), axis=-1)
    first = min(float(norms[0, 0]), _HIGHEST) or 1.0
    return {"span": [-0.06 * first, 1.4 * first], "powers": _log_axis(norms, 0.0)}
