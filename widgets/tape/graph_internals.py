"""What TensorFlow's graphs are made of, by its private names.

Sources: `tensorflow/python/framework/func_graph.py` and `tensorflow/python/eager/polymorphic_function`,
https://github.com/tensorflow/tensorflow.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import tensorflow as tf

from widgets.common.arrays import DType, Tensor, Variable
from widgets.tape.hooks import atomic_function, execute, func_graph, op_def_registry, ops, record, tensor_id
from widgets.tape.stand_ins import private, take_out

attr_value_pb2, tensor_shape_pb2 = private("tensorflow.core.framework", "attr_value_pb2", "tensor_shape_pb2")
(tensor_util,) = private("tensorflow.python.framework", "tensor_util")
(tf_stack,) = private("tensorflow.python.util", "tf_stack")

_OURS = frozenset(map(str, Path(__file__).parent.glob("*.py")))


def wrap_tracing(stand_in: Callable[..., Any]) -> Callable[[], None]:
    """Have each trace made by `stand_in(build, *args, **kwargs)`; returns a function that ends this."""
    build = func_graph.func_graph_from_py_func
    is_over = False

    def build_heard(*args: Any, **kwargs: Any) -> Any:
        return traced.below(*args, **kwargs) if is_over else stand_in(traced.below, *args, **kwargs)

    def end() -> None:
        nonlocal is_over
        is_over = True  # where the learner's code has kept it
        take_out(func_graph, "func_graph_from_py_func", traced, build)

    traced: Any = functools.wraps(build)(build_heard)
    traced.below = build
    func_graph.func_graph_from_py_func = traced
    return end


_STACK_FILTER: Any = getattr(tf_stack, "StackTraceFilter", None)


class _WithoutOurs(_STACK_FILTER or object):  # type: ignore[misc]  # TensorFlow has no types
    """Leaves the recorder's frames out of what TensorFlow says of where an op was made."""

    def get_filtered_filenames(self) -> frozenset[str]:
        """Return the files that are left out."""
        return _OURS | (self.parent.get_filtered_filenames() if self.parent else frozenset())


def without_our_frames() -> contextlib.AbstractContextManager[Any]:
    """Have the ops that are made meanwhile say of themselves what they would in a bare run."""
    context: contextlib.AbstractContextManager[Any] = _WithoutOurs() if _STACK_FILTER else contextlib.nullcontext()
    return context


def default_graph() -> Any:
    """Return the graph that is being built."""
    return ops.get_default_graph()


def is_symbolic(tensor: Tensor) -> bool:
    """Say whether a tensor belongs to a graph, and so has no value."""
    return not isinstance(tensor, ops.EagerTensor)


def function_name(function: Any) -> str:
    """Return the name by which TensorFlow's runtime knows a traced function."""
    name = function.name
    return name.decode() if isinstance(name, bytes) else str(name)


def function_graph(function: Any) -> Any:
    """Return the graph that a function was made from; None if it came from a file."""
    return getattr(function, "_cached_graph", None)


def is_compiled(function: Any) -> bool:
    """Say whether XLA compiles a function: it was made with `jit_compile=True`."""
    attribute = (getattr(function, "attributes", None) or {}).get("_XlaMustCompile")
    return bool(getattr(attribute, "b", attribute))


def node_name(outputs: Sequence[Tensor] | None) -> str:
    """Return the name of the node in the default graph that has just made these outputs."""
    if outputs:
        name: str = outputs[0].op.name
        return name
    nodes = default_graph().get_operations()
    return nodes[-1].name if nodes else ""


def called_function(graph: Any, name: str) -> Any:
    """Return the function of this name that a graph calls, or None."""
    while graph is not None:
        function = graph._get_function(name)
        if function is not None:
            return function
        graph = getattr(graph, "outer_graph", None)
    return None


@functools.cache
def _function_attrs(op: str) -> bool:
    definition = op_def_registry.get(op)
    return definition is not None and any("func" in attr.type for attr in definition.attr)


def calls_functions(operation: Any) -> bool:
    """Say whether an op runs functions that are its attributes, as one that goes through a dataset does."""
    return _function_attrs(operation.type)


def function_names(operation: Any) -> list[str]:
    """Return the names of the functions that are an op's attributes."""
    functions = [attr for attr in op_def_registry.get(operation.type).attr if "func" in attr.type]
    values = [operation.get_attr(attr.name) for attr in functions]
    return [one.name for value in values for one in (value if isinstance(value, list) else [value])]


def all_ops(graphs: Iterable[Any]) -> Iterator[Any]:
    """Yield the ops of graphs and of all that they call."""
    waiting, seen = list(graphs), set[int]()
    while waiting:
        graph = waiting.pop()
        if graph is not None and id(graph) not in seen:
            seen.add(id(graph))
            yield from graph.get_operations()
            waiting += map(generated_graph, graph._functions.values())


def function_with_outputs(function: Any, more: Sequence[Tensor]) -> Any:
    """Return a function of the same graph that returns `more` tensors; None if it would not be the same function."""
    graph = function.graph
    if (
        not function_name(function).startswith("__inference_")
        or function.attributes
        or len(function.function_type.flat_outputs) != len(graph.outputs)
    ):
        return None
    outputs = graph.outputs
    graph.outputs = [*outputs, *more]
    name = f"{function_name(function).rpartition('_')[0]}_{ops.uid()}"
    try:
        return atomic_function.from_func_graph(name, graph, {})
    except (AttributeError, TypeError, ValueError, KeyError, tf.errors.OpError):
        return None
    finally:
        graph.outputs = outputs


