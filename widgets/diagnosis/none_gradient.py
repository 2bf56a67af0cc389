"""Why a gradient is None: what cuts the path between the source and the target, or why there is none."""

from __future__ import annotations

import ast
import re

from widgets.diagnosis import causes, model
from widgets.diagnosis.gradient_flow import Cut, Flow, ancestors
from widgets.diagnosis.leaving_tensorflow import leaves_tensorflow
from widgets.diagnosis.model import Finding, Found
from widgets.diagnosis.repairs import in_tensorflow, of_leaving, of_operation
from widgets.diagnosis.source_code import GradientCall, SourceCode, names_in, root_of
from widgets.tape.forward_model import Entry, Place
from widgets.tape.model import Recording, Source


def explain_none(recording: Recording, code: SourceCode, source: Source) -> Finding:
    """Return the Finding for one Source whose gradient is None. `code` is the recording's SourceCode."""
    found = _told(_NoneGradient(recording, code, source).cause(), code)
    where = source.backward_pass, (source.tensor,)
    return Finding(model.NONE, recording, found.cause, found.place, *where, facts=found.facts, mend=found.mend)


def _told(found: Found | Cut, code: SourceCode) -> Found:
    """Return what was found with the sentences that fit the operation, and the changed line."""
    if isinstance(found, Found):
        return found
    text = found.place.text if found.place else ""
    line = code.line(found.place) if found.place else ""
    repair = of_operation(found.op, text or line, line) if found.op else None
    if found.cause is causes.LEFT_TENSORFLOW:
        repair = of_leaving(text, line)
        mend = repair.mend if repair else in_tensorflow(line)
        return Found(repair.cause if repair else found.cause, found.place, repair.facts if repair else {}, mend)
    return Found(repair.cause, found.place, repair.facts) if repair else Found(found.cause, found.place)


_KERAS_STATE = ("moving_mean", "moving_variance", "seed_generator_state")
"""How the names of weights begin that Keras changes itself: averages, and the state of random numbers."""


