"""What a tape was asked about, or told to watch, that is no tensor: models, KerasTensors, functions, None."""

from __future__ import annotations

import ast
import difflib
import re
import types
from collections.abc import Iterable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from widgets.common import catalogue
from widgets.common.catalogue import _
from widgets.diagnosis import error_causes as causes
from widgets.diagnosis import habit_causes as habits
from widgets.diagnosis import old_names
from widgets.diagnosis.model import Found
from widgets.diagnosis.raised import Raised
from widgets.diagnosis.source_code import SourceCode, call_arguments

_METHODS = ("gradient", "jacobian", "batch_jacobian", "watch")
_CLOSEST, _CLOSEST_IN_MODULE = 0.7, 0.85
_GONE = ("minimize", "get_gradients", "compute_gradients")
_OLD_ATTRIBUTES = {"lr": "learning_rate", "decay": "learning_rate"}


def explain_asked_tape(raised: Raised) -> Found | None:
    """Return what a call of a tape's method was given that it cannot take; None if it is something else."""
    if found := _of_another_library(raised) or _misspelt(raised):
        return found
    call, message = raised.method_call(*_METHODS), raised.message
    if call is None:
        return None
    obj = getattr(raised.exception, "obj", None)
    if "has no attribute '_id'" in message and (found := _copies(raised, call)):
        return found
    if "received None" in message:
        return _none_target(raised, call)
    if "KerasTensor" in message and ("_id'" in message or "Passed in object" in message):
        return Found(causes.KERAS_TENSOR, raised.place)
    if "has no attribute '_id'" in message and isinstance(obj, keras.Layer):
        kind = "model" if isinstance(obj, keras.Model) else "layer"
        return _model(raised, call, kind)
    if "Passed in object <Variable path=" in message:
        return Found(causes.KERAS_WEIGHT_WATCHED, raised.place)
    if "has no attribute '_type_enum'" in message and "unconnected_gradients" in ast.unparse(call):
        line = raised.line
        shorter = re.sub(r""",\s*unconnected_gradients=[^,)]+""", "", line)
        return Found(causes.KERAS_WEIGHT_ZERO, raised.place, mend=(line, shorter) if shorter != line else None)
    if "Cannot convert the argument `type_value`: <function" in message:
        return Found(causes.TARGET_FUNCTION, raised.place)
    if "missing 1 required positional argument: 'sources'" in message:
        return Found(causes.SOURCES_MISSING, raised.place)
    is_no_tensor = "the argument `type_value`" in message or re.search(r"no attribute '(dtype|_id)'", message)
    return _number_as_source(raised) if is_no_tensor else None


def _number_as_source(raised: Raised) -> Found | None:
    """Return a finding if the sources that a tape was asked about are, or hold, a number of Python's or NumPy's."""
    source = call_arguments(raised.place)[1]
    for one in source.elts if isinstance(source, (ast.List, ast.Tuple)) else [source]:
        value = one.value if isinstance(one, ast.Constant) else raised.value(one)
        if one is None or isinstance(value, bool) or not isinstance(value, (int, float, np.generic, np.ndarray)):
            continue
        is_numpy, is_whole = isinstance(value, (np.generic, np.ndarray)), isinstance(value, (int, np.integer))
        kind = _("a NumPy array") if is_numpy else _("a Python number")
        name = ast.unparse(one) if isinstance(one, ast.Name) else "x"
        shown = ast.unparse(one)
        facts = {"name": name, "kind": kind, "value": f"float({shown})" if is_whole else shown}
        return Found(causes.NUMBER_AS_SOURCE, raised.place, facts)
    return None


def _of_another_library(raised: Raised) -> Found | None:
    """Return a finding for a method of PyTorch that something of TensorFlow was asked for."""
    owner, name = _missing_attribute(raised)
    if name not in habits.PYTORCH_METHODS:
        return None
    kinds = {
        "tensor": tf.Tensor,
        "Variable": (tf.Variable, keras.Variable),
        "optimizer": keras.optimizers.Optimizer,
        "model": keras.Layer,
    }
    kind = next((kind for kind, classes in kinds.items() if isinstance(owner, classes)), None)
    if kind is None:
        return None
    way = catalogue._(habits.PYTORCH_METHODS[name])
    return Found(habits.FROM_PYTORCH, raised.place, {"name": name, "kind": kind, "way": way})


def _copies(raised: Raised, call: ast.Call) -> Found | None:
    """Return a finding if the sources are what `get_weights` returned, on this line or before."""
    source = call_arguments(raised.place)[1] or (call.args[-1] if call.args else None)
    made = [one.node for one in raised.code.assignments if isinstance(source, ast.Name) and one.name == source.id]
    for node in [source, *made]:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get_weights":
            owner, line = ast.unparse(node.func.value), raised.line
            now, new = f"{owner}.get_weights()", f"{owner}.trainable_variables"
            mend = (line, line.replace(now, new)) if line.count(now) == 1 else None
            return Found(habits.WEIGHTS_AS_NUMPY, raised.place, {"name": owner}, mend)
    return None


