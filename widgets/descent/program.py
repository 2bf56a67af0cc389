"""A learner's f as a graph: from x to y and the gradient of a real tape, for one path or for many side by side.

Side by side, the paths are the last axis: x[0] is then the first number of every path.
"""

import dataclasses
from functools import cached_property

import tensorflow as tf

from widgets.descent import graph_analysis as reading
from widgets.descent import rewriting

_READS = {"ReadVariableOp", "Placeholder"}


@dataclasses.dataclass(frozen=True)
class Part:
    """What some ends of a program need, to be put into any other graph.

    Attributes:
        definition: TensorFlow's GraphDef.
        names: of its inputs: x, and what f sees besides.
        seen: what f sees besides.
        ends: names of its outputs.
        bases: the shape of each of them that is neither y nor a gradient, but what was squared.
    """

    definition: tf.compat.v1.GraphDef
    names: tuple[str, ...]
    seen: tuple
    ends: tuple[str, ...]
    bases: tuple = ()

    def __call__(self, x):
        """Compute the ends at x in the graph that is being traced. Raises ValueError if they take no x of its shape."""
        inputs = x, *map(tf.identity, self.seen)
        return tf.graph_util.import_graph_def(self.definition, dict(zip(self.names, inputs, strict=True)), self.ends)


class Program:
    """f and its gradient, traced for x of one shape.

    Attributes:
        shape: of x and the gradient.
        shape_of_y: (paths,), or () for one path as f alone would have it.
    """

    def __init__(self, f, dimensions, dtype, paths=None):
        """Trace f for x of shape (*dimensions,) or (*dimensions, paths). What f raises then is raised here."""
        self.shape_of_y = () if paths is None else (paths,)
        self.shape = (*dimensions, *self.shape_of_y)

        def step(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = f(x)
            gradient = tape.gradient(y, x)
            if not tf.is_tensor(gradient) or isinstance(gradient, tf.IndexedSlices):
                raise ValueError("the gradient of f is no plain tensor")  # Keras treats a sparse one otherwise
            return tf.convert_to_tensor(y), gradient

        spec = tf.TensorSpec(self.shape, dtype)
        self._traced = tf.function(step, autograph=False).get_concrete_function(spec)
        if self._traced.outputs[0].shape != self.shape_of_y:
            raise ValueError("f does not give one y for each path")

    @cached_property
    def fingerprint(self):
        """What is equal for programs that compute the same with the same Variables."""
        definition = self.definition.SerializeToString(deterministic=True)
        return definition, tuple(map(id, self._traced.captured_inputs)), self.shape_of_y

    def company(self):
        """Return what company does (kernels.py) to y and to the gradient; raise reading.Unfit if they can have none."""
        return [reading.worst(self._traced.inputs[0], [end]) for end in self._traced.outputs]

    def does_more(self):
        """Say whether f draws random numbers, prints, assigns, or calls or branches into graphs of their own."""
        graph = self._traced.graph.get_operations()
        stateful = any(op.op_def.is_stateful and op.type not in _READS for op in graph)
        return stateful or bool(self.definition.library.function)

    @property
    def step(self):
        """The Part that gives y and the gradient."""
        return self._part(self._traced.outputs)

    @property
    def slope(self):
        """The Part that gives the gradient."""
        return self._part(self._traced.outputs[1:])

    def row(self, squared=False):
        """Return the Part that gives y, also of more paths than were traced, as far as f does not mind their number.

        If it is to be `squared`, it takes squares where f says pow(x, 2), and gives what it squares as well.
        """
        y = self._traced.outputs[0]
        powers = reading.powers([y], 2.0) if squared else []
        bases = [op.inputs[0] for op in powers if op.inputs[0].op is not self._traced.inputs[0].op]
        return self._part([y, *bases], powers, tuple(base.shape for base in bases))

    @cached_property
    def definition(self):
        """The graph as it was traced: TensorFlow's GraphDef."""
        definition = self._traced.graph.as_graph_def()
        for node in definition.node:
            node.attr.pop("_gradient_op_type", None)  # numbered anew in every trace, and of no use any more
        return definition

    def _part(self, ends, squares=(), bases=()):
        definition = self._rewritten(squares)
        rewriting.prune(definition, _names(end.op for end in (self._traced.inputs[0], *ends)))
        nodes = {node.name for node in definition.node}
        inputs = zip(self._traced.inputs, (None, *self._traced.captured_inputs), strict=True)
        names, (_x, *seen) = zip(*((end.name, value) for end, value in inputs if end.op.name in nodes), strict=True)
        return Part(definition, names, tuple(seen), tuple(end.name for end in ends), bases)

    def _rewritten(self, squares=()):
        definition = type(self.definition)()
        definition.CopyFrom(self.definition)
        rewriting.in_order(definition)
        if self.shape_of_y:
            rewriting.cheaper(definition, _names(reading.powers(self._traced.outputs, 1.0)), "Identity")
        rewriting.cheaper(definition, _names(squares), "Square")
        return definition


def _names(operations):
    return {op.name for op in operations}
