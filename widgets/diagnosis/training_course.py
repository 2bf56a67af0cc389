"""Where training goes, by its recorded steps: it diverges, climbs, jumps back and forth, stands still.

A step of gradient descent with the rate r converges on a slope of curvature L only if r < 2 / L; L is measured as the
change of the gradient over the change of the weights (https://en.wikipedia.org/wiki/Gradient_descent#Convergence).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from widgets.common.arrays import Array
from widgets.common.catalogue import _
from widgets.diagnosis import loss_causes
from widgets.diagnosis import training_causes as causes
from widgets.diagnosis.model import Found
from widgets.diagnosis.target_path import ASSIGNS, TargetPath
from widgets.diagnosis.wrong_axis import log_likelihood
from widgets.tape.forward_model import Entry, Place
from widgets.tape.model import Recording

_GROWS = 10.0
"""So many times as large as at first is not chance."""

_REWARDS = re.compile(
    r"(^|_)(reward|return|returns|score|likelihood|log_?prob|elbo|accuracy|utility|profit|gain)s?($|_)"
)
_OPPOSITES = re.compile(r"(^|_)(neg\w*|minus|loss|cost|error|penalty|nll)($|_)|^-")
_ERRORS = {
    "Square",
    "Pow",
    "SquaredDifference",
    "SoftmaxCrossEntropyWithLogits",
    "SparseSoftmaxCrossEntropyWithLogits",
    "Abs",
}
_UPDATES = {*ASSIGNS, "ResourceApplyGradientDescent"}

_MANY = 10
"""So many steps are enough to tell that a rate is too small: if the loss fell by less than this part of itself, could
fall by that part of itself, and the lowest point is more than so many steps away; what is no more than rounding."""
_LITTLE, _WORTH, _FAR, _NOISE = 0.005, 0.2, 1000, 2e-6

_SEVERAL, _NEAR = 6, 1e-3
"""So many steps are more than chance; two places are the same if they are so near, as a part of the step's length."""

_FIRST = 4
"""Rounds that are looked at, at the beginning and at the end."""


class _Round:
    """One backward pass of a loop: the loss, the weights before the step, and their gradients."""

    def __init__(self, path: TargetPath) -> None:
        value = path.recording.tensors[path.backward_pass.targets[0]].value
        self.loss = float(value.head[0]) if value.size == 1 and value.head and "float" in value.dtype else math.nan
        self.weights = [one.value.numbers if one.value else None for one in path.sources]
        self.gradients = [one.gradient.numbers if one.gradient else None for one in path.sources]


def course(path: TargetPath) -> Iterator[Found]:
    """Yield what is wrong with the course of the loop that a backward pass is the last of."""
    recording, place = path.recording, path.backward_pass.place
    same = [index for index, one in enumerate(recording.backward_passes) if one.place == place and one.targets]
    count = len(same) + sum(step.subject for step in recording.steps if step.kind == "rounds")
    same = [*same[:_FIRST], *same[max(_FIRST, len(same) - _FIRST) :]]
    rounds = [_Round(TargetPath(recording, index)) for index in same]
    sources = [one.tensor for one in path.sources]
    updates = [one for one in recording.entries if one.op in _UPDATES and one.inputs and one.inputs[0] in sources]
    if len(rounds) < 2 or not updates or not path.is_scalar or any(math.isnan(one.loss) for one in rounds[:2]):
        return
    if len({len(one.weights) for one in rounds}) > 1:
        return
    between = _between(recording, same[0], same[1])
    found = _direction(path, rounds, updates) or _bounces(path, rounds, updates, count)
    found = found or _still(path, rounds, [one for one in updates if one.index in between])
    found = found or _too_slow(path, rounds, updates, count)
    if found:
        yield found


