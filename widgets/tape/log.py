"""The event log of a run: what the hooks said, in the order they said it.

While the learner's code runs nothing is worked out and nothing converted: an event costs one walk up the stack and
one append. `log_reader` turns the log into facts afterwards. Holding the tensors keeps their numbers unique.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Tensor, Variable
from widgets.tape import hooks
from widgets.tape.events import (
    BackwardEnded,
    BackwardStarted,
    CodeLocation,
    CustomGradient,
    Event,
    FunctionTraced,
    GradientCalled,
    GradientReturned,
    GradientsSummed,
    Op,
    PullbackRan,
    TapeToggled,
    ThreadPaused,
    VariableAccessed,
    Watched,
)
from widgets.tape.places import learner_frame

_FUNCTION = ("__", b"__")  # how the names that TensorFlow gives to traced functions begin


class Log(list[Event]):
    """A `hooks.Listener` that lets TensorFlow do what it would have done, and appends what happened."""

    def __init__(self) -> None:
        super().__init__()
        self.over = False
        self.functions: dict[str | bytes, Any] = {}  # FunctionDefs: some are gone when the log is read
        self._c_tapes: list[Any] = []
        self._graphs: set[int] = set()
        self._backward_passes = self._unheard_passes = 0
        self._called_at: CodeLocation | None = None  # where tape.gradient, which is running, was called

    def on_op(
        self,
        op: str | bytes,
        inputs: Sequence[Tensor],
        attrs: tuple[Any, ...],
        outputs: Sequence[Tensor],
        op_name: str | None = None,
        graph: Any = None,
    ) -> None:
        if graph is None:
            if op[:2] in _FUNCTION:
                self.functions[op] = hooks.function_def(op)
            self.append(Op(op, inputs, attrs, tuple(outputs), self._called_at or _location()))
        elif id(graph) not in self._graphs:
            self._graphs.add(id(graph))
            self.append(FunctionTraced(graph, self._called_at or _location()))

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
        key = CustomGradient(op, tuple(inputs), tuple(outputs), _location())
        self.append(key)
        return record(op, outputs, inputs, self._heard(key, backward), *forward)

    def _heard(self, key: CustomGradient, backward: Callable[..., Any]) -> Callable[..., Any]:
        def pullback(*upstream: Any) -> Any:
            gradients = backward(*upstream)
            if not self.over:
                self.append(PullbackRan(key, key.op, upstream, _as_tuple(gradients), ()))
            return gradients

        return pullback

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
        if not self._unheard_passes:
            self.append(PullbackRan(attrs, op, upstream, _as_tuple(gradients), skipped or ()))
        return gradients

    def on_sum(self, add: Callable[..., Any], gradients: Sequence[Tensor], *args: Any, **kwargs: Any) -> Any:
        total = add(gradients, *args, **kwargs)
        if self._backward_passes and not self._unheard_passes:
            self.append(GradientsSummed(list(gradients), total))
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
        known = any(c_tape is known for known in reversed(self._c_tapes))
        if not (known and _is_accepted(targets, sources, output_gradients)):
            return self._unheard(run, c_tape, targets, sources, output_gradients, raw, unconnected)
        seeds = list(output_gradients[: len(targets)]) if output_gradients else None  # TensorFlow drops the rest
        self.append(BackwardStarted(c_tape, list(targets), list(sources), seeds, unconnected))
        gradients = None
        self._backward_passes += 1
        try:
            gradients = run(c_tape, targets, sources, output_gradients, raw, unconnected)
        finally:
            self._backward_passes -= 1
            self.append(BackwardEnded(gradients))
        return gradients

    def _unheard(self, run: Callable[..., Any], *args: Any) -> Any:
        """Run a backward pass inside a `tf.function` being traced, without numbers; or one TensorFlow will refuse."""
        self._unheard_passes += 1
        try:
            return run(*args)
        finally:
            self._unheard_passes -= 1

    def on_gradient_call(self, method: Callable[..., Any], tape: tf.GradientTape, *args: Any, **kwargs: Any) -> Any:
        if not tf.executing_eagerly():
            return method(tape, *args, **kwargs)
        called_at, self._called_at = self._called_at, _location()
        self._c_tapes.append(hooks.c_tape(tape))
        self.append(GradientCalled(method.__name__, tape, hooks.c_tape(tape), self._called_at))
        result = None
        try:
            result = method(tape, *args, **kwargs)
        finally:
            self.append(GradientReturned(result))
            self._called_at = called_at
        return result

    def on_push(self, push: Callable[..., Any], tape: tf.GradientTape) -> None:
        push(tape)
        if tf.executing_eagerly():
            self._c_tapes.append(hooks.c_tape(tape))
            self.append(TapeToggled(True, _caller(), tape, hooks.c_tape(tape), _location()))

    def on_pop(self, pop: Callable[..., Any], tape: tf.GradientTape) -> None:
        c_tape = hooks.c_tape(tape)
        pop(tape)
        if tf.executing_eagerly():
            self.append(TapeToggled(False, _caller(), tape, c_tape, _location()))

    def on_watch(self, watch: Callable[..., Any], c_tape: Any, tensor: Tensor | Variable) -> None:
        watch(c_tape, tensor)
        if tf.executing_eagerly():
            self.append(Watched(c_tape, tensor, _location()))

    def on_access(self, access: Callable[..., Any], variable: Variable) -> None:
        access(variable)
        if tf.executing_eagerly():
            self.append(VariableAccessed(variable))

    def on_stop(self, stop: Callable[[], None]) -> None:
        stop()
        self.append(ThreadPaused(True))

    def on_restart(self, restart: Callable[[], None]) -> None:
        restart()
        self.append(ThreadPaused(False))


def _is_accepted(
    targets: Sequence[Any], sources: Sequence[Any], output_gradients: Sequence[Tensor | None] | None
) -> bool:
    """Say whether TensorFlow will not refuse at once: an array as target, or too few output gradients."""
    return all(map(hooks.has_tensor_id, [*targets, *sources])) and len(output_gradients or targets) >= len(targets)


def _location() -> CodeLocation | None:
    frame = learner_frame(sys._getframe(2))
    return frame and CodeLocation(frame, frame.f_lasti)


def _caller() -> str:
    """Return the name of the `tf.GradientTape` method behind a push or pop (above: the `on_…` and its stand-in)."""
    return sys._getframe(3).f_code.co_name


def _as_tuple(gradients: Any) -> tuple[Any, ...]:
    return tuple(gradients) if isinstance(gradients, (list, tuple)) else (gradients,)
