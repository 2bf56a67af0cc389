"""Where TensorFlow is listened to while it runs; this and `graph_internals` alone know its private names.

`listening(listener)` hooks a `Listener` in and takes it out again, whatever the run does. Listeners stack: one inside
another hears too. A listener hears its own thread, and each thread that starts later, from its first tape on. At:

- `op_callbacks`: every eager op, after it ran
- `TFE_Py_RegisterGradientFunction`: every pullback of a built-in op, in TensorFlow's own order
- `gen_math_ops.add_n` ...: every sum of gradients where paths join. (Not by `TFE_Py_RegisterVSpace`: it frees the
  old vector space, and a ForwardAccumulator may still point at that.)
- `TFE_Py_TapeSetRecordOperation`: ops with a gradient function of their own (`tf.custom_gradient`, a `tf.function`)
- `TFE_Py_TapeGradient`: the start and the end of a backward pass
- `GradientTape._push_tape` ...: when a tape records, what it watches, what the learner asks of it
- `TFE_Py_TapeSetNew` ...: the same of tapes without a `tf.GradientTape`
- `TFE_Py_RegisterJVPFunction`: what is calculated for a ForwardAccumulator, which is not the learner's code
- `TFE_Py_FastPathExecute`: only to read Variables in Python, since C++ would read them without telling a callback

Source: `tensorflow/python/eager/backprop.py` and `pywrap_tfe_src.cc`, https://github.com/tensorflow/tensorflow.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Tensor, Variable
from widgets.tape.followed_threads import FollowedThreads
from widgets.tape.listener import Listener
from widgets.tape.stand_ins import hidden_from_tracebacks, missing, private, registered, replaced
from widgets.tape.variable_reads import reading_first

(pywrap_tfe,) = private("tensorflow.python", "pywrap_tfe")
backprop, backprop_util, execute, forwardprop, record, c_tapes = private(
    "tensorflow.python.eager", "backprop", "backprop_util", "execute", "forwardprop", "record", "tape"
)
(atomic_function,) = private("tensorflow.python.eager.polymorphic_function", "atomic_function")
func_graph, op_callbacks, op_def_registry, ops = private(
    "tensorflow.python.framework", "func_graph", "op_callbacks", "op_def_registry", "ops"
)
default_gradient, gen_math_ops, resource_variable_ops = private(
    "tensorflow.python.ops", "default_gradient", "gen_math_ops", "resource_variable_ops"
)

HOOK_POINTS = (
    (pywrap_tfe, "TFE_Py_TapeGradient", "on_backward_pass"),
    (pywrap_tfe, "TFE_Py_TapeSetRecordOperation", "on_custom_gradient"),
    (pywrap_tfe, "TFE_Py_TapeSetRecordOperationBackprop", "on_custom_gradient"),
    (pywrap_tfe, "TFE_Py_TapeSetRecordOperationForwardprop", "on_forward_mode"),
    (pywrap_tfe, "TFE_Py_TapeSetNew", "on_new_c_tape"),
    (pywrap_tfe, "TFE_Py_TapeSetAdd", "on_add_c_tape"),
    (pywrap_tfe, "TFE_Py_TapeSetRemove", "on_remove_c_tape"),
    (pywrap_tfe, "TFE_Py_TapeSetRestartOnThread", "on_restart"),
    (pywrap_tfe, "TFE_Py_TapeSetStopOnThread", "on_stop"),
    (pywrap_tfe, "TFE_Py_TapeVariableAccessed", "on_access"),
    (pywrap_tfe, "TFE_Py_TapeWatch", "on_watch"),
    (pywrap_tfe, "TFE_Py_TapeWatchVariable", "on_watch"),
    (gen_math_ops, "add_n", "on_sum"),
    (backprop_util, "AggregateIndexedSlicesGradients", "on_sum"),
    (tf.GradientTape, "_push_tape", "on_push"),
    (tf.GradientTape, "_pop_tape", "on_pop"),
    (tf.GradientTape, "watch", "on_watch_call"),
    (tf.GradientTape, "gradient", "on_gradient_call"),
    (tf.GradientTape, "jacobian", "on_gradient_call"),
    (tf.GradientTape, "batch_jacobian", "on_gradient_call"),
)
"""The functions that get a stand-in while a run is listened to, and the method of the listener that it calls."""

_AtomicFunction = getattr(atomic_function, "AtomicFunction", None)
GRAPH_HOOK_POINTS = (
    (pywrap_tfe, "TFE_Py_RecordGradient", "on_record"),
    (func_graph, "func_graph_from_py_func", "on_trace"),
    (_AtomicFunction, "call_flat", "on_function_call"),
)
"""Those that tell what happens inside a `tf.function`. Without one of them a function stays one closed entry."""

_VARIABLES: type = getattr(resource_variable_ops, "BaseResourceVariable", tf.Variable)
_NEEDED = (
    *((owner, name) for owner, name, _method in HOOK_POINTS),
    (pywrap_tfe, "TFE_Py_FastPathExecute TFE_Py_RegisterGradientFunction TFE_Py_TapeSetShouldRecordBackprop"),
    (pywrap_tfe, "TFE_Py_TapeSetIsEmpty TFE_Py_TapeSetIsStopped"),
    *((backprop, "_gradient_function"), (c_tapes, "Tape"), (getattr(c_tapes, "Tape", None), "_tape")),
    *((default_gradient, "ones_like"), (execute, "quick_execute"), (record, "stop_recording")),
    *((op_callbacks, "add_op_callback remove_op_callback"), (op_def_registry, "get")),
    *((ops, "EagerTensor context uid _gradient_registry"), (getattr(ops, "EagerTensor", None), "_id")),
    *((resource_variable_ops, "BaseResourceVariable"), (_VARIABLES, "_read_variable_op")),
)
_NEEDED_IN_GRAPHS = (
    *((owner, name) for owner, name, _method in GRAPH_HOOK_POINTS),
    *((atomic_function, "AtomicFunction"), (ops, "get_default_graph"), (func_graph, "FuncGraph")),
    (_AtomicFunction, "_cached_graph cached_definition function_type graph name"),
)
"""What the recorder cannot do without; what only tidies the picture is looked for where it is used."""

_FILLERS = {
    getattr(getattr(owner, name, None), "__code__", None)
    for owner, name in ((backprop, "_zeros"), (backprop, "_ones"), (default_gradient, "zeros_like"))
}
_FILTERS = private("tensorflow.python.util", "traceback_utils") + private("keras.src.utils", "traceback_utils")
_DEEPEST_FILL = 13  # frames from one of these to the callback of the op that it runs

_fast_path: Any = getattr(pywrap_tfe, "TFE_Py_FastPathExecute", None)
_read_variables_first = reading_first(_fast_path, _VARIABLES, getattr(op_def_registry, "get", str))
_gradient_functions: list[Any] = [getattr(backprop, "_gradient_function", None)]
_forward_functions = [getattr(forwardprop, "_jvp_dispatch", None)]
_listening: list[tuple[FollowedThreads, Listener]] = []


def missing_hook_points() -> list[str]:
    """Return the private names that the recorder needs and this TensorFlow lacks; [] if all are there."""
    return missing(*_NEEDED, (tf.GradientTape(), "_tape _persistent _recording _watch_accessed_variables"))


@functools.cache
def missing_in_graphs() -> tuple[str, ...]:
    """Return the private names that this TensorFlow lacks for hearing of tapes inside a `tf.function`; () for none."""
    of_graphs = "_functions _get_function _weak_variables get_operations outer_graph"
    return tuple(missing(*_NEEDED_IN_GRAPHS) or missing((func_graph.FuncGraph("probe"), of_graphs)))


@contextlib.contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell `listener` of all that ops and tapes do, on this thread and on those it starts, until the block ends."""
    with contextlib.ExitStack() as undo:
        threads = FollowedThreads(listener, _hear_here)
        undo.callback(threads.forget)
        for owner, name, method in (*HOOK_POINTS, *(() if missing_in_graphs() else GRAPH_HOOK_POINTS)):
            undo.enter_context(replaced(owner, name, threads.stand_in(getattr(owner, name), method)))
        undo.enter_context(replaced(pywrap_tfe, "TFE_Py_FastPathExecute", _read_variables_first))
        pullback = threads.stand_in(_gradient_functions[-1], "on_pullback")
        undo.enter_context(registered(pywrap_tfe.TFE_Py_RegisterGradientFunction, _gradient_functions, pullback))
        if _forward_functions[-1] is not None:
            tangent = threads.stand_in(_forward_functions[-1], "on_forward_mode")
            undo.enter_context(registered(pywrap_tfe.TFE_Py_RegisterJVPFunction, _forward_functions, tangent))
        undo.enter_context(hidden_from_tracebacks(*_FILTERS))
        undo.callback(_remove_callback, threads.on_op)
        op_callbacks.add_op_callback(threads.on_op)
        _listening.append((threads, listener))
        undo.callback(_listening.remove, (threads, listener))
        yield