def _missing_attribute(raised: Raised) -> tuple[Any, str]:
    """Return what was asked for an attribute that it does not have, and the attribute's name; "" for other errors."""
    error = raised.exception
    if not isinstance(error, AttributeError) or not isinstance(error.name, str):
        return None, ""
    return error.obj, error.name


def _misspelt(raised: Raised) -> Found | None:
    owner, name = _missing_attribute(raised)
    kinds = (tf.GradientTape, tf.Variable, keras.optimizers.Optimizer, keras.Layer, types.ModuleType)
    if not isinstance(owner, kinds):
        return None
    if isinstance(owner, types.ModuleType):
        return _in_module(raised, owner, name)
    if isinstance(owner, keras.optimizers.Optimizer) and name in _OLD_ATTRIBUTES:
        return Found(old_names.OLD_ARGUMENT, raised.place, {"name": name, "right": _OLD_ATTRIBUTES[name]})
    public = [one for one in dir(type(owner)) if not one.startswith("_")]
    closest = difflib.get_close_matches(name, public, 1, _CLOSEST)
    if not closest or name in public or name in _GONE:
        return None
    of = "tape" if isinstance(owner, tf.GradientTape) else type(owner).__name__
    line = raised.line
    mend = (line, line.replace(f".{name}(", f".{closest[0]}(")) if line.count(f".{name}(") == 1 else None
    return Found(causes.MISSPELT, raised.place, {"owner": of, "name": name, "right": closest[0]}, mend)


def _in_module(raised: Raised, module: types.ModuleType, name: str) -> Found | None:
    """Return a finding if a module of TensorFlow or Keras has a name that is spelled nearly alike."""
    root = module.__name__.split(".")[0]
    if root not in ("tensorflow", "keras") or old_names.right_name(raised.line, root, name)[1]:
        return None
    plain = {one.lower().replace("_", ""): one for one in dir(module) if not one.startswith("_")}
    closest = difflib.get_close_matches(name.lower().replace("_", ""), plain, 1, _CLOSEST_IN_MODULE)
    if not closest:
        return None
    owner = "tf" if module.__name__ == "tensorflow" else f"tf.keras.{module.__name__.rpartition('.')[2]}"
    owner = next(iter(re.findall(rf"([\w.]+)\.{re.escape(name)}\b", raised.line)), owner)
    right = plain[closest[0]]
    cause = habits.CLASS_NOT_IN_MODULE if right[0].isupper() else habits.NOT_IN_MODULE
    return Found(cause, raised.place, {"owner": owner, "name": name, "right": right})


def _model(raised: Raised, call: ast.Call, kind: str) -> Found:
    source = call_arguments(raised.place)[1] or (call.args[-1] if call.args else None)
    several = source.elts if isinstance(source, (ast.List, ast.Tuple)) else [source]
    name = next((ast.unparse(one) for one in several if one and isinstance(raised.value(one), keras.Layer)), kind)
    line = raised.line
    pattern = rf"(?<=[,\s(\[]){re.escape(name)}(?=[,)\]])"
    mend = None
    if len(re.findall(pattern, line)) == 1 and not isinstance(source, (ast.List, ast.Tuple)):
        mend = line, re.sub(pattern, f"{name}.trainable_variables", line)
    return Found(causes.MODEL_AS_SOURCE, raised.place, {"kind": kind, "name": name}, mend)


def _none_target(raised: Raised, call: ast.Call) -> Found:
    target = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "target"), None)
    name = ast.unparse(target) if target is not None else "target"
    made = [one.node for one in raised.code.assignments if one.name == name]
    for node in [*reversed(made), target]:
        if isinstance(node, ast.Call) and (found := without_return(raised.code, ast.unparse(node.func))):
            return found
    return Found(causes.TARGET_NONE, raised.place, {"target": name})


def without_return(code: SourceCode, called: str) -> Found | None:
    """Return a finding if the learner's source has a function of this name that never returns a value."""
    name = called.split(".")[-1]
    for index, tree in enumerate(code.trees):
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.FunctionDef) and node.name == name and not _returns(node):
                last = node.body[-1]
                value = ast.unparse(last.targets[0]) if isinstance(last, ast.Assign) else "loss"
                mend = None
                line = code.line(code.place(last, index))
                if isinstance(last, ast.Assign) and line.startswith(f"{value} = "):
                    mend = line, f"return {line.removeprefix(f'{value} = ')}"
                elif isinstance(last, ast.Expr) and not line.startswith("def "):
                    value, mend = ast.unparse(last.value), (line, f"return {line}")
                return Found(causes.RETURNS_NOTHING, code.place(last, index), {"function": name, "value": value}, mend)
    return None


def _returns(function: ast.FunctionDef) -> bool:
    """Say whether a function returns a value, the functions inside it left out."""
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Return, ast.Yield)) and node.value is not None:
            return True
        if not isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            waiting += _children(node)
    return False


def _children(node: ast.AST) -> Iterable[ast.AST]:
    return ast.iter_child_nodes(node)
