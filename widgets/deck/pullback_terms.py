"""How a gradient came about, where it can be written out: the factors of a product, and which axes met in an op."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from widgets.common.numbers import text_of
from widgets.tape.forward_model import Entry, Value
from widgets.tape.model import Contribution

_BROADCASTING = frozenset(
    "Add AddV2 BroadcastTo Div Maximum Minimum Mul Pow RealDiv SelectV2 SquaredDifference Sub".split()  # noqa: SIM905
)
"""Ops that repeat an input along an axis that the output has and it has not, or only once."""

_MATMUL = {
    "MatMul": ("transpose_a", "transpose_b"),
    "BatchMatMul": ("adj_x", "adj_y"),
    "BatchMatMulV2": ("adj_x", "adj_y"),
    "BatchMatMulV3": ("adj_x", "adj_y"),
}
"""Products of matrices, and the attributes that say which factor is transposed."""

_Payload: TypeAlias = dict[str, Any]


def factors(one: Contribution, upstream: Sequence[Value | None]) -> list[str]:
    """Return a single number as a product: upstream gradient, local derivative, and = or ≈; [] where it is none."""
    arrived = [gradient for gradient in upstream if gradient]
    if one.local is None or one.gradient is None or one.gradient.shape or len(arrived) != 1:
        return []
    with np.errstate(all="ignore"):
        gradient = one.gradient.head[0]
        product = type(gradient)(arrived[0].head[0] * one.local.head[0])
        is_equal = bool(product == gradient or (np.isnan(gradient) and np.isnan(product)))
    return [text_of(arrived[0]), text_of(one.local), "=" if is_equal else "≈"]


def meeting(entry: Entry) -> _Payload:
    """Return which axes of an op's inputs meet: `transposes` of a product of matrices, or that it `broadcasts`."""
    attributes = dict(entry.attributes)
    if entry.op in _MATMUL:
        return {"transposes": [bool(attributes.get(name)) for name in _MATMUL[entry.op]]}
    is_along_rows = entry.op == "BiasAdd" and attributes.get("data_format", "NHWC") == "NHWC"
    return {"broadcasts": True} if is_along_rows or entry.op in _BROADCASTING else {}
