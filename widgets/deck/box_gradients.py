"""What a box has of its ops: what tapes made of it, and the gradients that it passes back, as few as say the same."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence

from widgets.tape.forward_model import Entry, TapeVerdict
from widgets.tape.model import BackwardPass, Contribution


def passed_back(
    several: Sequence[Sequence[Contribution]], seen: Mapping[int, int], is_trusted: bool, is_one_op: bool
) -> tuple[Contribution, ...]:
    """Return what the pullbacks of a box pass back together.

    Args:
        several: what each of them passes back to tensors outside.
        seen: how many gradients each tensor had received before.
        is_trusted: whether the backward pass has numbers.
        is_one_op: whether this is a single op, played back from what the box made.

    Returns:
        One contribution to each tensor where its gradients are the first that arrive: their sum is known. To a tensor
        that had received others before, each as it is.
    """
    by_tensor: dict[int, list[Contribution]] = {}
    for contributions in several:
        for one in contributions:
            by_tensor.setdefault(one.tensor, []).append(one)
    found: list[Contribution] = []
    for tensor, contributions in by_tensor.items():
        passed = [one for one in contributions if not one.skipped]
        if not passed:
            found.append(contributions[0])
        elif len(passed) > 1 and tensor >= 0 and is_trusted and not seen.get(tensor):
            found.append(dataclasses.replace(passed[-1], gradient=passed[-1].total, local=None))
        elif not is_one_op:  # a local derivative is that of one op
            found += (dataclasses.replace(one, local=None) for one in passed)
        else:
            found += passed
    return tuple(found)


def renumbered(backward_pass: BackwardPass) -> BackwardPass:
    """Return a backward pass in which each contribution has its number among those that are there."""
    pullbacks = backward_pass.pullbacks
    moved = [*backward_pass.seeds, *(one for pullback in pullbacks for one in pullback.input_gradients)]
    counts = Counter(one.tensor for one in moved if not one.skipped)
    seen: Counter[int] = Counter()

    def numbered(contributions: Sequence[Contribution]) -> tuple[Contribution, ...]:
        found = []
        for one in contributions:
            if not one.skipped and one.tensor >= 0:
                seen[one.tensor] += 1
                one = dataclasses.replace(one, nth=seen[one.tensor], count=counts[one.tensor])
            found.append(one)
        return tuple(found)

    seeds = numbered(backward_pass.seeds)
    again = tuple(dataclasses.replace(one, input_gradients=numbered(one.input_gradients)) for one in pullbacks)
    return dataclasses.replace(backward_pass, seeds=seeds, pullbacks=again)


def verdicts_of(members: Sequence[Entry]) -> tuple[TapeVerdict, ...]:
    """Return what each tape made of a box: it recorded it if it recorded any op of it."""
    by_tape: dict[int, list[TapeVerdict]] = {}
    for entry in members:
        for verdict in entry.verdicts:
            by_tape.setdefault(verdict.tape, []).append(verdict)
    return tuple(map(_merged, by_tape.values()))


def _merged(verdicts: Sequence[TapeVerdict]) -> TapeVerdict:
    recorded = [verdict for verdict in verdicts if verdict.recorded]
    if not recorded:
        return verdicts[-1]
    return next((verdict for verdict in recorded if not verdict.reason), recorded[-1])
