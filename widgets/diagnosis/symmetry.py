"""Units that start alike and stay alike: each gets the same gradient, so that a layer is one unit many times.

https://www.deeplearningbook.org/contents/optimization.html, 8.4: initial parameters need to "break symmetry".
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from widgets.common.arrays import Array
from widgets.diagnosis import training_causes as causes
from widgets.diagnosis.model import Found
from widgets.diagnosis.target_path import TargetPath
from widgets.tape.model import Source

_ACTIVATIONS = {"Relu", "Sigmoid", "Tanh", "Elu", "Selu", "Softplus", "LeakyRelu", "Relu6", "Erf"}


def symmetric(path: TargetPath) -> Iterator[Found]:
    """Yield a finding for each matrix of weights before an activation all of whose columns stay the same."""
    for source in path.sources:
        product = next((entry for entry in path.entries if _is_product(path, entry.inputs, entry.op, source)), None)
        if product is None or not _is_alike(source):
            continue
        after = [entry.op for entry in path.entries if entry.index > product.index]
        nth = next((index for index, op in enumerate(after) if op in _ACTIVATIONS), None)
        if nth is not None and "MatMul" in after[nth:]:
            name = path.recording.tensors[source.tensor].name or "this layer"
            yield Found(causes.SYMMETRIC, product.place, {"name": f"`{name}`"})


def _is_product(path: TargetPath, inputs: tuple[int, ...], op: str, source: Source) -> bool:
    if op != "MatMul" or len(inputs) != 2:
        return False
    maker = path.maker(inputs[1])
    return maker is not None and maker.op == "ReadVariableOp" and maker.inputs[0] == source.tensor


def _is_alike(source: Source) -> bool:
    """Whether all columns of a matrix are the same, and those of its gradient too, which is not 0."""
    value, gradient = (one.numbers if one else None for one in (source.value, source.gradient))
    return _has_equal_columns(value) and _has_equal_columns(gradient) and gradient is not None and bool(gradient.any())


def _has_equal_columns(array: Array | None) -> bool:
    if array is None or array.ndim != 2 or array.shape[1] < 2 or not np.isfinite(array).all():
        return False
    return bool(np.allclose(array, array[:, :1], rtol=1e-6, atol=0.0))
