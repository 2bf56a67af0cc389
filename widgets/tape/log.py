"""The event log of a run: what the hooks said, in the order they said it.

While the learner's code runs nothing is worked out and nothing converted: an event costs one walk up the stack and
one append. `log_reader` turns the log into facts afterwards. Holding the tensors keeps their numbers unique.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Sequence
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Tensor, Variable
from widgets.tape import events, hooks
from widgets.tape.callers import calling_function, calling_library
from widgets.tape.event_list import EventList
from widgets.tape.heard_pullback import HeardPullback, as_tuple
from widgets.tape.iterator_handles import ITERATING, MAKING
from widgets.tape.running_code import CodeLocation
from widgets.tape.tape_key import TapeKey, TapeKeys, has_key, key_of

_FILLS = ("Fill", "ZerosLike")
_FUNCTION = ("__", b"__")  # how the names that TensorFlow gives to traced functions begin


class Log(EventList):
    """A `hooks.Listener` that lets TensorFlow do what it would have done, and appends what happened."""

    def __init__(self, rounds: Collection[int] = ()) -> None:
        super().__init__(rounds)
        self.functions: dict[str | bytes, Any] = {}  # FunctionDefs: some are gone when the log is read
        self.out_of_reach: list[CodeLocation | None] = []  # where tapes began to record on threads not followed
        self.broken_traces: list[CodeLocation | None] = []  # where functions with a tape raised while traced
        self._keys = TapeKeys()  # of the tapes that record eagerly
        self._graphs: set[int] = set()

    def begin(self) -> None:
        """Note how things stand before the run begins."""
        super().begin()
        for tape in hooks.open_tapes():
            self.open_tapes.add(self._keys.of(tape))
            self.append(events.TapeFound(self._keys.of(tape), hooks.c_tape(tape)))
        if hooks.is_paused():
            self.append(events.ThreadPaused(True))

    @property
    def tapes(self) -> frozenset[TapeKey]:
        """The tapes that took part."""
        return self._keys.all()

    def on_op(
        self,
        op: str | bytes,
        inputs: Sequence[Tensor],
        attrs: tuple[Any, ...],
        outputs: Sequence[Tensor],
        op_name: str | None = None,
        graph: Any = None,
    ) -> None:
        if graph is not None:
            self.on_graph_op(op, inputs, outputs, op_name, graph)
            return
        here = self.here
        forward_mode = here.forward_mode
        if not forward_mode and op in _FILLS and not here.passes and hooks.fills_in():
            forward_mode = str(op)
        is_followed = not forward_mode or hooks.is_followed(outputs)
        if op[:2] in _FUNCTION:
            inputs = self.iterators.left_out(inputs)
            if op not in self.functions:
                self.functions[op] = self.definition_of(op)
        elif op in ITERATING:
            if op in MAKING:
                self.iterators.add(outputs)
            inputs, outputs = self.iterators.left_out(inputs), self.iterators.left_out(outputs)
        at = self.locate()
        at, scope = here.called_at or at, here.stack.scope
        self.append(events.Op(op, inputs, attrs, tuple(outputs), at, forward_mode, is_followed, scope))

    def definition_of(self, op: str | bytes) -> Any:
        """Return the FunctionDef of a traced function that has just run under this op name; None of a plain op."""
        return hooks.function_def(op)

    def on_graph_op(
        self, op: str | bytes, inputs: Sequence[Tensor], outputs: Sequence[Tensor], op_name: str | None, graph: Any
    ) -> None:
        """An op was added to a graph."""
        if id(graph) not in self._graphs and not self.here.forward_mode:
            self._graphs.add(id(graph))
            at = self.locate()
            self.append(events.FunctionTraced(graph, self.here.called_at or at))

    def on_custom_gradient(
        self,
        record: Callable[..., Any],
        op: str,
        outputs: Sequence[Tensor],
        inputs: Sequence[Tensor],
        backward: Callable[..., Any],
        *forward: Any,
    ) -> Any:
        if not tf.executing_eagerly():
            return record(op, outputs, inputs, backward, *forward)
        heard = backward if isinstance(backward, HeardPullback) else HeardPullback(op, backward)
        at, mode, scope = self.locate(), self.here.forward_mode, self.here.stack.scope
        self.append(events.CustomGradient(op, tuple(inputs), tuple(outputs), heard.key, at, mode, scope))
        # All that runs while it is put on the tapes is the work of a ForwardAccumulator, which plays it at once.
        return self.on_forward_mode(lambda _: record(op, outputs, inputs, heard, *forward), op)

    def on_own_pullback(self, key: object, op: str, upstream: Sequence[Tensor | None], gradients: Any) -> None:
        if self.here.hears_backward:
            self.append(events.PullbackRan(key, op, upstream, as_tuple(gradients), ()))

    def on_pullback(
        self,
        run: Callable[..., Any],
        op: str,
        attrs: tuple[Any, ...],
        number: int,
        inputs: Any,
        outputs: Any,
        upstream: Sequence[Tensor | None],
        skipped: Sequence[int] | None,
        scope: Any,
    ) -> Any:
        gradients = run(op, attrs, number, inputs, outputs, upstream, skipped, scope)
        if self.here.hears_backward:
            in_graph = not tf.executing_eagerly() and any(map(_is_symbolic, (*(inputs or ()), *(outputs or ()))))
            self.append(events.PullbackRan(attrs, op, upstream, as_tuple(gradients), skipped or (), in_graph))
        return gradients

    def on_forward_mode(self, run: Callable[..., Any], op: str, *args: Any, **kwargs: Any) -> Any:
        here = self.here
        before, here.forward_mode = here.forward_mode, op
        try:
            return run(op, *args, **kwargs)
        finally:
            here.forward_mode = before

    def on_sum(self, add: Callable[..., Any], gradients: Sequence[Tensor], *args: Any, **kwargs: Any) -> Any:
        total = add(gradients, *args, **kwargs)
        if self.here.hears_backward:
            self.append(events.GradientsSummed(list(gradients), total))
        return total

    def on_backward_pass(
        self,
        run: Callable[..., Any],
        c_tape: Any,
        targets: Sequence[Tensor],
        sources: Sequence[Tensor],
        output_gradients: Sequence[Tensor | None] | None,
        raw: Any,
        unconnected: str,
    ) -> Any:
        here, in_graph = self.here, not tf.executing_eagerly()
        play = functools.partial(run, c_tape, targets, sources, output_gradients, raw, unconnected)
        is_of_graph = in_graph and c_tape not in self._keys
        if is_of_graph or here.forward_mode or not _is_accepted(targets, sources, output_gradients):
            return self._heard(False, play)
        key = self._keys.of_c_tape(c_tape)
        seeds = list(output_gradients[: len(targets)]) if output_gradients else None  # TensorFlow drops the rest
        start = events.BackwardStarted(key, c_tape, list(targets), list(sources), seeds, unconnected, in_graph)
        if here.called and here.called[-1] is c_tape:
            return self._pass(start, play)
        return self._called("gradient", key, c_tape, lambda: self._pass(start, play))  # no `tf.GradientTape` was asked

    def _pass(self, start: events.BackwardStarted, play: Callable[[], Any]) -> Any:
        self.append(start)
        gradients = None
        try:
            gradients = self._heard(True, play)
        finally:
            self.append(events.BackwardEnded(gradients))
        return gradients

    def _heard(self, is_heard: bool, play: Callable[[], Any]) -> Any:
        """Run a backward pass. Of one of a tape inside a graph, or one TensorFlow will refuse, nothing is heard."""
        self.here.passes.append(is_heard)
        try:
            return play()
        finally:
            self.here.passes.pop()

    def on_gradient_call(self, method: Callable[..., Any], tape: tf.GradientTape, *args: Any, **kwargs: Any) -> Any:
        c_tape, called = hooks.c_tape(tape), self.here.called
        if not tf.executing_eagerly() and (not has_key(tape) or (called and called[-1] is c_tape)):
            return method(tape, *args, **kwargs)  # a tape of a graph; or the rows of a Jacobian, which is logged
        return self._called(method.__name__, self._keys.of(tape), c_tape, lambda: method(tape, *args, **kwargs))

    def _called(self, call: str, key: TapeKey, c_tape: Any, run: Callable[[], Any]) -> Any:
        here = self.here
        called_at, here.called_at = here.called_at, self.locate()
        here.called.append(c_tape)
        self.append(events.GradientCalled(call, key, c_tape, calling_library(), here.called_at))
        try:
            result = run()
        except BaseException as error:
            self.append(events.CallRaised(self.hold_error(error)))
            raise
        finally:
            here.called.pop()
            here.called_at = called_at
        self.append(events.GradientReturned(result))
        return result

    def on_push(self, push: Callable[..., Any], tape: tf.GradientTape) -> None:
        is_new = hooks.c_tape(tape) is None
        self._move(push, tape)
        if tf.executing_eagerly():
            self._toggled(True, self._keys.of(tape), hooks.c_tape(tape), is_new)

    def on_pop(self, pop: Callable[..., Any], tape: tf.GradientTape) -> None:
        c_tape = hooks.c_tape(tape)
        self._move(pop, tape)
        if tf.executing_eagerly():
            self._toggled(False, key_of(tape), c_tape)

    def _move(self, move: Callable[..., Any], tape: tf.GradientTape) -> None:
        """Push or pop a `tf.GradientTape`: what that does to its C++ tape is not logged as well."""
        here = self.here
        before, here.is_moving = here.is_moving, True
        try:
            move(tape)
        finally:
            here.is_moving = before

    def on_new_c_tape(self, new: Callable[..., Any], persistent: bool, watches_variables: bool) -> Any:
        c_tape = new(persistent, watches_variables)
        if not self.here.is_moving and tf.executing_eagerly():
            key = TapeKey(None, persistent, watches_variables)
            self._keys.add(c_tape, key)
            self._toggled(True, key, c_tape, is_new=True)
        return c_tape

    def on_add_c_tape(self, add: Callable[[Any], None], c_tape: Any) -> None:
        add(c_tape)
        self._on_moved_c_tape(True, c_tape)

    def on_remove_c_tape(self, remove: Callable[[Any], None], c_tape: Any) -> None:
        remove(c_tape)
        self._on_moved_c_tape(False, c_tape)

    def _on_moved_c_tape(self, pushed: bool, c_tape: Any) -> None:
        if not self.here.is_moving and tf.executing_eagerly():
            self._toggled(pushed, self._keys.of_c_tape(c_tape), c_tape)

    def _toggled(self, pushed: bool, key: TapeKey, c_tape: Any, is_new: bool = False) -> None:
        self.append(events.TapeToggled(pushed, calling_function(), key, c_tape, is_new, self.locate()))
        (self.open_tapes.add if pushed else self.open_tapes.discard)(key)

    def on_tape_out_of_reach(self) -> None:
        if not self.is_over:
            self.out_of_reach.append(self.locate())

    def on_watch_call(self, method: Callable[..., Any], tape: tf.GradientTape, *args: Any, **kwargs: Any) -> Any:
        if tf.executing_eagerly():
            self._keys.of(tape)
        return method(tape, *args, **kwargs)

    def on_watch(self, watch: Callable[..., Any], c_tape: Any, tensor: Tensor | Variable) -> None:
        watch(c_tape, tensor)
        if tf.executing_eagerly():
            self.append(events.Watched(self._keys.of_c_tape(c_tape), c_tape, tensor, self.locate()))

    def on_access(self, access: Callable[..., Any], variable: Variable) -> None:
        access(variable)
        if tf.executing_eagerly():
            self.append(events.VariableAccessed(variable))

    def on_stop(self, stop: Callable[[], None]) -> None:
        stop()
        self.append(events.ThreadPaused(True))

    def on_restart(self, restart: Callable[[], None]) -> None:
        restart()
        self.append(events.ThreadPaused(False))

    def on_record(self, record: Callable[..., Any], *args: Any) -> Any:
        return record(*args)

    def on_trace(self, build: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return build(*args, **kwargs)

    def on_function_call(self, call: Callable[..., Any], function: Any, *args: Any) -> Any:
        return call(function, *args)


def _is_accepted(
    targets: Sequence[Any], sources: Sequence[Any], output_gradients: Sequence[Tensor | None] | None
) -> bool:
    """Say whether TensorFlow will not refuse at once: an array as target, or too few output gradients."""
    return all(map(hooks.has_tensor_id, [*targets, *sources])) and len(output_gradients or targets) >= len(targets)


def _is_symbolic(tensor: Tensor | None) -> bool:
    return isinstance(tensor, tf.Tensor) and tf.is_symbolic_tensor(tensor)
