"""A Magnified as what the microscope's front end reads: texts as JSON, numbers as bytes, to the last bit.

The browser looks rows up and turns numbers into pixels; it never calculates one. `pack` writes, for each dtype and
each run, a row for each kept step and then one for each other learning rate, column by column, little-endian:
x, value, gradient, update, next x, share, threshold (in the run's dtype); half a tick as an exponent of two (int16,
NOTHING where there are no ticks); the outcome's number in OUTCOMES (uint8).
"""

import json

import numpy as np

from widgets.common.numbers import printed
from widgets.rounding.labels import WORDS
from widgets.rounding.sentences import SMALLER, stalls, title
from widgets.rounding.step_outcomes import OUTCOMES, outcome
from widgets.rounding.text import STEPS, TRIES, forever, rate_text

NUMBERS = ("x", "value", "gradient", "update", "next_x", "share", "threshold")
NOTHING = -32768


def lower(magnified):
    """Return the texts of a Magnified, and how to read its bytes, as JSON text."""
    runs = {dtype: [_about(run) for run in runs] for dtype, runs in magnified.runs.items()}
    longest = max((run for runs in magnified.runs.values() for run in runs), key=lambda run: len(run.steps))
    facts = {
        "title": title(magnified),
        "iterations": magnified.iterations,
        "rates": magnified.rates,
        "names": [rate_text(rate) for rate in magnified.rates],
        "steps": longest.steps.tolist(),
        "runs": runs,
        "stalls": stalls(magnified),
        "smaller": SMALLER,
        "says": [STEPS[kind] for kind in OUTCOMES],
        "forever": forever(),
        "tries": [TRIES[kind] for kind in OUTCOMES],
        "words": WORDS,
    }
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def _about(run):
    """Return what there is to know of one run beside its numbers; `low` and `high` are where it has been."""
    places = run.facts.x[np.isfinite(run.facts.x)].astype(np.float64)
    about = {"kept": len(run.steps), "stalledAt": run.stalled_at, "rate": printed(run.facts.learning_rate[0])}
    return about | {"low": float(places.min()), "high": float(places.max())}


def pack(magnified):
    """Return the numbers of all runs as bytes."""
    return b"".join(_packed(run) for runs in magnified.runs.values() for run in runs)


def _packed(run):
    parts, rows = [], (run.facts, run.others)
    for name in NUMBERS:
        column = np.concatenate([getattr(part, name) for part in rows])
        parts.append(column.astype(column.dtype.newbyteorder("<")))
    parts.append(_exponents(np.concatenate([part.ulp for part in rows])) - 1)
    parts.append(np.array([OUTCOMES.index(kind) for part in rows for kind in outcome(part)], np.uint8))
    return b"".join(part.tobytes() for part in parts)


def _exponents(ticks):
    """Return what power of two each tick is."""
    return np.where(np.isfinite(ticks), np.frexp(ticks)[1] - 1, NOTHING + 1).astype("<i2")
