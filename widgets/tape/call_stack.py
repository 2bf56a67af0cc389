"""Where the run stands when TensorFlow reports an op: the learner's line, the layers around it, and the loops.

A walk up Python's stack for each op would cost more than the op, so the frames of the last walk are kept: the next
walk ends at the first frame that it meets again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Literal, NamedTuple, TypeAlias

import keras
import tensorflow as tf

from widgets.tape.events import CodeLocation
from widgets.tape.held_objects import attributes_of
from widgets.tape.places import is_library
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
    """

    name: str
    class_name: str


def owner_name(owner: object) -> OwnerName:
    """Return what a layer, loss, optimizer ... is called; a plain loss function is given by its name."""
    if isinstance(owner, OwnerName):
        return owner
    if isinstance(owner, str):
        return OwnerName(owner, "")
    attributes, class_name = attributes_of(owner), type(owner).__name__
    name = attributes.get("name", attributes.get("_name"))  # the property `name` may be code of the learner's
    return OwnerName(name if isinstance(name, str) else class_name, class_name)


@dataclass(frozen=True, eq=False)
class RunningScope:
    """A layer, loss, optimizer, metric or module whose method is running; `outer` is what runs around it.

    Attributes:
        kind: what it is.
        owner: the object itself, or the name of a plain loss function.
        outer: the scope around it, None at the top.
    """

    kind: ScopeKind
    owner: Any
    outer: RunningScope | None


class _Level(NamedTuple):
    """What holds for code that a frame calls; one level serves all frames that change nothing."""

    learner: FrameType | None
    marks: tuple[FrameType, ...]
    scope: RunningScope | None


_TOP = _Level(None, (), None)


class CallStack:
    """Follows one thread's stack from op to op."""

    def __init__(self) -> None:
        self._frames: list[FrameType] = []
        self._levels: list[_Level] = []  # of the frames
        self._depth: dict[int, int] = {}  # by id of the frame, which is held

    def walk(self, frame: FrameType | None) -> None:
        """Walk up from `frame`, as far as the last walk did not come."""
        depths, frames, above = self._depth, self._frames, []
        depth: int | None = -1
        while frame is not None:
            depth = depths.get(id(frame))
            # Known, and called from where it was called before: a generator's frame may move.
            if depth is not None and (depth == 0 or frame.f_back is frames[depth - 1]):
                break
            above.append(frame)
            frame = frame.f_back
        self._cut(0 if frame is None or depth is None else depth + 1)
        level = self._levels[-1] if self._levels else _TOP
        # Frames inside the innermost one that has a role run this one op, and are not met again.
        roles = [(_roles.get(id(each.f_code)) or _learn(each.f_code))[1] for each in above]
        innermost = next((i for i, role in enumerate(roles) if role), len(above))
        for number, i in enumerate(range(len(above) - 1, innermost - 1, -1), len(frames)):
            each, role = above[i], roles[i]
            if role:
                level = _entered(each, role, level)
            depths[id(each)] = number
            frames.append(each)
            self._levels.append(level)

    def _cut(self, depth: int) -> None:
        for frame in self._frames[depth:]:
            del self._depth[id(frame)]
        del self._frames[depth:], self._levels[depth:]

    @property
    def location(self) -> CodeLocation | None:
        """Where the learner's code stands: its innermost frame; None if none of it is running."""
        frame = self._levels[-1].learner if self._levels else None
        return frame and CodeLocation(frame, frame.f_lasti)

    @property
    def position(self) -> StackPosition:
        """Where each marked frame on the stack stands, outermost first; () if none of the learner's code is running."""
        marks = self._levels[-1].marks if self._levels else ()
        return tuple([CodeLocation(frame, frame.f_lasti) for frame in marks])

    @property
    def scope(self) -> RunningScope | None:
        """The innermost scope that is running, or None."""
        return self._levels[-1].scope if self._levels else None

    def forget(self) -> None:
        """Let go of all frames: they hold the learner's local variables."""
        self._cut(0)


def _entered(frame: FrameType, role: _Role, level: _Level) -> _Level:
    """Return what holds inside a frame that has a role."""
    if role == "learner":
        return _Level(frame, (*level.marks, frame), _module_scope(frame, level.scope))
    if role == "round":
        return level._replace(marks=(*level.marks, frame))
    return level._replace(scope=_keras_scope(role, frame, level.scope))


_roles: dict[int, tuple[CodeType, _Role]] = {}  # by id: to hash a code object takes longer than all the rest


def _learn(code: CodeType) -> tuple[CodeType, _Role]:
    """Find out what a function is to the walk, and keep it; "" for one of a library that changes nothing."""
    known = _roles[id(code)] = code, _find_role(code)
    return known


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
