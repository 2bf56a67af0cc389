"""How layers were called while they were trained: the training flag, and the penalties of regularizers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from widgets.common.catalogue import _
from widgets.diagnosis import loss_causes as causes
from widgets.diagnosis.model import Found
from widgets.diagnosis.source_code import SourceCode
from widgets.diagnosis.target_path import ASSIGNS, TargetPath
from widgets.tape.forward_model import Entry, Place
from widgets.tape.model import Recording

_LAST = 8  # backward passes that are looked at for a penalty that is computed apart
_NORMALIZING = ("BatchNormalization", "SyncBatchNormalization")
_FIXED = re.compile(r"set_learning_phase|\.trainable\s*=\s*False")
_PENALTIES = re.compile(r"add_loss|compute_loss|\.(fit|train_on_batch)\(")
_ADDED = re.compile(r"\.losses\b|compute_loss|\.(fit|train_on_batch)\(")
_PLAIN_VARIABLE = re.compile(r"\bself\.(\w+)\s*=\s*tf\.Variable\((?!.*trainable\s*=\s*False)")
_TRACKED = ("trainable_variables", "trainable_weights")
_CALLED = re.compile(r"(?<![\w.])([A-Za-z_][\w.]*)\(([A-Za-z_]\w*)\)")


def layers_in_training(path: TargetPath, code: SourceCode) -> Iterator[Found]:
    """Yield what is wrong with the way layers were called in a path whose sources are trained."""
    if path.backward_pass.caller or not _is_trained(path):
        return
    yield from filter(None, (_untracked(path, code), _without_flag(path, code), _without_penalties(path, code)))


def _is_trained(path: TargetPath) -> bool:
    """Whether a source was changed after the backward pass, in a step of an optimizer or by an assignment."""
    recording, sources = path.recording, {one.tensor for one in path.sources}
    if any(change.tensor in sources for step in recording.optimizer_steps for change in step.parameters):
        return True
    changed = {one.inputs[0] for one in recording.entries if one.op in ASSIGNS and one.inputs}
    return not changed.isdisjoint(sources)


def _without_flag(path: TargetPath, code: SourceCode) -> Found | None:
    recording = path.recording
    normalizing = {index for index, one in enumerate(recording.scopes) if one.class_name in _NORMALIZING}
    inside = [entry for entry in path.entries if entry.scope in normalizing]
    trained = {source.tensor for source in path.sources}
    used = [entry for entry in inside if trained.intersection(entry.inputs)]
    layers = [recording.scopes[entry.scope] for entry in used]
    if used and not any(_is_update(recording, entry, normalizing) for entry in recording.entries):
        return _flag_found(path, code, used[0].place, ", ".join(dict.fromkeys(f"`{one.name}`" for one in layers)))
    if not normalizing and not inside and (name := _unseen_dropout(path, code)):
        return _flag_found(path, code, _call_of_model(path), f"`{name}`")
    return None


def _untracked(path: TargetPath, code: SourceCode) -> Found | None:
    """A plain `tf.Variable` of a Keras layer takes part and is in no list of trainable weights."""
    call = path.backward_pass.place
    asked = f"{call.text} {code.line(call)}" if call else ""
    if not any(one in asked for one in _TRACKED):
        return None
    known = {one.tensor for one in path.recording.sources}
    for index, text in enumerate(code.texts):
        for nth, line in enumerate(text.split("\n")):
            made = _PLAIN_VARIABLE.search(line)
            if made is None or f".{made[1]}" in asked or any(f".{made[1]}.assign" in one for one in code.texts):
                continue
            for entry in path.entries:
                is_read = entry.op == "ReadVariableOp" and entry.inputs[0] not in known and entry.recorded_by
                is_layer = entry.scope >= 0 and path.recording.scopes[entry.scope].kind == "layer"
                if is_read and is_layer and entry.place and re.search(rf"\bself\.{made[1]}\b", code.line(entry.place)):
                    place = Place(index, code.first_line(index) + nth)
                    return Found(causes.UNTRACKED_WEIGHT, place, {"name": f"self.{made[1]}"})
    return None


def _is_update(recording: Recording, entry: Entry, normalizing: set[int]) -> bool:
    """Whether an entry updates a moving average: an assignment after the one that every Variable begins with."""
    if entry.op not in ASSIGNS or entry.scope not in normalizing:
        return False
    name = recording.tensors[entry.inputs[0]].name
    is_first = entry.op == "AssignVariableOp" and not any(
        entry.inputs[0] in one.inputs for one in recording.entries[: entry.index] if one.op == "ReadVariableOp"
    )
    return "moving" in name and not is_first


def _unseen_dropout(path: TargetPath, code: SourceCode) -> str:
    """Return "Dropout" if the source makes such a layer and none ever ran an operation; else ""."""
    recording = path.recording
    if any(one.class_name.endswith("Dropout") for one in recording.scopes if one.kind == "layer"):
        return ""
    makes = [f"{text}" for listing in recording.listings for text in listing.lines if re.search(r"\bDropout\(", text)]
    has_layers = any(recording.scopes[entry.scope].kind == "layer" for entry in path.entries if entry.scope >= 0)
    drops = [text for text in makes if not re.search(r"\bDropout\((rate=)?0(\.0*)?\)", text)]
    return "Dropout" if drops and has_layers else ""


def _call_of_model(path: TargetPath) -> Place | None:
    layers = [one for one in path.entries if one.scope >= 0 and path.recording.scopes[one.scope].kind == "layer"]
    return layers[-1].place if layers else path.backward_pass.place


def _flag_found(path: TargetPath, code: SourceCode, place: Place | None, layers: str) -> Found | None:
    if place is None or any(_FIXED.search(text) for text in code.texts):
        return None
    place = _outer_call(path, code) or place
    line = code.line(place)
    if _is_flag_given(code, line):
        return None
    calls = [one for one in _CALLED.finditer(line) if not one[1].startswith(("tf.", "np."))]
    called = calls[0] if calls else None
    mend = (line, line.replace(called[0], f"{called[1]}({called[2]}, training=True)")) if called else None
    return Found(causes.TRAINING_FLAG, place, {"layers": layers}, mend if line.count("(") else None)


def _is_flag_given(code: SourceCode, line: str) -> bool:
    """Whether a call says what `training` is, the evaluation of the same model left out, which says that it is False.

    What a layer only hands on, as `self.layer(x, training=training)`, gives nothing.
    """
    for tree in code.trees:
        for node in ast.walk(tree) if tree else ():
            for keyword in node.keywords if isinstance(node, ast.Call) else ():
                name = ast.unparse(node.func)  # type: ignore[attr-defined]
                is_other_call = re.search(rf"(?<![\w.]){re.escape(name)}\((?![^()]*training)", line)
                is_evaluation = ast.unparse(keyword.value) == "False" and is_other_call
                if keyword.arg == "training" and ast.unparse(keyword.value) != "training" and not is_evaluation:
                    return True
    return False


def _outer_call(path: TargetPath, code: SourceCode) -> Place | None:
    """Return where a model of the learner's own class is called under a tape; None if there is none."""
    classes = {one.class_name for one in path.recording.scopes if one.kind == "layer" and one.outer < 0}
    calls = [(one.name, one.node) for one in code.assignments if isinstance(one.node, ast.Call)]
    made = {name for name, call in calls if ast.unparse(call.func) in classes}
    for index, tree in enumerate(code.trees):
        for block in ast.walk(tree) if tree else ():
            if isinstance(block, ast.With) and "GradientTape" in ast.unparse(block.items[0].context_expr):
                for node in ast.walk(block):
                    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                    if is_call and node.func.id in {*made, "self"}:  # type: ignore[attr-defined]
                        return code.place(node, index)
    return None