def rename_in_error(error: BaseException, ours: str, theirs: str) -> None:
    """Put the learner's function in place of ours in the message of TensorFlow's error."""
    take_out_of_error(error, re.escape(ours), theirs)


def take_out_of_error(error: BaseException, ours: str, theirs: str = "") -> None:
    """Take out of the message of TensorFlow's error what matches a pattern."""
    if isinstance(error, tf.errors.OpError):
        error._message = re.sub(ours, theirs, str(error._message))
        error.args = tuple(re.sub(ours, theirs, arg) if isinstance(arg, str) else arg for arg in error.args)


def generated_graph(function: Any) -> Any:
    """Return a function's graph, made from its definition if need be; None if it cannot be had."""
    try:
        return function.graph
    except (AttributeError, TypeError, ValueError, KeyError, tf.errors.OpError):
        return None


def function_definition(function: Any) -> Any:
    """Return the FunctionDef of a function."""
    return function.cached_definition


def graph_variables(graph: Any) -> list[Variable]:
    """Return the Variables that a graph reads, those that are still there."""
    return [variable for variable in (weak() for weak in graph._weak_variables) if variable is not None]


def variable_dtype(handle: Tensor) -> DType | None:
    """Return the dtype of the Variable behind a handle; None for the handle of anything else."""
    number = tensor_id(handle)
    if number not in _variable_dtypes:
        _variable_dtypes[number] = _variable_dtype(handle)
    return _variable_dtypes[number]


_variable_dtypes: dict[int, DType | None] = {}  # by TensorFlow's number of the handle, which no other ever has


def _variable_dtype(handle: Tensor) -> DType | None:
    data = getattr(handle, "_handle_data", None)
    if handle.dtype != tf.resource or data is None or not data.is_set or len(data.shape_and_type) != 1:
        return None
    return tf.as_dtype(data.shape_and_type[0].dtype)


def iterator_handle(iterator: Any) -> Tensor:
    """Return the handle by which TensorFlow's runtime knows an iterator."""
    handle: Tensor = iterator._iterator_resource
    return handle


def dataset_of(variant: Tensor) -> Any:
    """Return the dataset that a variant stands for: TensorFlow keeps no way there, so its holders are looked at."""
    holders = gc.get_referrers(variant)
    owners = [owner for holder in holders if isinstance(holder, dict) for owner in gc.get_referrers(holder)]
    return next(one for one in (*holders, *owners) if isinstance(one, tf.data.Dataset) and variant_of(one) is variant)


def variant_of(dataset: Any) -> Tensor:
    """Return the variant that stands for a dataset."""
    variant: Tensor = dataset._variant_tensor
    return variant


@contextlib.contextmanager
def unheard() -> Iterator[None]:
    """Run eager ops that no callback on this thread hears, and no tape."""
    callbacks = ops.context.context().op_callbacks
    held = list(callbacks)
    callbacks.clear()
    try:
        with record.stop_recording():
            yield
    finally:
        callbacks[:] = held


def read_unheard(handle: Tensor) -> Tensor | None:
    """Return the value of the Variable behind a handle, told to no tape and to no listener; None if it has none."""
    dtype = variable_dtype(handle)
    if dtype is None:
        return None
    attrs = ("dtype", dtype.as_datatype_enum)
    try:
        value: Tensor = execute.quick_execute("ReadVariableOp", 1, [handle], attrs, ops.context.context())[0]
    except tf.errors.OpError:
        return None
    return value


def read_all_unheard(handles: Sequence[Tensor]) -> list[Tensor | None]:
    """Return what `read_unheard` does for each handle, in one op where that goes."""
    dtypes = [variable_dtype(handle) for handle in handles]
    known = [(handle, dtype.as_datatype_enum) for handle, dtype in zip(handles, dtypes, strict=True) if dtype]
    attrs = ("N", len(known), "dtypes", [dtype for _, dtype in known])
    try:
        inputs = [handle for handle, _ in known]
        read = iter(execute.quick_execute("_ReadVariablesOp", len(known), inputs, attrs, ops.context.context()))
    except (tf.errors.OpError, TypeError, ValueError):  # one of them has no value yet; or this TensorFlow lacks the op
        return [read_unheard(handle) for handle in handles]
    return [next(read) if dtype else None for dtype in dtypes]


def eager_attrs(operation: Any) -> tuple[Any, ...]:
    """Return the attributes of a graph's op as the eager runtime takes them."""
    definition = op_def_registry.get(operation.type)
    flat: list[Any] = []
    for attr in definition.attr:
        flat += [attr.name, _eager_attr(operation.get_attr(attr.name))]
    return tuple(flat)


def _eager_attr(value: Any) -> Any:
    if isinstance(value, list):
        return [_eager_attr(one) for one in value]
    if isinstance(value, tf.DType):
        return value.as_datatype_enum
    if isinstance(value, tensor_shape_pb2.TensorShapeProto):
        return None if value.unknown_rank else [dim.size for dim in value.dim]
    if isinstance(value, attr_value_pb2.NameAttrList):
        return value.name
    return value


def constant_value(operation: Any) -> Tensor:
    """Return the value of a Const op."""
    proto = operation.get_attr("value")
    value: Tensor = ops.convert_to_tensor(tensor_util.MakeNdarray(proto), dtype=tf.as_dtype(proto.dtype))
    return value
