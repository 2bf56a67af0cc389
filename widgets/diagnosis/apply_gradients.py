"""What an optimizer was given in place of (gradient, variable) pairs, and why there was nothing to give.

`apply_gradients` unpacks its argument as pairs, so what is wrong with it is told by Python, in words about unpacking:
https://keras.io/api/optimizers/#applygradients-method.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

import keras
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.diagnosis import error_causes as causes
from widgets.diagnosis import habit_causes as habits
from widgets.diagnosis.error_patterns import shown_shape
from widgets.diagnosis.model import Found
from widgets.diagnosis.raised import MISSING, Raised
from widgets.diagnosis.source_code import SourceCode, call_arguments
from widgets.tape.failures import frames_of
from widgets.tape.forward_model import Place

_UNPACKING = ("values to unpack (expected 2", "Cannot iterate over a scalar", "is not iterable", "argument #")
_ITERATORS = (zip, map, filter)


def explain_apply_gradients(raised: Raised) -> Found | None:
    """Return what is wrong with the pairs that a step of an optimizer was given; None if it is something else."""
    call = raised.method_call("apply_gradients", "apply")
    if call is None or not isinstance(call.func, ast.Attribute):
        return None
    return _ApplyGradients(raised, call, call.func).found()


class _ApplyGradients:
    def __init__(self, raised: Raised, call: ast.Call, method: ast.Attribute) -> None:
        self._raised, self._call, self._method = raised, call, method
        self._optimizer = ast.unparse(method.value)
        self._pairs = call.args[0] if call.args else None

    def found(self) -> Found | None:
        message = self._raised.message
        if mixed_up := self._mixed_up() or self._shapes_apart():
            return mixed_up
        if "positional arguments but" in message and f"{self._method.attr}()" in message and len(self._call.args) == 2:
            return self._without_pairs(_("two arguments"), self._call.args[0], self._call.args[1])
        if "Cannot update variable with shape" in message:
            return self._of_shapes(message)
        if "has no attribute '_unique_id'" in message:
            return self._not_a_variable()
        if any(one in message for one in _UNPACKING) and self._pairs is not None:
            return self._unpacked(self._pairs, is_empty="got 0" in message)
        return None

    def _mixed_up(self) -> Found | None:
        """Return what is wrong with the two things that a zip was made of, by what they are."""
        made = self._pairs
        if isinstance(made, ast.Call) and ast.unparse(made.func) == "list" and made.args:
            made = made.args[0]
        if not isinstance(made, ast.Call) or ast.unparse(made.func) != "zip" or len(made.args) != 2:
            return None
        first, second = (self._raised.value(one) for one in made.args)
        raised, name = self._raised, ast.unparse(made.args[0])
        if isinstance(first, tuple) and len(first) == 2 and isinstance(first[0], (list, tuple)):
            place, mend = _clipping(raised.code, name)
            return Found(habits.CLIP_RETURNS_TWO, place, {"name": name}, mend) if place else None
        if isinstance(first, dict) and isinstance(second, dict):
            return Found(habits.PAIRS_OF_NAMES, raised.place)
        if all(
            isinstance(one, list) and len(one) == 1 and isinstance(one[0], (list, tuple)) for one in (first, second)
        ):
            inner = [one.elts[0] if isinstance(one, ast.List) and one.elts else one for one in made.args]
            pairs = f"zip({', '.join(map(ast.unparse, inner))})"
            line, now = raised.line, ast.unparse(made)
            mend = (line, line.replace(now, pairs)) if line.count(now) == 1 else None
            return Found(habits.PAIRS_NESTED, raised.place, {"optimizer": self._optimizer, "pairs": pairs}, mend)
        return None

    def _shapes_apart(self) -> Found | None:
        """Return a finding if a gradient was paired with a Variable of another shape."""
        for gradient, variable in zip(*_given(self._raised.exception), strict=False):
            shapes = _known_shape(gradient), _known_shape(variable)
            if None not in shapes and shapes[0] != shapes[1]:
                facts = {"gradient": str(shapes[0]), "variable": str(shapes[1])}
                return Found(causes.GRADIENT_SHAPE, self._raised.place, facts)
        return None

    def _unpacked(self, pairs: ast.expr, is_empty: bool) -> Found | None:
        value = self._raised.value(pairs)
        if is_empty:
            if isinstance(pairs, ast.Name) and isinstance(value, (*_ITERATORS, Iterator)):
                mend = _as_list(self._raised.code, pairs.id)
                return Found(causes.PAIRS_USED_UP, self._raised.place, {"name": pairs.id}, mend)
            return explain_no_weights(self._raised, self._variables())
        if isinstance(pairs, ast.Call):
            called = ast.unparse(pairs.func)
            if called == "zip" and len(pairs.args) == 2 and self._is_single(pairs.args[1]):
                return self._without_pairs(
                    _("a zip of a single gradient and its Variable"), pairs.args[0], pairs.args[1], is_single=True
                )
            if called in ("zip", "list"):
                return None
            is_asking = isinstance(pairs.func, ast.Attribute) and pairs.func.attr == "gradient"
            return self._without_pairs(_("a list of gradients alone") if is_asking else _("another value"), pairs)
        if isinstance(value, tf.Tensor):
            return self._without_pairs(_("a single tensor"), pairs)
        if isinstance(pairs, ast.Tuple) and len(pairs.elts) == 2:
            return self._without_pairs(
                _("one pair that is not in a list"), pairs.elts[0], pairs.elts[1], is_single=True
            )
        return self._without_pairs(
            _("a list of gradients alone") if isinstance(value, list) else _("something else"), pairs
        )

    def _is_single(self, variable: ast.expr) -> bool:
        return isinstance(self._raised.value(variable), (tf.Variable, keras.Variable))

    def _variables(self) -> ast.expr | None:
        """Return the expression for the Variables: that of the zip, or what the last gradients were asked for."""
        pairs = self._pairs
        if isinstance(pairs, ast.Call) and (asked := call_arguments(Place(0, 0, text=ast.unparse(pairs)))[1]):
            return asked
        if isinstance(pairs, ast.Name):
            pairs = next((a.node for a in reversed(self._raised.code.assignments) if a.name == pairs.id), None)  # type: ignore[assignment]
        if isinstance(pairs, ast.Call) and ast.unparse(pairs.func) in ("zip", "list") and pairs.args:
            inner = pairs.args[0] if isinstance(pairs.args[0], ast.Call) and len(pairs.args) == 1 else pairs
            return inner.args[-1] if isinstance(inner, ast.Call) and inner.args else None
        for made in reversed(self._raised.code.assignments):
            for node in ast.walk(made.node):
                if isinstance(node, ast.Call) and (sources := call_arguments(Place(0, 0, text=ast.unparse(node)))[1]):
                    return sources
        return None

    def _without_pairs(
        self, given: str, gradients: ast.expr, variables: ast.expr | None = None, is_single: bool = False
    ) -> Found:
        known = variables or self._variables()
        first, second = ast.unparse(gradients), ast.unparse(known or ast.Name("variables"))
        line = self._raised.line
        now = ast.get_source_segment(line, self._call) if known and line.startswith(ast.unparse(self._method)) else None
        pairs = f"[({first}, {second})]" if is_single else f"zip({first}, {second})"
        mend = (line, line.replace(now, f"{ast.unparse(self._method)}({pairs})")) if now else None
        facts = {
            "method": self._method.attr,
            "given": given,
            "optimizer": self._optimizer,
            "pairs": pairs,
        }
        return Found(causes.PAIRS_MISSING, self._raised.place, facts, mend)

    def _not_a_variable(self) -> Found:
        obj = getattr(self._raised.exception, "obj", None)
        pairs = self._pairs
        value = self._raised.value(pairs) if pairs is not None else MISSING
        if pairs is not None and isinstance(value, list) and all(isinstance(one, tf.Tensor) for one in value):
            return self._without_pairs(_("a list of gradients alone"), pairs)
        first = _given(self._raised.exception)[0]
        if first and isinstance(first[0], (tf.Variable, keras.Variable)):
            return Found(causes.PAIRS_SWAPPED, self._raised.place, {"optimizer": self._optimizer})
        kind = (
            _("a plain tensor")
            if isinstance(obj, tf.Tensor)
            else _("a number")
            if isinstance(obj, (int, float))
            else ""
        )
        return Found(causes.NOT_A_VARIABLE, self._raised.place, {"kind": kind or f"a {type(obj).__name__}"})

    def _of_shapes(self, message: str) -> Found:
        variable, gradient = (part.split("]")[0] for part in message.split("shape [")[1:3])
        facts = {"variable": shown_shape(f"[{variable}]"), "gradient": shown_shape(f"[{gradient}]")}
        return Found(causes.GRADIENT_SHAPE, self._raised.place, facts)


def _given(exception: BaseException) -> tuple[Sequence[Any], Sequence[Any]]:
    """Return what Keras took for gradients and for Variables, from the first of its frames that unpacked the pairs."""
    for trace in frames_of(exception):
        names = trace.tb_frame.f_locals
        if trace.tb_frame.f_code.co_name == "apply_gradients" and isinstance(names.get("grads"), (list, tuple)):
            return names["grads"], names.get("trainable_variables") or ()
    return (), ()


def _known_shape(tensor: Any) -> tuple[int, ...] | None:
    """Return the shape of a gradient or a Variable; None if it is not known, or not in full, as in a graph."""
    shape = getattr(tensor, "shape", None)
    if shape is None or (isinstance(shape, tf.TensorShape) and not shape.is_fully_defined()):
        return None
    return tuple(shape)


def _clipping(code: SourceCode, name: str) -> tuple[Place | None, tuple[str, str] | None]:
    """Return where a name was given both results of `tf.clip_by_global_norm`, and the line that unpacks them."""
    for made in reversed(code.assignments):
        if made.name == name and "clip_by_global_norm(" in ast.unparse(made.node):
            place = code.place(made.node, made.listing)
            line = code.line(place)
            is_plain = line.startswith(f"{name} = ")
            return place, (line, line.replace(f"{name} = ", f"{name}, _ = ", 1)) if is_plain else None
    return None, None


def _as_list(code: SourceCode, name: str) -> tuple[str, str] | None:
    """Return the line in which a name became a zip, and the same with a list in its place."""
    for made in code.assignments:
        if made.name == name and isinstance(made.node, ast.Call):
            line = code.line(code.place(made.node, made.listing))
            if line.startswith(f"{name} = zip(") and line.endswith(")"):
                return line, f"{name} = list({line.removeprefix(f'{name} = ')})"
    return None


def explain_no_weights(raised: Raised, variables: ast.expr | None) -> Found:
    """Return why the list of a model's weights is empty."""
    owner, made_at = _owner(raised, variables)
    place = made_at or raised.place
    if owner is None or owner is MISSING:
        return Found(causes.NO_WEIGHTS, raised.place)
    layers = [owner, *_inner(owner)]
    if any(_read(one, "trainable_variables") for one in layers):
        return Found(causes.NOT_BUILT_YET, place)
    if any(_read(one, "variables") for one in layers):
        return Found(causes.ALL_FROZEN, raised.place)
    if name := next(filter(None, map(_untracked, layers)), ""):
        return Found(causes.NOT_TRACKED, _making(raised.code) or raised.place, {"name": f"`self.{name}`"})
    if inside := _made_in_call(raised.code, owner):
        return Found(causes.MADE_IN_CALL, inside)
    return Found(causes.NOT_BUILT_YET if not _read(owner, "built") else causes.NO_WEIGHTS, place)


