"""A traced step mapped over all paths at once, by tf.vectorized_map, with the bits that each path has alone.

This is for an f that is written for one x: a mean over data, a product with a matrix, a branch. The paths are the first
axis. (An f of numbers alone takes the x of all paths as it is, along the last axis: see tracing.)
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Array, Floats, Tensor
from widgets.common.tensorflow_log import quiet
from widgets.descent.paths.graph_rewrites import fold_whole_numbers, grappler_disabled
from widgets.descent.paths.path_kernels import compute_as_alone, unknown_kinds
from widgets.descent.paths.tracing import Shape, TracedStep, definition_of, part_of
from widgets.descent.paths.unmapped_operations import take_apart


class VectorizedStep:
    """f and its gradient for many paths, the first axis. What cannot be mapped raises whatever TensorFlow raises.

    Args:
        step: traced for one path.
        dtype: of x.
        paths: how many.

    Attributes:
        shape: of x and the gradient: (paths, *dimensions).
        shape_of_y: (paths,).
        draws: as in TracedStep.
        alone: the step of one path.
        rows: how many examples a mini-batch has; None where f sees all of its data.
        value_and_gradient: the part that computes y and the gradient.
        unknown: kinds of operations of which it is not known that they keep each path's bits.
    """

    def __init__(self, step: TracedStep, dtype: str, paths: int) -> None:
        self.shape: Shape = (paths, *step.shape)
        self.shape_of_y: Shape = (paths,)
        self.draws, self.alone, self.rows = step.draws, step, step.rows
        part = step.mappable
        one = step.function if step.calls_functions else part  # inner graphs need the real one

        def mapped(x: Tensor, *batch: Tensor) -> tuple[Tensor, ...]:
            results: tuple[Tensor, ...] = tf.vectorized_map(lambda path: tuple(one(path, *batch)), x)
            return results

        with quiet(logging.CRITICAL):  # an operation that cannot be mapped is no error of the learner's
            specs = [tf.TensorSpec(self.shape, dtype), *([tf.TensorSpec((self.rows,), tf.int32)] if self.rows else [])]
            self._traced = tf.function(mapped, autograph=False).get_concrete_function(*specs)
        graph = self._traced.graph
        definition = definition_of(self._traced)
        known = fold_whole_numbers(definition, graph.get_operations())
        if not step.calls_functions:  # f's own loops are none over paths
            take_apart(definition, graph, paths)
        part_of(self._traced, definition, self._traced.outputs)  # what is not needed need not be rewritten
        names = {node.name for node in part.definition.node}
        inner = (node.op for function in definition.library.function for node in function.node_def)
        kinds = {*inner, *(node.op for node in definition.node)}
        self.unknown = unknown_kinds([op for op in step.operations if op.name in names], kinds, paths)
        self.unknown |= compute_as_alone(definition, self._traced.inputs[0], paths, known, step.calls_functions)
        self.value_and_gradient = part_of(self._traced, definition, self._traced.outputs)
        self._definition = definition

    @property
    def fingerprint(self) -> tuple[object, ...]:
        """What is equal for steps that compute the same with the same Variables."""
        return self.alone.fingerprint, self.shape

    def values(self, points: Floats) -> Array:
        """Return y at many points, (n, *dimensions), each in the bits that it has alone."""
        paths = self.shape[0]
        filled = np.resize(points, (-(-len(points) // paths) * paths, *self.shape[1:])).reshape(-1, *self.shape)
        with grappler_disabled():
            values = np.concatenate([self._value(tf.constant(chunk)).numpy() for chunk in filled])
        return values[: len(points)]

    @cached_property
    def _value(self) -> Callable[[Tensor], Tensor]:
        definition = type(self._definition)()
        definition.CopyFrom(self._definition)
        part = part_of(self._traced, definition, self._traced.outputs[:1])
        traced = tf.function(lambda x: part(x)[0], autograph=False)
        value: Callable[[Tensor], Tensor] = traced.get_concrete_function(
            tf.TensorSpec(self.shape, self._traced.inputs[0].dtype)
        )
        return value
