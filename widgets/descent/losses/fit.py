"""The data under a loss: what it predicts for each example and compares with which target, read from its own graph.

Only what is certain is told: one place in the graph where a prediction that depends on the parameters meets targets
that do not, and predictions that are affine in the parameters, as those of a line, a polynomial, or a logistic
regression are. Then a picture can follow every step of every path without TensorFlow.
"""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Array, Floats, Tensor
from widgets.common.tensorflow_log import quiet
from widgets.descent.losses.branches import every_way

MOST = 400
"""Examples that are drawn at most, evenly chosen."""

_FEWEST = 3
_FAR = 30.0  # times as far as a corner of the picture is from its middle
_EXACT = 1e-3  # of the spread of the predictions: a prediction that is further off is not affine
_MOST_COLUMNS, _HIGHEST_DEGREE = 12, 6  # of features that may be polynomials of one
_POLYNOMIAL = 1e-5  # of the largest number: what rounding leaves of a column that is a polynomial
_MEASURED_ZERO = 1e-6  # of the largest part of a logit: less than that is rounding

Float64s = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Fit:
    """Examples, and their predictions as base + slopes · parameters.

    Attributes:
        features: of each example, (n, 1), or (n, 2) where there is a plane; (n, 0) where predictions depend on more
            than a picture has room for, so that they are drawn against the targets.
        targets: (n,).
        base: (n,), the predictions where all parameters are 0.
        slopes: (n, parameters).
        is_logit: whether a prediction is the logit of class 1, and the targets are classes 0 and 1.
        plane: for two features, the logit as a plane over them: (3, 1 + parameters), each row affine in the
            parameters, for the constant and the two features; else None.
        count: examples that there are.
    """

    features: Float64s
    targets: Float64s
    base: Float64s
    slopes: Float64s
    is_logit: bool
    plane: Float64s | None
    count: int

    @property
    def is_against_targets(self) -> bool:
        """Whether predictions are drawn against the targets."""
        return not self.features.size

    def at(self, parameters: Floats) -> Float64s:
        """Return the predictions at some parameters."""
        found: Float64s = self.base + self.slopes @ np.atleast_1d(parameters).astype(np.float64)
        return found

    def facts(self) -> dict[str, Any]:
        """Return all of it as a view takes it."""
        return {
            "features": self.features.tolist(),
            "targets": self.targets.tolist(),
            "base": self.base.tolist(),
            "slopes": self.slopes.tolist(),
            "isLogit": self.is_logit,
            "plane": None if self.plane is None else self.plane.tolist(),
            "count": self.count,
        }


def find_fit(f: Callable[[Tensor], Tensor], corners: tuple[Floats, Floats]) -> Fit | None:
    """Return the Fit of a loss over data, or None where that is not certain.

    Args:
        f: takes a flat x, and returns one number.
        corners: the lowest and the highest parameters of the picture; predictions must be affine all over it.

    Returns:
        What can be drawn of it.
    """
    with contextlib.suppress(Exception), quiet():  # whatever a learner's f, or its graph, may be
        return _find(f, corners)
    return None


def _find(f: Callable[[Tensor], Tensor], corners: tuple[Floats, Floats]) -> Fit | None:
    low, high = corners
    spec = tf.TensorSpec(low.shape, low.dtype)
    whole: Any = tf.compat.v1.wrap_function(lambda x: every_way(lambda: [f(x)])[0], [spec])
    graph = whole.graph
    moving = _reached([whole.inputs[0]])
    meetings = list(_meetings(graph, moving))
    if len(meetings) != 1:
        return None
    predicted, target, is_logit = meetings[0]
    inputs = list(_constant_ancestors(predicted, moving, int(np.prod(predicted.shape))))
    run = whole.prune(whole.inputs[0], [predicted, target, *inputs])
    predict = _flat_predictions(run)
    _first, targets, *arrays = (np.asarray(one, np.float64) for one in run(tf.constant(low)))
    features = _one_array(arrays, targets.size)
    affine = _affine(predict, low, high)
    if affine is None or targets.size < _FEWEST:
        return None
    base, slopes = affine
    plane = _plane(features, base, slopes) if is_logit and features is not None and features.shape[1] == 2 else None
    if features is None or (features.shape[1] == 2 and plane is None):
        if is_logit:
            return None
        features = np.empty((targets.size, 0))
    chosen = np.unique(np.linspace(0, targets.size - 1, min(MOST, targets.size)).astype(int))
    some = features[chosen], targets.ravel()[chosen], base[chosen], slopes[chosen]
    return Fit(*some, is_logit, plane, targets.size)


def _reached(start: list[Tensor]) -> set[str]:
    """Return the names of all tensors that depend on some."""
    found, waiting = {one.name for one in start}, list(start)
    while waiting:
        for operation in waiting.pop().consumers():
            new = [one for one in operation.outputs if one.name not in found]
            found |= {one.name for one in new}
            waiting += new
    return found


def _meetings(graph: Any, moving: set[str]) -> Iterator[tuple[Tensor, Tensor, bool]]:
    """Yield each prediction with its targets, and whether it is a logit.

    A difference is where they meet, or the product of logits and classes in a cross-entropy.
    """
    for operation in graph.get_operations():
        if operation.type not in ("Sub", "SquaredDifference", "Mul") or len(operation.inputs) != 2:
            continue
        one, other = operation.inputs
        if (one.name in moving) == (other.name in moving):
            continue
        predicted, target = (one, other) if one.name in moving else (other, one)
        size = predicted.shape.num_elements()
        if size is None or size < _FEWEST or size != target.shape.num_elements():
            continue
        if sum(side > 1 for side in predicted.shape) > 1 or predicted.shape[-1] not in (1, size):
            continue
        if operation.type != "Mul":
            yield predicted, target, False
        elif _feeds_cross_entropy(predicted):
            yield predicted, target, True
        elif (logits := _logits_under(predicted)) is not None:
            yield logits, target, True