def _without_penalties(path: TargetPath, code: SourceCode) -> Found | None:
    """A layer on the path has a regularizer, and no loss reads its weights a second time, as the penalty does."""
    recording = path.recording
    if any("self.add_loss(" in text for text in code.texts) and not any(_ADDED.search(text) for text in code.texts):
        last = path.entries[-1]
        return Found(
            causes.LOSSES_LEFT_OUT, last.place or path.backward_pass.place, {"penalty": _("a loss of its own")}
        )
    if any(_PENALTIES.search(text) for text in code.texts):
        return None
    regularized = {index for index, one in enumerate(recording.scopes) if one.is_regularized}
    inside = [entry for entry in path.entries if entry.scope in regularized]
    weights = {entry.inputs[0] for entry in inside if entry.op == "ReadVariableOp"}
    if not weights:
        return None
    last_index = len(recording.backward_passes) - 1
    for index, backward_pass in enumerate(recording.backward_passes):
        if last_index - _LAST < index < path.index - _LAST:
            continue
        if backward_pass.place != path.backward_pass.place or index == path.index:
            entries = TargetPath(recording, index).entries
            reads = [one for one in entries if one.op == "ReadVariableOp" and one.scope not in regularized]
            if any(one.inputs[0] in weights for one in reads):
                return None
    last = path.entries[-1]
    return Found(causes.LOSSES_LEFT_OUT, last.place or path.backward_pass.place, {"penalty": _("a regularizer")})
