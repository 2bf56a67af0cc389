"""Where the run stands when TensorFlow reports an op: the learner's line, the layers around it, and the loops.

To work all that out for each op would cost more than the op. Few functions matter to it, and which do is found out
once; the frames of those on the stack are kept, and a walk ends at the first of them that the last walk met too.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Literal, NamedTuple, TypeAlias

import keras
import tensorflow as tf

from widgets.tape.held_objects import attributes_of
from widgets.tape.places import is_library
from widgets.tape.running_code import CodeLocation, RunningScope
from widgets.tape.scope_model import ScopeKind

_KERAS = str(Path(keras.__file__).parent.resolve() / "src") + "/"

_WHOLE_FOLDERS: dict[str, ScopeKind] = {
    "optimizers/": "optimizer",
    "losses/": "loss",
    "metrics/": "metric",
    "initializers/": "initializer",
}
_FUNCTIONS: dict[tuple[str, str], ScopeKind] = {
    ("layers/layer.py", "__call__"): "layer",
    ("layers/layer.py", "add_weight"): "initializer",
    ("trainers/compile_utils.py", "__call__"): "loss",
    ("trainers/compile_utils.py", "update_state"): "metric",
    ("trainers/compile_utils.py", "result"): "metric",
    ("trainers/compile_utils.py", "reset_state"): "metric",
    ("backend/tensorflow/trainer.py", "fit"): "fit",
    ("backend/tensorflow/trainer.py", "evaluate"): "evaluate",
    ("backend/tensorflow/trainer.py", "predict"): "predict",
    ("backend/tensorflow/trainer.py", "train_on_batch"): "fit",
    ("backend/tensorflow/optimizer.py", "_distributed_tf_update_step"): "optimizer",
}
"""Which functions of Keras 3 begin what; https://github.com/keras-team/keras/tree/master/keras/src."""


_Role: TypeAlias = ScopeKind | Literal["learner", "round"]

StackPosition: TypeAlias = tuple[CodeLocation, ...]
"""Where the frames stand that tell loops: the learner's, and those in which Keras's `fit` calls one step."""

_SNAPSHOTS = {"locals", "vars"}
"""Functions that return a frame's variables as they are: to look at those anew, up to Python 3.12, changes the copy."""

_ROUNDS = {getattr(keras.Model, name).__code__ for name in ("train_step", "test_step", "predict_step")}


@dataclass(frozen=True)
class OwnerName:
    """Stands for the owner of a scope in a traced graph, which may outlive the layer itself.

    Attributes:
        name: the owner's name.
        class_name: its class.
        own: of an optimizer, TensorFlow's numbers of the handles of its own Variables.
        is_regularized: whether it is a layer with a regularizer, such as `kernel_regularizer`.
    """

    name: str
    class_name: str
    own: frozenset[int] = frozenset()
    is_regularized: bool = False


def owner_name(owner: object) -> OwnerName:
    """Return what a layer, loss, optimizer ... is called; a plain loss function is given by its name."""
    if isinstance(owner, OwnerName):
        return owner
    if isinstance(owner, str):
        return OwnerName(owner, "")
    attributes, class_name = attributes_of(owner), type(owner).__name__
    name = attributes.get("name", attributes.get("_name"))  # the property `name` may be code of the learner's
    kinds = (one for one in attributes if one.endswith("_regularizer") and one != "activity_regularizer")
    is_regularized = any(attributes[one] is not None for one in kinds)
    return OwnerName(name if isinstance(name, str) else class_name, class_name, is_regularized=is_regularized)


class _Level(NamedTuple):
    """What holds inside a frame that has a role, up to the next one that has.

    Attributes:
        frame: that frame; None for what holds outside of all.
        caller: the frame that called it.
        marks: the frames around it, and perhaps itself, that tell loops.
        learner: which of them is the learner's innermost, as an index; -1 if none is.
        scope: the innermost scope.
    """

    frame: FrameType | None
    caller: FrameType | None
    marks: tuple[FrameType, ...]
    learner: int
    scope: RunningScope | None


_TOP = _Level(None, None, (), -1, None)