def _feeds_cross_entropy(logits: Tensor) -> bool:
    """Return whether TensorFlow's sigmoid cross-entropy takes these logits: it also compares them with 0."""
    return any(operation.type in ("GreaterEqual", "Greater", "Relu", "Maximum") for operation in logits.consumers())


def _logits_under(logarithm: Tensor) -> Tensor | None:
    """Return the logits z of log(sigmoid(z)), or of log(sigmoid(z) + a small number), as one writes it by hand."""
    if logarithm.op.type != "Log":
        return None
    probability = logarithm.op.inputs[0]
    if probability.op.type == "AddV2":
        one, other = probability.op.inputs
        probability = one if other.shape.rank == 0 else other
    return probability.op.inputs[0] if probability.op.type == "Sigmoid" else None


def _constant_ancestors(predicted: Tensor, moving: set[str], size: int) -> Iterator[Tensor]:
    """Yield the arrays with a row for each example that predictions are computed from, as the learner gave them."""
    waiting, seen = [predicted], {predicted.name}
    while waiting:
        for one in waiting.pop().op.inputs:
            if one.name in seen:
                continue
            seen.add(one.name)
            if one.op.inputs:
                waiting.append(one)
            elif one.name not in moving and one.shape.rank and one.shape[0] == size:
                yield one


def _one_array(arrays: list[Array], size: int) -> Float64s | None:
    """Return the only array among some, as (n, 1) or (n, 2); None if there is another, or it has more columns.

    Where all columns are polynomials of one, as x, x², and 1 are, it is that one.
    """
    tables = [array.reshape(size, -1) for array in arrays]
    columns = np.concatenate(tables, axis=1) if tables else np.empty((size, 0))
    if columns.shape[1] <= _MOST_COLUMNS:
        for at in range(columns.shape[1]):
            one: Float64s = columns[:, at : at + 1]
            if np.ptp(one) > 0 and _is_polynomial_of(one.ravel(), columns):
                return one
    if not tables or any(not np.array_equal(tables[0], table) for table in tables) or tables[0].shape[1] > 2:
        return None
    return tables[0]


def _is_polynomial_of(column: Float64s, columns: Float64s) -> bool:
    """Return whether each of some columns is a polynomial of one, of a degree that so few examples can tell."""
    degree = min(_HIGHEST_DEGREE, np.unique(column).size // 3)
    place = 2 * (column - column.min()) / np.ptp(column) - 1  # from -1 to 1, where powers are told apart best
    powers = np.polynomial.chebyshev.chebvander(place, degree)
    left = powers @ np.linalg.lstsq(powers, columns, rcond=None)[0] - columns
    return bool((np.abs(left).max(axis=0) <= _POLYNOMIAL * np.abs(columns).max(axis=0)).all())


def _flat_predictions(run: Any) -> Callable[[Floats], Float64s]:
    def predict(point: Floats) -> Float64s:
        return np.asarray(run(tf.constant(point))[0], np.float64).ravel()

    return predict


def _affine(predict: Callable[[Floats], Float64s], low: Floats, high: Floats) -> tuple[Float64s, Float64s] | None:
    """Return predictions as base and slopes, if they are affine in the picture and far around it."""
    ends = np.atleast_1d(low).astype(np.float64), np.atleast_1d(high).astype(np.float64)
    center = (ends[0] + ends[1]) / 2
    shape, dtype = low.shape, low.dtype

    def at(point: Float64s) -> Float64s:
        return predict(point.reshape(shape).astype(dtype))

    columns = []
    for index, (left, right) in enumerate(zip(*ends, strict=True)):
        step = np.zeros_like(center)
        step[index] = (right - left) / 2
        columns.append((at(center + step) - at(center - step)) / (right - left))
    slopes = np.stack(columns, axis=1)
    middle = at(center)
    base = middle - slopes @ center
    corners = itertools.product(*zip(*ends, strict=True)) if center.size <= 3 else zip(*ends, strict=True)
    ends_of_box = [np.array(corner) for corner in corners]
    near = [*ends_of_box, *(0.7 * one + 0.3 * center for one in ends_of_box)]
    far = [center + _FAR * (one - center) for one in ends_of_box]  # where a path may be that overshoots

    def is_affine(tried: list[Float64s]) -> bool:
        found = np.stack([at(point) for point in tried])
        expected = np.stack([base + slopes @ point for point in tried])
        spread = max(np.ptp(found), np.abs(found).max(), np.finfo(np.float64).tiny)
        return bool(np.abs(found - expected).max() <= _EXACT * spread)

    return (base, slopes) if is_affine(near) and is_affine(far) else None


def _plane(features: Float64s, base: Float64s, slopes: Float64s) -> Float64s | None:
    """Return logits as a plane over two features, if they are one: the decision boundary is where it is 0."""
    design = np.column_stack([np.ones(len(features)), features])
    wanted = np.column_stack([base, slopes])
    plane: Float64s = np.linalg.lstsq(design, wanted, rcond=None)[0].astype(np.float64)
    is_plane = np.abs(design @ plane - wanted).max() <= _EXACT * max(np.abs(wanted).max(), np.finfo(np.float64).tiny)
    if not is_plane:
        return None
    parts = np.abs(plane) * np.abs(design).max(axis=0)[:, np.newaxis]
    plane[parts <= _MEASURED_ZERO * parts.max()] = 0
    return plane
