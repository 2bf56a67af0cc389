"""A loop that computes gradients and does not use them, or whose optimizer begins anew in each round."""

from __future__ import annotations

import ast
import re

from widgets.diagnosis import habit_causes as causes
from widgets.diagnosis.model import Found
from widgets.diagnosis.source_code import SourceCode
from widgets.diagnosis.target_path import TargetPath
from widgets.tape.forward_model import Place

_MANY = 5
_STEPS = re.compile(r"\.(apply_gradients|apply|assign\w*|minimize|scatter_\w+|set_weights)\(")
_WITH_STATE = re.compile(r"\b(Adam|AdamW|Adamax|Nadam|RMSprop|Adagrad|Adadelta|Ftrl|Lion)\(|\bSGD\(.*momentum=")


def unused_steps(path: TargetPath, code: SourceCode) -> Found | None:
    """Return what is wrong with the steps of the loop around a backward pass; None if nothing is."""
    place = path.backward_pass.place
    if place is None or path.backward_pass.caller:
        return None
    return _not_applied(path, code, place) or _optimizer_in_loop(path, code, place)


def _not_applied(path: TargetPath, code: SourceCode, place: Place) -> Found | None:
    """An optimizer is made, and nothing ever changes: the loss is the same in each of many rounds."""
    recording = path.recording
    same = [one for one in recording.backward_passes if one.place == place]
    if len(same) < _MANY or recording.optimizer_steps or any(_STEPS.search(text) for text in code.texts):
        return None
    losses = {recording.tensors[one.targets[0]].value.head for one in same if one.targets}
    has_gradient = all(
        one.gradient and one.gradient.numbers is not None and one.gradient.numbers.any() for one in path.sources
    )
    made = [one.name for one in code.assignments if ".optimizers." in ast.unparse(one.node)]
    if len(losses) != 1 or not made or not has_gradient:
        return None
    variables = _sources(place)
    return Found(causes.NOT_APPLIED, place, {"optimizer": made[0], "variables": variables, "count": str(len(same))})


def _sources(place: Place) -> str:
    try:
        call = ast.parse(place.text, mode="eval").body
    except SyntaxError:
        return "variables"
    is_plain = isinstance(call, ast.Call) and len(call.args) > 1
    return ast.unparse(call.args[1]) if is_plain else "variables"  # type: ignore[attr-defined]


def _optimizer_in_loop(path: TargetPath, code: SourceCode, place: Place) -> Found | None:
    """An optimizer that keeps averages is made in the very loop that takes its steps, one in each round."""
    if len([one for one in path.recording.backward_passes if one.place == place]) < _MANY:
        return None
    tree = code.trees[place.listing] if place.listing < len(code.trees) else None
    number = place.line - code.first_line(place.listing) + 1
    loops = [one for one in ast.walk(tree) if isinstance(one, (ast.For, ast.While))] if tree else []
    around = [one for one in loops if one.lineno <= number <= (one.end_lineno or 0)]
    inner = max(around, key=lambda one: one.lineno, default=None)
    for node in inner.body if inner is not None else ():
        is_made = isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if is_made and _WITH_STATE.search(ast.unparse(node)) and "optimizers" in ast.unparse(node):
            name = ast.unparse(node.targets[0])  # type: ignore[attr-defined]
            if any(f"{name}.apply" in ast.unparse(one) for one in inner.body if one is not node):  # type: ignore[union-attr]
                return Found(causes.OPTIMIZER_IN_LOOP, code.place(node, place.listing), {"name": name})
    return None
