"""A learner's f as a graph: from x to y and the gradient of a real tape, for one path or for many side by side.

Side by side, the paths are the last axis: x[0] is then the first number of every path.
"""

import copy
from functools import cached_property

import numpy as np
import tensorflow as tf

from widgets.descent import reading, rewriting

_READS = {"ReadVariableOp", "Placeholder"}


class Program:
    """f and its gradient, traced for x of one shape.

    Attributes:
        shape: of x and the gradient.
        shape_of_y: (paths,), or () for one path as f alone would have it.
        bases: the shape of each base, other than x, of a square that was written as a power, in what `squared` returns.
    """

    bases = ()

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
        self._squared = False

    def __call__(self, x):
        """Return y and the gradient at x, and the bases."""
        return self._step(x)

    @cached_property
    def fingerprint(self):
        """What is equal for programs that compute the same with the same Variables."""
        definition = self.definition.SerializeToString(deterministic=True)
        return definition, tuple(map(id, self._traced.captured_inputs)), self.shape_of_y, self._squared

    def company(self):
        """Return what company does (kernels.py) to y and to the gradient; raise reading.Unfit if they can have none."""
        return [reading.worst(self._traced.inputs[0], [end]) for end in self._traced.outputs]

    def squared(self):
        """Return a copy that takes squares where f says pow(x, 2), and also returns of what: its `bases`."""
        copied = copy.copy(self)
        for name in ("_step", "fingerprint"):
            vars(copied).pop(name, None)
        copied._squared, copied.bases = True, tuple(tensor.shape for tensor in self._squares)
        return copied

    def does_more(self):
        """Say whether f draws random numbers, prints, assigns, or calls or branches into graphs of their own."""
        graph = self._traced.graph.get_operations()
        stateful = any(op.op_def.is_stateful and op.type not in _READS for op in graph)
        return stateful or bool(self.definition.library.function)

    def agrees(self, f, start):
        """Say whether it gives about what f gives eagerly, at the start and elsewhere: f may look at the shape of x."""
        places = start, np.asarray(0.7 - start / 2, start.dtype)
        return all(_about_equal(self(tf.constant(self._all_at(place))), _eagerly(f, place)) for place in places)

    def _all_at(self, place):
        return np.broadcast_to(place.T, self.shape[::-1]).T  # an axis that is added is the last

    @cached_property
    def definition(self):
        """The graph as it was traced: TensorFlow's GraphDef."""
        definition = self._traced.graph.as_graph_def()
        for node in definition.node:
            node.attr.pop("_gradient_op_type", None)  # numbered anew in every trace, and of no use any more
        return definition

    @property
    def _squares(self):
        bases = [op.inputs[0] for op in reading.powers(self._traced.outputs[:1], 2.0)]
        return [base for base in bases if base.op is not self._traced.inputs[0].op]

    @cached_property
    def _step(self):
        """Return what runs: the graph that was traced, or a rewritten one where that makes a difference."""
        definition = self._rewritten()
        if definition == self.definition:
            return self._traced
        names = [tensor.name for tensor in self._traced.inputs]
        ends = [tensor.name for tensor in (*self._traced.outputs, *self._squares[: len(self.bases)])]

        def step(*inputs):
            return tf.graph_util.import_graph_def(definition, dict(zip(names, inputs, strict=True)), ends)

        specs = [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in self._traced.inputs]
        run = tf.function(step, autograph=False).get_concrete_function(*specs)
        return lambda x: run(x, *self._traced.captured_inputs)

    def _rewritten(self):
        definition, (y, _) = type(self.definition)(), self._traced.outputs
        definition.CopyFrom(self.definition)
        rewriting.in_order(definition)
        if self.shape_of_y:
            rewriting.cheaper(definition, _names(reading.powers(self._traced.outputs, 1.0)), "Identity")
        if self._squared:
            rewriting.cheaper(definition, _names(reading.powers([y], 2.0)), "Square")
        return definition


def _names(operations):
    return {op.name for op in operations}


def _eagerly(f, place):
    """Return y and the gradient at a place, or nothing where f cannot be computed."""
    x = tf.Variable(place)
    try:
        with tf.GradientTape() as tape:
            y = f(x)
        return np.asarray(y), np.asarray(tape.gradient(y, x))
    except Exception:
        return ()


def _about_equal(ours, theirs):
    pairs = zip(ours, theirs, strict=False)
    return all(np.allclose(mine.numpy().T, their.T, rtol=1e-3, equal_nan=True) for mine, their in pairs)
