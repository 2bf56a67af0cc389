"""Rewritings of a traced graph that keep every bit; what adds nodes to it; and how to run it as it is written."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Array, Tensor
from widgets.descent.paths.batch_exactness import Operation

GraphDef: TypeAlias = Any
"""A `tf.compat.v1.GraphDef`: a graph as a protocol buffer."""

_Terms: TypeAlias = "list[str | _Terms]"  # names of tensors to add up, and lists of them that are added up first

_ADDN_GROUP = 8  # AddN adds eight inputs at a time to what it has
_INT32 = tf.int32.as_datatype_enum


def add_in_eager_order(definition: GraphDef) -> None:
    """Turn every AddN of three or more tensors into AddNs of two, in the order in which it adds eagerly.

    The tape adds up a number's gradients with AddN. In a graph that may begin with whichever input's memory it can
    reuse, and then the last bits of a + b + c differ. The sum of two is the same in either order.
    """
    for node in [node for node in definition.node if node.op == "AddN" and len(node.input) > 2]:
        names = [name for name in node.input if not name.startswith("^")]
        controls = [name for name in node.input if name.startswith("^")]
        *others, last = _eager_order(names)
        total, last = _sum(definition, node, others), _sum(definition, node, [last])
        node.attr["N"].i = 2
        del node.input[:]
        node.input.extend([total, last, *controls])


def _eager_order(names: list[str]) -> _Terms:
    """Return names, and lists of names that are added up first: AddN adds groups of eight to what is left over."""
    first = len(names) % _ADDN_GROUP
    first = first + _ADDN_GROUP if first < 2 else first
    terms: _Terms = [*names[:first]]
    terms += [list(names[at : at + _ADDN_GROUP]) for at in range(first, len(names), _ADDN_GROUP)]
    return terms


def _sum(definition: GraphDef, node: Any, terms: _Terms) -> str:
    """Add up names, and lists of names before that, from left to right; return the name of the sum."""
    names = [_sum(definition, node, term) if isinstance(term, list) else term for term in terms]
    return functools.reduce(functools.partial(_sum_of_two, definition, node), names)


def _sum_of_two(definition: GraphDef, node: Any, left: str, right: str) -> str:
    """Add an AddN of two to the definition; return its name."""
    pair = definition.node.add()
    pair.CopyFrom(node)
    pair.name = f"{node.name}/pair_{len(definition.node)}"
    pair.attr["N"].i = 2
    del pair.input[:]
    pair.input.extend([left, right])
    name: str = pair.name
    return name


def replace_powers(definition: GraphDef, powers: Iterable[Operation], op_type: str) -> None:
    """Turn powers with a constant exponent into a cheaper operation of one input."""
    names = {op.name for op in powers}
    for node in definition.node:
        if node.name in names:
            node.op = op_type
            del node.input[1:]


def multiply_in_batches(definition: GraphDef) -> None:
    """Turn products of matrices into batches of one. Mapped, a batch multiplies path by path, a MatMul all at once."""
    for node in [node for node in definition.node if node.op == "MatMul"]:
        transposed, kind = [node.attr[side].b for side in ("transpose_a", "transpose_b")], node.attr["T"].type
        replace(node, "BatchMatMulV2", node.input, T=kind)
        node.attr["adj_x"].b, node.attr["adj_y"].b = transposed


def prune(definition: GraphDef, names: set[str]) -> None:
    """Remove all nodes that the nodes of these names do not need."""
    inputs = {node.name: [name.removeprefix("^").partition(":")[0] for name in node.input] for node in definition.node}
    needed: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting.extend(inputs[name])
    for at in reversed(range(len(definition.node))):
        if definition.node[at].name not in needed:
            del definition.node[at]


def canonical(definition: GraphDef) -> bytes:
    """Return what is equal for two traces of one function: a graph whose names are numbers. TensorFlow's are not."""
    copy = type(definition)()
    copy.CopyFrom(definition)
    names = {node.name: f"{at}" for at, node in enumerate(copy.node)}
    for node in copy.node:
        node.name = names[node.name]
        node.input[:] = [_renamed(name, names) for name in node.input]
    for function in copy.library.function:  # their wiring has names of its own
        function.signature.Clear()
        function.ret.clear()
        function.attr.clear()
        for node in function.node_def:
            node.name = ""
            del node.input[:]
    for node in [*copy.node, *(node for function in copy.library.function for node in function.node_def)]:
        node.ClearField("experimental_debug_info")
        for attribute in node.attr.values():
            kind = attribute.WhichOneof("value")  # to ask for another would make it one
            for called in attribute.list.func if kind == "list" else [attribute.func] * (kind == "func"):
                called.name = ""
    functions = sorted(function.SerializeToString(deterministic=True) for function in copy.library.function)
    del copy.library.function[:]
    return b"".join([copy.SerializeToString(deterministic=True), *functions])


