"""Which calls of traced functions can be played: what went in, what came out, and the Variables before and after.

Of the calls of a function from one place in the learner's code one is kept, the last or the chosen one: a training loop
of a thousand steps keeps one batch and one snapshot. Reading a Variable shares its memory; nothing is copied until
TensorFlow next assigns to it.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import threading
import weakref
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

import tensorflow as tf

from widgets.common.arrays import Tensor, Variable
from widgets.tape import graph_internals, hooks
from widgets.tape.event_list import EventList
from widgets.tape.events import FunctionCalled, Op, ThreadPaused
from widgets.tape.function_graph import kept_trace, plain_name
from widgets.tape.graph_datasets import DatasetTee, datasets_inside
from widgets.tape.graph_iterators import DRAWING, Draws, ElementSpec, IteratorTee, draws_out_of_sight, iterators_inside
from widgets.tape.graph_widening import WidenedFunction, widened
from widgets.tape.held_objects import number_of
from widgets.tape.iterator_handles import IteratorHandle
from widgets.tape.running_code import CodeLocation

_FEW_EVENTS = 16
"""Events that are looked at, at most, to see whether a call left the Variables as they are: Keras checks its iterator
between two steps."""


class FunctionCall:
    """One call of a traced function that holds a tape."""

    def __init__(
        self,
        name: str,
        graph: Any,
        inputs: Sequence[Tensor],
        at: CodeLocation | None,
        index: int,
        calls: int,
        previous: FunctionCall | None = None,
        is_newest: bool = False,
    ) -> None:
        """`previous`: a call of the same function, `is_newest` if nothing since then can have changed a Variable."""
        self.calls = calls  # of the function, from anywhere, that the recording heard before
        self.name, self.graph, self.at, self.index = name, graph, at, index
        self.inputs: tuple[Tensor, ...] = tuple(inputs)
        self.variables: list[Variable]  # held: a graph does not hold them
        self.handles: list[int]  # which of the inputs are handles
        if previous is not None and previous.graph is graph:
            self.variables, self.handles = previous.variables, previous.handles
        else:
            self.handles = [i for i, one in enumerate(self.inputs) if one.dtype is tf.resource]
            known = graph_internals.graph_variables(graph)
            self.variables = [variable for variable in known if number_of(variable) is not None]
        left = previous.left_in(self.inputs) if previous is not None and is_newest else {}
        self.before = left or self._snapshot()
        self.outputs: Sequence[Tensor] = ()
        self.after: dict[int, Tensor] = {}
        self.error: BaseException | None = None
        self.is_kept = True
        self.is_asked = False  # whether it was asked for by its number
        self.is_compiled = False  # whether XLA compiles it
        self.witnessed: dict[int, Tensor] = {}  # tensors of the graph that the call returned too, by number
        self.widened = ""  # the name of the function that returned them, which ran in place of the learner's
        self.count = 0  # of the learner's own outputs
        self.definition: Any = None
        self.draws: dict[int, Draws] = {}  # what it took from iterators, by the number of the learner's handle
        self.datasets: dict[int, Tensor | None] = {}  # by place: a dataset of what the call took from it, if known
        # The learner's own inputs, by the number of what stood in for them.
        self.stood_in: dict[int, Tensor | IteratorHandle] = {}

    def _snapshot(self) -> dict[int, Tensor]:
        """Return the values of the Variables among the inputs, by the position of their handles."""
        values = graph_internals.read_all_unheard([self.inputs[i] for i in self.handles])
        read = zip(self.handles, values, strict=True)
        return {i: value for i, value in read if value is not None}

    def returned(self, outputs: Sequence[Tensor] | None) -> None:
        """Keep what the call returned, and the Variables as it left them."""
        self.outputs = tuple(outputs or ())
        self.after = self._snapshot()

    @property
    def values_before(self) -> dict[int, Tensor]:
        """The values of the Variables before the call, by the numbers of their handles."""
        return {hooks.tensor_id(self.inputs[position]): value for position, value in self.before.items()}

    @property
    def values_after(self) -> dict[int, Tensor]:
        """Those after it."""
        return {hooks.tensor_id(self.inputs[position]): value for position, value in self.after.items()}

    def left_in(self, handles: Sequence[Tensor]) -> dict[int, Tensor]:
        """Return the values in which the call left the Variables; {} if these are the handles of others."""
        is_same = self.error is None and all(handles[i] is self.inputs[i] for i in self.after)
        return self.after if is_same else {}

    def let_go(self) -> None:
        """Forget the call: another one of the same function is to be shown."""
        self.is_kept = False
        self.inputs, self.outputs, self.variables, self.handles = (), (), [], []
        self.before, self.after, self.witnessed, self.draws = {}, {}, {}, {}
        self.datasets, self.stood_in = {}, {}
        self.graph = None


def _handle(one: Any) -> Tensor:
    """Return the handle of a Variable, or the tensor itself: to ask a tensor for what it lacks takes long."""
    return one if isinstance(one, tf.Tensor) else getattr(one, "handle", one)


class Calls:
    """Follows the calls of functions that hold a tape.

    Args:
        step: which call of each function to keep, from 0; None keeps the last.
    """

    def __init__(self, step: int | None = None) -> None:
        self._step = step
        self._lock = threading.RLock()  # threads may call one function at once
        self._counts: dict[Hashable, int] = {}
        self._kept: dict[Hashable, FunctionCall] = {}
        self._known: dict[int, tuple[Any, _WaysIn]] = {}  # by the id of the function
        self._made: dict[tuple[int, int], IteratorTee | DatasetTee] = {}  # by the function's id, and the place

    def on_call(self, log: EventList, call: Callable[..., Any], function: Any, *args: Any) -> Any:
        """Make the call, as it would have been made; keep what it takes to play it.

        Args:
            log: takes the events, and whether the function may hold a tape, as far as is known; it has just found out
                where the learner's code stands.
            call: TensorFlow's way to call it.
            function: the function.
            *args: its arguments.

        Returns:
            What it returned.
        """
        kept = None
        with contextlib.suppress(Exception), self._lock:  # after a fault of ours the call stays one closed entry
            kept = self._begun(log, function, args)
        if kept is None:
            return call(function, *args)
        try:
            outputs = self._run(log, call, function, kept, args)
        except BaseException as error:
            kept.error, kept.definition = error, graph_internals.function_definition(function)
            log.append(FunctionCalled(kept))
            raise
        with contextlib.suppress(Exception):
            kept.returned(outputs)
            log.append(FunctionCalled(kept))
        return outputs

    def _begun(self, log: EventList, function: Any, args: Sequence[Any]) -> FunctionCall | None:
        """Return the call that begins, if it may be the one to show; the one before of its group is let go."""
        graph = graph_internals.function_graph(function)
        trace = None if graph is None else kept_trace(graph)
        name, may_hold = plain_name(graph_internals.function_name(function)), log.may_hold_tape
        may_hold[name] = may_hold.get(name, False) or trace is None or trace.holds_tape
        if trace is None or not trace.holds_tape:
            return None
        at = log.here.stack.location
        group = (graph.name, at and (at.frame.f_code, at.instruction))
        index = self._counts[group] = self._counts.get(group, -1) + 1
        name = graph_internals.function_name(function)
        calls = self._counts[name] = self._counts.get(name, -1) + 1
        if self._step is not None and index > self._step:
            return None
        previous = self._kept.get(group)
        is_newest = previous is not None and _has_changed_nothing_since(log, previous)
        ways = self._ways_in(function)
        log.iterators.add(args[place] for place in ways.iterators)
        inputs = log.iterators.left_out(map(_handle, args))
        kept = self._kept[group] = FunctionCall(name, graph, inputs, at, index, calls, previous, is_newest)
        kept.is_asked, kept.is_compiled = index == self._step, ways.is_compiled
        if previous is not None:
            previous.let_go()
        return kept

    def _run(
        self, log: EventList, call: Callable[..., Any], function: Any, kept: FunctionCall, args: Sequence[Any]
    ) -> Any:
        ways = self._ways_in(function)
        tees = self._tees(function, args, ways)
        log.iterators.add(tees[place].handle for place in ways.iterators if place in tees)
        given = [tees[place].handle if place in tees else one for place, one in enumerate(args)]
        kept.stood_in = {hooks.tensor_id(tee.handle): tee.source for tee in tees.values()}
        kept.datasets = dict.fromkeys(ways.datasets)
        try:
            return call(function, *given) if ways.wider is None else _run_wider(call, function, ways.wider, kept, given)
        except BaseException as error:
            for added in {tee.in_errors for tee in tees.values()}:
                graph_internals.take_out_of_error(error, added)
            raise
        finally:
            with contextlib.suppress(Exception), graph_internals.unheard():
                for place, tee in tees.items():
                    if isinstance(tee, DatasetTee):
                        kept.datasets[place] = tee.replay()
                    else:
                        kept.draws[hooks.tensor_id(tee.source)] = tee.draws()

    def _tees(self, function: Any, args: Sequence[Any], ways: _WaysIn) -> dict[int, IteratorTee | DatasetTee]:
        """Return what stands in for the iterators and datasets among the inputs of a call, by their places."""
        tees: dict[int, IteratorTee | DatasetTee] = {}
        for place in (*ways.iterators, *ways.datasets):
            source, key = args[place], (id(function), place)
            known = self._made.get(key)
            if known is not None and hooks.tensor_id(known.source) == hooks.tensor_id(source):
                tees[place] = known
                continue
            with contextlib.suppress(Exception), graph_internals.unheard():
                at_end = functools.partial(_let_go, weakref.ref(self), key)
                is_iterator = place in ways.iterators
                made = IteratorTee(source, ways.iterators[place], at_end) if is_iterator else DatasetTee(source)
                tees[place] = self._made[key] = made  # that of another epoch is let go
        return tees

    def let_go(self, key: tuple[int, int]) -> None:
        """Let go of what stands in for an iterator that is gone."""
        self._made.pop(key, None)

    def _ways_in(self, function: Any) -> _WaysIn:
        """Return how to learn what comes into a function's graph from outside."""
        if id(function) not in self._known:
            self._known[id(function)] = function, _WaysIn(None, {}, ())
            with contextlib.suppress(Exception):
                self._known[id(function)] = function, _ways_in(function)
        return self._known[id(function)][1]


