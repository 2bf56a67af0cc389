"""The log of a run, with what happens inside traced functions.

What happens eagerly is the log's. While a function is traced the same hooks tell of tensors of a graph: that is kept
with the graph (`graph_listener`), and each call of the function is noted (`graph_calls`).
"""

from __future__ import annotations

import contextlib
import functools
import sys
import threading
import weakref
from collections.abc import Callable, Collection, Sequence
from types import FrameType
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Tensor, Variable
from widgets.tape import graph_internals, hooks
from widgets.tape.call_stack import StackPosition
from widgets.tape.graph_calls import Calls
from widgets.tape.graph_listener import TraceListener
from widgets.tape.log import Log
from widgets.tape.running_code import CodeLocation


class _ThreadTraces(threading.local):
    """What one thread traces. One that a strategy of `tf.distribute` starts in a graph adds to the trace around it."""

    def __init__(self, known: weakref.WeakSet[TraceListener], lock: threading.Lock) -> None:
        with lock:
            around = [] if tf.executing_eagerly() else [traces for traces in known if traces.is_tracing]
            self.traces = around[0] if len(around) == 1 else TraceListener()
            known.add(self.traces)
        self.passes: list[bool] = []  # the backward passes that run, outermost first: whether each is of a traced tape


class GraphLog(Log):
    """A `hooks.Listener` that also hears of traces, and of calls of what was traced.

    A tape that was opened eagerly may be asked for gradients inside a graph (a Jacobian's rows are): that is the log's.
    """

    def __init__(self, step: int | None = None, rounds: Collection[int] = ()) -> None:
        """Begin a log.

        Args:
            step: which call of each function that holds a tape is played, from 0; None: the last.
            rounds: the rounds of each long loop in Python that stay too, from 0.
        """
        super().__init__(rounds)
        self._graph = _ThreadTraces(weakref.WeakSet(), threading.Lock())
        self._calls = Calls(step)
        self._called_from: tuple[StackPosition, FrameType | None] = (), None
        """From where a traced function was last called, and the frame of that call: of its own for each call."""
        self._callee: Any = None  # the function that was called last

    @property
    def _is_traced(self) -> bool:
        return self._graph.traces.is_tracing and not tf.executing_eagerly()

    @property
    def _is_traced_pass(self) -> bool:
        return bool(self._graph.passes) and self._graph.passes[-1]

    def locate(self) -> CodeLocation | None:
        """Return where the learner's code stands: of eager code in a trace, as in `tf.init_scope`, in the function."""
        at = super().locate()
        if not self._graph.traces.is_tracing or not tf.executing_eagerly():
            return at
        return self._graph.traces.location(sys._getframe(1)) or at

    def on_graph_op(
        self, op: str | bytes, inputs: Sequence[Tensor], outputs: Sequence[Tensor], op_name: str | None, graph: Any
    ) -> None:
        super().on_graph_op(op, inputs, outputs, op_name, graph)
        if not self.here.forward_mode:
            self._graph.traces.on_op(op, inputs, outputs, op_name, graph)

    def on_custom_gradient(self, record: Callable[..., Any], *args: Any) -> Any:
        if self._is_traced:
            hear = functools.partial(self._graph.traces.on_custom_gradient, record, mode=self.here.forward_mode)
            # As in `Log`: what else runs while it is put on the tapes is the work of a ForwardAccumulator.
            return self.on_forward_mode(lambda _: hear(*args), args[0])
        return super().on_custom_gradient(record, *args)

    def on_pullback(self, run: Callable[..., Any], *args: Any) -> Any:
        if self._is_traced_pass:
            return self._graph.traces.on_pullback(run, *args)
        return super().on_pullback(run, *args)

    def on_sum(self, add: Callable[..., Any], gradients: Sequence[Tensor], *args: Any, **kwargs: Any) -> Any:
        if self._is_traced_pass:
            return self._graph.traces.on_sum(add, gradients, *args, **kwargs)
        return super().on_sum(add, gradients, *args, **kwargs)

    def on_backward_pass(self, run: Callable[..., Any], c_tape: Any, *args: Any) -> Any:
        is_traced = self._graph.traces.owns(c_tape)
        self._graph.passes.append(is_traced)
        try:
            if is_traced:
                return self._graph.traces.on_backward_pass(run, c_tape, *args)
            return super().on_backward_pass(run, c_tape, *args)
        finally:
            self._graph.passes.pop()

    def on_gradient_call(self, method: Callable[..., Any], tape: tf.GradientTape, *args: Any, **kwargs: Any) -> Any:
        if self._graph.traces.owns(hooks.c_tape(tape)):
            return self._graph.traces.on_gradient_call(method, tape, *args, **kwargs)
        return super().on_gradient_call(method, tape, *args, **kwargs)

    def on_push(self, push: Callable[..., Any], tape: tf.GradientTape) -> None:
        c_tape = hooks.c_tape(tape)
        if self._is_traced and (c_tape is None or self._graph.traces.owns(c_tape)):
            self._graph.traces.on_push(push, tape)
        else:
            super().on_push(push, tape)

    def on_pop(self, pop: Callable[..., Any], tape: tf.GradientTape) -> None:
        if self._graph.traces.owns(hooks.c_tape(tape)):
            self._graph.traces.on_pop(pop, tape)
        else:
            super().on_pop(pop, tape)

    def on_watch(self, watch: Callable[..., Any], c_tape: Any, tensor: Tensor | Variable) -> None:
        if self._graph.traces.owns(c_tape):
            self._graph.traces.on_watch(watch, c_tape, tensor)
        else:
            super().on_watch(watch, c_tape, tensor)

    def on_access(self, access: Callable[..., Any], variable: Variable) -> None:
        if self._is_traced:
            self._graph.traces.on_access(access, variable)
        else:
            super().on_access(access, variable)

    def on_record(self, record: Callable[..., Any], *args: Any) -> Any:
        return self._graph.traces.on_record(record, self.here.forward_mode, *args)

    def on_trace(self, build: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self.here.forward_mode:  # TensorFlow's own function, which computes a tangent
            return build(*args, **kwargs)
        traces = self._graph.traces
        try:
            return traces.on_trace(build, *args, **kwargs)
        finally:
            if traces.has_lost_tape and not traces.is_tracing:
                traces.has_lost_tape = False
                self.broken_traces.append(self.locate())

    def _begin_call(self) -> None:
        """A traced function is about to be called. If that is all that a loop does, a round of the loop begins."""
        here = self.here
        frame: FrameType | None = sys._getframe(2)
        here.stack.walk(frame)
        if here.number != 0 or self._last_thread != 0 or here.called or here.passes:
            return
        position = here.stack.position
        while frame is not None and not (position and frame.f_back is position[-1].frame):
            frame = frame.f_back
        before, self._called_from = self._called_from, (position, frame)
        if before[0] == position and before[1] is not frame:
            with contextlib.suppress(Exception):  # a fault of ours costs memory, and not the learner's run
                self._loops.again(position, len(self), self.open_tapes.copy)

    def definition_of(self, op: str | bytes) -> Any:
        """As in `Log`; the function itself keeps its definition, which TensorFlow makes anew each time it is asked."""
        name = op.decode() if isinstance(op, bytes) else op
        if self._callee is not None and graph_internals.function_name(self._callee) == name:
            return graph_internals.function_definition(self._callee)
        return super().definition_of(op)

    def end(self) -> None:
        self._called_from, self._callee = ((), None), None
        super().end()

    def on_function_call(self, call: Callable[..., Any], function: Any, *args: Any) -> Any:
        """A traced function is called: eagerly it runs, in a graph it becomes an op."""
        if self.here.forward_mode:
            return call(function, *args)
        if tf.executing_eagerly():
            if self.is_over or self.is_deaf:
                return call(function, *args)
            self._callee = function
            self._begin_call()
            return self._calls.on_call(self, call, function, *args)
        outputs = call(function, *args)
        if self._is_traced:
            name, node = graph_internals.function_name(function), graph_internals.node_name(outputs)
            self._graph.traces.on_call(name, graph_internals.function_graph(function), args, outputs, node)
        return outputs
