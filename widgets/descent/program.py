"""A learner's f as a graph: from x to y and the gradient of a real tape, for one path or for many side by side.

Side by side, the paths are the last axis: x[0] is then the first number of every path.
"""

import tensorflow as tf

from widgets.descent import reading, rewriting

_READS = {"ReadVariableOp", "Placeholder"}
_CALLS = {"PartitionedCall", "StatefulPartitionedCall"}


class Program:
    """f and its gradient, traced for x of one shape; called with an x, it returns y and the gradient there.

    Attributes:
        shape: of x and the gradient.
        shape_of_y: (paths,), or () for one path as f alone would have it.
        fingerprint: equal for programs that compute the same with the same Variables.
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
        self._definition = self._traced.graph.as_graph_def()
        self.fingerprint = self._fingerprint()
        self._step = self._rewritten() if rewriting.in_order(self._definition) else self._traced

    def __call__(self, x):
        """Return y and the gradient at x."""
        return self._step(x)

    def company(self):
        """Return what company does to y and the gradient (kernels.py), and the operation's name; or raise Unfit."""
        return reading.worst(self._traced.inputs[0], self._traced.outputs)

    def does_more(self):
        """Say whether f draws random numbers, prints, assigns, or calls or branches into graphs of their own."""
        graph = self._traced.graph.get_operations()
        stateful = any(op.op_def.is_stateful and op.type not in _READS for op in graph)
        return stateful or bool(self._definition.library.function)

    def _fingerprint(self):
        for node in self._definition.node:
            node.attr.pop("_gradient_op_type", None)  # numbered anew in every trace, and of no use any more
        captured = tuple(map(id, self._traced.captured_inputs))
        return self._definition.SerializeToString(deterministic=True), captured

    def _rewritten(self):
        """Return the step with the definition as it is by now."""
        names = [tensor.name for tensor in self._traced.inputs]
        ends = [tensor.name for tensor in self._traced.outputs]

        def step(*inputs):
            return tf.graph_util.import_graph_def(self._definition, dict(zip(names, inputs, strict=True)), ends)

        specs = [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in self._traced.inputs]
        rewritten = tf.function(step, autograph=False).get_concrete_function(*specs)
        return lambda x: rewritten(x, *self._traced.captured_inputs)