def _has_changed_nothing_since(log: EventList, call: FunctionCall) -> bool:
    """Say whether a call was the last thing that can have changed a Variable."""
    for event in itertools.islice(reversed(log), _FEW_EVENTS):
        if isinstance(event, FunctionCalled):
            return event.call is call
        if not isinstance(event, ThreadPaused) and (not isinstance(event, Op) or hooks.is_stateful(str(event.op))):
            return False
    return False


def _let_go(calls: weakref.ref[Calls], key: tuple[int, int], _: object) -> None:
    those = calls()
    if those is not None:
        those.let_go(key)


class _WaysIn(NamedTuple):
    """How to learn what a graph takes from outside.

    Attributes:
        wider: a function that returns it too; None if nothing can be learned so.
        iterators: the elements of the iterators among its inputs that are to be kept as they are drawn, by their place.
        datasets: the places of the datasets among its inputs.
        is_compiled: whether XLA compiles it.
    """

    wider: WidenedFunction | None
    iterators: dict[int, ElementSpec]
    datasets: Sequence[int]
    is_compiled: bool = False


def _ways_in(function: Any) -> _WaysIn:
    graph = graph_internals.function_graph(function)
    datasets = datasets_inside(graph)
    wider = None if draws_out_of_sight(graph) else widened(function)
    iterators = {} if wider else iterators_inside(graph)
    return _WaysIn(wider or widened(function, DRAWING), iterators, datasets, graph_internals.is_compiled(function))


def _run_wider(
    call: Callable[..., Any], function: Any, wider: WidenedFunction, kept: FunctionCall, args: Sequence[Any]
) -> Any:
    kept.widened, kept.count = wider.name, wider.own
    kept.definition = graph_internals.function_definition(function)  # that of a call of its own would be too late
    try:
        outputs = call(wider.function, *args)
    except BaseException as error:
        graph_internals.rename_in_error(error, wider.name, kept.name)
        raise
    kept.witnessed = dict(zip(wider.witnesses, outputs[wider.own :], strict=True))
    return outputs[: wider.own] or None
