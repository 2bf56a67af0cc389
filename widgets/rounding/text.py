"""SGD among the floats in words: what a step comes to, its numbers, where each run stalls, and the view's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from widgets.common.catalogue import Spoken, _, words
from widgets.common.columns import padded, table
from widgets.common.numbers import half_up, printed
from widgets.rounding.float_steps import (
    FLAT,
    FLUSHED,
    MOVES,
    MOVES_FAR,
    NOT_FINITE,
    OVERFLOWS,
    ROUNDS_BACK,
    TIE_MOVES,
    TIE_STAYS,
    outcome,
)
from widgets.rounding.model import Number, Precision, PrecisionRun, PrecisionRuns


def _step_sentences() -> dict[str, str]:
    return {
        MOVES: _("Step {step}: the update is {share} times half a ULP, and x moves to {next}."),
        MOVES_FAR: _("Step {step}: the update is far larger than half a ULP. x moves to {next}."),
        TIE_MOVES: _(
            "Step {step}: the update is exactly half a ULP. Of two equally near floats, rounding takes the one whose "
            "last bit is 0, so x moves to {next}."
        ),
        TIE_STAYS: _(
            "Step {step}: the update is exactly half a ULP. Of two equally near floats, rounding takes the one whose "
            "last bit is 0, which is x itself. x stays at {x}."
        ),
        ROUNDS_BACK: _(
            "Step {step}: the update is only {share} of half a ULP, so x − update rounds back to x. x stays at {x}."
        ),
        FLAT: _("Step {step}: the gradient is exactly 0, so the update is 0 at any learning rate. x stays at {x}."),
        FLUSHED: _(
            "Step {step}: TensorFlow takes numbers closer to 0 than {tiny} for 0, so nothing is left of the update. "
            "x stays at {x}."
        ),
        OVERFLOWS: _("Step {step}: x − update is beyond the largest {dtype}. x becomes {next}."),
        NOT_FINITE: _("Step {step}: x is {x}. There are no floats around it, and no step leads back."),
    }


def _trial_sentences() -> dict[str, str]:
    return _step_sentences() | {
        MOVES: _(
            "If step {step} had a learning rate of {rate}, the update would be {share} times half a ULP, "
            "and x would move to {next}."
        ),
        MOVES_FAR: _(
            "If step {step} had a learning rate of {rate}, the update would be far larger than half a ULP, "
            "and x would move to {next}."
        ),
        TIE_MOVES: _(
            "If step {step} had a learning rate of {rate}, the update would be exactly half a ULP, "
            "and x would move to {next}."
        ),
        TIE_STAYS: _(
            "If step {step} had a learning rate of {rate}, the update would be exactly half a ULP, "
            "and x would stay at {x}."
        ),
        ROUNDS_BACK: _(
            "If step {step} had a learning rate of {rate}, the update would be only {share} of half a ULP, "
            "and x would stay at {x}."
        ),
    }


STEP_SENTENCES: Mapping[str, str] = Spoken(_step_sentences)
"""What a step comes to, by its outcome."""

TRIAL_SENTENCES: Mapping[str, str] = Spoken(_trial_sentences)
"""The same for a learning rate that only this one step would have."""

CONTROLS = words(
    lambda _: (
        _("all in this band rounds to x"),
        _("another rate"),
        _("distance from x"),
        _("each line is a {dtype}"),
        _("f(x)"),
        _("Floats"),
        _("Go to step {step}: from there on x never moves"),
        _("gradient"),
        _("half a tick"),
        _("half a ULP"),
        _("How long the updates are"),
        _("Learning rate"),
        _("learning rate"),
        _("next x"),
        _("No learning rate moves this x."),
        _("number"),
        _("Numbers"),
        _("once x has stalled"),
        _("learning rate needed"),
        _("Show the whole run"),
        _("step"),
        _("Steps taken"),
        _(
            "The length of each update in half ticks"
            ", for every learning rate, against the step: a run stalls where it comes down to 1."
        ),
        _("This run does not stall"),
        _("this step"),
        _("Try another rate for the next step"),
        _("Rates up to {most}, under the bar, do not move this x."),
        _("Under the bar, x no longer moves."),
        _("update"),
        _("update, in half ticks"),
        _("update, in half ULPs"),
        _("Where each learning rate stalls"),
        _("with {rate}"),
        _("x is no longer on the number line"),
        _("x"),
        _("Zoom in to the floats"),
        _("Zoom"),
        _("{name}; dashed: all the floats that float32 has here"),
        _("{share} × half a ULP"),
        _("{span} across"),
        _("{what}: far longer than half a tick"),
        _("{what}: {share} × half a tick"),
        _("{what}: {share} × half a tick, too short to be seen here"),
    )
)
"""What the view itself says, keyed by its English: the front end has no words of its own."""


def microscope_text(runs: PrecisionRuns, run: PrecisionRun, step: int, trial_rate: float | None = None) -> str:
    """Return the numbers and the meaning of the step after `step` steps of a run, and where each run stalls, in lines.

    `trial_rate` is a learning rate (one of `runs.rates`) for one more step from where the run stalled, or None.
    """
    heading = _("Learning rate {rate}, {dtype}, after {step} steps:").format(
        rate=rate_text(run.learning_rate), dtype=run.facts.dtype, step=step
    )
    numbers = [f"  {padded(name, 22)}{number}" for name, number in readings(run.at(step))]
    trial = [] if trial_rate is None else [trial_sentence(runs, run, step, trial_rate)]
    stalls = [f"  {line}" for line in table(stall_table(runs))]
    return "\n".join(
        [
            *(title(runs), heading, *numbers, step_sentence(run, step, runs.iterations), *trial),
            *(_("Where each learning rate stalls:"), *stalls, smaller_rates_sentence()),
        ]
    )


def title(runs: PrecisionRuns) -> str:
    """Return what is under the microscope."""
    return _("Precision of {title} from {start}: {iterations} steps of SGD").format(
        title=runs.title, start=printed(np.float64(runs.start)), iterations=runs.iterations
    )


def smaller_rates_sentence() -> str:
    """Return why a smaller learning rate stalls earlier."""
    return _(
        "A small learning rate needs a steep slope to move x by half a ULP. So the smaller the learning rate, "
        "the farther x stalls from where the gradient is 0."
    )


def identical_steps_sentence() -> str:
    """Return the sentence about what follows from a stall."""
    return _("Every later step is identical, so {iterations} steps give the same x as {taken}.")


def step_sentence(run: PrecisionRun, step: int, iterations: int) -> str:
    """Return what one step of a run comes to and, where the run has stalled, what follows."""
    facts = run.at(step)
    sentence = STEP_SENTENCES[outcome(facts)].format(**_blanks(facts, step, iterations))
    if run.stalled_at is None or step < run.stalled_at - 1:
        return sentence
    return f"{sentence} {identical_steps_sentence().format(**_blanks(facts, run.stalled_at - 1, iterations))}"


def trial_sentence(runs: PrecisionRuns, run: PrecisionRun, step: int, rate: float) -> str:
    """Return what one more step from where a run stalled would come to with another learning rate."""
    facts = run.other_rates.at(runs.rates.index(rate))
    sentence = TRIAL_SENTENCES[outcome(facts)]
    return sentence.format(rate=rate_text(rate), **_blanks(facts, step, runs.iterations))


def _blanks(facts: Precision, step: int, iterations: int) -> dict[str, Any]:
    """Return what fills the blanks of a sentence about the step that comes after `step` steps."""
    return {
        "step": step + 1,
        "taken": step,
        "iterations": iterations,
        "x": printed(facts.x),
        "next": printed(facts.next_x),
        "share": share_text(facts.share),
        "dtype": facts.dtype,
        "tiny": printed(np.finfo(facts.dtype).smallest_normal),
    }


def readings(facts: Precision) -> tuple[tuple[str, str], ...]:
    """Return (name, number as text) of all numbers of one step that are shown."""
    return (
        (_("x"), printed(facts.x)),
        (_("f(x)"), printed(facts.value)),
        (_("gradient"), printed(facts.gradient)),
        (_("learning rate"), printed(facts.learning_rate)),
        (_("update"), printed(facts.update)),
        (_("half a ULP"), printed(facts.half_ulp)),
        (_("learning rate needed"), share_text(facts.threshold)),
        (_("update, in half ULPs"), share_text(facts.share)),
        (_("next x"), printed(facts.next_x)),
    )


def stall_table(runs: PrecisionRuns) -> list[tuple[str, ...]]:
    """Return rows of text, a heading first: each learning rate, and where it stalls in each dtype."""
    rows = [(_("learning rate"), *(_("{dtype} stalls at step").format(dtype=dtype) for dtype in runs.runs))]
    for rate in runs.rates:
        stalls = (_stall(runs.run(dtype, rate), runs.iterations) for dtype in runs.runs)
        rows.append((rate_text(rate), *stalls))
    return rows


def _stall(run: PrecisionRun, iterations: int) -> str:
    x = run.facts.x[-1]
    if run.stalled_at is not None:
        return _("{step}, at {x}").format(step=run.stalled_at, x=printed(x))
    if np.isnan(x):
        return _("never: nan from {step} on").format(step=run.steps[-1])
    return _("not within {iterations}").format(iterations=iterations)


def rate_text(rate: float) -> str:
    """Return a learning rate as it was given."""
    return printed(np.float64(rate))


def share_text(share: Number) -> str:
    """Return a multiple of half a ULP as text: four digits, or all where four would wrongly say 1."""
    if not np.isfinite(share):
        return printed(share)
    short = f"{half_up(share, 4):.4g}"
    if short == "1" and share != 1:
        return printed(share)
    return short.replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
