"""Where TensorFlow can be listened to while it runs: the only module that touches its private names.

`listening(listener)` hooks a `Listener` in and takes it out again, whatever the run does. It listens at:

- `op_callbacks`: every eager op, after it ran
- `TFE_Py_RegisterGradientFunction`: every pullback of a built-in op, in TensorFlow's own order
- `gen_math_ops.add_n` ...: every sum of gradients where paths join. (Not by `TFE_Py_RegisterVSpace`: it frees the
  old vector space, and a ForwardAccumulator may still point at that.)
- `TFE_Py_TapeSetRecordOperation`: ops with a gradient function of their own (`tf.custom_gradient`, a `tf.function`)
- `TFE_Py_TapeGradient`: the start and the end of a backward pass
- `GradientTape._push_tape` ...: when a tape records, what it watches, what the learner asks of it
- `TFE_Py_FastPathExecute`: only to read Variables in Python, since C++ would read them without telling a callback

Source: `tensorflow/python/eager/backprop.py` and `pywrap_tfe_src.cc`, https://github.com/tensorflow/tensorflow.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import tensorflow as tf
from tensorflow.python import pywrap_tfe
from tensorflow.python.eager import backprop, backprop_util, execute
from tensorflow.python.framework import op_callbacks, op_def_registry, ops
from tensorflow.python.ops import gen_math_ops
from tensorflow.python.ops.resource_variable_ops import BaseResourceVariable

from widgets.common.arrays import DType, Tensor, Variable


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

    def on_custom_gradient(self, record: Callable[..., Any], *args: Any) -> Any:
        """An op with a gradient function of its own is put on the tapes."""

    def on_pullback(self, run: Callable[..., Any], *args: Any) -> Any:
        """TensorFlow calls the gradient function of a built-in op."""

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

    def on_watch(self, watch: Callable[..., Any], c_tape: Any, tensor: Tensor | Variable) -> None:
        """`tape.watch` meets a tensor or a Variable."""

    def on_access(self, access: Callable[..., Any], variable: Variable) -> None:
        """A trainable Variable is read."""

    def on_stop(self, stop: Callable[[], None]) -> None:
        """All recording on this thread is paused."""

    def on_restart(self, restart: Callable[[], None]) -> None:
        """Recording on this thread goes on."""


HOOK_POINTS = (
    (pywrap_tfe, "TFE_Py_TapeGradient", "on_backward_pass"),
    (pywrap_tfe, "TFE_Py_TapeSetRecordOperation", "on_custom_gradient"),
    (pywrap_tfe, "TFE_Py_TapeSetRecordOperationBackprop", "on_custom_gradient"),
    (pywrap_tfe, "TFE_Py_TapeSetRestartOnThread", "on_restart"),
    (pywrap_tfe, "TFE_Py_TapeSetStopOnThread", "on_stop"),
    (pywrap_tfe, "TFE_Py_TapeVariableAccessed", "on_access"),
    (pywrap_tfe, "TFE_Py_TapeWatch", "on_watch"),
    (pywrap_tfe, "TFE_Py_TapeWatchVariable", "on_watch"),
    (gen_math_ops, "add_n", "on_sum"),
    (backprop_util, "AggregateIndexedSlicesGradients", "on_sum"),
    (tf.GradientTape, "_push_tape", "on_push"),
    (tf.GradientTape, "_pop_tape", "on_pop"),
    (tf.GradientTape, "gradient", "on_gradient_call"),
    (tf.GradientTape, "jacobian", "on_gradient_call"),
    (tf.GradientTape, "batch_jacobian", "on_gradient_call"),
)
"""The functions that get a stand-in while a run is listened to, and the method of the listener that it calls."""

_fast_path = pywrap_tfe.TFE_Py_FastPathExecute


def missing_hook_points() -> list[str]:
    """Return the private names that the recorder needs and this TensorFlow lacks; [] if all are there."""
    more = ((pywrap_tfe, "TFE_Py_FastPathExecute"), (pywrap_tfe, "TFE_Py_RegisterGradientFunction"))
    needed = [(owner, name) for owner, name, _ in HOOK_POINTS] + [*more, (backprop, "_gradient_function")]
    return [f"{owner.__name__}.{name}" for owner, name in needed if not hasattr(owner, name)]


@contextlib.contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell `listener` of everything the current thread's ops and tapes do, until the block ends."""
    with contextlib.ExitStack() as undo:
        for owner, name, method in HOOK_POINTS:
            stand_in = _on_this_thread(getattr(owner, name), getattr(listener, method))
            undo.enter_context(_swapped(owner, name, stand_in))
        undo.enter_context(_swapped(pywrap_tfe, "TFE_Py_FastPathExecute", _read_variables_first))
        undo.callback(pywrap_tfe.TFE_Py_RegisterGradientFunction, backprop._gradient_function)
        pywrap_tfe.TFE_Py_RegisterGradientFunction(_on_this_thread(backprop._gradient_function, listener.on_pullback))
        undo.callback(_remove_callback, listener.on_op)
        op_callbacks.add_op_callback(listener.on_op)
        yield


