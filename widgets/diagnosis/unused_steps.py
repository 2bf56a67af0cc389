"""A loop that computes gradients and does not use them, or whose optimizer begins anew in each round."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from widgets.diagnosis import habit_causes as causes
from widgets.diagnosis.model import Found
from widgets.diagnosis.source_code import SourceCode, names_in
from widgets.diagnosis.target_path import ASSIGNS, TargetPath
from widgets.tape.forward_model import Place
from widgets.tape.model import BackwardPass

_MANY, _SEVERAL = 5, 4
_STEPS = re.compile(r"\.(apply_gradients|apply|assign\w*|minimize|scatter_\w+|set_weights)\(")
_WITH_STATE = re.compile(r"\b(Adam|AdamW|Adamax|Nadam|RMSprop|Adagrad|Adadelta|Ftrl|Lion)\(|\bSGD\(.*momentum=")


def unused_steps(path: TargetPath, code: SourceCode) -> Found | None:
    """Return what is wrong with the steps of the loop around a backward pass; None if nothing is."""
    place = path.backward_pass.place
    if place is None or path.backward_pass.caller:
        return None
    rounds = [one for one in path.recording.backward_passes if one.place == place]
    if found := _not_applied(path, code, place, rounds):
        return found
    loop = _loop(code, place)
    if loop is None or not _is_repeated(loop):
        return None
    return _made_each_round(path, code, place, rounds) or _optimizer_in_loop(code, place, loop, rounds)


def _not_applied(path: TargetPath, code: SourceCode, place: Place, rounds: Sequence[BackwardPass]) -> Found | None:
    """An optimizer is made, and nothing ever changes: the loss is the same in each of many rounds."""
    recording = path.recording
    if len(rounds) < _MANY or recording.optimizer_steps or any(_STEPS.search(text) for text in code.texts):
        return None
    losses = {recording.tensors[one.targets[0]].value.head for one in rounds if one.targets}
    has_gradient = all(
        one.gradient and one.gradient.numbers is not None and one.gradient.numbers.any() for one in path.sources
    )
    made = [one.name for one in code.assignments if ".optimizers." in ast.unparse(one.node)]
    if len(losses) != 1 or not made or not has_gradient:
        return None
    variables = _sources(place)
    return Found(causes.NOT_APPLIED, place, {"optimizer": made[0], "variables": variables, "count": str(len(rounds))})


def _made_each_round(path: TargetPath, code: SourceCode, place: Place, rounds: Sequence[BackwardPass]) -> Found | None:
    """Each round trains other Variables than the one before, from the same first value: the loss is always the same."""
    recording = path.recording
    same = [one for one in rounds if one.targets]
    sources = {tensor for one in same for tensor in one.sources}
    changed = {one.inputs[0] for one in recording.entries if one.op in ASSIGNS and one.inputs}
    changed |= {one.tensor for step in recording.optimizer_steps for one in step.parameters}
    losses = {recording.tensors[one.targets[0]].value.head for one in same}
    is_anew = bool(sources) and len(sources) == sum(len(one.sources) for one in same) and sources <= changed
    if len(same) < _SEVERAL or len(losses) != 1 or not is_anew:
        return None
    name = recording.tensors[same[-1].sources[0]].name
    made = next((one for one in code.assignments if one.name == name), None)
    where = code.place(made.node, made.listing) if made else place
    return Found(causes.MADE_EACH_ROUND, where, {"name": name.split("/")[0] or "x"})


def _sources(place: Place) -> str:
    try:
        call = ast.parse(place.text, mode="eval").body
    except SyntaxError:
        return "variables"
    is_plain = isinstance(call, ast.Call) and len(call.args) > 1
    return ast.unparse(call.args[1]) if is_plain else "variables"  # type: ignore[attr-defined]


def _optimizer_in_loop(
    code: SourceCode, place: Place, loop: ast.For | ast.While, rounds: Sequence[BackwardPass]
) -> Found | None:
    """An optimizer that keeps averages is made in the very loop that takes its steps, one in each round."""
    for node in loop.body if len(rounds) >= _MANY else ():
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        if _WITH_STATE.search(ast.unparse(node)) and "optimizers" in ast.unparse(node):
            name = ast.unparse(node.targets[0])
            if any(f"{name}.apply" in ast.unparse(one) for one in loop.body if one is not node):
                return Found(causes.OPTIMIZER_IN_LOOP, code.place(node, place.listing), {"name": name})
    return None


def _loop(code: SourceCode, place: Place) -> ast.For | ast.While | None:
    """Return the innermost loop around a line."""
    tree = code.trees[place.listing] if place.listing < len(code.trees) else None
    number = place.line - code.first_line(place.listing) + 1
    loops = [one for one in ast.walk(tree) if isinstance(one, (ast.For, ast.While))] if tree else []
    around = [one for one in loops if one.lineno <= number <= (one.end_lineno or 0)]
    return max(around, key=lambda one: one.lineno, default=None)


def _is_repeated(loop: ast.For | ast.While) -> bool:
    """Whether each round does the same, as a training loop does, and not the same for another rate or start."""
    if isinstance(loop, ast.While):
        return True
    counters = names_in(loop.target)
    made = [one for one in loop.body if isinstance(one, (ast.Assign, ast.AnnAssign))]
    steps = [one for one in loop.body if isinstance(one, ast.Expr) and "assign" in ast.unparse(one)]
    is_data = not (isinstance(loop.iter, ast.Call) and ast.unparse(loop.iter.func) == "range")
    return not is_data and not any(counters & names_in(one) for one in (*made, *steps))