def _renamed(name: str, names: dict[str, str]) -> str:
    control = "^" * name.startswith("^")
    whole, colon, output = name.removeprefix("^").partition(":")
    return f"{control}{names[whole]}{colon}{output}"


def fold_whole_numbers(definition: GraphDef, ops: Sequence[Operation]) -> dict[str, Array]:
    """Turn what computes known integers, such as shapes, into constants: each node of a step costs time.

    Args:
        definition: the graph, rewritten in place.
        ops: its operations, as they were traced.

    Returns:
        The integers by the names of their operations.
    """
    nodes = {node.name: node for node in definition.node}
    known: dict[str, Array] = {}
    fixed: set[Operation] = set()  # needs nothing that is fed or changes
    waiting: list[Operation] = []
    for op in ops:
        whole = op.name in nodes and len(op.outputs) == 1 and op.outputs[0].dtype.is_integer
        value = tf.get_static_value(op.outputs[0]) if whole else None
        if value is not None:
            known[op.name] = value
        if value is not None or op.type == "Const" or (op.inputs and fixed.issuperset(t.op for t in op.inputs)):
            fixed.add(op)
            waiting += [op] * (whole and value is None and not op.op_def.is_stateful)
    for name, value in known.items():
        _make_constant(nodes[name], value)
    if waiting:
        names = [op.outputs[0].name for op in waiting]
        copy = type(definition)()
        copy.CopyFrom(definition)
        prune(copy, {op.name for op in waiting})
        run = tf.compat.v1.wrap_function(lambda: tf.graph_util.import_graph_def(copy, {}, names), [])
        for op, value in zip(waiting, run(), strict=True):
            known[op.name] = value.numpy()
            _make_constant(nodes[op.name], known[op.name])
    return known


def _make_constant(node: Any, value: npt.ArrayLike) -> None:
    if node.op != "Const":
        array = np.asarray(value)
        replace(node, "Const", (), dtype=tf.as_dtype(array.dtype).as_datatype_enum)
        node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(array))


def replace(node: Any, op_type: str, inputs: Iterable[str], **types: int) -> None:
    """Make a node another operation, under its old name, so that what reads it need not be told."""
    names = [str(name) for name in inputs]
    for name in list(node.attr):
        del node.attr[name]
    del node.input[:]
    node.op = op_type
    node.input.extend(names)
    for name, kind in types.items():
        node.attr[name].type = kind