class _NoneGradient:
    def __init__(self, recording: Recording, code: SourceCode, source: Source) -> None:
        self._recording, self._code, self._source = recording, code, source
        self._backward_pass = recording.backward_passes[source.backward_pass]
        self._tensor = recording.tensors[source.tensor]
        self._call = GradientCall(recording, source)

    def cause(self) -> Cut | Found:
        if inside := self._inside_python():
            return inside
        if self._is_keras_state():
            return self._not_trained()
        if "int" in (self._source.value or self._tensor.value).dtype:
            return Cut(causes.INTEGER_DTYPE, _made_at(self._code, self._call.source) or self._first_use())
        if not self._was_seen():
            return Cut(causes.BEFORE_RECORDING, self._backward_pass.place)
        flow = Flow(self._recording, self._backward_pass, self._source.tensor)
        targets = [target for target in self._call.targets if flow.reaches(target)]
        if targets:
            return self._of_cut(flow.cut(targets[0]))
        return self._without_path() if self._call.targets else Cut(causes.UNKNOWN, self._backward_pass.place)

    def _inside_python(self) -> Found | None:
        """A `tf.py_function` whose Python leaves TensorFlow: TensorFlow itself asks the tape that it keeps for it."""
        calls = [one for one in self._recording.entries if one.op == "EagerPyFunc"]
        if self._backward_pass.caller != "tensorflow" or not calls:
            return None
        repair = of_operation("EagerPyFunc", calls[-1].place.text if calls[-1].place else "")
        return Found(repair.cause, calls[-1].place, repair.facts) if repair else None

    def _is_keras_state(self) -> bool:
        """Whether the source is a weight that Keras keeps and does not train, such as a moving average."""
        return self._tensor.kind == "variable" and self._tensor.name.rsplit("/", 1)[-1].startswith(_KERAS_STATE)

    def _not_trained(self) -> Found:
        place = self._backward_pass.place
        name = self._tensor.name.rsplit("/", 1)[-1]
        line = self._code.line(place) if place else ""
        mended = re.sub(r"\.(variables|weights)\b", r".trainable_\1", line)
        return Found(causes.KERAS_STATE, place, {"name": name}, (line, mended) if mended != line else None)

    def _was_seen(self) -> bool:
        """Whether the tape was opened in the recording: what another cell put on it is not known here."""
        opened = not self._recording.tapes[self._backward_pass.tape].is_from_before
        is_plain = self._backward_pass.call == "gradient"  # a Jacobian's rows are not entries of the learner's
        return opened and not (is_plain and any(pullback.entry < 0 for pullback in self._backward_pass.pullbacks))

    def _first_use(self) -> Place | None:
        uses = (entry for entry in self._recording.entries if self._source.tensor in entry.inputs and entry.verdicts)
        return next((entry.place for entry in uses if entry.place), self._backward_pass.place)

    def _of_cut(self, cut: Cut | None) -> Cut | Found:
        if cut is None:
            return Cut(causes.UNKNOWN, self._backward_pass.place)
        return self._not_watched(cut.place) if cut.cause is causes.CONSTANT_NOT_WATCHED else cut

    def _not_watched(self, place: Place | None) -> Cut:
        if maker := self._reassignment():
            return Cut(causes.REASSIGNED_VARIABLE, maker.place)
        if self._tensor.kind != "variable":
            return Cut(causes.CONSTANT_NOT_WATCHED, place)
        if self._recording.tapes[self._backward_pass.tape].watches_variables:
            return Cut(causes.NOT_TRAINABLE, _made_at(self._code, self._call.source) or place)
        return Cut(causes.NO_AUTOMATIC_WATCHING, place)

    def _without_path(self) -> Cut | Found:
        """Nothing that TensorFlow ran leads from the source to the target."""
        if maker := self._reassignment():
            return Cut(causes.REASSIGNED_VARIABLE, maker.place)
        if left := self._left_tensorflow():
            return Cut(causes.LEFT_TENSORFLOW, self._call.place(self._code, *left))
        if "/" in self._tensor.name or (self._call.others and self._tensor.kind == "variable"):
            return self._unused()
        if self._is_never_used():
            return Found(causes.UNUSED_SOURCE, self._backward_pass.place, {"source": self._tensor.name})
        return Cut(causes.NO_PATH, self._backward_pass.place)

    def _is_never_used(self) -> bool:
        """Whether a tensor that has a name of its own, watched or computed, went into no operation at all."""
        recording, tensor = self._recording, self._source.tensor
        is_watched = any(step.kind == "watch" and step.detail == tensor for step in recording.steps)
        is_named = self._tensor.kind != "variable" and self._tensor.name.isidentifier()
        if not is_named or not (is_watched or self._tensor.kind == "result"):
            return False
        return not any(tensor in entry.inputs for entry in recording.entries)

    def _unused(self) -> Found | Cut:
        """A weight of a model, or one of a list, takes no part in the target."""
        is_alone = not any(map(self._is_connected, self._call.others))
        if is_alone and "/" not in self._tensor.name:
            return Cut(causes.NO_PATH, self._backward_pass.place)
        facts = {"source": self._tensor.name or "this Variable"}
        return Found(causes.UNUSED_WEIGHT, self._backward_pass.place, facts)

    def _left_tensorflow(self) -> tuple[ast.AST, int] | None:
        """Return where the source code shows that the value left TensorFlow, if it speaks of this source alone."""
        target, source = self._call.target, self._call.source
        if target is None or source is None or any(map(self._is_connected, self._call.others)):
            return None
        return leaves_tensorflow(self._code, target, source)

    def _is_connected(self, other: int) -> bool:
        flow = Flow(self._recording, self._backward_pass, other)
        return any(map(flow.reaches, self._call.targets))

    def _reassignment(self) -> Entry | None:
        """Return the entry whose result took over the name of a Variable, as in `x = x - 0.1 * gradient`.

        Two things must come together: by the recording, the source is a result that a Variable went into; and by the
        source code, its name is made from itself.
        """
        tensor = self._source.tensor
        name = root_of(self._call.source) if self._call.source is not None else self._tensor.name
        made_from = ancestors(self._recording, [tensor])
        kinds = {self._recording.tensors[one].kind for entry in made_from for one in entry.inputs}
        if "variable" not in kinds or not _is_made_from_itself(self._code, name):
            return None
        return next(entry for entry in reversed(made_from) if tensor in entry.outputs)


def _made_at(code: SourceCode, source: ast.AST | None) -> Place | None:
    """Return the Place where a source's name is first made by a call such as `tf.Variable(3)`, None if not seen."""
    name = source.id if isinstance(source, ast.Name) else None
    for made in code.assignments:
        if made.name == name and isinstance(made.node, ast.Call):
            return code.place(made.node, made.listing)
    return None


def _is_made_from_itself(code: SourceCode, name: str) -> bool:
    """Whether a name is made, directly or through others, from itself."""
    waiting, seen = [name], set[str]()
    while waiting:
        current = waiting.pop()
        for made in code.assignments:
            if made.name == current:
                mentioned = names_in(made.node)
                if name in mentioned:
                    return True
                waiting += mentioned - seen
                seen |= mentioned
    return False