def _direction(path: TargetPath, rounds: Sequence[_Round], updates: Sequence[Entry]) -> Found | None:
    losses = [one.loss for one in rounds]
    last = losses[-1]
    facts = {"first": f"{losses[0]:.3g}", "last": "inf" if not math.isfinite(last) else f"{last:.3g}"}
    name = path.recording.tensors[path.backward_pass.targets[0]].name
    is_rising = all(before <= after or not math.isfinite(after) for before, after in pairwise(losses))
    is_falling = all(before > after for before, after in pairwise(losses))
    along = _along(rounds[0], rounds[1])
    if along is None or len(rounds) < 3:
        return None
    place = _update_place(path, updates)
    has_fixed_weights = _has_fixed_weights(path)  # then it is the input that is learned, perhaps to fool a model
    if is_falling and along < 0 and _REWARDS.search(name) and not _OPPOSITES.search(name):
        return Found(causes.REWARD_FALLS, _target_place(path) or place, {**facts, "name": name})
    if is_falling and along < 0 and losses[-1] < 0 and (likelihood := log_likelihood(path)):
        return Found(loss_causes.LIKELIHOOD_FALLS, likelihood.place or place, facts)
    if is_falling and along < 0 and losses[-1] < 0 and not has_fixed_weights and (minus := _minus_error(path)):
        return Found(loss_causes.MAXIMIZED, minus, facts)
    if not is_rising or losses[-1] == losses[0]:
        return None
    if along > 0 and _is_error(path) and not has_fixed_weights:
        return Found(causes.GOES_UPHILL, place, facts)
    if along < 0 and (not math.isfinite(last) or last > _GROWS * abs(losses[0])):
        return Found(causes.DIVERGES, place, {**facts, "bound": _bound(rounds[0], rounds[1])})
    return None


def _bounces(path: TargetPath, rounds: Sequence[_Round], updates: Sequence[Entry], count: int) -> Found | None:
    """The last two rounds are where the first two were, a step downhill led from one to the other, and no further.

    Of a long loop no more than its first and last rounds may be kept.
    """
    first, second, before, last = *rounds[:2], *rounds[-2:]
    if count < _SEVERAL or len(rounds) < 4 or not last.loss >= first.loss * (1 - _NOISE) > 0:
        return None
    steps = [_along(first, second), _along(before, last)]
    is_downhill = all(step is not None and step < 0 for step in steps)
    fours = zip(first.weights, second.weights, before.weights, last.weights, strict=True)
    if not is_downhill or not all(_is_back(*four) for four in fours):
        return None
    return Found(causes.BOUNCES, _update_place(path, updates), {"last": f"{last.loss:.4g}"})


def _is_back(first: Array | None, second: Array | None, before: Array | None, last: Array | None) -> bool:
    if first is None or second is None or before is None or last is None:
        return False
    size = float(np.abs(second - first).max(initial=0))
    if not size or not math.isfinite(size):
        return False
    ways = ((before, last), (last, before))
    return any(np.abs(one - first).max() < _NEAR * size > np.abs(two - second).max() for one, two in ways)


def _has_fixed_weights(path: TargetPath) -> bool:
    """Whether the target depends on Variables too that are not among the sources, as when an input is learned."""
    sources = {one.tensor for one in path.sources}
    return any(one.op == "ReadVariableOp" and one.inputs[0] not in sources for one in path.entries)


def _minus_error(path: TargetPath) -> Place | None:
    """Return where the target becomes the negative of a mean or sum of errors; None if it does not."""
    last = path.entries[-1] if path.entries else None
    made = path.maker(last.inputs[0]) if last is not None and last.op == "Neg" else None
    if made is None or last is None:
        return None
    inner = path.maker(path.root(made.inputs[0])) if made.op in ("Mean", "Sum") else None
    is_error = path.loss(made) or (inner is not None and inner.op in _ERRORS)
    return last.place if is_error else None


def _too_slow(path: TargetPath, rounds: Sequence[_Round], updates: Sequence[Entry], count: int) -> Found | None:
    """The loss falls a little in each of many steps, and by its measured curvature could fall much further.

    Along the way d that the weights went, the gradient changed from g to h: the curvature is (h - g) · d / |d|², and
    the lowest point lies at -g · d |d|² / ((h - g) · d) times the way that was gone.
    """
    losses = [one.loss for one in rounds]
    is_falling = losses[-1] < losses[0] and all(after <= before * (1 + _NOISE) for before, after in pairwise(losses))
    if count < _MANY or not is_falling or losses[-1] <= 0:
        return None
    way, old, new = [], [], []
    first, last = rounds[0], rounds[-1]
    for before, after, start, end in zip(first.weights, last.weights, first.gradients, last.gradients, strict=True):
        if before is None or after is None or start is None or end is None or before.shape != start.shape:
            return None
        way.append(_flat(after) - _flat(before))
        old.append(_flat(start))
        new.append(_flat(end))
    move, gradient, turned = (np.concatenate(one) for one in (way, old, new))
    slope, bend = -float(gradient @ move), float((turned - gradient) @ move)
    bend = max(bend, _NOISE * slope)  # a change of the gradient that is smaller than that is rounding
    if slope <= 0:
        return None
    is_far = slope * slope / (2 * bend) > _WORTH * losses[0] and slope / bend * count > _FAR
    if not is_far or losses[0] - losses[-1] > _LITTLE * losses[0]:
        return None
    facts = {"count": str(count), "first": f"{losses[0]:.7g}", "last": f"{losses[-1]:.7g}"}
    return Found(
        causes.TOO_SLOW, _update_place(path, updates), {**facts, "times": f"{_rounded_down(slope / bend * count):,.0f}"}
    )