def listeners() -> list[Listener]:
    """Return who listens to the current thread, outermost first."""
    return [listener for threads, listener in _listening if threads.is_followed]


def c_tape(gradient_tape: tf.GradientTape) -> Any:
    """Return TensorFlow's C++ tape behind a `tf.GradientTape`; None once a tape has been used up."""
    return gradient_tape._tape and gradient_tape._tape._tape


def watches_variables(gradient_tape: tf.GradientTape) -> bool:
    """Say whether the tape watches each trainable Variable that is read (`watch_accessed_variables`)."""
    return bool(gradient_tape._watch_accessed_variables)


def is_persistent(gradient_tape: tf.GradientTape) -> bool:
    """Say whether the tape may be asked for gradients more than once."""
    return bool(gradient_tape._persistent)


def open_tapes() -> list[tf.GradientTape]:
    """Return the tapes that are recording now. TensorFlow has no list of them, so all objects are looked through."""
    if pywrap_tfe.TFE_Py_TapeSetIsEmpty():
        return []
    return [thing for thing in gc.get_objects() if issubclass(type(thing), tf.GradientTape) and thing._recording]


def is_paused() -> bool:
    """Say whether recording is paused on the whole thread."""
    return bool(pywrap_tfe.TFE_Py_TapeSetIsStopped())


