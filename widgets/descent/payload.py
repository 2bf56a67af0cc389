"""Paths and their ground as what the descent explorer's front end draws: JSON for what is said, bytes for numbers."""

import json

import contourpy
import numpy as np

from widgets.descent.labels import MOMENTS, OPTIMIZERS, WORDS, bands_of, marks, rule
from widgets.descent.rates import nearest
from widgets.descent.text import notes
from widgets.descent.verdict_sentences import KINDS, says

FIRST = 201
"""Steps that are sent at once; the rest is sent when a view asks for it."""

EVERY, PAIRED = 1000, 50
"""All steps up to EVERY are sent; beyond it two neighbours in each PAIRED, so that oscillation still looks like it."""

_DEEPEST = 1e-16  # on the logarithmic scale, below the highest
_HIGHEST = 1e307  # on any scale


def kept_steps(longest, shown=0):
    """Return the numbers of the steps that are sent of paths with `longest` iterations; `shown` is one of them."""
    pairs = [
        step for last in (*range(EVERY + PAIRED, longest + 1, PAIRED), shown, longest) for step in (last - 1, last)
    ]
    return sorted({*range(min(longest, EVERY) + 1), *pairs} - {-1})


def stops(steps):
    """Return the indices in `steps` at which the slider can rest: every step at first, then fewer."""
    return [at for at, step in enumerate(steps) if step % _apart(step) == 0 or step == steps[-1]]


def _apart(step):
    if step <= 100:
        return 1
    return 5 if step <= EVERY else PAIRED


def packed(paths, steps):
    """Return x, y and gradient at these steps as bytes: one after the other, for each learning rate its steps."""
    arrays = (paths.x, paths.y, paths.gradient)
    return b"".join(np.moveaxis(array[steps], 1, 0).tobytes() for array in arrays)


def lowered(paths, ground, steps, more):
    """Return what is said of some paths, as JSON text. `more` goes with it: the start as it was given, lists, code."""
    facts = _said(paths, ground) | _drawn(paths, ground, steps) | more
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _said(paths, ground):
    """Return the words, and all that is known of each learning rate."""
    bands = bands_of(paths, ground.bands)
    return {
        "title": paths.title,
        "words": WORDS,
        "names": OPTIMIZERS,
        "moments": MOMENTS,
        "rule": rule(paths.optimizer),
        "optimizer": paths.optimizer,
        "dtype": paths.dtype,
        "rates": paths.learning_rates.tolist(),
        "rateTexts": [str(rate) for rate in paths.learning_rates.tolist()],
        "verdicts": [
            {"kind": KINDS[verdict.kind], "says": says(verdict, paths.x[:, at], paths.y[:, at])}
            for at, verdict in enumerate(paths.verdicts)
        ],
        "kinds": _runs([KINDS[verdict.kind] for verdict in paths.verdicts]),
        "marks": [
            {"at": nearest(paths.learning_rates, rate), "name": name, "text": text}
            for name, rate, text in marks(bands)
            if paths.learning_rates[0] <= rate <= paths.learning_rates[-1]
        ],
        "note": " ".join(notes(paths, bands)),
    }


def _drawn(paths, ground, steps):
    """Return where things stand: the steps that are sent, the ground, and the ends of the axes."""
    heights = ground.heights.ravel().tolist()
    return {
        "dimensions": len(ground.axes),
        "isList": paths.x.ndim == 3,
        "steps": steps,
        "stops": stops(steps),
        "first": min(FIRST, len(steps)),
        "axes": [axis.tolist() for axis in ground.axes],
        "heights": [None if np.isnan(height) else height for height in heights] if len(ground.axes) == 1 else [],
        "contours": contours(ground) if len(ground.axes) == 2 else [],
        "frame": ground.frame,
        "span": span(paths, ground.frame),
        "powers": powers(paths),
        "lowest": paths.lowest,
    }


def _runs(kinds):
    """Return neighbouring positions with the same kind as one run each."""
    edges = [at for at in range(len(kinds)) if at == 0 or kinds[at] != kinds[at - 1]]
    return [
        {"kind": kinds[first], "from": first, "to": last - 1}
        for first, last in zip(edges, [*edges[1:], len(kinds)], strict=True)
    ]


def contours(ground):
    """Return the contour lines at the ground's levels, each as a flat list: x0, y0, x1, y1 and so on."""
    lines = contourpy.contour_generator(*ground.axes, np.ma.masked_invalid(ground.heights)).multi_lines(ground.levels)
    return [line.ravel().astype(np.float32).tolist() for level in lines for line in level]


def span(paths, frame):
    """Return the ends of the value's axis: from the lowest to a little above the start, where diverging shows.

    Where f has no lowest value, paths may fall out of the picture, as they fall out of the `frame` of the ground.
    """
    first, (low, high) = float(paths.y[0, 0]) / 8, (end / 8 for end in frame)  # so that no difference overflows
    low = max(paths.lowest / 8, 2 * low - high)
    high = first - low or abs(first) or 0.125
    return [8 * (low - 0.06 * high), 8 * np.clip(first + 0.4 * high, None, _HIGHEST / 8)]


def powers(paths):
    """Return the ends of the logarithmic axis, powers of ten, for y − lowest."""
    with np.errstate(over="ignore"):
        above = paths.y[np.isfinite(paths.y)].astype(np.float64) - paths.lowest
    first = np.clip(float(paths.y[0, 0]) - paths.lowest, np.finfo(np.float32).tiny, _HIGHEST)
    high = 10.0 ** np.ceil(np.log10(first) + 0.5)
    low = max(np.min(above, where=above > 0, initial=high / 10), high * _DEEPEST)
    return [float(10.0 ** np.floor(np.log10(low))), float(high)]
