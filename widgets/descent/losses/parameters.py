"""What a learner descends on: a number, an array, a list or dict of arrays, Variables; as one flat x and back again."""

from __future__ import annotations

import dataclasses
import reprlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Array, Floats, Tensor, Variable
from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.common.functions import floating

Shape = tuple[int, ...]

MOST_PARAMETERS = 100_000
"""Numbers in all parameters together."""

_ONE = "x"


@dataclasses.dataclass(frozen=True)
class Parameters:
    """How the numbers of one flat x are a learner's parameters.

    Attributes:
        shapes: of each part, in the order in which x has them.
        parts: what each is called: its key, its place as in "x[1]", or its Variable's name.
        structure: the start's lists, tuples, and dicts, with the position of a part in place of each.
        variables: the learner's own, where the start was made of these; they are left as they were.
        is_flat: whether f takes x as it is: the start was a number or a list of numbers.
    """

    shapes: tuple[Shape, ...] = ((),)
    parts: tuple[str, ...] = (_ONE,)
    structure: Any = 0
    variables: tuple[Variable, ...] = ()
    is_flat: bool = True

    @property
    def sizes(self) -> list[int]:
        """How many numbers each part has."""
        return [int(np.prod(shape)) for shape in self.shapes]

    @property
    def names(self) -> tuple[str, ...]:
        """What to call each number of x: "b" for a number, "w[0]", "w[0, 1]" for those of an array."""
        each = zip(self.parts, self.shapes, strict=True)
        return tuple(_number_name(part, at) for part, shape in each for at in np.ndindex(shape))

    def split(self, x: Tensor) -> list[Tensor]:
        """Return the parts of a flat tensor."""
        if self.is_flat:
            return [x]
        pieces = tf.split(x, self.sizes) if len(self.shapes) > 1 else [x]
        return [tf.reshape(piece, shape) for piece, shape in zip(pieces, self.shapes, strict=True)]

    def split_array(self, x: Array) -> list[Array]:
        """Return the parts of a flat array, whose last axis is that of the numbers."""
        if self.is_flat:
            return [x]
        pieces = np.split(x, np.cumsum(self.sizes)[:-1], axis=-1)
        return [piece.reshape((*x.shape[:-1], *shape)) for piece, shape in zip(pieces, self.shapes, strict=True)]

    def joined(self, parts: Sequence[Tensor]) -> Tensor:
        """Return the flat tensor of some parts."""
        return parts[0] if self.is_flat else tf.concat([tf.reshape(part, [-1]) for part in parts], 0)

    def packed(self, parts: Sequence[Any]) -> Any:
        """Return parts in the lists, tuples, and dicts of the start."""
        return _filled(self.structure, parts)


def _number_name(part: str, at: tuple[int, ...]) -> str:
    return f"{part}[{', '.join(map(str, at))}]" if at else part


def _filled(structure: Any, parts: Sequence[Any]) -> Any:
    if isinstance(structure, dict):
        return {key: _filled(value, parts) for key, value in structure.items()}
    if isinstance(structure, (list, tuple)):
        return type(structure)([_filled(value, parts) for value in structure])
    return parts[structure]


def read_start(start: Any, dtype: str = "float32") -> tuple[Parameters, Floats]:
    """Return what a start says of the parameters, and its numbers in one flat array.

    Args:
        start: a number; an array, or list of numbers; a list, tuple, or dict of these; Variables; a Keras model.
        dtype: "float32" or "float64".

    Returns:
        The Parameters and the numbers: of shape () for a number, else (n,).

    Raises:
        FunctionError: it is none of these, or has too many numbers.
    """
    if hasattr(start, "trainable_variables"):  # a model
        start = start.trainable_variables
        if not start:
            raise FunctionError(
                _(
                    "The model has no weights to train. If its layers do not know their inputs yet, call it once, for "
                    "example model(x), before it is passed as start=model."
                )
            )
    if _is_numbers(start) and np.ndim(start) < 2:
        x: Floats = np.array(floating(start, dtype))
        _require_few(x.size)
        return Parameters((x.shape,)), x
    leaves: list[tuple[str, Any]] = []
    structure = _read(start, "", leaves)
    if not leaves:
        raise FunctionError(_accepted(_("nothing")))
    variables = tuple(leaf for _name, leaf in leaves if is_variable(leaf))
    if variables and len(variables) < len(leaves):
        raise FunctionError(_accepted(_("Variables together with other numbers")))
    arrays = [_numbers_of(name, leaf, dtype) for name, leaf in leaves]
    _require_few(sum(array.size for array in arrays))
    names = tuple(_variable_names(variables) if variables else (name or _ONE for name, _leaf in leaves))
    parameters = Parameters(tuple(array.shape for array in arrays), names, structure, variables, is_flat=False)
    return parameters, np.concatenate([array.ravel() for array in arrays])