def c_tape(gradient_tape: tf.GradientTape) -> Any:
    """Return TensorFlow's C++ tape behind a `tf.GradientTape`; None once a tape has been used up."""
    return gradient_tape._tape and gradient_tape._tape._tape


def watches_variables(gradient_tape: tf.GradientTape) -> bool:
    """Say whether the tape watches each trainable Variable that is read (`watch_accessed_variables`)."""
    watches: bool = gradient_tape._watch_accessed_variables
    return watches


def is_persistent(gradient_tape: tf.GradientTape) -> bool:
    """Say whether the tape may be asked for gradients more than once."""
    persistent: bool = gradient_tape._persistent
    return persistent


def tensor_id(tensor: Tensor | Variable) -> int:
    """Return the number by which tapes know an eager tensor; a Variable is known by its handle."""
    try:
        number: int = tensor._id
    except AttributeError:
        return handle_id(tensor)
    return number


def has_tensor_id(thing: object) -> bool:
    """Say whether tapes can know a thing at all: a NumPy array that is passed as a target they cannot."""
    return hasattr(thing, "_id") or hasattr(thing, "handle")


def handle_id(variable: Variable) -> int:
    """Return the number of a Variable's handle."""
    number: int = variable.handle._id
    return number


def variable_behind(handle: Tensor) -> Variable | None:
    """Return the `tf.Variable` that a handle belongs to; None for another handle, or where the Variable is gone."""
    reference = getattr(handle, "_parent_trackable", None)
    return reference and reference()


def handle_name(handle: Tensor) -> str:
    """Return the name that the Variable behind a handle was given, with its scopes: `dense/kernel`; "" if unknown."""
    name = getattr(handle, "_name", "")
    return name.removesuffix(":0") if isinstance(name, str) else ""


@functools.cache
def is_trainable(dtype: DType) -> bool:
    """Say whether a tape follows this dtype: floating, complex, and handles to Variables."""
    return dtype.is_floating or dtype.is_complex or dtype in (tf.resource, tf.variant)


@functools.cache
def has_gradient(op: str) -> bool:
    """Say whether TensorFlow has a gradient registered for an op (False also for 'not differentiable')."""
    try:
        return ops._gradient_registry.lookup(op) is not None
    except LookupError:
        return False


def is_stateful(op: str) -> bool:
    """Say whether running the op (or `tf.function`) again could differ or leave a mark; True for anything unknown."""
    definition = op_def_registry.get(op) or getattr(function_def(op), "signature", None)
    return definition is None or bool(definition.is_stateful)


def rerun_op(op: str, inputs: Sequence[Tensor], attrs: tuple[Any, ...], outputs: int) -> list[Tensor]:
    """Run a recorded op once more on other inputs; returns a list of `outputs` tensors."""
    tensors: list[Tensor] = execute.quick_execute(op, outputs, list(inputs), attrs, ops.context.context())
    return tensors


def function_def(name: str | bytes) -> Any:
    """Return the FunctionDef of a `tf.function` that ran under this op name, or None if it is a plain op."""
    context = ops.context.context()
    return context.get_function_def(name) if context.has_function(name) else None


def _on_this_thread(original: Callable[..., Any], told: Callable[..., Any]) -> Callable[..., Any]:
    """Return a stand-in for `original` that calls `told(original, *args)` here, and `original` on other threads."""
    here = threading.get_ident()

    @functools.wraps(original, updated=())
    def stand_in(*args: Any, **kwargs: Any) -> Any:
        if threading.get_ident() != here:
            return original(*args, **kwargs)
        return told(original, *args, **kwargs)

    return stand_in


@contextlib.contextmanager
def _swapped(owner: Any, name: str, stand_in: Callable[..., Any]) -> Iterator[None]:
    original = getattr(owner, name)
    setattr(owner, name, stand_in)
    try:
        yield
    finally:
        setattr(owner, name, original)


def _remove_callback(callback: Callable[..., Any]) -> None:
    with contextlib.suppress(KeyError, ValueError):
        op_callbacks.remove_op_callback(callback)


def _read_variables_first(context: Any, op: str, name: str | None, *args: Any) -> Any:
    """Run an op after reading its Variables in Python, where `ReadVariableOp` meets the callback."""
    for argument in args:
        if _may_hold_variables(type(argument)) and _takes_values(op):  # type: ignore[arg-type]  # types are hashable
            args = tuple(_read(argument) for argument in args)
            break
    return _fast_path(context, op, name, *args)


@functools.cache
def _may_hold_variables(kind: type) -> bool:
    return issubclass(kind, (BaseResourceVariable, list, tuple))


def _read(argument: Any) -> Any:
    if isinstance(argument, BaseResourceVariable):
        return argument._read_variable_op()
    if isinstance(argument, (list, tuple)) and any(isinstance(item, BaseResourceVariable) for item in argument):
        return [_read(item) for item in argument]
    return argument


@functools.cache
def _takes_values(op: str) -> bool:
    """Say whether an op takes no handle: one that does must get the Variable itself."""
    return not any(argument.type == tf.resource.as_datatype_enum for argument in op_def_registry.get(op).input_arg)
