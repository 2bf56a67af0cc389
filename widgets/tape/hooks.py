"""The seams of TensorFlow at which a run can be listened to: the only file that touches its private names.

`listening(listener)` puts a listener at every seam and takes it away again, whatever the run does. The seams:

- `op_callbacks`                  every eager op, after it ran
- `TFE_Py_RegisterGradientFunction`   every pullback of a built-in op, in TensorFlow's own order
- `gen_math_ops.add_n` ...        every sum of gradients where paths join. (Not by `TFE_Py_RegisterVSpace`: it frees
                                  the old vector space, and a ForwardAccumulator may still point at that.)
- `TFE_Py_TapeSetRecordOperation`     what is put on the tape with a pullback of its own (custom_gradient, tf.function)
- `TFE_Py_TapeGradient`           the start and the end of a playback
- `GradientTape._push_tape` ...   when a tape records, what it watches, what the learner asked of it
- `TFE_Py_FastPathExecute`        only to read Variables in sight: C++ would read them without telling a callback
"""

import contextlib
import functools
import threading

import tensorflow as tf
from tensorflow.python import pywrap_tfe
from tensorflow.python.eager import backprop, backprop_util, execute
from tensorflow.python.framework import op_callbacks, op_def_registry, ops
from tensorflow.python.ops import gen_math_ops
from tensorflow.python.ops.resource_variable_ops import BaseResourceVariable

_fast_path = pywrap_tfe.TFE_Py_FastPathExecute

SEAMS = (
    (pywrap_tfe, "TFE_Py_TapeGradient", "on_playback"),
    (pywrap_tfe, "TFE_Py_TapeSetRecordOperation", "on_own_pullback"),
    (pywrap_tfe, "TFE_Py_TapeSetRecordOperationBackprop", "on_own_pullback"),
    (pywrap_tfe, "TFE_Py_TapeSetRestartOnThread", "on_restart"),
    (pywrap_tfe, "TFE_Py_TapeSetStopOnThread", "on_stop"),
    (pywrap_tfe, "TFE_Py_TapeVariableAccessed", "on_access"),
    (pywrap_tfe, "TFE_Py_TapeWatch", "on_watch"),
    (pywrap_tfe, "TFE_Py_TapeWatchVariable", "on_watch"),
    (gen_math_ops, "add_n", "on_sum"),
    (backprop_util, "AggregateIndexedSlicesGradients", "on_sum"),
    (tf.GradientTape, "_push_tape", "on_push"),
    (tf.GradientTape, "_pop_tape", "on_pop"),
    (tf.GradientTape, "gradient", "on_request"),
    (tf.GradientTape, "jacobian", "on_request"),
    (tf.GradientTape, "batch_jacobian", "on_request"),
)
"""Where a stand-in is put while a run is listened to, and the method of the listener that it tells."""


def missing_seams():
    """Return the private names that the recorder needs and this TensorFlow lacks (empty: all is well)."""
    more = ((pywrap_tfe, "TFE_Py_FastPathExecute"), (pywrap_tfe, "TFE_Py_RegisterGradientFunction"))
    needed = [(owner, name) for owner, name, _ in SEAMS] + [*more, (backprop, "_gradient_function")]
    return [f"{owner.__name__}.{name}" for owner, name in needed if not hasattr(owner, name)]


@contextlib.contextmanager
def listening(listener):
    """Tell `listener` of everything the current thread's ops and tapes do, until the block ends."""
    with contextlib.ExitStack() as undo:
        for owner, name, method in SEAMS:
            stand_in = _on_this_thread(getattr(owner, name), getattr(listener, method))
            undo.enter_context(_swapped(owner, name, stand_in))
        undo.enter_context(_swapped(pywrap_tfe, "TFE_Py_FastPathExecute", _reading_in_sight))
        undo.callback(pywrap_tfe.TFE_Py_RegisterGradientFunction, backprop._gradient_function)
        pywrap_tfe.TFE_Py_RegisterGradientFunction(_on_this_thread(backprop._gradient_function, listener.on_pullback))
        undo.callback(_forget_callback, listener.on_op)
        op_callbacks.add_op_callback(listener.on_op)
        yield


def c_tape(gradient_tape):
    """Return TensorFlow's own object behind a `tf.GradientTape` (None once a tape has been used up)."""
    return gradient_tape._tape and gradient_tape._tape._tape


def watches_variables(gradient_tape):
    """Say whether the tape watches each trainable Variable that is read (`watch_accessed_variables`)."""
    return gradient_tape._watch_accessed_variables


def is_persistent(gradient_tape):
    """Say whether the tape may be played back more than once."""
    return gradient_tape._persistent


def tensor_id(tensor):
    """Return the number by which tapes know a tensor; a Variable is known by its handle."""
    try:
        return tensor._id
    except AttributeError:
        return id_of_handle(tensor)


def has_id(thing):
    """Say whether tapes can know a thing at all: a NumPy array handed over as a target they cannot."""
    return hasattr(thing, "_id") or hasattr(thing, "handle")


def id_of_handle(variable):
    """Return the number of a Variable's handle."""
    return variable.handle._id


def has_gradient(op):
    """Say whether TensorFlow has a gradient registered for an op (False also for 'not differentiable')."""
    try:
        return ops._gradient_registry.lookup(op) is not None
    except LookupError:
        return False


def is_stateful(op):
    """Say whether running the op (or `tf.function`) again could differ or leave a mark; True for anything unknown."""
    definition = op_def_registry.get(op) or getattr(function_def(op), "signature", None)
    return definition is None or definition.is_stateful


def run_again(op, inputs, attrs, outputs):
    """Run a recorded op once more on other inputs; returns a list of `outputs` tensors."""
    return execute.quick_execute(op, outputs, list(inputs), attrs, ops.context.context())


def function_def(name):
    """Return the FunctionDef of a `tf.function` that ran under this op name, or None if it is a plain op."""
    context = ops.context.context()
    return context.get_function_def(name) if context.has_function(name) else None


def _on_this_thread(original, told):
    """Return a stand-in for `original` that calls `told(original, *args)` here, and `original` on other threads."""
    here = threading.get_ident()

    @functools.wraps(original, updated=())
    def stand_in(*args, **kwargs):
        if threading.get_ident() != here:
            return original(*args, **kwargs)
        return told(original, *args, **kwargs)

    return stand_in


@contextlib.contextmanager
def _swapped(owner, name, stand_in):
    original = getattr(owner, name)
    setattr(owner, name, stand_in)
    try:
        yield
    finally:
        setattr(owner, name, original)


def _forget_callback(callback):
    with contextlib.suppress(KeyError, ValueError):
        op_callbacks.remove_op_callback(callback)


def _reading_in_sight(context, op, name, *args):
    """Run an op after reading its Variables through Python, where `ReadVariableOp` meets the callback."""
    for argument in args:
        if _may_hold_variables(type(argument)) and _takes_values(op):
            args = [_read(argument) for argument in args]
            break
    return _fast_path(context, op, name, *args)


@functools.cache
def _may_hold_variables(kind):
    return issubclass(kind, (BaseResourceVariable, list, tuple))


def _read(argument):
    if isinstance(argument, BaseResourceVariable):
        return argument._read_variable_op()
    if isinstance(argument, (list, tuple)) and any(isinstance(item, BaseResourceVariable) for item in argument):
        return [_read(item) for item in argument]
    return argument


@functools.cache
def _takes_values(op):
    """Say whether an op takes no handle: one that does must get the Variable itself."""
    return not any(argument.type == tf.resource.as_datatype_enum for argument in op_def_registry.get(op).input_arg)
