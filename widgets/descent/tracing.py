"""A learner's f as a traced graph: from x to y and the gradient of a real tape, for one path or for a batch of paths.

In a batch, the paths are the last axis: x[0] is then the first number of every path. The graph is rewritten to compute
what the same code computes eagerly, or the same in less time.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, TypeAlias

import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.descent.batch_exactness import BatchEffect, Operation, constant_powers, least_exact_op

GraphDef: TypeAlias = Any
"""A `tf.compat.v1.GraphDef`: a graph as a protocol buffer."""

Shape: TypeAlias = tuple[int, ...]
_Terms: TypeAlias = "list[str | _Terms]"  # names of tensors to add up, and lists of them that are added up first

_READS = {"ReadVariableOp", "Placeholder"}
_ADDN_GROUP = 8  # AddN adds eight inputs at a time to what it has


@dataclasses.dataclass(frozen=True)
class Subgraph:
    """What some outputs of a traced step need, to be put into any other graph.

    Attributes:
        definition: the graph.
        names: of its inputs: x, then what f captured.
        captured: the tensors and Variables that f captured.
        ends: names of its outputs.
        bases: the shape of each output that is neither y nor a gradient, but what was squared.
    """

    definition: GraphDef
    names: tuple[str, ...]
    captured: tuple[Tensor, ...]
    ends: tuple[str, ...]
    bases: tuple[Shape, ...] = ()

    def __call__(self, x: Tensor) -> list[Tensor]:
        """Compute the outputs at x in the graph that is being traced. A ValueError means that x has a wrong shape."""
        inputs = x, *map(tf.identity, self.captured)
        feeds = dict(zip(self.names, inputs, strict=True))
        outputs: list[Tensor] = tf.graph_util.import_graph_def(self.definition, feeds, self.ends)
        return outputs


class TracedStep:
    """f and its gradient, traced for x of one shape.

    What f raises while it is traced is raised here.

    Args:
        f: the learner's function.
        dimensions: the shape of one x: () for a number.
        dtype: of x.
        paths: how many paths a batch has; None for one path, as f is written.

    Attributes:
        shape: of x and the gradient: (*dimensions,) or (*dimensions, paths).
        shape_of_y: (paths,), or () for one path.
    """

    def __init__(self, f: Callable[[Tensor], Tensor], dimensions: Shape, dtype: str, paths: int | None = None) -> None:
        self.shape_of_y: Shape = () if paths is None else (paths,)
        self.shape = (*dimensions, *self.shape_of_y)

        def step(x: Tensor) -> tuple[Tensor, Tensor]:
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = f(x)
            gradient = tape.gradient(y, x)
            if not tf.is_tensor(gradient) or isinstance(gradient, tf.IndexedSlices):
                raise ValueError("the gradient of f is not a dense tensor")  # Keras treats a sparse one differently
            return tf.convert_to_tensor(y), gradient

        spec = tf.TensorSpec(self.shape, dtype)
        self._traced = tf.function(step, autograph=False).get_concrete_function(spec)
        if self._traced.outputs[0].shape != self.shape_of_y:
            raise ValueError("f does not return one y for each path")

    @cached_property
    def fingerprint(self) -> tuple[bytes, tuple[int, ...], Shape]:
        """What is equal for steps that compute the same with the same Variables."""
        definition = self.definition.SerializeToString(deterministic=True)
        return definition, tuple(map(id, self._traced.captured_inputs)), self.shape_of_y

    def batch_effects(self) -> list[tuple[BatchEffect, str]]:
        """Return the least exact operation of y and of the gradient. NotBatchable says that paths could mix."""
        return [least_exact_op(self._traced.inputs[0], [end]) for end in self._traced.outputs]

    def has_side_effects(self) -> bool:
        """Return whether f draws random numbers, prints, assigns, or calls or branches into graphs of their own."""
        operations = self._traced.graph.get_operations()
        stateful = any(op.op_def.is_stateful and op.type not in _READS for op in operations)
        return stateful or bool(self.definition.library.function)

    @property
    def value_and_gradient(self) -> Subgraph:
        """The part that computes y and the gradient."""
        return self._part(self._traced.outputs)

    @property
    def gradient(self) -> Subgraph:
        """The part that computes the gradient."""
        return self._part(self._traced.outputs[1:])

    def value(self, squared: bool = False) -> Subgraph:
        """Return the part that computes y, also of more paths than were traced, unless f depends on their number.

        With `squared` it computes squares where f says pow(x, 2), and returns what is squared besides x after y.
        """
        y = self._traced.outputs[0]
        powers = constant_powers([y], 2.0) if squared else []
        bases = [op.inputs[0] for op in powers if op.inputs[0].op is not self._traced.inputs[0].op]
        return self._part([y, *bases], powers, tuple(base.shape for base in bases))

    @cached_property
    def definition(self) -> GraphDef:
        """The graph as it was traced."""
        definition = self._traced.graph.as_graph_def()
        for node in definition.node:
            node.attr.pop("_gradient_op_type", None)  # a new number in every trace, no longer needed
        return definition

    def _part(
        self, ends: Sequence[Tensor], squares: Sequence[Operation] = (), bases: tuple[Shape, ...] = ()
    ) -> Subgraph:
        definition = self._rewritten(squares)
        _prune(definition, {end.op.name for end in (self._traced.inputs[0], *ends)})
        nodes = {node.name for node in definition.node}
        inputs = zip(self._traced.inputs, (None, *self._traced.captured_inputs), strict=True)
        names, (_x, *captured) = zip(*((end.name, value) for end, value in inputs if end.op.name in nodes), strict=True)
        return Subgraph(definition, names, tuple(captured), tuple(end.name for end in ends), bases)

    def _rewritten(self, squares: Sequence[Operation]) -> GraphDef:
        definition = type(self.definition)()
        definition.CopyFrom(self.definition)
        add_in_eager_order(definition)
        if self.shape_of_y:
            _replace_powers(definition, constant_powers(self._traced.outputs, 1.0), "Identity")
        _replace_powers(definition, squares, "Square")
        return definition


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


def _replace_powers(definition: GraphDef, powers: Iterable[Operation], op_type: str) -> None:
    """Turn powers with a constant exponent into a cheaper operation of one input."""
    names = {op.name for op in powers}
    for node in definition.node:
        if node.name in names:
            node.op = op_type
            del node.input[1:]


def _prune(definition: GraphDef, names: set[str]) -> None:
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
