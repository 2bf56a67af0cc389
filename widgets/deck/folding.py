"""A recording with its plumbing folded away, so that a deck shows what the learner wrote.

Much of what runs is work for other ops: a Variable is made and read, a number is cast, a shape is looked up, and a step
of an optimizer is a hundred ops of its own. Folded, such an op has no step: what it gives, and the gradient that it
passes back, belong to the tensor that it took, and an optimizer's step is one op.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from widgets.tape.forward_model import Entry
from widgets.tape.model import BackwardPass, Contribution, Pullback, Recording, Step

_SAME: tuple[str, ...] = ("read", "cast")
"""The plumbing whose output stands for its input: the same numbers, or nearly."""

_QUESTIONS = ("VarIsInitializedOp", "IsResourceInitialized")
_FIRST_VALUES = "initialize_variables"
"""What a `tf.function` runs to give the Variables that it makes their first values."""

_MAKES_VARIABLES: tuple[str, ...] = ("handle", "initializer")
"""The plumbing whose output may be a Variable of the learner's."""


@dataclass(frozen=True)
class Folded:
    """A recording without its plumbing.

    Attributes:
        recording: a Recording of the same run with fewer entries, pullbacks and steps. Tensors, tapes, backward passes
            and sources keep their indices.
        parts: for each of its steps, the steps of the whole recording that it stands for, by index, in order.
        stops: for each of its steps, the position in the whole recording at which it has happened.
    """

    recording: Recording
    parts: tuple[tuple[int, ...], ...]
    stops: tuple[int, ...]


def unfolded(recording: Recording) -> Folded:
    """Return a Recording as it is, each step standing for itself."""
    count = len(recording.steps)
    return Folded(recording, tuple((index,) for index in range(count)), tuple(range(1, count + 1)))


def folded(recording: Recording) -> Folded:
    """Return a Recording without its plumbing; as it is, where there is none, or nothing else."""
    hidden = _hidden(recording)
    if not hidden or len(hidden) == len(recording.entries):
        return unfolded(recording)
    return _Folding(recording, hidden).result()


def _hidden(recording: Recording) -> set[int]:
    """Return the entries that are folded away: not what the learner has a name for, asks about, or wrote."""
    known = {index for index, tensor in enumerate(recording.tensors) if tensor.name or tensor.kind == "watched"}
    for backward_pass in recording.backward_passes:
        known.update(backward_pass.targets, backward_pass.sources)
    known -= {index for index, tensor in enumerate(recording.tensors) if tensor.kind == "variable"}
    updates = {step.last for step in recording.optimizer_steps}
    updating = {index for step in recording.optimizer_steps for index in range(step.first, step.last)}
    questions: set[int] = set()  # whether a Variable has a value yet
    new: set[int] = set()  # Variables that were made and have no value yet
    used = {tensor for entry in recording.entries for tensor in entry.inputs}
    reads: set[int] = set()  # what was read from Variables
    hidden = set()
    for entry in recording.entries:
        if entry.op == "VarHandleOp":
            new.update(entry.outputs)
        is_first_value = entry.plumbing == "assign" and bool(new.intersection(entry.inputs[:1]))
        new.difference_update(entry.inputs)
        if entry.op in _QUESTIONS or (entry.inputs and questions.issuperset(entry.inputs)):
            questions.update(entry.outputs)
        is_work = entry.plumbing or entry.op == _FIRST_VALUES or entry.index in updating
        is_work = is_work or (bool(entry.outputs) and questions.issuperset(entry.outputs))
        if entry.op == "ReadVariableOp":
            reads.update(entry.outputs)
        is_work = is_work or (_is_look(entry) and reads.issuperset(entry.inputs) and used.isdisjoint(entry.outputs))
        is_written = (entry.plumbing == "assign" and not is_first_value) or _ends_gradient(recording, entry)
        if is_work and not is_written and entry.index not in updates and not known.intersection(entry.outputs):
            hidden.add(entry.index)
    return hidden


def _is_look(entry: Entry) -> bool:
    """Say whether this may be a Variable's value that was only looked at: as by `print`, `w.numpy()`, or a notebook.

    TensorFlow reads the Variable for that and copies what it read. A copy that the code asks for is a step.
    """
    is_asked = entry.place is not None and any(name in entry.place.text for name in ("identity(", "read_value("))
    return entry.op == "Identity" and not is_asked


def _ends_gradient(recording: Recording, entry: Entry) -> bool:
    """Say whether this is a cast from floating-point numbers to others: no gradient flows back through it."""
    before, after = (
        [recording.tensors[tensor].value.dtype for tensor in tensors] for tensors in (entry.inputs, entry.outputs)
    )
    return entry.plumbing == "cast" and any(map(_is_floating, before)) and not any(map(_is_floating, after))


def _is_floating(dtype: str) -> bool:
    return dtype.lstrip("b").startswith(("float", "complex"))


