"""Paths and their ground as what the descent explorer's front end draws: JSON for what is said, bytes for numbers."""

import json

import contourpy
import numpy as np

from widgets.words.descent import notes
from widgets.words.explorer import MOMENTS, OPTIMIZERS, WORDS, marks, rule
from widgets.words.verdicts import KINDS, says

FIRST = 201
"""Steps that are sent at once; the rest is sent when a view asks for it."""

EVERY, PAIRED = 1000, 50
"""All steps up to EVERY are sent; beyond it two neighbours in each PAIRED, so that oscillation still looks like it."""

_DEEPEST = 1e-16  # on the logarithmic scale, below the highest


def kept_steps(longest):
    """Return the numbers of the steps that are sent of paths with `longest` iterations."""
    pairs = [step for last in range(EVERY + PAIRED, longest + 1, PAIRED) for step in (last - 1, last)]
    return sorted({*range(min(longest, EVERY) + 1), *pairs, longest})


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


def lowered(paths, ground, more):
    """Return what is said of some paths, as JSON text. `more` goes with it: the start as it was given, lists, code."""
    facts = _said(paths, ground) | _drawn(paths, ground) | more
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def _said(paths, ground):
    """Return the words, and all that is known of each learning rate."""
    return {
        "title": paths.title,
        "words": WORDS,
        "names": OPTIMIZERS,
        "moments": MOMENTS,
        "rule": rule(paths.optimizer),
        "optimizer": paths.optimizer,
        "dtype": paths.dtype,
        "rates": paths.learning_rates.tolist(),
        "verdicts": [
            {"kind": KINDS[verdict.kind], "says": says(verdict, paths.x[:, at], paths.y[:, at])}
            for at, verdict in enumerate(paths.verdicts)
        ],
        "kinds": _runs([KINDS[verdict.kind] for verdict in paths.verdicts]),
        "marks": [{"at": _nearest(paths.learning_rates, rate), "text": text} for rate, text in marks(ground.bands)],
        "note": " ".join(notes(paths, ground.bands)),
    }


def _drawn(paths, ground):
    """Return where things stand: the steps that are sent, the ground, and the ends of the axes."""
    steps = kept_steps(paths.iterations)
    heights = ground.heights.ravel().tolist()
    return {
        "dimensions": len(ground.axes),
        "steps": steps,
        "stops": stops(steps),
        "first": min(FIRST, len(steps)),
        "axes": [axis.tolist() for axis in ground.axes],
        "heights": [None if np.isnan(height) else height for height in heights] if len(ground.axes) == 1 else [],
        "contours": contours(ground) if len(ground.axes) == 2 else [],
        "frame": ground.frame,
        "span": span(paths),
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


def _nearest(rates, rate):
    return int(np.argmin(np.abs(np.log(rates) - np.log(rate))))


def contours(ground):
    """Return the contour lines at the ground's levels, each as a flat list: x0, y0, x1, y1 and so on."""
    lines = contourpy.contour_generator(*ground.axes, np.ma.masked_invalid(ground.heights)).multi_lines(ground.levels)
    return [line.ravel().astype(np.float32).tolist() for level in lines for line in level]


def span(paths):
    """Return the ends of the value's axis: from the lowest to a little above the start, where diverging shows."""
    first = float(paths.y[0, 0])
    high = first - paths.lowest or 1.0
    return [paths.lowest - 0.06 * high, first + 0.4 * high]


def powers(paths):
    """Return the ends of the logarithmic axis, powers of ten, for y − lowest."""
    above = paths.y[np.isfinite(paths.y)].astype(np.float64) - paths.lowest
    first = max(float(paths.y[0, 0]) - paths.lowest, np.finfo(np.float32).tiny)
    high = 10.0 ** np.ceil(np.log10(first) + 0.5)
    low = max(np.min(above, where=above > 0, initial=high / 10), high * _DEEPEST)
    return [float(10.0 ** np.floor(np.log10(low))), float(high)]
