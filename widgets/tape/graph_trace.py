"""What is kept of the trace of a `tf.function`: the events of a run, on tensors that have no numbers yet.

Python runs once, when TensorFlow traces the function; a tape inside runs then too. The same hooks tell of it, with
tensors of a graph. What they say is kept with the graph, light: no frame, no tensor, no tape and no Variable of the
learner's lives longer for it. `graph_replay` fills in the numbers of one call.
"""

from __future__ import annotations

import dataclasses
import weakref
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any, NamedTuple

import tensorflow as tf

from widgets.tape import events, graph_internals, hooks
from widgets.tape.call_stack import owner_name
from widgets.tape.events import Event
from widgets.tape.function_graph import keep_trace, kept_trace
from widgets.tape.held_objects import handle_of, is_variable, own_handles
from widgets.tape.running_code import CodeLocation, RunningScope


class Symbol:
    """A tensor of a graph, without the graph: TensorFlow's number for it, its dtype and its shape."""

    __slots__ = ("_id", "dtype", "shape")

    def __init__(self, tensor: Any) -> None:
        self._id: int = hooks.tensor_id(tensor)
        self.dtype, self.shape = tensor.dtype, tensor.shape


class Composite(NamedTuple):
    """A value made of several tensors, such as a RaggedTensor: its type, and the tensors."""

    spec: Any
    parts: tuple[Any, ...]


class KeptVariable:
    """A Variable that a trace met: its handle and its names, but not itself."""

    def __init__(self, variable: Any, handle: Any) -> None:
        self.handle = handle
        self.name: str = getattr(variable, "name", "")
        self.path: str = getattr(variable, "path", self.name)
        self.variable = weakref.ref(variable)


class KeptTape(NamedTuple):
    """The settings of a tape that a trace met."""

    persistent: bool
    watches_variables: bool


class KeptFrame:
    """What the recorder asks of a frame: its code, the names it gave to tensors, Variables and tapes, its module's."""

    def __init__(self, code: CodeType, names: dict[str, Any], module: dict[str, Any]) -> None:
        self.f_code, self.f_locals, self.f_globals = code, names, module


class KeptEvent(NamedTuple):
    """One event, and the name of the graph's node that it added ("" for anything but an op)."""

    event: Event
    node: str = ""


class KeptTrace(NamedTuple):
    """The events of one graph, in the order in which Python ran, and whether a tape is among them or in a callee.

    Of a function without any tape the events are not kept.
    """

    events: tuple[KeptEvent, ...]
    holds_tape: bool


_SWAPPED: Mapping[type, tuple[str, ...]] = {
    events.Op: ("inputs", "outputs", "at"),
    events.CustomGradient: ("inputs", "outputs", "at"),
    events.TapeToggled: ("tape", "c_tape", "at"),
    events.Watched: ("tape", "c_tape", "tensor", "at"),
    events.VariableAccessed: ("variable",),
    events.GradientCalled: ("tape", "c_tape", "at"),
    events.GradientReturned: ("result",),
    events.BackwardStarted: ("tape", "c_tape", "targets", "sources", "output_gradients"),
    events.PullbackRan: ("upstream", "input_gradients"),
    events.GradientsSummed: ("gradients", "total"),
    events.BackwardEnded: ("gradients",),
}
"""The fields of each event that hold things of TensorFlow's or the learner's."""


def swapped(event: Any, swap: Callable[[str, Any], Any]) -> Any:
    """Return an event with another thing in place of each of those it holds: what `swap(field, thing)` returns."""
    fields = _SWAPPED.get(type(event), ())
    return event._replace(**{name: _swapped(name, getattr(event, name), swap) for name in fields})


def _swapped(name: str, thing: Any, swap: Callable[[str, Any], Any]) -> Any:
    if thing is None or isinstance(thing, (bool, int, float, str)):
        return thing
    if isinstance(thing, (list, tuple)) and not hasattr(thing, "_fields"):
        items = (_swapped(name, item, swap) for item in thing)
        return tuple(items) if isinstance(thing, tuple) else list(items)
    if isinstance(thing, dict):
        return {key: _swapped(name, item, swap) for key, item in thing.items()}
    if isinstance(thing, tf.IndexedSlices):
        return tf.IndexedSlices(
            *(_swapped(name, part, swap) for part in (thing.values, thing.indices, thing.dense_shape))
        )
    return swap(name, thing)


