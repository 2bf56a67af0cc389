"""Which calls of traced functions can be played: what went in, what came out, and the Variables before and after.

Of the calls of a function from one place in the learner's code one is kept, the last or the chosen one: a training loop
of a thousand steps keeps one batch and one snapshot. Reading a Variable shares its memory; nothing is copied until
TensorFlow next assigns to it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Tensor, Variable
from widgets.tape import graph_internals
from widgets.tape.callers import learner_location
from widgets.tape.events import CodeLocation, FunctionCalled
from widgets.tape.function_graph import plain_name
from widgets.tape.graph_widening import WidenedFunction, widened


class FunctionCall:
    """One call of a traced function that holds a tape."""

    def __init__(self, name: str, graph: Any, inputs: Sequence[Tensor], at: CodeLocation | None, index: int) -> None:
        self.name, self.graph, self.at, self.index = name, graph, at, index
        self.inputs: tuple[Tensor, ...] = tuple(getattr(one, "handle", one) for one in inputs)
        self.variables: list[Variable] = graph_internals.graph_variables(graph)  # held: a graph does not hold them
        self.before = self._snapshot()
        self.outputs: Sequence[Tensor] = ()
        self.after: dict[int, Tensor] = {}
        self.error: BaseException | None = None
        self.is_kept = True
        self.witnessed: dict[int, Tensor] = {}  # tensors of the graph that the call returned too, by number
        self.widened = ""  # the name of the function that returned them, which ran in place of the learner's
        self.count = 0  # of the learner's own outputs
        self.definition: Any = None

    def _snapshot(self) -> dict[int, Tensor]:
        """Return the values of the Variables among the inputs, by the position of their handles."""
        positions = [i for i, one in enumerate(self.inputs) if one.dtype is tf.resource]
        values = graph_internals.read_all_unheard([self.inputs[i] for i in positions])
        read = zip(positions, values, strict=True)
        return {i: value for i, value in read if value is not None}

    def returned(self, outputs: Sequence[Tensor] | None) -> None:
        """Keep what the call returned, and the Variables as it left them."""
        self.outputs = tuple(outputs or ())
        self.after = self._snapshot()

    def let_go(self) -> None:
        """Forget the call: another one of the same function is to be shown."""
        self.is_kept = False
        self.inputs, self.outputs, self.variables = (), (), []
        self.before, self.after, self.witnessed = {}, {}, {}
        self.graph = None


class Calls:
    """Follows the calls of functions that hold a tape.

    Args:
        append: takes each event for the log.
        may_hold_tape: takes, by name, whether a function that was called may hold a tape, as far as is known.
        step: which call of each function to keep, from 0; None keeps the last.
    """

    def __init__(
        self, append: Callable[[FunctionCalled], None], may_hold_tape: dict[str, bool], step: int | None = None
    ) -> None:
        self._append, self._may_hold_tape, self._step = append, may_hold_tape, step
        self._counts: dict[Hashable, int] = {}
        self._kept: dict[Hashable, FunctionCall] = {}
        self._widened: dict[int, tuple[Any, WidenedFunction | None]] = {}  # by the id of the function

    def on_call(self, call: Callable[..., Any], function: Any, *args: Any) -> Any:
        """Make the call, as it would have been made; keep what it takes to play it."""
        kept = None
        with contextlib.suppress(Exception):  # a fault of ours: the call stays one closed entry
            kept = self._begun(function, args)
        if kept is None:
            return call(function, *args)
        try:
            outputs = self._run(call, function, kept, args)
        except BaseException as error:
            kept.error, kept.definition = error, graph_internals.function_definition(function)
            self._append(FunctionCalled(kept))
            raise
        with contextlib.suppress(Exception):
            kept.returned(outputs)
            self._append(FunctionCalled(kept))
        return outputs

    def _begun(self, function: Any, args: Sequence[Any]) -> FunctionCall | None:
        """Return the call that begins, if it may be the one to show; the one before of its group is let go."""
        graph = graph_internals.function_graph(function)
        trace = None if graph is None else graph_internals.kept_trace(graph)
        name = plain_name(graph_internals.function_name(function))
        self._may_hold_tape[name] = self._may_hold_tape.get(name, False) or trace is None or trace.holds_tape
        if trace is None or not trace.holds_tape:
            return None
        at = learner_location()
        group = (graph.name, at and (at.frame.f_code, at.instruction))
        index = self._counts[group] = self._counts.get(group, -1) + 1
        if self._step is not None and index > self._step:
            return None
        kept = FunctionCall(graph_internals.function_name(function), graph, args, at, index)
        if group in self._kept:
            self._kept.pop(group).let_go()
        self._kept[group] = kept
        return kept

    def _run(self, call: Callable[..., Any], function: Any, kept: FunctionCall, args: Sequence[Any]) -> Any:
        wider = self._wider(function)
        if wider is None:
            return call(function, *args)
        kept.widened, kept.count = wider.name, wider.own
        kept.definition = graph_internals.function_definition(function)  # that of a call of its own would be too late
        try:
            outputs = call(wider.function, *args)
        except BaseException as error:
            graph_internals.rename_in_error(error, wider.name, kept.name)
            raise
        kept.witnessed = dict(zip(wider.witnesses, outputs[wider.own :], strict=True))
        return outputs[: wider.own] or None

    def _wider(self, function: Any) -> WidenedFunction | None:
        if id(function) not in self._widened:
            self._widened[id(function)] = function, None
            with contextlib.suppress(Exception):
                self._widened[id(function)] = function, widened(function)
        return self._widened[id(function)][1]
