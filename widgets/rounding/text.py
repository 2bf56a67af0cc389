"""One step of SGD among the floats, in words: what it comes to, and the numbers that are read off it."""

import decimal

import numpy as np

from widgets.common.catalogue import Spoken, _
from widgets.common.numbers import printed
from widgets.rounding import step_outcomes as outcomes

_FOUR_DIGITS = decimal.Context(prec=4, rounding=decimal.ROUND_HALF_UP)  # as JavaScript rounds: shares do end in a half


def _steps():
    halfway = _("Step {step}: the update is exactly half a tick.")
    even = _("Of two floats equally near, the one whose last bit is 0 is taken:")
    return {
        outcomes.MOVES: _("Step {step}: the update is {share} × half a tick, and x moves to {next}."),
        outcomes.MOVES_FAR: _("Step {step}: the update is far longer than half a tick. x moves to {next}."),
        outcomes.TIE_MOVES: " ".join([halfway, even, _("x moves to it, {next}.")]),
        outcomes.TIE_STAYS: " ".join([halfway, even, _("that is x itself. x stays at {x}.")]),
        outcomes.ROUNDS_BACK: _(
            "Step {step}: the update is {share} × half a tick. x − update rounds back to x: x stays at {x}."
        ),
        outcomes.FLAT: _(
            "Step {step}: the gradient is exactly 0, and so is the update at any learning rate. x stays at {x}."
        ),
        outcomes.FLUSHED: _(
            "Step {step}: TensorFlow takes numbers closer to 0 than {tiny} for 0, "
            "and nothing is left of the update. x stays at {x}."
        ),
        outcomes.OVERFLOWS: _("Step {step}: x − update lies beyond the largest {dtype}. x becomes {next}."),
        outcomes.GONE: _("Step {step}: x is {x}. There are no floats around it, and no step leads back."),
    }


def _tries():
    stays = _(
        "If step {step} had a learning rate of {rate}: the update would be {share} × half a tick. x would stay at {x}."
    )
    goes = _(
        "If step {step} had a learning rate of {rate}: the update would be {share} × half a tick. "
        "x would move to {next}."
    )
    far = _(
        "If step {step} had a learning rate of {rate}: the update would be far longer than half a tick. "
        "x would move to {next}."
    )
    return _steps() | {
        outcomes.MOVES: goes,
        outcomes.MOVES_FAR: far,
        outcomes.TIE_MOVES: goes,
        outcomes.TIE_STAYS: stays,
        outcomes.ROUNDS_BACK: stays,
    }


STEPS = Spoken(_steps)
"""What a step comes to, by its outcome."""

TRIES = Spoken(_tries)
"""The same for a learning rate that only this one step would have."""


def forever():
    """Return the sentence about what follows from a stall."""
    return _("Every later step does the same: {iterations} steps give what {taken} gave.")


def says(run, step, iterations):
    """Return the sentences about one step of a Run: what it comes to and, where the run has stalled, what follows."""
    facts = run.at(step)
    said = STEPS[outcomes.outcome(facts)].format(**blanks(facts, step, iterations))
    if run.stalled_at is None or step < run.stalled_at - 1:
        return said
    return f"{said} {forever().format(**blanks(facts, run.stalled_at - 1, iterations))}"


def says_try(facts, rate, step, iterations):
    """Return the sentence about one more step from where a run stalled, with another learning rate."""
    return TRIES[outcomes.outcome(facts)].format(rate=rate_text(rate), **blanks(facts, step, iterations))


def blanks(facts, step, iterations):
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


def rate_text(rate):
    """Return a learning rate as it was asked for."""
    return printed(np.float64(rate))


def share_text(share):
    """Return a multiple of half a tick as text: four digits, or all where four would wrongly say 1."""
    if not np.isfinite(share):
        return printed(share)
    short = f"{float(_FOUR_DIGITS.create_decimal_from_float(float(share))):.4g}"
    return (
        printed(share)
        if short == "1" and share != 1
        else short.replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    )


def readings(facts):
    """Return (name, number as text) of all that is read off one step."""
    return (
        (_("x"), printed(facts.x)),
        (_("f(x)"), printed(facts.value)),
        (_("gradient"), printed(facts.gradient)),
        (_("learning rate"), printed(facts.learning_rate)),
        (_("update"), printed(facts.update)),
        (_("half a tick"), printed(facts.half_ulp)),
        (_("rate for half a tick"), share_text(facts.threshold)),
        (_("update, in half ticks"), share_text(facts.share)),
        (_("next x"), printed(facts.next_x)),
    )
