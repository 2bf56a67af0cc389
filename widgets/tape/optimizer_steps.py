"""The steps of Keras optimizers: each call of `apply` or `apply_gradients`, with its parameters before and after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.tape import hooks
from widgets.tape.call_stack import RunningScope
from widgets.tape.events import Op
from widgets.tape.scope_model import OptimizerStep, ParameterChange
from widgets.tape.tensors import Tensors, summarize

_ASSIGNING = ("Assign", "ResourceApply", "ResourceSparseApply", "ResourceScatter")
"""How the ops begin that change a Variable; ResourceGather only reads one."""


class _StepBuilder:
    """Collects one call of an optimizer while the log is read."""

    def __init__(self, scope: int, running: RunningScope, first: int) -> None:
        self.scope, self.running, self.first, self.last = scope, running, first, first
        self.changes: dict[int, tuple[Tensor | None, Tensor | None]] = {}  # by the handle's number

    def fact(self, tensors: Tensors, handles: dict[int, int]) -> OptimizerStep:
        own = {hooks.handle_id(variable) for variable in self.running.owner.variables}
        changes = tuple(
            ParameterChange(handles[number], summarize(before), summarize(after))
            for number, (before, after) in self.changes.items()
            if number not in own
        )
        return OptimizerStep(self.scope, self.first, self.last, changes)


class OptimizerSteps:
    """Follows the values of Variables through the log, and what optimizers make of them."""

    def __init__(self, tensors: Tensors) -> None:
        self._tensors = tensors
        self._values: dict[int, Tensor | None] = {}  # of each Variable now, by its handle's number
        self._handles: dict[int, int] = {}  # handle's number → index in Recording.tensors
        self._builders: list[_StepBuilder] = []

    def on_op(self, op: Op, entry: int, scope: int) -> None:
        """An op became an entry: it may read or assign a Variable, and may be an optimizer's."""
        builder = self._builder(op.scope, entry, scope)
        if not op.inputs or op.inputs[0].dtype != tf.resource:
            return
        number = hooks.tensor_id(op.inputs[0])
        if op.op == "ReadVariableOp":
            self._values[number] = op.outputs[0]
        elif str(op.op).startswith(_ASSIGNING):
            before = self._values.get(number)
            after = self._values[number] = _assigned(op, before)
            self._handles[number] = self._tensors.index(op.inputs[0])
            if builder:
                first = builder.changes.get(number, (before, after))[0]
                builder.changes[number] = first, after

    def _builder(self, running: RunningScope | None, entry: int, scope: int) -> _StepBuilder | None:
        """Return the builder of the optimizer call that runs an entry; None if none does."""
        while running is not None and running.kind != "optimizer":
            running = running.outer
        if running is None:
            return None
        if not self._builders or self._builders[-1].running is not running:
            self._builders.append(_StepBuilder(scope, running, entry))
        self._builders[-1].last = entry
        return self._builders[-1]

    def facts(self) -> Iterator[OptimizerStep]:
        """Yield a fact for each call that changed a parameter: one that only made its own Variables is none."""
        known = (builder for builder in self._builders if hasattr(builder.running.owner, "variables"))
        steps = (builder.fact(self._tensors, self._handles) for builder in known)
        return (step for step in steps if step.parameters)


def _assigned(op: Op, before: Tensor | None) -> Tensor | None:
    """Return the value of a Variable after an assignment; None if it cannot be told from what was seen."""
    if op.op == "AssignVariableOp":
        return op.inputs[1]
    change: Any = {"AssignAddVariableOp": tf.add, "AssignSubVariableOp": tf.subtract}.get(str(op.op))
    is_known = all(hasattr(tensor, "numpy") for tensor in (before, op.inputs[1]))  # not in a graph without numbers
    return change(before, op.inputs[1]) if change and is_known else None