def _rounded_down(number: float) -> float:
    """Return a number of steps with its first digit alone."""
    unit = 10.0 ** math.floor(math.log10(number))
    return math.floor(number / unit) * unit


def _along(first: _Round, second: _Round) -> float | None:
    """Return whether the first step went along the gradient (above 0) or against it (below 0); None if not known."""
    total, known = 0.0, False
    for before, after, gradient in zip(first.weights, second.weights, first.gradients, strict=True):
        if before is None or after is None or gradient is None or before.shape != gradient.shape:
            continue
        with np.errstate(all="ignore"):
            total += float(np.sum((after.astype(float) - before.astype(float)) * gradient.astype(float)))
        known = True
    return total if known and math.isfinite(total) else None


def _bound(first: _Round, second: _Round) -> str:
    """Return the sentence that says which learning rates would not diverge, "" where it cannot be measured."""
    moves, turns, gradients = [], [], []
    for before, after, old, new in zip(first.weights, second.weights, first.gradients, second.gradients, strict=True):
        if before is None or after is None or old is None or new is None:
            return ""
        moves.append(_flat(after) - _flat(before))
        turns.append(_flat(new) - _flat(old))
        gradients.append(_flat(old))
    move, turn, gradient = (np.concatenate(one) for one in (moves, turns, gradients))
    length, size = float(np.linalg.norm(move)), float(np.linalg.norm(gradient))
    curvature = float(np.linalg.norm(turn)) / length if length else 0.0
    rate = length / size if size else 0.0
    if not curvature or not np.allclose(move, -rate * gradient, rtol=1e-3, atol=1e-3 * length):
        return ""  # not the step of plain gradient descent
    return " " + _(
        "The measured curvature is {curvature:.3g}: the rate must be below 2 / {curvature:.3g} = {bound:.2g}."
    ).format(curvature=curvature, bound=2 / curvature)


def _flat(array: Array) -> Array:
    return np.asarray(array, dtype=float).ravel()


def _still(path: TargetPath, rounds: Sequence[_Round], updates: Sequence[Entry]) -> Found | None:
    """The gradient is not 0, there are steps, and nothing changes."""
    first, second = rounds[0], rounds[1]
    gradients = [one for one in first.gradients if one is not None and np.isfinite(one).all() and one.any()]
    if len(gradients) != len(first.gradients) or not updates:
        return None
    for before, after in zip(first.weights, second.weights, strict=True):
        if before is None or after is None or not np.array_equal(before, after):
            return None
    steps = [_written_step(path.recording, one) for one in updates]
    if any(step is None for step in steps):
        return None
    place = _update_place(path, updates)
    if all(not np.any(step) for step in steps if step is not None):
        return Found(causes.RATE_ZERO, place)
    value = first.weights[0]
    dtype = str(value.dtype) if value is not None else "float32"
    shown = f"{float(np.abs(value).max()):.3g}" if value is not None else ""
    return Found(causes.STEP_ROUNDED_AWAY, place, {"dtype": dtype, "value": shown})


def _between(recording: Recording, first: int, second: int) -> set[int]:
    """Return the entries that ran between two backward passes."""
    found, is_between = set[int](), False
    for step in recording.steps:
        if step.kind in ("gradients", "seed") and step.subject in (first, second):
            is_between = step.kind == "gradients" and step.subject == first
        elif is_between and step.kind == "entry":
            found.add(step.subject)
    return found


def _written_step(recording: Recording, update: Entry) -> Array | None:
    """Return by how much an `assign_sub` or `assign_add` was to change a Variable; None where that is not known."""
    if update.op not in ("AssignSubVariableOp", "AssignAddVariableOp") or len(update.inputs) < 2:
        return None
    return recording.tensors[update.inputs[1]].value.numbers


def _update_place(path: TargetPath, updates: Sequence[Entry]) -> Place | None:
    after = [one for one in updates if one.place]
    return after[-1].place if after else path.backward_pass.place


def _target_place(path: TargetPath) -> Place | None:
    return path.entries[-1].place if path.entries else None


def _is_error(path: TargetPath) -> bool:
    """Whether the target is a mean or sum of errors, which nobody wants to grow."""
    ops = [entry.op for entry in path.entries]
    return bool(ops) and ops[-1] in ("Mean", "Sum", "RealDiv", "DivNoNan", "Mul") and not _ERRORS.isdisjoint(ops)