class Lightener:
    """Makes the events of one trace light. A thing met twice becomes the same thing twice."""

    def __init__(self) -> None:
        self._made: dict[
            int, tuple[Any, Any]
        ] = {}  # by id: what it became, and the thing, so that its id stays its own

    def event(self, event: Any) -> Any:
        """Return an event without the learner's own objects."""
        light = swapped(event, self._light)
        return light._replace(scope=self._scope(event.scope)) if isinstance(event, events.Op) else light

    def _scope(self, scope: RunningScope | None) -> RunningScope | None:
        if scope is not None and id(scope) not in self._made:
            owner = dataclasses.replace(owner_name(scope.owner), own=own_handles(scope.owner, scope.kind))
            light = RunningScope(scope.kind, owner, self._scope(scope.outer))
            self._made[id(scope)] = light, scope
        return scope and self._made[id(scope)][0]

    def _light(self, name: str, thing: Any) -> Any:
        if id(thing) not in self._made:
            self._made[id(thing)] = self._new(name, thing), thing
        return self._made[id(thing)][0]

    def _new(self, name: str, thing: Any) -> Any:
        if isinstance(thing, CodeLocation):
            return CodeLocation(self._light("frame", thing.frame), thing.instruction)
        if name == "frame":
            return KeptFrame(thing.f_code, dict(self._names(thing)), thing.f_globals)
        if name == "c_tape":
            return object()
        return self._value(thing)

    def _value(self, thing: Any) -> Any:
        if isinstance(thing, tf.GradientTape):
            return KeptTape(hooks.is_persistent(thing), hooks.watches_variables(thing))
        if is_variable(thing):
            handle = handle_of(thing)
            return None if handle is None else KeptVariable(thing, self._light("tensor", handle))
        if isinstance(thing, tf.Tensor):
            return Symbol(thing) if graph_internals.is_symbolic(thing) else thing
        if hasattr(thing, "_type_spec"):
            parts = tf.nest.flatten(thing, expand_composites=True)
            return Composite(thing._type_spec, tuple(self._light("part", part) for part in parts))
        return thing

    def _names(self, frame: Any) -> Any:
        """Yield the names that a frame's code gives to tensors, Variables and tapes, and what these became."""
        code = frame.f_code
        own = (
            {*code.co_names}
            if code.co_name == "<module>"
            else {*code.co_varnames, *code.co_cellvars, *code.co_freevars}
        )
        seen = {name: value for name, value in list(frame.f_locals.items()) if name in own}  # AutoGraph has more
        seen |= {name: frame.f_globals[name] for name in code.co_names if name in frame.f_globals and name not in seen}
        for name, value in seen.items():
            light = self._named(value)
            if light is not None:
                yield name, light

    def _named(self, value: Any) -> Any:
        """Return what a named value becomes; None for what is no tensor, Variable or tape, nor holds any."""
        if isinstance(value, dict) and len(value) <= _FEW:
            return {key: self._one_named(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)) and len(value) <= _FEW:
            return [self._one_named(item) for item in value]
        return self._one_named(value)

    def _one_named(self, value: Any) -> Any:
        if isinstance(value, tf.GradientTape) or is_variable(value):
            return self._light("named", value)
        return Symbol(value) if isinstance(value, tf.Tensor) and hasattr(value, "_id") else None


_FEW = 100
"""Items of a list or dict that is searched for tensors, at most."""


class GraphEvents:
    """The events of one graph that is being built."""

    def __init__(self, graph: Any) -> None:
        self.graph = graph
        self.events: list[KeptEvent] = []
        self.inner: list[Any] = []  # graphs of its branches, loops and callees
        self.nodes: set[str] = set()


def keep_events(graphs: dict[int, GraphEvents]) -> None:
    """Hang events on the graphs, light; of functions without a tape it is kept that they have none."""
    holding = [_holds_tape(built.graph, graphs, set()) for built in graphs.values()]
    lighten = Lightener()
    for built, holds in zip(graphs.values(), holding, strict=True):
        told = built.events if any(holding) else ()
        kept = tuple(KeptEvent(lighten.event(one.event), one.node) for one in told)
        keep_trace(built.graph, KeptTrace(kept, holds))


def _holds_tape(graph: Any, graphs: dict[int, GraphEvents], seen: set[int]) -> bool:
    """Say whether a tape was opened in a graph, or in one that it calls."""
    if id(graph) in seen:
        return False
    seen.add(id(graph))
    built = graphs.get(id(graph))
    if built is None:
        kept = kept_trace(graph)
        return kept is not None and kept.holds_tape
    if any(isinstance(kept.event, events.TapeToggled) for kept in built.events):
        return True
    return any(_holds_tape(inner, graphs, seen) for inner in built.inner)
