"""What the learner's source calls tensors, Variables and tapes at the moment at which something happens to them.

The log says where in the source each event happened; the source there says `loss = ...`, `with tf.GradientTape() as
tape`, or `tape.gradient(loss, [w, b])`. That stays true whatever the names mean later.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.tape import events, hooks
from widgets.tape.events import Event
from widgets.tape.held_objects import flattened, is_a, is_variable, number_of, value_of_name
from widgets.tape.running_code import CodeLocation, Frame
from widgets.tape.source_names import Sources, leaves, name_of, root_name
from widgets.tape.tape_key import TapeKey

FEW = 10
"""Places where a Variable is used that are looked at for a name."""

_PREPARING = {"ReadVariableOp", "Cast"}
"""Ops that prepare the inputs of the one that an expression means."""


class NameEvidence:
    """The names that the source of one run gives: each attribute maps a number (or a tape) to names.

    Args:
        log: what happened.

    Attributes:
        tapes: of tapes.
        tensors: of tensors, from what they are assigned to, or are handed over as.
        operands: of tensors, from the expressions that they were first used in.
        variables: of Variables' handles, all that were found.
        handles: the handles themselves.
        uses: where in the source a handle was used: the first few places.
        sources: the source files, for those who look further.
    """

    def __init__(self, log: Sequence[Event]) -> None:
        self.tapes: dict[TapeKey, str] = {}
        self.tensors: dict[int, str] = {}
        self.operands: dict[int, str] = {}
        self.variables: dict[int, list[str]] = {}
        self.handles: dict[int, Tensor] = {}
        self.uses: dict[int, list[CodeLocation]] = {}
        self.sources = Sources()
        self._last = {id(at.frame): index for index, at in enumerate(_locations(log)) if at}
        self._namer: dict[int, int] = {}  # the frame that a tensor's name is of
        self._index = 0
        self._read(log)

    def _read(self, log: Iterable[Event]) -> None:
        group: list[events.Op] = []  # the ops that one instruction of the learner's ran
        threads: defaultdict[int, list[events.GradientCalled]] = defaultdict(list)
        calls = threads[0]  # those that have not returned yet
        for index, event in enumerate(log):
            if isinstance(event, events.ThreadSwitched):
                calls = threads[event.thread]
            elif isinstance(event, events.Op):
                self._on_op(event)
                if not calls:
                    if group and group[-1].at != event.at:
                        self._on_group(group)
                        group = []
                    group.append(event)
                    self._index = index
            elif isinstance(event, events.TapeToggled):
                self._on_toggle(event)
            elif isinstance(event, events.Watched):
                self._on_watch(event)
            elif isinstance(event, events.GradientCalled):
                calls.append(event)
            elif isinstance(event, events.BackwardStarted):
                self._learn_handles([*event.targets, *event.sources])
                if calls:
                    self._on_start(calls[-1], event)
            elif isinstance(event, events.VariableAccessed):
                self._learn_handles([event.variable])
            elif calls and isinstance(event, events.GradientReturned):
                self._on_return(calls.pop(), event)
            elif calls and isinstance(event, events.CallRaised):
                calls.pop()
        self._on_group(group)

    def _on_op(self, event: events.Op) -> None:
        for tensor in (*event.inputs, *event.outputs):
            if tensor.dtype is tf.resource:
                number = hooks.tensor_id(tensor)
                self.handles.setdefault(number, tensor)
                uses = self.uses.setdefault(number, [])
                if event.at and len(uses) < FEW and event.at not in uses:
                    uses.append(event.at)

    def _learn_handles(self, tensors: Iterable[Tensor]) -> None:
        for tensor in tensors:
            handle = tensor.handle if is_variable(tensor) else tensor
            if handle.dtype is tf.resource:
                self.handles.setdefault(hooks.tensor_id(handle), handle)

    def _on_group(self, group: Sequence[events.Op]) -> None:
        at = group[0].at if group else None
        if at is None:
            return
        spot = self.sources.spot(at)
        if spot.takes_item:
            for op in group:
                self._name_parts(spot.loop_target, op.outputs, at.frame)
            return
        node, target = spot.node, spot.target
        self._name_operands(node, group, at.frame)
        if target is None:
            return
        if isinstance(node, ast.Call) and name_of(node.func).split(".")[-1] == "Variable":
            for op in group:
                if op.op == "VarHandleOp":
                    self._add_variable(hooks.tensor_id(op.outputs[0]), name_of(target))
        rebound = self.sources.rebound(at.frame.f_code)
        if isinstance(target, ast.Name) and not spot.in_loop and target.id not in rebound:
            return  # the frame has it still, and tells beyond doubt which tensor it is
        for round_ in _rounds(node, group) if spot.in_loop else [group]:
            results = _unused(round_)
            if len(results) == 1:
                self._name_parts(target, results[0].outputs, at.frame)

    def _name_operands(self, node: ast.expr | None, group: Sequence[events.Op], frame: Frame) -> None:
        """Learn what went into an operator, or into a function of one argument."""
        arguments: Sequence[ast.expr] = ()
        if isinstance(node, ast.BinOp):
            arguments = node.left, node.right
        elif isinstance(node, ast.Call) and not node.keywords and len(node.args) == 1:
            arguments = node.args
        inputs = group[-1].inputs
        if len(arguments) != len(inputs) or any(op.op not in _PREPARING for op in group[:-1]):
            return
        made = {hooks.tensor_id(tensor) for op in group for tensor in op.outputs}
        for argument, tensor in zip(arguments, inputs, strict=True):
            number = hooks.tensor_id(tensor)
            if isinstance(argument, ast.Name) and number not in made:
                self.operands.setdefault(number, argument.id)
                namer = self._namer.get(number, id(frame))
                if namer != id(frame) and self._last[namer] < self._index:
                    self._add_tensor(number, argument.id, frame)  # it was returned by what named it, and is this now

    def _name_parts(self, target: ast.expr | None, tensors: Sequence[Tensor], frame: Frame) -> None:
        """Name tensors after the target that they are assigned to, or after its parts, if these are as many."""
        parts = leaves(target)
        if parts and len(parts) == len(tensors):
            for part, tensor in zip(parts, tensors, strict=True):
                if hooks.tensor_id(tensor) not in self.tensors:
                    self._add_tensor(hooks.tensor_id(tensor), name_of(part), frame)

    def _add_tensor(self, number: int, name: str, frame: Frame) -> None:
        if name:
            self.tensors[number] = name
            self._namer[number] = id(frame)

    def _add_variable(self, number: int, name: str) -> None:
        if name:
            self.variables.setdefault(number, []).append(name)

    def _on_toggle(self, event: events.TapeToggled) -> None:
        if not (event.pushed and event.by == "__enter__" and event.at):
            return
        spot = self.sources.spot(event.at)
        entered = name_of(spot.target) if spot.node and "enter" in ast.dump(spot.node) else ""  # not `h = model.fit()`
        own = spot.manager or _owner(spot.node, "__enter__") or entered
        if own:
            self.tapes.setdefault(event.tape, own)

    def _on_watch(self, event: events.Watched) -> None:
        self._learn_handles([event.tensor])
        node = self.sources.spot(event.at).node
        if event.at and isinstance(node, ast.Call) and _owner(node, "watch"):
            self._name_arguments(_argument(node, 0, "tensor"), [event.tensor], event.at.frame)

    def _on_start(self, call: events.GradientCalled, event: events.BackwardStarted) -> None:
        node = self.sources.spot(call.at).node
        if call.caller or not (call.at and isinstance(node, ast.Call) and _owner(node, call.call)):
            return  # a library may ask a tape of its own while the learner's is asked
        self.tapes.setdefault(call.tape, _owner(node, call.call))
        self._name_arguments(_argument(node, 0, "target"), event.targets, call.at.frame)
        self._name_arguments(_argument(node, 1, "sources"), event.sources, call.at.frame)

    def _name_arguments(self, argument: ast.expr | None, tensors: Sequence[Tensor], frame: Frame) -> None:
        """Name what a call was given by the argument's source, unless that may be a list or another object."""
        parts, rebound = leaves(argument), self.sources.rebound(frame.f_code)
        for name in filter(None, map(name_of, parts or ())):
            if root_name(name) not in rebound:
                self._name_held(name, value_of_name(name, frame), tensors, frame)
        if not parts or len(parts) != len(tensors):
            return
        for part, tensor in zip(parts, tensors, strict=True):
            name, number = name_of(part), hooks.tensor_id(tensor)
            meant = value_of_name(name, frame) if name else None
            is_sure = number_of(meant) == number or (isinstance(part, ast.Name) and root_name(name) in rebound)
            if not name or is_a(meant, (list, tuple, dict)) or not is_sure:
                continue
            self._add_tensor(number, name, frame)
            if root_name(name) not in rebound:
                self._add_variable(number, name)

    def _name_held(self, name: str, holder: Any, tensors: Sequence[Tensor], frame: Frame) -> None:
        """Name tensors that a structure or a composite tensor holds: `things['w']`, `rows.flat_values`."""
        held = {number: path for path, number in flattened(name, holder) if path != name}
        for tensor in tensors:
            number = hooks.tensor_id(tensor)
            if number in held and number not in self.tensors:
                self._add_tensor(number, held[number], frame)

    def _on_return(self, call: events.GradientCalled, event: events.GradientReturned) -> None:
        spot = self.sources.spot(call.at)
        if call.at is None or call.caller or not _calls(spot.node, call.call, call.at.frame):
            return  # `h = model.fit(...)` assigns what `fit` returns, not the gradients that it asked for inside
        for name, number in _assigned(spot.target, event.result):
            if number not in self.tensors:
                self._add_tensor(number, name, call.at.frame)


