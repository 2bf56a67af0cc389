"""Where training goes, by its losses alone; and what a recorded `fit` shows of itself.

That is the loss of each epoch, whether there was anything to train, and NaN in its data. The graph that `fit` makes is
recorded for its last step alone; the metric `loss` is read after each epoch.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise

from widgets.common.catalogue import _
from widgets.diagnosis import error_causes, loss_causes
from widgets.diagnosis import training_causes as causes
from widgets.diagnosis.cause import Cause
from widgets.diagnosis.model import Found
from widgets.diagnosis.source_code import SourceCode
from widgets.tape.forward_model import Entry, Place, Value
from widgets.tape.model import Recording

ENOUGH = 3
"""Losses that a course takes: of fewer, only NaN and infinity are told."""

_STILL_STEPS = 5
_GROWS = 10.0
"""So many times as large as at first is not chance."""

_FROZEN = re.compile(r"\btrainable\s*=\s*False")
_PLAIN = re.compile(r"\bself\.(\w+)\s*=\s*tf\.Variable\(")


def diverging_fit(recording: Recording) -> Found | None:
    """Return a finding if the loss of the last `fit` grew from epoch to epoch until it was many times as large."""
    losses, place = _losses(recording)
    finite = [one for one in losses if math.isfinite(one)]
    found = of_losses(losses) if len(finite) >= ENOUGH else None
    return Found(found[0], place, found[1]) if found and found[0] is causes.DIVERGES else None


def _losses(recording: Recording) -> tuple[list[float], Place | None]:
    """Return the training loss of each epoch of the last `fit`, and where that was called."""
    losses, place, is_training = list[float](), None, False
    for entry in recording.entries:
        if entry.inside >= 0 or entry.scope < 0:
            continue
        if entry.op == "multi_step_on_iterator":  # of `fit`, or of an evaluation inside it
            is_training = any(recording.tensors[one].name.endswith("/iteration") for one in entry.inputs)
        elif entry.op == "DivNoNan" and is_training and _is_loss_of_fit(recording, entry):
            losses = [*(losses if entry.place == place else ()), float(entry.values[0].head[0])]
            place = entry.place
    return losses, place


def _is_loss_of_fit(recording: Recording, entry: Entry) -> bool:
    scope = recording.scopes[entry.scope]
    is_loss = scope.kind == "metric" and scope.name == "loss" and scope.outer >= 0
    return is_loss and recording.scopes[scope.outer].kind == "fit" and entry.values[0].size == 1


def nothing_to_train(recording: Recording, code: SourceCode) -> Found | None:
    """Return why no weight was trainable in a `fit` that ran, and so asked its tape for nothing; None if some were."""
    if recording.backward_passes or recording.error or not any(scope.kind == "fit" for scope in recording.scopes):
        return None
    opened = [step.place for step in recording.steps if step.kind == "open" and step.place]
    place = next((one for one in opened if ".fit(" in code.line(one)), None)
    if place is None:
        return None
    if any(_FROZEN.search(text) for text in code.texts):
        return Found(error_causes.ALL_FROZEN, place)
    plain = next(((index, one) for index, text in enumerate(code.texts) for one in _PLAIN.finditer(text)), None)
    if plain is None:
        return None
    index, match = plain
    line = code.first_line(index) + code.texts[index][: match.start()].count("\n")
    return Found(error_causes.NOT_TRACKED, Place(index, line), {"name": f"`self.{match[1]}`"})


def nan_in_data(recording: Recording, path: Sequence[Entry]) -> Found | None:
    """Return a finding if a NaN came with the data, given the entries that lead to a target."""
    for entry in path:
        values = [(recording.tensors[one].value, one) for one in entry.inputs]
        if entry.op == "IteratorGetNext" and any(value.has_nan for value in entry.values):
            nth = next(nth for nth, value in enumerate(entry.values) if value.has_nan)
            return _nan_found(entry.values[nth], _("the inputs") if nth == 0 else _("the labels"), entry.place)
        if not any(value.has_nan for value in entry.values):
            continue
        given = next(((value, one) for value, one in values if value.has_nan), None)
        if given is None or recording.tensors[given[1]].kind != "constant":
            return None
        name = recording.tensors[given[1]].name
        tensor = f"`{name}`" if name else _("the inputs")
        return _nan_found(given[0], tensor, entry.place)
    return None


def _nan_found(value: Value, tensor: str, place: Place | None) -> Found | None:
    count = value.statistics.nan if value.statistics else 0
    facts = {"tensor": tensor, "count": str(count), "size": str(value.size)}
    return Found(loss_causes.NAN_IN_DATA, place, facts) if count else None


def of_losses(losses: Sequence[float]) -> tuple[Cause, dict[str, str]] | None:
    """Return what is wrong with the course of a list of losses, and the words for it; None if nothing is.

    Args:
        losses: the loss of each step or epoch, in order.

    Returns:
        The cause and its facts.
    """
    for step, loss in enumerate(losses):
        if not math.isfinite(loss):
            before = losses[:step]
            if step and _is_growing(before):
                return causes.DIVERGES, {"first": f"{losses[0]:.3g}", "last": f"{loss}", "bound": ""}
            if not before:
                return causes.FIRST_LOSS_NOT_FINITE, {"value": str(loss)}
            return causes.LOSS_NOT_FINITE, {"value": str(loss), "step": str(step), "last": f"{before[-1]:.3g}"}
    if len(losses) < ENOUGH:
        return None
    first, last = losses[0], losses[-1]
    if last > _GROWS * abs(first) and _is_growing(losses):
        return causes.DIVERGES, {"first": f"{first:.3g}", "last": f"{last:.3g}", "bound": ""}
    if len(losses) >= _STILL_STEPS and max(losses) == min(losses) and first != 0:
        return causes.STANDS_STILL, {"last": f"{last:.4g}"}
    turns = [b - a for a, b in pairwise(losses)]
    is_jumping = len(turns) >= _STILL_STEPS and all(a * b < 0 for a, b in pairwise(turns))
    if (
        is_jumping
        and min(abs(turn) for turn in turns[len(turns) // 2 :]) > 0.1 * abs(max(losses))
        and last >= 0.5 * first
    ):
        return causes.OSCILLATES, {"first": f"{min(losses):.3g}", "last": f"{max(losses):.3g}"}
    return None


def _is_growing(losses: Sequence[float]) -> bool:
    rising = sum(after > before for before, after in pairwise(losses))
    return len(losses) > 1 and rising >= 0.8 * (len(losses) - 1) and losses[-1] > _GROWS * abs(losses[0])
