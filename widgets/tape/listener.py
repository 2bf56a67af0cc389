"""What a recording must be able to hear: the methods that the hooks call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import tensorflow as tf

from widgets.common.arrays import Tensor, Variable


class Listener(Protocol):
    """What hears of everything a run does.

    All methods but `on_op` stand in for a function of TensorFlow: they get it as their first argument, must call it
    with the rest, and return what it returns.
    """

    def on_op(
        self,
        op: str | bytes,
        inputs: Sequence[Tensor],
        attrs: tuple[Any, ...],
        outputs: Sequence[Tensor],
        op_name: str | None = None,
        graph: Any = None,
    ) -> None:
        """An op ran; with a `graph`, it was added to that graph."""

    def on_fault(self) -> None:
        """One of the other methods raised an exception of its own, which TensorFlow and the learner do not get."""

    def on_custom_gradient(self, record: Callable[..., Any], *args: Any) -> Any:
        """An op with a gradient function of its own is put on the tapes."""

    def on_own_pullback(self, key: object, op: str, upstream: Sequence[Tensor | None], gradients: Any) -> None:
        """The gradient function of `on_custom_gradient` ran; it stands in for nothing."""

    def on_pullback(self, run: Callable[..., Any], *args: Any) -> Any:
        """TensorFlow calls the gradient function of a built-in op."""

    def on_forward_mode(self, run: Callable[..., Any], op: str, *args: Any, **kwargs: Any) -> Any:
        """TensorFlow computes the tangent of an op for a `tf.autodiff.ForwardAccumulator`."""

    def on_sum(self, add: Callable[..., Any], gradients: Sequence[Tensor], *args: Any, **kwargs: Any) -> Any:
        """Gradients that meet at one tensor are added (or any tensors: `tf.add_n` is hooked)."""

    def on_backward_pass(self, run: Callable[..., Any], *args: Any) -> Any:
        """A tape is played backward."""

    def on_gradient_call(self, method: Callable[..., Any], tape: tf.GradientTape, *args: Any, **kwargs: Any) -> Any:
        """`tape.gradient`, `tape.jacobian` or `tape.batch_jacobian` is called."""

    def on_push(self, push: Callable[..., Any], tape: tf.GradientTape) -> None:
        """A tape starts to record."""

    def on_pop(self, pop: Callable[..., Any], tape: tf.GradientTape) -> None:
        """A tape stops recording."""

    def on_new_c_tape(self, new: Callable[..., Any], persistent: bool, watches_variables: bool) -> Any:
        """TensorFlow makes a C++ tape that records from now on, with a `tf.GradientTape` or without one."""

    def on_add_c_tape(self, add: Callable[[Any], None], c_tape: Any) -> None:
        """A C++ tape that has recorded before starts to record again."""

    def on_remove_c_tape(self, remove: Callable[[Any], None], c_tape: Any) -> None:
        """A C++ tape stops recording."""

    def on_tape_out_of_reach(self) -> None:
        """A tape starts to record on a thread that is not listened to, for it ran before the listening began."""

    def on_watch_call(self, method: Callable[..., Any], tape: tf.GradientTape, *args: Any, **kwargs: Any) -> Any:
        """`tape.watch` is called."""

    def on_watch(self, watch: Callable[..., Any], c_tape: Any, tensor: Tensor | Variable) -> None:
        """`tape.watch` meets a tensor or a Variable."""

    def on_access(self, access: Callable[..., Any], variable: Variable) -> None:
        """A trainable Variable is read."""

    def on_stop(self, stop: Callable[[], None]) -> None:
        """All recording on this thread is paused."""

    def on_restart(self, restart: Callable[[], None]) -> None:
        """Recording on this thread goes on."""

    def on_record(self, record: Callable[..., Any], *args: Any) -> Any:
        """An op of a graph is put on the tapes, with the attributes by which they know it."""

    def on_trace(self, build: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """A Python function is traced into a graph."""

    def on_function_call(self, call: Callable[..., Any], function: Any, *args: Any) -> Any:
        """A traced function is called, eagerly or in a graph."""