def _locations(log: Iterable[Event]) -> Iterator[CodeLocation | None]:
    return (getattr(event, "at", None) for event in log)


def _assigned(target: ast.expr | None, result: Any) -> Iterator[tuple[str, int]]:
    """Yield (name, number) of the tensors in a result that is assigned to a target."""
    if isinstance(target, ast.Tuple | ast.List) and isinstance(result, (list, tuple)):
        if len(target.elts) == len(result):
            for part, value in zip(target.elts, result, strict=True):
                yield from _assigned(part, value)
    elif name := name_of(target):
        yield from flattened(name, result)


def _owner(node: ast.expr | None, method: str) -> str:
    """Return the name of the object whose method is called, "" if this is no call of it."""
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method
    return name_of(node.func.value) if is_call else ""  # type: ignore[union-attr]  # is_call has told


def _calls(node: ast.expr | None, method: str, frame: Frame) -> bool:
    """Say whether an expression is itself the call of a method, which may have been given a name of its own."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    return method in (called, getattr(value_of_name(name_of(node.func), frame), "__name__", ""))


def _argument(call: ast.Call, index: int, name: str) -> ast.expr | None:
    if len(call.args) > index:
        return call.args[index]
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _rounds(node: ast.expr | None, group: Sequence[events.Op]) -> Iterator[Sequence[events.Op]]:
    """Divide what one instruction ran in a loop of one line into rounds, where the ops repeat themselves.

    `sum(losses)` repeats itself too, and is one round: so only operators and methods, as `tf.sin`, are divided.
    """
    is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ops = [op.op for op in group]
    length = len(group)
    if node is None or is_method or isinstance(node, ast.BinOp | ast.UnaryOp):
        repeats = (n for n in range(1, length + 1) if length % n == 0 and ops == ops[:n] * (length // n))
        length = next(repeats, length)
    return (group[start : start + length] for start in range(0, len(group), length))


def _unused(group: Sequence[events.Op]) -> list[events.Op]:
    """Return the ops of a group whose outputs no other op of it takes: the results."""
    used = {hooks.tensor_id(tensor) for op in group for tensor in op.inputs}
    return [op for op in group if op.outputs and not used.intersection(map(hooks.tensor_id, op.outputs))]