def is_variable(value: object) -> bool:
    """Return whether a value is a Variable of TensorFlow's or of Keras'."""
    return hasattr(value, "assign") and hasattr(value, "trainable")


def _is_numbers(start: Any) -> bool:
    """Return whether a start is one array: a number, an array, or a list of numbers that NumPy reads as one."""
    if is_variable(start) or isinstance(start, dict):
        return False
    if isinstance(start, (list, tuple)):
        inner = list(_leaves(start))
        if any(is_variable(leaf) or np.ndim(leaf) for leaf in inner if not isinstance(leaf, dict)):
            return False
        if any(isinstance(leaf, dict) for leaf in inner):
            return False
        try:
            np.shape(np.asarray(start))
        except ValueError:  # rows of different lengths
            return not any(isinstance(row, (list, tuple)) for row in start)
    return True


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple)):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value


def _read(value: Any, name: str, leaves: list[tuple[str, Any]]) -> Any:
    """Add the arrays in a start to `leaves`; return its structure with their positions."""
    if isinstance(value, dict):
        return {key: _read(inner, f"{name}.{key}" if name else str(key), leaves) for key, inner in value.items()}
    if isinstance(value, (list, tuple)) and not _is_numbers(value):
        return [_read(inner, f"{name or _ONE}[{at}]", leaves) for at, inner in enumerate(value)]
    leaves.append((name, value))
    return len(leaves) - 1


def _numbers_of(name: str, leaf: Any, dtype: str) -> Floats:
    if is_variable(leaf):
        kind = tf.as_dtype(leaf.dtype).name
        if kind not in ("float32", "float64"):
            said = _("{name} is a Variable of {kind}; descend takes Variables of float32 or float64.")
            raise FunctionError(said.format(name=_variable_name(leaf), kind=kind))
        if kind != dtype:
            raise FunctionError(
                _(
                    "{name} is a Variable of {kind}, but the descent is in {dtype}. Pass dtype={kind!r}, if that fits."
                ).format(name=_variable_name(leaf), kind=kind, dtype=dtype)
            )
        leaf = leaf.numpy()
    numbers: Floats = np.array(floating(leaf, dtype, name=name or "start", ranks=tuple(range(8))))
    return numbers


def _variable_names(variables: Sequence[Variable]) -> list[str]:
    """Return names that tell Variables apart: "kernel" where that is enough, else "dense_1/kernel", else a place."""
    full = [_variable_name(variable) for variable in variables]
    last = [name.rpartition("/")[2] for name in full]
    short = [name if last.count(end) > 1 else end for name, end in zip(full, last, strict=True)]
    return [f"{_ONE}[{at}]" if short.count(name) > 1 else name for at, name in enumerate(short)]


def _variable_name(variable: Variable) -> str:
    path = str(getattr(variable, "path", "") or variable.name).partition(":")[0]
    return "/".join(path.split("/")[-2:])


def _require_few(count: int) -> None:
    if count > MOST_PARAMETERS:
        said = _("The start has {count:,} numbers; descend takes up to {most:,}.")
        raise FunctionError(said.format(count=count, most=MOST_PARAMETERS))


def _accepted(found: str) -> str:
    return _(
        "start must be a number, an array, or a list or dict of them, or Variables, for example start=0.0, "
        'start=[0.0, 1.0], start={{"w": [0.0, 0.0], "b": 0.0}}, or start=model.trainable_variables; got {found}.'
    ).format(found=found)


def shown(start: npt.ArrayLike) -> str:
    """Return a start as text, shortened where it is long."""
    return reprlib.repr(np.asarray(start).tolist())