def _owner(raised: Raised, variables: ast.expr | None) -> tuple[Any, Place | None]:
    """Return the Keras object that a list of weights was asked of, and where, if that was on a line of its own."""
    place = None
    if isinstance(variables, ast.Name):
        made = next((one for one in raised.code.assignments if one.name == variables.id), None)
        if made is None:
            return MISSING, None
        place, node = raised.code.place(made.node, made.listing), made.node
    else:
        node = variables  # type: ignore[assignment]
    if isinstance(node, ast.Attribute) and node.attr.endswith(("variables", "weights")):
        owner = raised.value(node.value)
        return (owner if isinstance(owner, keras.Layer) else MISSING), place
    return MISSING, None


def _inner(owner: Any) -> Sequence[Any]:
    layers = _read(owner, "_layers")
    return list(layers) if isinstance(layers, (list, tuple)) else []


def _read(owner: Any, name: str) -> Any:
    try:
        return getattr(owner, name)
    except Exception:  # one that is not built, or a property of the learner's
        return None


def _untracked(layer: Any) -> str:
    """Return the attribute in which a layer keeps a `tf.Variable`, alone or in a list; "" if it keeps none."""
    attributes: dict[str, Any] = vars(layer)
    for name, value in attributes.items():
        several = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else [value]
        if not name.startswith("_") and any(isinstance(one, tf.Variable) for one in several):
            return name
    return ""


def _making(code: SourceCode) -> Place | None:
    """Return where the learner's source makes a `tf.Variable` of `self`."""
    for made in code.assignments:
        text = ast.unparse(made.node)
        if made.name == "self" and "Variable(" in text and "keras.Variable(" not in text:
            return code.place(made.node, made.listing)
    return None


def _made_in_call(code: SourceCode, owner: Any) -> Place | None:
    """Return where a method `call` makes a layer and calls it at once, or a Variable."""
    for index, tree in enumerate(code.trees):
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.FunctionDef) and node.name == "call":
                for one in ast.walk(node):
                    if isinstance(one, ast.Call) and isinstance(one.func, (ast.Attribute, ast.Name)):
                        name = one.func.attr if isinstance(one.func, ast.Attribute) else one.func.id
                        if isinstance(getattr(keras.layers, name, None), type):
                            return code.place(one, index)
    return None
