"""A traced step mapped over all paths at once, by tf.vectorized_map, with the bits that each path has alone.

This is for an f that is written for one x: a mean over data, a product with a matrix, a branch. The paths are the first
axis. (An f of numbers alone takes the x of all paths as it is, along the last axis: see tracing.)
"""

from __future__ import annotations

from functools import cached_property

import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.common.tensorflow_log import quiet
from widgets.descent.graph_rewrites import fold_whole_numbers
from widgets.descent.path_kernels import compute_as_alone, unknown_kinds
from widgets.descent.tracing import Shape, Subgraph, TracedStep, part_of


class VectorizedStep:
    """f and its gradient for many paths, the first axis. What cannot be mapped raises whatever TensorFlow raises.

    Args:
        step: traced for one path.
        dtype: of x.
        paths: how many.

    Attributes:
        shape: of x and the gradient: (paths, *dimensions).
        shape_of_y: (paths,).
        is_sparse: as in TracedStep.
        draws: as in TracedStep.
        alone: the step of one path.
        unknown: kinds of operations of which it is not known that they keep each path's bits.
    """

    def __init__(self, step: TracedStep, dtype: str, paths: int) -> None:
        self.shape: Shape = (paths, *step.shape)
        self.shape_of_y: Shape = (paths,)
        self.is_sparse, self.draws, self.alone = step.is_sparse, step.draws, step
        one = step.mappable

        def mapped(x: Tensor) -> tuple[Tensor, ...]:
            results: tuple[Tensor, ...] = tf.vectorized_map(lambda row: tuple(one(row)), x)
            return results

        with quiet():
            spec = tf.TensorSpec(self.shape, dtype)
            self._traced = tf.function(mapped, autograph=False).get_concrete_function(spec)
        self.unknown = unknown_kinds([*step.operations, *self._traced.graph.get_operations()])

    @property
    def fingerprint(self) -> tuple[object, ...]:
        """What is equal for steps that compute the same with the same Variables."""
        return self.alone.fingerprint, self.shape

    @cached_property
    def value_and_gradient(self) -> Subgraph:
        """The part that computes y and the gradient."""
        graph, ends = self._traced.graph, self._traced.outputs
        definition = graph.as_graph_def()
        for node in definition.node:
            node.attr.pop("_gradient_op_type", None)
        fold_whole_numbers(definition, {op.name: op for op in graph.get_operations()})
        part_of(self._traced, definition, ends)  # what is not needed need not be rewritten
        compute_as_alone(definition, self._traced.inputs[0], self.shape[0])
        return part_of(self._traced, definition, ends)