class NodeAdder:
    """Adds nodes to a definition, named after the one that they replace.

    Args:
        definition: the graph.
        prefix: what their names begin with.
    """

    def __init__(self, definition: GraphDef, prefix: str) -> None:
        self._definition, self._prefix, self._count = definition, prefix, 0

    def add(self, op_type: str, inputs: Iterable[str], **types: int) -> Any:
        """Add a node; return it."""
        node = self._definition.node.add()
        self._count += 1
        node.name, node.op = f"{self._prefix}/alone_{self._count}", op_type
        node.input.extend(inputs)
        for name, kind in types.items():
            node.attr[name].type = kind
        return node

    def like(self, node: Any, inputs: Iterable[str]) -> str:
        """Add a node of the same operation with other inputs; return its name."""
        copy = self.add(node.op, inputs)
        for name in node.attr:
            if not name.startswith("_"):
                copy.attr[name].CopyFrom(node.attr[name])
        name = copy.name
        return str(name)

    def splice(self, function: Callable[..., Tensor], names: Sequence[str], like: Sequence[Tensor]) -> str:
        """Add the operations of a function of tensors; return the name of what it returns.

        Args:
            function: called once, with tensors shaped as those of `like`.
            names: of the tensors that it is to be given.
            like: of the same dtypes and shapes.

        Returns:
            The name of its tensor.
        """
        with tf.Graph().as_default() as graph:
            inputs = [tf.compat.v1.placeholder(tensor.dtype, tensor.shape) for tensor in like]
            result = function(*inputs)
        given = {tensor.op.name: name for tensor, name in zip(inputs, names, strict=True)}
        self._count += 1
        prefix = f"{self._prefix}/alone_{self._count}"
        for inner in graph.as_graph_def().node:
            if inner.name not in given:
                node = self._definition.node.add()
                node.CopyFrom(inner)
                node.name = f"{prefix}/{inner.name}"
                node.input[:] = [given.get(name, f"{prefix}/{name}") for name in inner.input]
        return f"{prefix}/{result.name.removesuffix(':0')}"

    def whole_numbers(self, numbers: npt.ArrayLike) -> str:
        """Add a constant of int32; return its name."""
        node = self.add("Const", (), dtype=_INT32)
        node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(numbers, tf.int32))
        return str(node.name)

    def reshape(self, name: str, shape: Sequence[int], kind: int) -> str:
        """Add a Reshape; return its name."""
        return str(self.add("Reshape", [name, self.whole_numbers(shape)], T=kind, Tshape=_INT32).name)

    def broadcast(self, name: str, shape: Sequence[int], kind: int) -> str:
        """Add a BroadcastTo; return its name."""
        return str(self.add("BroadcastTo", [name, self.whole_numbers(shape)], T=kind, Tidx=_INT32).name)

    def split(self, name: str, sizes: Sequence[int], axis: int, kind: int) -> list[str]:
        """Add a split into parts of these sizes; return their names."""
        if len(sizes) == 1:
            return [name]
        inputs = [name, self.whole_numbers(sizes), self.whole_numbers(axis)]
        node = self.add("SplitV", inputs, T=kind, Tlen=_INT32)
        node.attr["num_split"].i = len(sizes)
        return [f"{node.name}:{at}" for at in range(len(sizes))]

    def unpack(self, name: str, count: int, axis: int, kind: int) -> list[str]:
        """Add an Unpack; return the names of its parts."""
        node = self.add("Unpack", [name], T=kind)
        node.attr["num"].i, node.attr["axis"].i = count, axis
        return [f"{node.name}:{at}" for at in range(count)]

    def concat(self, names: Sequence[str], axis: int, kind: int) -> str:
        """Add a concatenation; return its name."""
        if len(names) == 1:
            return names[0]
        node = self.add("ConcatV2", [*names, self.whole_numbers(axis)], T=kind, Tidx=_INT32)
        node.attr["N"].i = len(names)
        return str(node.name)


_options = threading.RLock()


@contextlib.contextmanager
def grappler_disabled() -> Iterator[None]:
    """Have TensorFlow run a graph as it was written.

    Its optimizer, Grappler (https://www.tensorflow.org/guide/graph_optimization), would make pow(x, 2) a square, and
    more, which changes last bits. The switch is one for all of TensorFlow, so it is held only while we run.
    """
    with _options:
        before = tf.config.optimizer.get_experimental_options().get("disable_meta_optimizer", False)
        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
        try:
            yield
        finally:
            tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": before})
