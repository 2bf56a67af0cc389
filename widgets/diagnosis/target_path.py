"""What one backward pass went through: the entries between its sources and its target, and what they depend on."""

from __future__ import annotations

import functools

from widgets.diagnosis.gradient_flow import ancestors
from widgets.tape.forward_model import Entry, Place, Value
from widgets.tape.model import BackwardPass, Pullback, Recording, Source

ASSIGNS = {"AssignVariableOp", "AssignSubVariableOp", "AssignAddVariableOp"}
"""The ops that change a Variable, their first input."""

_SHAPING = {"Reshape", "ExpandDims", "Squeeze", "Identity", "StridedSlice", "Cast", "StopGradient"}


class TargetPath:
    """The way to the targets of one backward pass.

    Args:
        recording: the recording.
        index: the backward pass.

    Attributes:
        recording: the recording.
        backward_pass: the backward pass.
        sources: its Sources.
    """

    def __init__(self, recording: Recording, index: int) -> None:
        self.recording, self.backward_pass = recording, recording.backward_passes[index]
        self.index = index
        self.sources = [one for one in recording.sources if one.backward_pass == index]

    @functools.cached_property
    def entries(self) -> list[Entry]:
        """The entries that the targets were made from, in order of time."""
        return ancestors(self.recording, self.backward_pass.targets)

    @functools.cached_property
    def dependent(self) -> set[int]:
        """The tensors that depend on a source."""
        found = {source.tensor for source in self.sources}
        for entry in self.entries:
            if not found.isdisjoint(entry.inputs):
                found.update(entry.outputs)
        return found

    @functools.cached_property
    def _makers(self) -> dict[int, Entry]:
        return {tensor: entry for entry in self.entries for tensor in entry.outputs}

    @functools.cached_property
    def pullbacks(self) -> dict[int, Pullback]:
        """The pullbacks by their entries."""
        return {one.entry: one for one in self.backward_pass.pullbacks if one.entry >= 0}

    @functools.cached_property
    def ops(self) -> set[str]:
        """The names of the operations of `entries`."""
        return {entry.op for entry in self.entries}

    @property
    def is_scalar(self) -> bool:
        """Whether the target is one number."""
        targets = self.backward_pass.targets
        return len(targets) == 1 and self.value(targets[0]).shape == ()

    def value(self, tensor: int) -> Value:
        """Return the value of a tensor."""
        maker = self._makers.get(tensor)
        if maker is not None and tensor in maker.outputs:
            return maker.values[maker.outputs.index(tensor)]
        return self.recording.tensors[tensor].value

    def maker(self, tensor: int) -> Entry | None:
        """Return the entry that made a tensor, None if none on this path did."""
        return self._makers.get(tensor)

    def root(self, tensor: int) -> int:
        """Return the tensor that another was made from by reshaping alone."""
        while (maker := self._makers.get(tensor)) is not None and maker.op in _SHAPING and maker.inputs:
            tensor = maker.inputs[0]
        return tensor

    def before_scaling(self, tensor: int) -> int:
        """Return the tensor that a cross-entropy of Keras was given, before it divided by the sum of each row."""
        maker = self._makers.get(self.root(tensor))
        return maker.inputs[0] if maker is not None and maker.op == "RealDiv" and self.loss(maker) else tensor

    def is_variable(self, tensor: int) -> bool:
        """Whether a tensor is a Variable, or what was read of one."""
        maker = self._makers.get(tensor)
        is_read = maker is not None and maker.op == "ReadVariableOp"
        return is_read or self.recording.tensors[tensor].kind == "variable"

    def loss(self, entry: Entry) -> str:
        """Return the name of the Keras loss whose inside an entry is, in small letters without "_"; "" if none."""
        index = entry.scope
        while index >= 0:
            scope = self.recording.scopes[index]
            if scope.kind == "loss":
                return f"{scope.class_name or scope.name}".lower().replace("_", "")
            index = scope.outer
        return ""

    def all_of_loss(self, entry: Entry) -> list[Entry]:
        """Return the entries of the recording in the same scope as an entry."""
        return [one for one in self.recording.entries if one.scope == entry.scope]

    def call_of_loss(self, entry: Entry) -> Place | None:
        """Return where the learner's code computed what an entry belongs to."""
        return entry.place

    def is_sigmoid_loss(self, entry: Entry) -> bool:
        """Whether a comparison is the first operation of `tf.nn.sigmoid_cross_entropy_with_logits`."""
        after = [one for one in self.entries if one.index > entry.index and one.place == entry.place]
        return {"Log1p", "Exp", "Neg"} <= {one.op for one in after} and self.value(entry.inputs[1]).size == (
            self.value(entry.inputs[1]).statistics.zeros if self.value(entry.inputs[1]).statistics else -1  # type: ignore[union-attr]
        )


def last_paths(recording: Recording) -> list[TargetPath]:
    """Return the path of the last backward pass with numbers of each call in the learner's code."""
    last: dict[tuple[Place | None, int], int] = {}
    for index, one in enumerate(recording.backward_passes):
        if _has_numbers(one, recording) and one.targets:
            last[one.place, len(one.sources)] = index
    return [TargetPath(recording, index) for index in last.values()]


def _has_numbers(backward_pass: BackwardPass, recording: Recording) -> bool:
    return not backward_pass.in_graph and backward_pass.call == "gradient"


def is_zero(source: Source) -> bool:
    """Whether a gradient is exactly 0 everywhere."""
    gradient = source.gradient
    return bool(gradient and gradient.statistics and gradient.statistics.zeros == gradient.size > 0)
