"""The text twin of the microscope: one step with its numbers and its sentence, then where each run stalls."""

import numpy as np

from widgets.common.catalogue import _
from widgets.common.columns import padded, table
from widgets.common.numbers import printed
from widgets.rounding.text import rate_text, readings, says, says_try

SMALLER = _(
    "A small rate needs a steep place to move x by half a tick. "
    "So the smaller the rate, the further it stalls from where the gradient is 0."
)
"""Why a smaller rate stalls earlier."""


def magnified_twin(magnified, run, step, tried=None):
    """Return the text twin of a Magnified at one step of one Run.

    `tried` is a learning rate (one of `magnified.rates`) for one more step from where the run stalled, or None.
    """
    iterations = magnified.iterations
    lines = [
        title(magnified),
        _("Learning rate {rate}, {dtype}, after {step} steps:").format(
            rate=rate_text(run.learning_rate), dtype=run.facts.dtype, step=step
        ),
        *(f"  {padded(name, 22)}{text}" for name, text in readings(run.at(step))),
        says(run, step, iterations),
    ]
    if tried is not None:
        lines.append(says_try(run.others.at(magnified.rates.index(tried)), tried, step, iterations))
    return "\n".join(
        [*lines, _("Where each learning rate stalls:"), *(f"  {line}" for line in table(stalls(magnified))), SMALLER]
    )


def title(magnified):
    """Return what is under the microscope."""
    return _("Precision of {title} from {start}: {iterations} steps of SGD").format(
        title=magnified.title, start=printed(np.float64(magnified.start)), iterations=magnified.iterations
    )


def stalls(magnified):
    """Return rows of text, a heading first: each learning rate, and where it stalls in each dtype."""
    rows = [(_("rate"), *(_("{dtype} stalls from step").format(dtype=dtype) for dtype in magnified.runs))]
    for rate in magnified.rates:
        runs = (magnified.run(dtype, rate) for dtype in magnified.runs)
        rows.append((rate_text(rate), *(_stall(run, magnified.iterations) for run in runs)))
    return rows


def _stall(run, iterations):
    x = run.facts.x[-1]
    if run.stalled_at is not None:
        return _("{step}, at {x}").format(step=run.stalled_at, x=printed(x))
    if np.isnan(x):
        return _("never: nan from {step} on").format(step=run.steps[-1])
    return _("not within {iterations}").format(iterations=iterations)