class CallStack:
    """Follows one thread's stack from op to op.

    Attributes:
        position: where each marked frame on the stack stands, outermost first; () if none of the learner's code is
            running. The same object as after the last walk if nothing has moved.
        location: where the learner's code stands: its innermost frame; None if none of it is running.
        scope: the innermost scope that is running, or None.
    """

    def __init__(self) -> None:
        self.position: StackPosition = ()
        self.location: CodeLocation | None = None
        self.scope: RunningScope | None = None
        self._levels: list[_Level] = [_TOP]  # outermost first
        self._depth: dict[FrameType | None, int] = {}  # in that list, by the level's frame
        self._last: tuple[tuple[FrameType, ...], list[int]] = (), []  # what `position` was made of

    def walk(self, frame: FrameType | None) -> None:
        """Walk up from `frame` to the first frame with a role that the last walk met too; most frames have none."""
        plain, levels = _plain, self._levels
        found: list[tuple[FrameType, _Role]] = []
        depth = 0
        while frame is not None:
            if id(frame.f_code) not in plain and (role := _role(frame.f_code)):
                depth = self._depth.get(frame, 0)
                # Known, and called from where it was called before: a generator's frame may move.
                if depth and frame.f_back is levels[depth].caller:
                    break
                depth = 0
                found.append((frame, role))
            frame = frame.f_back
        if found or len(levels) > depth + 1:
            self._cut(depth)
            for each, role in reversed(found):
                self._depth[each] = len(levels)
                levels.append(_entered(each, role, levels[-1]))
        marks, learner, scope = levels[-1][2:]
        now = marks, [mark.f_lasti for mark in marks]
        if now != self._last:
            self._last, self.position = now, tuple(map(CodeLocation, *now))
        self.location = self.position[learner] if learner >= 0 else None
        self.scope = scope

    def _cut(self, depth: int) -> None:
        for level in self._levels[depth + 1 :]:
            self._depth.pop(level.frame, None)
        del self._levels[depth + 1 :]

    def forget(self) -> None:
        """Let go of all frames: they hold the learner's local variables."""
        self._cut(0)
        self._last, self.position, self.location, self.scope = ((), []), (), None, None


def _entered(frame: FrameType, role: _Role, outer: _Level) -> _Level:
    """Return what holds inside a frame that has a role."""
    marks, learner, scope = outer.marks, outer.learner, outer.scope
    if role == "learner":
        marks, learner, scope = (*marks, frame), len(marks), _module_scope(frame, scope)
    elif role == "round":
        marks = (*marks, frame)
    else:
        scope = _keras_scope(role, frame, scope)
    return _Level(frame, frame.f_back, marks, learner, scope)


# By a code's id: to hash a code object takes longer than all the rest.
_roles: dict[int, tuple[_Role, CodeType]] = {}
_plain: set[int] = set()  # those without a role


def _role(code: CodeType) -> _Role:
    """Return what a function is to the walk, found out once; "" for one of a library that changes nothing."""
    if id(code) not in _roles:
        _roles[id(code)] = _find_role(code), code  # held, so that the id stays its own
        if not _roles[id(code)][0]:
            _plain.add(id(code))
    return _roles[id(code)][0]


def _find_role(code: CodeType) -> _Role:
    path = code.co_filename
    if not is_library(path):
        return "learner"
    if code in _ROUNDS:
        return "round"
    if not path.startswith(_KERAS):
        return ""
    path = path.removeprefix(_KERAS)
    folder = next((folder for folder in _WHOLE_FOLDERS if path.startswith(folder)), "")
    return _WHOLE_FOLDERS.get(folder) or _FUNCTIONS.get((path, code.co_name), "")


def _keras_scope(kind: ScopeKind, frame: FrameType, outer: RunningScope | None) -> RunningScope | None:
    """Return the scope of a frame of Keras. Inside an optimizer or a loss, its helpers begin nothing of their own."""
    if outer is not None and outer.kind == kind and kind != "layer":
        return outer
    owner = frame.f_locals.get("self", frame.f_code.co_name)
    return outer if outer is not None and owner is outer.owner else RunningScope(kind, owner, outer)


def _module_scope(frame: FrameType, outer: RunningScope | None) -> RunningScope | None:
    """Return the scope of a frame of the learner's: a new one where it is the call of a `tf.Module`."""
    code = frame.f_code
    if code.co_name != "__call__" or not code.co_argcount or not _SNAPSHOTS.isdisjoint(code.co_names):
        return outer
    owner = frame.f_locals.get(code.co_varnames[0])
    if not issubclass(type(owner), tf.Module) or (outer is not None and owner is outer.owner):
        return outer
    return RunningScope("layer", owner, outer)