class _Folding:
    """Folds one recording."""

    def __init__(self, recording: Recording, hidden: set[int]) -> None:
        self._recording, self._hidden = recording, hidden
        kept = [entry for entry in recording.entries if entry.index not in hidden]
        self._index = {entry.index: index for index, entry in enumerate(kept)}
        self._same: dict[int, int] = {}  # a folded op's output → the tensor that it stands for
        self._inner: set[int] = set()  # other outputs of folded ops: nothing that is shown takes them
        for entry in recording.entries:
            makes_variable = entry.plumbing in _MAKES_VARIABLES or entry.op == "VarHandleOp"
            if entry.index not in hidden or makes_variable:
                continue
            if entry.plumbing in _SAME and entry.inputs:
                same = self._same.get(entry.inputs[0], entry.inputs[0])
                self._same.update(dict.fromkeys(entry.outputs, same))
            else:
                self._inner.update(entry.outputs)
        self._updates = {step.last: recording.scopes[step.scope].class_name for step in recording.optimizer_steps}
        self._entries = tuple(self._entry(entry) for entry in kept)

    def result(self) -> Folded:
        recording, passes, homes = self._recording, [], []
        for backward_pass in recording.backward_passes:
            played, home = self._backward_pass(backward_pass)
            passes.append(played)
            homes.append(home)
        steps, parts, stops = self._steps(homes)
        shorter = dataclasses.replace(
            recording,
            entries=self._entries,
            backward_passes=tuple(passes),
            steps=tuple(steps),
            earlier_steps=sum(stop <= recording.earlier_steps for stop in stops),
            optimizer_steps=tuple(
                dataclasses.replace(step, first=self._index[step.last], last=self._index[step.last])
                for step in recording.optimizer_steps
            ),
        )
        return Folded(shorter, tuple(map(tuple, parts)), (*stops[:-1], len(recording.steps)))

    def _entry(self, entry: Entry) -> Entry:
        update = self._updates.get(entry.index)
        inputs = (self._same.get(tensor, tensor) for tensor in entry.inputs if tensor not in self._inner)
        return dataclasses.replace(
            entry,
            index=self._index[entry.index],
            op=update or entry.op,
            inputs=() if update else tuple(inputs),
            inside=self._index.get(entry.inside, -1),
            serves=-1,
        )

    def _backward_pass(self, backward_pass: BackwardPass) -> tuple[BackwardPass, list[int]]:
        """Return a backward pass without the pullbacks of folded ops, and where each old one is: -1 for the seed.

        What a folded op passes on is put where its own gradient arrived, unless the tensor that it goes to has received
        a later one meanwhile: running sums stay in order.
        """
        kept: list[list[Pullback]] = []
        seeds = list(backward_pass.seeds)
        arrived = {seed.tensor: -1 for seed in seeds}
        home = []
        for pullback in backward_pass.pullbacks:
            targets = [one.tensor for one in pullback.input_gradients if not one.skipped]
            if pullback.entry in self._hidden:
                outputs = self._recording.entries[pullback.entry].outputs
                place = max((arrived.get(tensor, -1) for tensor in (*outputs, *targets)), default=-1)
                if place < 0:
                    seeds += pullback.input_gradients
                else:
                    kept[place].append(pullback)
            else:
                place = len(kept)
                kept.append([pullback])
            arrived.update(dict.fromkeys(targets, place))
            home.append(place)
        pullbacks = tuple(self._pullback(*several) for several in kept)
        return dataclasses.replace(backward_pass, seeds=self._shown(seeds), pullbacks=pullbacks), home

    def _pullback(self, own: Pullback, *merged: Pullback) -> Pullback:
        passed = (one for pullback in merged for one in self._passed_through(pullback, own))
        gradients = self._shown((*own.input_gradients, *passed))
        return dataclasses.replace(own, entry=self._index.get(own.entry, own.entry), input_gradients=gradients)

    def _passed_through(self, folded: Pullback, own: Pullback) -> Iterator[Contribution]:
        """Yield what a folded op passes on; of one that changes no number, with the local derivative of `own` there."""
        entry = self._recording.entries[folded.entry]
        sent = [one for one in own.input_gradients if one.tensor in entry.outputs and not one.skipped]
        local = sent[0].local if entry.plumbing == "read" and len(sent) == 1 else None
        return (dataclasses.replace(one, local=local) for one in folded.input_gradients)

    def _shown(self, contributions: Iterable[Contribution]) -> tuple[Contribution, ...]:
        return tuple(one for one in contributions if one.tensor not in self._same and one.tensor not in self._inner)

    def _steps(self, homes: Sequence[list[int]]) -> tuple[list[Step], list[list[int]], list[int]]:
        steps: list[Step] = []
        parts: list[list[int]] = []
        stops: list[int] = []
        waiting: list[int] = []  # folded steps, which belong to the next one that is shown
        first: dict[tuple[int, int], int] = {}  # (backward pass, pullback; -1 for its seed) → step
        for index, step in enumerate(self._recording.steps):
            if step.kind == "entry" and step.subject in self._hidden:
                waiting.append(index)
                continue
            if step.kind == "pullback":
                home = homes[step.subject][step.detail]
                if (shown := first.get((step.subject, home))) is not None:
                    parts[shown].append(index)
                    continue
                first[step.subject, home] = len(steps)
                step = dataclasses.replace(step, detail=home)
            elif step.kind == "seed":
                first[step.subject, -1] = len(steps)
            elif step.kind == "entry":
                step = dataclasses.replace(step, subject=self._index[step.subject])
            steps.append(step)
            parts.append([*waiting, index])
            stops.append(index + 1)
            waiting = []
        parts[-1] += waiting
        return steps, parts, stops


def hidden_steps(whole: Folded) -> int:
    """Return how many steps are folded away."""
    return sum(len(parts) - 1 for parts in whole.parts)


def read_values(recording: Recording, parts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield (Variable, the tensor that was read from it) for the reads among some steps of a whole recording."""
    for entry in _entries_of(recording, parts):
        if entry.op == "ReadVariableOp":
            yield entry.inputs[0], entry.outputs[0]


def made_variables(recording: Recording, parts: Sequence[int]) -> list[int]:
    """Return the Variables that were made in some steps of a whole recording."""
    return [tensor for entry in _entries_of(recording, parts) if entry.op == "VarHandleOp" for tensor in entry.outputs]


def _entries_of(recording: Recording, parts: Sequence[int]) -> Iterator[Entry]:
    steps = (recording.steps[index] for index in parts)
    return (recording.entries[step.subject] for step in steps if step.kind == "entry")
