"""The learner's own names for tensors, Variables and tapes, each right for the moment at which it is used.

A name comes from the source (`name_evidence`), or from a variable of the learner's frames that cannot have changed: a
loop variable that by now means something else names nothing. A Variable that the source does not name is called by its
Keras path or module scope, then by the way to it (`model.dense.w`), then by the name that it was given.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from types import CodeType
from typing import Any

import tensorflow as tf

from widgets.common.catalogue import _
from widgets.tape import hooks
from widgets.tape.events import Event
from widgets.tape.held_objects import is_a, keras_paths, number_of, paths, used_names, value_of_name
from widgets.tape.name_evidence import NameEvidence
from widgets.tape.running_code import Frame
from widgets.tape.source_names import names_in, root_name
from widgets.tape.tape_key import TapeKey

_UNNAMED = re.compile(r"(variable)?(_\d+)?", re.IGNORECASE)
"""The names that TensorFlow and Keras give to a Variable to which the learner gave none."""

_OWNER = "self"
_GradientTape = tf.GradientTape  # while the learner's code has not changed that


def tape_names(frames: Iterable[Frame]) -> tuple[str, ...]:
    """Return the names by which code calls `tf.GradientTape`, or a class made from it, as after an import with `as`."""
    named = ((name, value) for frame in frames for name, value in _names_inside(frame.f_code, frame))
    return tuple(sorted({name for name, value in named if type(value) is type and issubclass(value, _GradientTape)}))


def _names_inside(code: CodeType, frame: Frame) -> Iterator[tuple[str, Any]]:
    """Yield the names, with what they mean, that a function and those inside it take from around themselves."""
    for name in (*code.co_names, *code.co_freevars, *(code.co_varnames if code is frame.f_code else ())):
        if (value := value_of_name(name, frame)) is not None:
            yield name, value
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_inside(constant, frame)


class Names:
    """What the learner calls things, from one log and the frames in it."""

    def __init__(self, log: Sequence[Event], frames: Iterable[Frame]) -> None:
        self._evidence = NameEvidence(log)
        # A module's frame comes first: it calls the others, and calls things by names of its own.
        self._frames = sorted(frames, key=lambda frame: frame.f_code.co_name != "<module>")
        modules = (frame for frame in self._frames if frame.f_code.co_name == "<module>")
        self._rebound: set[str] = set().union(*(self._own_rebound(frame) for frame in modules))
        roots = [(name, value) for frame in self._frames for name, value in self._steady(frame)]
        self._tapes = {id(value): name for name, value in reversed(roots) if is_a(value, _GradientTape)}
        self._held: dict[int, str] = {}
        handles = self._evidence.handles
        self._paths = dict(keras_paths(value for _, value in roots)) if handles else {}
        self._given = {number: hooks.handle_name(handle) for number, handle in handles.items()}
        times = self._times = Counter(self._given.values())  # layers of a subclassed model may share the names
        # What a function was given has a name of its own outside, and `model.w` says more than `self.w`.
        given = {name for frame in self._frames for name in _parameters(frame)}
        others = [root for root in roots if root[0] not in given]
        for some in (others, [root for root in roots if root[0] != _OWNER], roots):
            wanted = {number for number, given in self._given.items() if "/" not in given or times[given] > 1}
            wanted -= self._held.keys()
            for name, number in paths(some, wanted):
                self._held.setdefault(number, name)
        self._variables = dict(_told_apart({number: list(self._candidates(number)) for number in handles}))

    def of_tensor(self, number: int) -> str:
        """Return the name of the tensor, or of the Variable's handle, with this number; "" if there is none."""
        evidence = self._evidence
        if number in self._variables:
            return self._variables[number]
        return evidence.tensors.get(number) or self._held.get(number) or evidence.operands.get(number, "")

    def of_tape(self, tape: TapeKey, default: str) -> str:
        """Return the name of a tape, or `default`, if none of the learner's is called that."""
        own = self._evidence.tapes.get(tape) or self._tapes.get(id(tape.gradient_tape), "")
        is_taken = default in (*self._evidence.tapes.values(), *self._tapes.values())
        return own or (_("another tape") if is_taken else default)

    def _steady(self, frame: Frame) -> Iterator[tuple[str, Any]]:
        """Yield the names of a frame that have had one meaning all the time, with it."""
        rebound = self._all_rebound(frame)
        return ((name, value) for name, value in used_names(frame) if name not in rebound)

    def _own_rebound(self, frame: Frame) -> set[str]:
        return self._evidence.sources.rebound(frame.f_code)

    def _all_rebound(self, frame: Frame) -> set[str]:
        return self._own_rebound(frame) | (self._rebound - set(frame.f_code.co_varnames))

    def _candidates(self, handle: int) -> Iterator[str]:
        """Yield the names of a Variable, the best first."""
        held = self._held.get(handle, "")
        written = [*self._evidence.variables.get(handle, []), *self._written(handle)]
        given = self._given[handle]
        path = self._paths.get(handle, given)
        yield from (name for name in [held, *written] if name.isidentifier())
        if held and any(root_name(name) == _OWNER and _last(name) == _last(held) for name in written):
            yield held  # what `self.w` is, seen from outside
        yield from written
        if self._times[given] > 1 and held and not held.endswith("]"):
            yield held  # `net.first.kernel` says more than `net/dense_4/kernel`, and `variables[5]` says less
        if "/" in path:
            yield path
        yield from filter(None, [held, "" if _UNNAMED.fullmatch(given) else given])

    def _written(self, handle: int) -> Iterator[str]:
        """Yield the pieces of source that used a Variable: `self.w` of `self.w * x`."""
        for at in self._evidence.uses.get(handle, ()):
            node = self._evidence.sources.spot(at).node
            rebound = self._all_rebound(at.frame)
            for name in sorted(names_in(node)) if node else ():
                if root_name(name) not in rebound and number_of(value_of_name(name, at.frame)) == handle:
                    yield name


def _parameters(frame: Frame) -> tuple[str, ...]:
    return frame.f_code.co_varnames[: frame.f_code.co_argcount + frame.f_code.co_kwonlyargcount]


def _last(name: str) -> str:
    return name.split(".")[-1]


def _told_apart(candidates: dict[int, list[str]]) -> Iterator[tuple[int, str]]:
    """Yield (handle, name): the best name; where two have the same, the best that no other Variable could have."""
    best = Counter(names[0] for names in candidates.values() if names)
    owners = Counter(name for names in candidates.values() for name in set(names))
    for handle, names in candidates.items():
        if names:
            own = names[:1] if best[names[0]] == 1 else (name for name in names if owners[name] == 1)
            yield handle, next(iter(own), names[0])
