"""Feature scaling of a loss over data: which of its arrays are features, read from its own graph; and the scaling.

An array is one of features if it is multiplied with parameters before it meets any other array. Only what is certain is
scaled, and a sentence says why where it is not.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterable
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Floats, Tensor
from widgets.common.catalogue import _
from widgets.common.tensorflow_log import quiet
from widgets.descent.losses.branches import every_way
from widgets.descent.losses.loss import Loss

_PRODUCTS = {"Mul", "MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum"}
_DIFFERENCES = {"Sub", "SquaredDifference"}
_LOGARITHMS = {"Log", "Log1p", "LogSoftmax", "Softplus"}
_CROSS_ENTROPIES = {"SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits"}
_WITHOUT_VALUES = {"Shape", "ShapeN", "Size", "Rank", "ZerosLike", "OnesLike"}
_COMPARED_WITH_0 = {"GreaterEqual", "Greater", "Relu", "Maximum"}  # what TensorFlow does with logits, too
_SLOW_S = 1.0
_SUBGRAPHS = {"PartitionedCall", "StatefulPartitionedCall", "If", "StatelessIf", "While", "StatelessWhile"}


def standardized(features: tf.Tensor) -> tf.Tensor:
    """Scale each column to mean 0 and standard deviation 1; a constant column stays as it is."""
    varies = tf.reduce_max(features, 0) > tf.reduce_min(features, 0)
    mean = tf.where(varies, tf.reduce_mean(features, 0), 0)
    deviation = tf.where(varies, tf.math.reduce_std(features, 0), 1)
    return (features - mean) / deviation


@dataclasses.dataclass(frozen=True)
class Features:
    """Which arrays of a loss's data are features.

    Attributes:
        positions: of these arrays.
        reason: why it is not certain, or why they cannot be scaled, or "".
    """

    positions: tuple[int, ...] = ()
    reason: str = ""

    def scaled(self, loss: Loss) -> Loss:
        """Return a loss over scaled features."""
        data = (standardized(array) if at in self.positions else array for at, array in enumerate(loss.data))
        return Loss(loss.f, loss.parameters, tuple(data), loss.batches)


def find_features(loss: Loss, start: Floats, seconds: float = 0.0) -> Features:
    """Return the features of a loss.

    Args:
        loss: the learner's.
        start: where its parameters begin: of their shape and dtype.
        seconds: that a call of f takes; one that takes long is not called for this.

    Returns:
        Their positions, or the reason why there is no switch to scale them; neither where there are no data.
    """
    if not loss.data:
        return Features()
    if seconds > _SLOW_S:
        return Features(reason=_("f takes too long to find out its features, so there is no switch to scale them."))
    unknown = Features(reason=_("f does not show which data are features, so there is no switch to scale them."))
    with contextlib.suppress(Exception), quiet():  # whatever a learner's f, or its graph, may be
        roles = _roles(loss, start)
        if roles is None:
            return unknown
        found = tuple(at for at, role in enumerate(roles) if role == "feature" and loss.data[at].dtype.is_floating)
        if not found:
            return Features(
                reason=_("The features are no floating-point numbers, so there is no switch to scale them.")
            )
        return Features(found)
    return unknown


def _roles(loss: Loss, start: Floats) -> list[str] | None:
    """Return what each array is: "feature", "target", or "" where f does not use it; None where that is not certain."""
    specs = [tf.TensorSpec(start.shape, start.dtype), *(tf.TensorSpec(one.shape, one.dtype) for one in loss.data)]

    def traced(x: Tensor, *data: Tensor) -> Tensor:
        return every_way(lambda: [Loss(loss.f, loss.parameters, data)(x)])[0]

    whole: Any = tf.compat.v1.wrap_function(traced, specs)
    uses = _Uses(len(loss.data))
    uses.sources = {one.name: frozenset([at - 1]) for at, one in enumerate(whole.inputs)}
    for operation in whole.graph.get_operations():
        if not uses.follow(operation):
            return None
    return uses.roles()


class _Uses:
    """What becomes of each input of a graph: x is number -1, the arrays of data are 0, 1, and so on.

    Args:
        count: how many arrays there are.
    """

    def __init__(self, count: int) -> None:
        self.sources: dict[str, frozenset[int]] = {}
        self._features: set[int] = set()
        self._compared: set[int] = set()
        self._others: set[int] = set()  # meet predictions in another way, such as a second factor
        self._count = count

    def follow(self, operation: Any) -> bool:
        """Note what an operation does with the inputs; return False where no role is certain any more."""
        each = [self.sources.get(one.name, frozenset()) for one in operation.inputs]
        together = frozenset().union(*each) if operation.type not in _WITHOUT_VALUES else frozenset()
        for output in operation.outputs:
            self.sources.setdefault(output.name, together)
        if -1 not in together:
            return True
        if operation.type in _SUBGRAPHS and len(together) > 1:
            return False
        moving = [(one, its) for one, its in zip(operation.inputs, each, strict=True) if -1 in its]
        fixed = [its for its in each if its and -1 not in its]
        return all(self._meet(operation, moving, its) for its in fixed)

    def _meet(self, operation: Any, moving: Iterable[tuple[Tensor, frozenset[int]]], fixed: frozenset[int]) -> bool:
        """Note what it means that some arrays meet what depends on the parameters."""
        predictions, met = [one for one, _its in moving], frozenset().union(*(its for _one, its in moving)) - {-1}
        if not met:
            self._features |= fixed
            return operation.type in _PRODUCTS
        if fixed <= met or met & self._compared:  # as weights of examples meet what is left over
            return True
        if operation.type in _DIFFERENCES | _CROSS_ENTROPIES or (
            operation.type == "Mul" and any(map(_is_log_or_logit, predictions))
        ):
            self._compared |= fixed
        else:
            self._others |= fixed
        return True

    def roles(self) -> list[str] | None:
        """Return the role of each array, or None.

        Of two arrays, x and y, the one that meets predictions in whatever way is the target: a loss has one.
        """
        targets = self._compared | (self._others if self._count == 2 else set())
        if not self._features or not targets or self._others - targets or self._features & targets:
            return None
        return ["feature" if at in self._features else "target" if at in targets else "" for at in range(self._count)]


def _is_log_or_logit(prediction: Tensor) -> bool:
    """Return whether a product with this is a part of a cross-entropy."""
    consumers = {operation.type for operation in prediction.consumers()}
    return prediction.op.type in _LOGARITHMS or bool(consumers & _COMPARED_WITH_0)
