"""The steps of Keras optimizers: each call of `apply` or `apply_gradients`, with its parameters before and after.

What ran eagerly is followed op by op. What ran inside a traced function is told by the replay of its call, which has a
copy of each Variable.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.tape import graph_internals, hooks
from widgets.tape.call_stack import owner_name
from widgets.tape.events import Op, VariableChanged
from widgets.tape.held_objects import own_handles
from widgets.tape.repeatable_ops import assigns
from widgets.tape.running_code import RunningScope
from widgets.tape.scope_model import OptimizerStep, ParameterChange
from widgets.tape.tensors import Tensors, summarize

_LOOKING = ("Read", "_Read", "ResourceGather", "VariableShape", "VarIsInitialized")
"""How the ops begin that take a Variable and leave it as it is."""


class _StepBuilder:
    """Collects one call of an optimizer while the log is read."""

    def __init__(self, scope: int, running: RunningScope, first: int, inside: tuple[int, ...]) -> None:
        self.scope, self.running, self.first, self.last = scope, running, first, first
        self.inside = inside
        self.changes: dict[int, tuple[Tensor | None, Tensor | None]] = {}  # by the handle's number

    def is_of(self, running: RunningScope, inside: tuple[int, ...]) -> bool:
        """Say whether an op belongs to this call: a branch may be inside it, another round of a loop is another."""
        depth = min(len(inside), len(self.inside))
        return self.running is running and inside[:depth] == self.inside[:depth]

    def fact(self, tensors: Tensors, handles: dict[int, int]) -> OptimizerStep:
        own = own_handles(self.running.owner)
        changes = tuple(
            ParameterChange(handles[number], summarize(before), summarize(after))
            for number, (before, after) in self.changes.items()
            if number not in own
        )
        return OptimizerStep(self.scope, self.first, self.last, changes)


class OptimizerSteps:
    """Follows the values of Variables through the log, and what optimizers make of them."""

    def __init__(self, tensors: Tensors, scope_index: Callable[[RunningScope], int]) -> None:
        self._tensors, self._scope_index = tensors, scope_index
        self._values: dict[int, Tensor | None] = {}  # of each Variable now, by its handle's number
        self._handles: dict[int, int] = {}  # handle's number → index in Recording.tensors
        self._builders: list[_StepBuilder] = []
        self._told: dict[int, VariableChanged] = {}  # of the op that comes next, by the handle's number
        self._inside: tuple[int, ...] = ()  # the graphs that are being read, outermost first: one number for each run
        self._runs = itertools.count()

    def enter(self) -> None:
        """What follows ran inside a graph, or in one more round of a loop."""
        self._inside = (*self._inside, next(self._runs))

    def leave(self) -> None:
        """That is over."""
        self._inside = self._inside[:-1]

    def on_call(self, values: Mapping[int, Tensor]) -> None:
        """A traced function was called, and left Variables with these values, by the number of the handle."""
        self._values.update(values)

    def on_change(self, event: VariableChanged) -> None:
        """The op that comes next changes a Variable in a way that is known."""
        self._told[hooks.tensor_id(event.handle)] = event

    def on_op(self, op: Op, entry: int) -> None:
        """An op became an entry: it may read or assign a Variable, and may be an optimizer's."""
        builder = self._builder(op.scope, entry)
        handles = [one for one in op.inputs if one.dtype == tf.resource]
        if not handles or str(op.op).startswith(_LOOKING):
            if op.op == "ReadVariableOp" and not self._inside:
                self._values[hooks.tensor_id(op.inputs[0])] = op.outputs[0]
            return
        numbers = list(map(hooks.tensor_id, handles))
        before = {number: self._values.get(number) for number in numbers}
        after = self._after(op, before)
        if not self._inside:
            self._values.update(after)
        for handle, number in zip(handles, numbers, strict=True):
            if builder and assigns(str(op.op)):
                self._handles[number] = self._tensors.index(handle)
                first = builder.changes.get(number, (before[number],))[0]
                builder.changes[number] = first, after[number]

    def _after(self, op: Op, before: dict[int, Tensor | None]) -> dict[int, Tensor | None]:
        """Return the values of Variables after an op that may have changed them; `before` is put right as well."""
        if self._inside:
            told = {number: self._told.pop(number, None) for number in before}
            before.update((number, known and known.before) for number, known in told.items())
            return {number: known and known.after for number, known in told.items()}
        return _assigned(op, before) if assigns(str(op.op)) else dict.fromkeys(before)

    def _builder(self, running: RunningScope | None, entry: int) -> _StepBuilder | None:
        """Return the builder of the optimizer call that runs an entry; None if none does."""
        while running is not None and running.kind != "optimizer":
            running = running.outer
        if running is None:
            return None
        if not self._builders or not self._builders[-1].is_of(running, self._inside):
            self._builders.append(_StepBuilder(self._scope_index(running), running, entry, self._inside))
        builder = self._builders[-1]
        builder.last, builder.inside = entry, min(builder.inside, self._inside, key=len)
        return builder

    def facts(self) -> Iterator[OptimizerStep]:
        """Yield a fact for each call that changed a parameter: one that only made its own Variables is none."""
        optimizers = (builder for builder in self._builders if owner_name(builder.running.owner).class_name)
        steps = (builder.fact(self._tensors, self._handles) for builder in optimizers)
        return (step for step in steps if step.parameters)


def _assigned(op: Op, before: dict[int, Tensor | None]) -> dict[int, Tensor | None]:
    """Return the values of an eager op's Variables after it; None where it cannot be told from what was seen."""
    if op.op == "AssignVariableOp":
        return {hooks.tensor_id(op.inputs[0]): op.inputs[1]}
    values = [*before.values()]
    taken = (*values, *(one for one in op.inputs if one.dtype != tf.resource))
    if not all(hasattr(one, "numpy") for one in taken):  # not seen, or in a graph without numbers
        return dict.fromkeys(before)
    simple: Any = {"AssignAddVariableOp": tf.add, "AssignSubVariableOp": tf.subtract}.get(str(op.op))
    if simple:
        return {hooks.tensor_id(op.inputs[0]): simple(values[0], op.inputs[1])}
    copies = {number: tf.Variable(value, trainable=False) for number, value in before.items()}
    inputs = [copies[hooks.tensor_id(one)].handle if one.dtype == tf.resource else one for one in op.inputs]
    try:
        hooks.rerun_op(str(op.op), inputs, op.attrs, len(op.outputs))
    except (tf.errors.OpError, TypeError, ValueError):
        return dict.fromkeys(before)
    return {number: graph_internals.read_unheard(copy.handle) for number, copy in copies.items()}
