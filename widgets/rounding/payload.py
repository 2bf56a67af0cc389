"""The runs as the microscope's view reads them: texts as JSON, numbers as bytes, to the last bit.

The browser looks rows up and turns numbers into pixels; it never calculates one. `runs_payload` writes, for each dtype
and each run, a row for each kept step and then one for each learning rate, column by column, little-endian: NUMBERS
(in the run's dtype), half a ULP as an exponent of two (int16, NO_EXPONENT where x is not finite), and the outcome's
index in OUTCOMES (uint8).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from widgets.common.arrays import Array
from widgets.common.numbers import printed
from widgets.common.widget import to_json
from widgets.rounding.float_steps import OUTCOMES, outcome
from widgets.rounding.model import PrecisionRun, PrecisionRuns
from widgets.rounding.text import (
    CONTROLS,
    STEP_SENTENCES,
    TRIAL_SENTENCES,
    identical_steps_sentence,
    rate_text,
    smaller_rates_sentence,
    stall_table,
    title,
)

NUMBERS = ("x", "value", "gradient", "update", "next_x", "share", "threshold")
NO_EXPONENT = -32768


def facts_payload(runs: PrecisionRuns) -> str:
    """Return as JSON the texts, and how to read the bytes of `runs_payload`."""
    longest = max((run for of_dtype in runs.runs.values() for run in of_dtype), key=lambda run: len(run.steps))
    return to_json(
        {
            "title": title(runs),
            "iterations": runs.iterations,
            "rates": runs.rates,
            "names": [rate_text(rate) for rate in runs.rates],
            "steps": longest.steps.tolist(),
            "runs": {dtype: [_run_payload(run) for run in of_dtype] for dtype, of_dtype in runs.runs.items()},
            "stalls": stall_table(runs),
            "smallerRates": smaller_rates_sentence(),
            "stepSentences": [STEP_SENTENCES[kind] for kind in OUTCOMES],
            "identicalSteps": identical_steps_sentence(),
            "trialSentences": [TRIAL_SENTENCES[kind] for kind in OUTCOMES],
            "words": CONTROLS,
        }
    )


def _run_payload(run: PrecisionRun) -> dict[str, Any]:
    """Return what the view needs of a run beside its numbers; `low` and `high` are where it has been."""
    xs = run.facts.x[np.isfinite(run.facts.x)].astype(np.float64)
    return {
        "kept": len(run.steps),
        "stalledAt": run.stalled_at,
        "rate": printed(run.facts.learning_rate[0]),
        "low": float(xs.min()),
        "high": float(xs.max()),
    }


def runs_payload(runs: PrecisionRuns) -> bytes:
    """Return the numbers of all runs as bytes."""
    return b"".join(_packed(run) for of_dtype in runs.runs.values() for run in of_dtype)


def _packed(run: PrecisionRun) -> bytes:
    parts = (run.facts, run.other_rates)
    columns: list[Array] = []
    for name in NUMBERS:
        column = np.concatenate([getattr(part, name) for part in parts])
        columns.append(column.astype(column.dtype.newbyteorder("<")))
    ulps = np.concatenate([part.ulp for part in parts])
    columns.append(np.where(np.isfinite(ulps), np.frexp(ulps)[1] - 2, NO_EXPONENT).astype("<i2"))
    columns.append(np.array([OUTCOMES.index(kind) for part in parts for kind in outcome(part)], np.uint8))
    return b"".join(column.tobytes() for column in columns)
