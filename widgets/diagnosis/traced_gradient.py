"""Why a gradient is None inside a `tf.function` or `fit`, where an exception ended the trace and nothing was recorded.

The traceback still has the frame of the function, and the graph that was being built has every operation: there the
path from the target to the Variables is looked for.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from widgets.common.catalogue import _
from widgets.diagnosis import causes, habit_causes
from widgets.diagnosis.asked_tape import without_return
from widgets.diagnosis.cause import Cause
from widgets.diagnosis.gradient_flow import ancestors
from widgets.diagnosis.model import Found
from widgets.diagnosis.raised import MISSING, Raised
from widgets.diagnosis.repairs import of_operation
from widgets.diagnosis.source_code import SourceCode, names_in
from widgets.tape.forward_model import Place
from widgets.tape.held_objects import handle_of
from widgets.tape.hooks import has_gradient
from widgets.tape.places import is_library

_HANDING = ("Placeholder", "ReadVariableOp", "Const", "PlaceholderWithDefault", "Identity")

_FLAT = {"Floor", "Ceil", "Round", "Rint", "FloorDiv", "TruncateDiv"}
"""Operations with a gradient function that returns None."""

_CUTTING = {
    "round": "Round",
    "floor": "Floor",
    "ceil": "Ceil",
    "sign": "Sign",
    "argmax": "ArgMax",
    "argmin": "ArgMin",
    "argsort": "TopKV2",
    "equal": "Equal",
    "greater": "Greater",
    "less": "Less",
    "one_hot": "OneHot",
    "categorical": "Multinomial",
}
"""TensorFlow functions through which no gradient flows, by name, and their operations."""


def explain_traced_none(raised: Raised) -> Found | None:
    """Return why the gradients were None that an exception inside a trace is about; None if that cannot be told."""
    if not raised.is_traced:
        return None
    for target, sources in _asked(raised.code):
        value = raised.value(target)
        if _is_symbolic(value):
            return _by_graph(raised, value, target, sources)
    return _by_source(raised.code)


def _asked(code: SourceCode) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what each `tape.gradient` of the source was asked for, the last first."""
    for tree in reversed(code.trees):
        for node in ast.walk(tree) if tree else ():
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if is_call and node.func.attr == "gradient" and len(node.args) >= 2:  # type: ignore[attr-defined]
                yield node.args[0], node.args[1]  # type: ignore[attr-defined]


def _is_symbolic(value: Any) -> bool:
    return value is not MISSING and isinstance(value, tf.Tensor) and tf.is_symbolic_tensor(value)


def _by_graph(raised: Raised, target: tf.Tensor, name: ast.expr, sources: ast.expr) -> Found | None:
    value = raised.value(sources)
    several = value if isinstance(value, (list, tuple)) else [value]
    if any(one is MISSING for one in several):
        return None
    handles = [handle_of(one) for one in several]
    graph = target.graph
    wanted = {id(inner.op) for outer, inner in graph.captures if any(outer is handle for handle in handles)}
    symbolic = [one for one in several if _is_symbolic(one)]
    wanted |= {id(one.op) for one in symbolic}
    before = _operations(target)
    path = [op for op in before if _reaches(op, wanted)]
    for op in reversed(path):  # the nearest to the Variables comes last in `before`
        if found := _cut(raised, op):
            return found
    if path:
        return _outside_block(raised, path) or (_not_watched(raised) if symbolic else None)
    made = _made_outside(raised, before)
    return made or Found(causes.NO_PATH, raised.place)


def _outside_block(raised: Raised, path: list[Any]) -> Found | None:
    """Return a finding if an operation of the path ran before the `with` block of the only tape, in its function."""
    blocks = [*_blocks(raised.code)]
    if len(blocks) != 1:
        return None
    index, function, block = blocks[0]
    code = raised.code
    first, start = code.place(function, index).line, code.place(block, index).line
    last = first + (function.end_lineno or function.lineno) - function.lineno
    for op in reversed(path):
        lines = [frame.lineno for frame in op.traceback or () if not is_library(frame.filename)]
        line = next((one for one in reversed(lines) if first <= one <= last), None)
        if op.type not in _HANDING and line is not None and line < start:
            place = Place(index, line)
            return Found(causes.OUTSIDE_TAPE, Place(index, line, text=code.line(place)))
    return None


def _blocks(code: SourceCode) -> Iterator[tuple[int, ast.FunctionDef, ast.With]]:
    """Yield the `with` blocks of tapes, with their listings and the innermost functions that they are in."""
    for index, tree in enumerate(code.trees):
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)] if tree else []
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.With) and "GradientTape" in ast.unparse(node.items[0].context_expr):
                around = [one for one in functions if any(inner is node for inner in ast.walk(one))]
                if around:
                    yield index, around[-1], node


def _not_watched(raised: Raised) -> Found | None:
    """Return a finding for a plain tensor that no line of the source watches."""
    if any(".watch(" in text for text in raised.code.texts):
        return None
    return Found(causes.CONSTANT_NOT_WATCHED, raised.place)


def _operations(target: tf.Tensor) -> list[Any]:
    """Return the operations that a tensor of a graph was made from, the nearest first."""
    found: dict[int, Any] = {}
    waiting = [target.op]
    while waiting:
        op = waiting.pop(0)
        if id(op) not in found:
            found[id(op)] = op
            waiting += [tensor.op for tensor in op.inputs]
    return list(found.values())