def unrecorded() -> contextlib.AbstractContextManager[None]:
    """Return a context in which no tape of the learner's records what we calculate."""
    context: contextlib.AbstractContextManager[None] = record.stop_recording()
    return context


def is_followed(tensors: Sequence[Tensor]) -> bool:
    """Say whether any tape that records now follows one of these tensors."""
    return bool(pywrap_tfe.TFE_Py_TapeSetShouldRecordBackprop(list(tensors)))


def fills_in() -> bool:
    """Say whether the op that runs now makes the zeros or ones that a tape or a ForwardAccumulator fills in."""
    frame: FrameType | None = sys._getframe(1)
    for _ in range(_DEEPEST_FILL):
        if frame is None or frame.f_code in _FILLERS:
            return frame is not None
        frame = frame.f_back
    return False


def ones_like(tensor: Tensor) -> Tensor:
    """Return what TensorFlow starts a target's gradient with: for a Variable's handle, ones like its value."""
    return default_gradient.ones_like(tensor)


def newest_tensor_id() -> int:
    """Return a number above those of all tensors there are: TensorFlow counts up."""
    return int(ops.uid())  # a new tensor would have such a number too, but start TensorFlow's devices


def byte_count(tensor: Tensor) -> int:
    """Return how much memory an eager tensor's numbers take; of text or a handle hardly more than nothing."""
    try:
        count: int = tensor._num_elements() * _item_size(tensor._datatype_enum())
    except AttributeError:
        return 0
    return count


@functools.cache
def _item_size(dtype: int) -> int:
    size: int = tf.as_dtype(dtype).size
    return size


def tensor_id(tensor: Tensor | Variable) -> int:
    """Return the number by which tapes know an eager tensor; a Variable is known by its handle."""
    try:
        number: int = tensor._id
    except AttributeError:
        return handle_id(tensor)
    return number


def has_tensor_id(thing: object) -> bool:
    """Say whether tapes can know a thing at all: a NumPy array that is passed as a target they cannot."""
    return issubclass(type(thing), (tf.Tensor, _VARIABLES))


def handle_id(variable: Variable) -> int:
    """Return the number of a Variable's handle."""
    return int(variable.handle._id)


def variable_behind(handle: Tensor) -> Variable | None:
    """Return the `tf.Variable` that a handle belongs to; None for another handle, or where the Variable is gone."""
    reference = getattr(handle, "_parent_trackable", None)
    owner = reference and reference()
    return owner if isinstance(owner, _VARIABLES) else None  # a table has a handle too


def handle_name(handle: Tensor) -> str:
    """Return the name that the Variable behind a handle was given, with its scopes: `dense/kernel`; "" if unknown."""
    name = getattr(handle, "_name", "")
    return name.removesuffix(":0") if isinstance(name, str) else ""


@functools.cache
def has_gradient(op: str) -> bool:
    """Say whether TensorFlow has a gradient registered for an op (False also for 'not differentiable')."""
    try:
        return ops._gradient_registry.lookup(op) is not None
    except LookupError:
        return False


def own_pullback(op: str) -> Callable[..., Any] | None:
    """Return TensorFlow's way to run the gradient function of an op; None if that is not one of TensorFlow's own."""
    function = ops._gradient_registry.lookup(op)
    return backprop._gradient_function if getattr(function, "__module__", "").startswith("tensorflow.") else None


def is_stateful(op: str) -> bool:
    """Say whether running the op (or `tf.function`) again could differ or leave a mark; True for anything unknown."""
    definition = op_def_registry.get(op) or getattr(function_def(op), "signature", None)
    return definition is None or bool(definition.is_stateful)


def rerun_op(op: str, inputs: Sequence[Tensor], attrs: tuple[Any, ...], outputs: int) -> list[Tensor]:
    """Run a recorded op once more on other inputs; returns a list of `outputs` tensors."""
    return list(execute.quick_execute(op, outputs, list(inputs), attrs, ops.context.context()))


def function_def(name: str | bytes) -> Any:
    """Return the FunctionDef of a `tf.function` that ran under this op name, or None if it is a plain op."""
    context = ops.context.context()
    return context.get_function_def(name) if context.has_function(name) else None


def _hear_here(callback: Callable[..., Any]) -> list[Any]:
    """Add an op callback to the current thread alone (`op_callbacks` would patch for all); returns its callbacks."""
    context = ops.context.context()
    context.add_op_callback(callback)
    callbacks: list[Any] = context.op_callbacks
    return callbacks


def _remove_callback(callback: Callable[..., Any]) -> None:
    with contextlib.suppress(KeyError, ValueError):
        op_callbacks.remove_op_callback(callback)
