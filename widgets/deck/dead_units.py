"""Units of a ReLU that are 0 for every example of a batch, so that no gradient comes back through them.

One batch proves nothing, and a unit that is 0 for a few examples is healthy: a card says so only where many are,
for many examples, and waits until somebody asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from widgets.common.arrays import Array
from widgets.common.catalogue import _
from widgets.deck.level_text import LevelText
from widgets.deck.norms import op_name
from widgets.tape.forward_model import Entry, Value
from widgets.tape.model import Pullback, Recording

_RELUS = {"Relu", "Relu6", "Maximum"}  # the last one only where the other number is 0
_MANY_EXAMPLES = 8  # that a random unit is 0 for all of them is less likely than 1 in 200
_MANY_UNITS = 0.25
_MANY_NUMBERS = 16  # of units that are all 0, where there are fewer examples
_MOST_PASSES = 5  # that are looked into: a loop repeats itself
_MOST_NUMBERS = 1_000_000


@dataclass(frozen=True)
class DeadUnits:
    """What is 0 in a ReLU.

    Attributes:
        entry: the ReLU.
        backward_pass: the index of the backward pass that came through it.
        dead: how many of its units are 0 for each example.
        units: how many it has: the length of the last axis.
        examples: the length of the first axis.
    """

    entry: Entry
    backward_pass: int
    dead: int
    units: int
    examples: int


def dead_units(recording: Recording) -> DeadUnits | None:
    """Return the ReLU of which the most units are 0 for all examples; None where that is nothing to speak of."""
    passes = [(index, one) for index, one in enumerate(recording.backward_passes) if one.reconciled and one.pullbacks]
    found = [
        dead
        for index, backward_pass in passes[:_MOST_PASSES]
        for pullback in backward_pass.pullbacks
        if pullback.entry >= 0 and pullback.op in _RELUS
        if (dead := _dead_in(recording, index, pullback))
    ]
    return max(found, key=lambda one: one.dead / one.units, default=None)


def _dead_in(recording: Recording, index: int, pullback: Pullback) -> DeadUnits | None:
    entry = recording.entries[pullback.entry]
    inputs = [*pullback.input_gradients]
    if entry.op == "Maximum":
        zeros = [tensor for tensor in entry.inputs if _is_zero(recording.tensors[tensor].value)]
        inputs = [one for one in inputs if one.tensor not in zeros] if zeros else []
    if len(entry.values) != 1 or len(inputs) != 1 or inputs[0].skipped:
        return None
    made, passed = _rows(entry.values[0]), _rows(inputs[0].gradient)
    if made is None or passed is None or made.shape != passed.shape:
        return None
    is_dead = ~made.any(axis=0) & ~passed.any(axis=0)  # NaN is not 0
    dead, units, examples = int(np.sum(is_dead)), made.shape[-1], entry.values[0].shape[0] or 0
    is_all = dead == units and made.size >= _MANY_NUMBERS
    if not is_all and (examples < _MANY_EXAMPLES or dead < _MANY_UNITS * units):
        return None
    return DeadUnits(entry, index, dead, units, examples)


def _is_zero(value: Value) -> bool:
    return value.size == 1 and len(value.head) == 1 and value.head[0] == 0


def _rows(value: Value | None) -> Array | None:
    """Return an array with a column for each unit; None where there are not two axes, or not all numbers."""
    if value is None or len(value.shape) < 2 or not 0 < value.size <= _MOST_NUMBERS:
        return None
    array = value.array()
    return None if array is None else np.asarray(array, np.float32).reshape(-1, array.shape[-1])


def dead_units_card(recording: Recording) -> dict[str, Any] | None:
    """Return a card as `diagnosis_cards` has them, which waits to be asked for; None where nothing is to be said."""
    found = dead_units(recording)
    if found is None:
        return None
    seen = _(
        "{dead} of {units} units of {op} are 0 for all {examples} examples, and exactly 0 flows back through them."
    )
    op, place = op_name(LevelText(recording), found.entry), found.entry.place
    returned = ("gradients", found.backward_pass)
    steps = [at for at, step in enumerate(recording.steps, 1) if (step.kind, step.subject) == returned]
    return {
        "at": steps[0] if steps else len(recording.steps),
        "is_error": False,
        "is_quiet": True,
        "seen": seen.format(dead=found.dead, units=found.units, op=op, examples=found.examples),
        "cause": _(
            "The slope of a ReLU is 0 where its input is negative or 0. What feeds only such units does not learn here."
        ),
        "repair": _(
            "Look at another batch. If the same units stay 0 (dead), start with other weights (random, centered on 0), "
            "use a smaller learning rate, or `tf.nn.leaky_relu`."
        ),
        "place": [place.listing, place.line, place.column, place.end] if place else None,
        "fix": [],
        "backward_pass": -1,
        "sources": [],
        "lesson": None,
    }