def _reaches(op: Any, wanted: set[int]) -> bool:
    return any(id(one) in wanted for one in _operations(op.outputs[0])) if op.outputs else False


def _cut(raised: Raised, op: Any) -> Found | None:
    """Return a finding if no gradient flows through an operation of the graph."""
    if op.type in _HANDING:
        return None
    cause: Cause | None = None
    if op.type == "StopGradient":
        cause = causes.STOPPED_GRADIENT
    elif op.type in ("PyFunc", "NumpyFunction"):
        cause = causes.LEFT_TENSORFLOW
    elif (
        op.type in _FLAT
        or not has_gradient(op.type)
        or not any(one.dtype.is_floating or one.dtype.is_complex for one in op.outputs)
    ):
        cause = causes.INTEGER_DTYPE if op.type == "Cast" else causes.NOT_DIFFERENTIABLE
    if cause is None:
        return None
    place = _place_of(raised, op) or raised.place
    line = raised.code.line(place) if place else ""
    repair = of_operation(op.type, _call_on(line, op.type), line)
    return Found(repair.cause if repair else cause, place, repair.facts if repair else {})


def _call_on(line: str, op: str) -> str:
    """Return the call on a line that an operation comes from: by its name, else the whole line."""
    names = [name for name, one in _CUTTING.items() if one == op] or [op.lower()]
    found = re.search(rf"[\w.]*\b({'|'.join(names)})\(.*", line)
    return found[0] if found else line


def _place_of(raised: Raised, op: Any) -> Place | None:
    """Return the learner's line that put an operation into the graph."""
    recording = raised.recording
    for frame in reversed(op.traceback or ()):
        if is_library(frame.filename):
            continue
        for index, listing in enumerate((*recording.listings, *recording.helpers)):
            nth = frame.lineno - listing.first
            if 0 <= nth < len(listing.lines) and (frame.line or "").strip() in ("", listing.lines[nth].strip()):
                return Place(index, frame.lineno, text=listing.lines[nth].strip())
    return None


def _made_outside(raised: Raised, before: list[Any]) -> Found | None:
    """Return a finding if what the function was given was computed from Variables before it was called."""
    recording = raised.recording
    arguments = {op.name for op in before if op.type == "Placeholder"}
    for index, tensor in enumerate(recording.tensors):
        if tensor.name and tensor.kind == "result" and tensor.name in arguments:
            made = ancestors(recording, [index])
            if any(entry.op == "ReadVariableOp" for entry in made):
                return Found(causes.OUTSIDE_TAPE, made[-1].place)
    return None


def loss_without_return(raised: Raised) -> Found | None:
    """Return a finding if a function that the learner gave Keras as a loss never returns a value."""
    found = (without_return(raised.code, name) for name in sorted(_losses(raised.code)))
    return next(filter(None, found), None) if raised.is_traced else None


def method_without_return(raised: Raised) -> Found | None:
    """Return a finding if a `train_step` or `call` of the learner's class returns nothing, which Keras needs."""
    needed = {
        "train_step": (_("a dictionary of what to show"), '{"loss": loss}'),
        "test_step": (_("a dictionary of what to show"), '{"loss": loss}'),
        "call": (_("the layer's output"), "x"),
    }
    for name, (what, value) in needed.items():
        if found := without_return(raised.code, name):
            facts = {"function": name, "needed": what, "value": value}
            if name == "call":
                facts["value"] = found.facts["value"]
            return Found(habit_causes.NOTHING_RETURNED, found.place, facts, found.mend if name == "call" else None)
    return None


def _losses(code: SourceCode) -> set[str]:
    """Return the names of what the source gives `compile` as the loss."""
    names = set[str]()
    for tree in code.trees:
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.keyword) and node.arg == "loss":
                names |= names_in(node.value)
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "compile" and len(node.args) > 1:
                names |= names_in(node.args[1])
    return names


def _cast_comparison(node: ast.AST) -> ast.Compare | None:
    """Return the comparison whose result a piece of syntax makes a number, as in `tf.cast(p > 0.5, tf.float32)`."""
    is_cast = isinstance(node, ast.Call) and ast.unparse(node.func).endswith("cast") and node.args
    inside = ast.walk(node.args[0]) if is_cast else ()  # type: ignore[attr-defined]
    compared = [one for one in inside if isinstance(one, ast.Compare)]
    return compared[-1] if compared else None  # labels come first


def _by_source(code: SourceCode) -> Found | None:
    """Return the first operation without a gradient in a function that the learner gave Keras as a loss."""
    losses = {*_losses(code), "compute_loss"}
    for tree in code.trees:  # and what they call
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.FunctionDef) and node.name in losses:
                losses |= names_in(node)
    for index, tree in enumerate(code.trees):
        for node in ast.walk(tree) if tree else ():
            is_loss = isinstance(node, ast.FunctionDef) and node.name in losses
            for call in ast.walk(node) if is_loss else ():
                if compared := _cast_comparison(call):
                    repair = of_operation("Less", ast.unparse(compared))
                    return Found(repair.cause, code.place(call, index), repair.facts) if repair else None
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in _CUTTING:
                    repair = of_operation(_CUTTING[call.func.attr], ast.unparse(call))
                    cause = repair.cause if repair else causes.NOT_DIFFERENTIABLE
                    return Found(cause, code.place(call, index), repair.facts if repair else {})
    return None
