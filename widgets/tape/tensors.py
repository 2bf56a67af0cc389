"""The tensors that a run met: numbered in order of appearance, named as the learner names them, summarized."""

from __future__ import annotations

import dataclasses

import numpy as np
import tensorflow as tf

from widgets.common import arrays
from widgets.common.arrays import frozen
from widgets.tape import hooks
from widgets.tape.array_summary import WHOLE, LargeArray, short_text
from widgets.tape.events import CustomGradient, Op, RoundsFolded
from widgets.tape.forward_model import Tensor, TensorKind, Value
from widgets.tape.held_objects import is_variable
from widgets.tape.past_logs import AllNames

HEAD = 6
"""How many numbers of a large array a summary keeps."""

DENSE = 1_000_000
"""Numbers of the dense tensor that IndexedSlices stand for, at most, if it is to be made."""


def summarize(tensor: arrays.Tensor | None) -> Value | None:
    """Return the Value of an eager or symbolic tensor (or IndexedSlices, made dense); None for None."""
    return None if tensor is None else value_of(tensor)


def value_of(tensor: arrays.Tensor) -> Value:
    """Return the Value of an eager or symbolic tensor, or of IndexedSlices, made dense."""
    if isinstance(tensor, tf.IndexedSlices):
        return _value_of_slices(tensor)
    dtype = tensor.dtype
    is_eager = isinstance(tensor, tf.Tensor) and not tf.is_symbolic_tensor(tensor)
    if not is_eager or dtype is tf.resource or dtype is tf.variant:
        return Value(dtype.name, tuple(tensor.shape) if tensor.shape.rank is not None else ())
    array = tensor.numpy()
    if dtype is tf.string:
        return _value_of_strings(np.asarray(array, dtype=object))
    array = _plain_integers(np.asarray(array), dtype)
    head = tuple(array.flat[:HEAD]) if array.shape else (array[()],)
    is_small = array.size <= WHOLE
    return Value(
        dtype.name,
        array.shape,
        array.size,
        head,
        has_nan=(dtype.is_floating or dtype.is_complex) and bool(np.isnan(array).any()),
        numbers=frozen(array) if is_small else None,
        _large=None if is_small else LargeArray(tensor, array.nbytes),
    )


def _plain_integers(array: arrays.Array, dtype: arrays.DType) -> arrays.Array:
    """Return quantized numbers, which NumPy keeps as records, and those of 4 bits or fewer, as integers it knows."""
    if array.dtype.names:
        return array[array.dtype.names[0]]
    return array.astype(np.int8) if dtype.is_integer and array.dtype.kind == "V" else array


def _value_of_strings(array: arrays.Array) -> Value:
    return Value("string", array.shape, array.size, tuple(map(short_text, array.flat[:HEAD])))


def _value_of_slices(slices: tf.IndexedSlices) -> Value:
    """Return the Value of IndexedSlices: that of the dense tensor, if it is not too large to be made."""
    is_eager = all(isinstance(part, tf.Tensor) and hasattr(part, "numpy") for part in (slices.values, slices.indices))
    if slices.dense_shape is None or not is_eager:
        return Value(slices.dtype.name, tuple(slices.values.shape), rows=())
    rows = tuple(np.unique(slices.indices.numpy()).tolist())
    shape = tuple(np.asarray(slices.dense_shape).tolist())
    size = int(np.prod(shape, dtype=float))
    if size <= DENSE:
        return dataclasses.replace(value_of(tf.convert_to_tensor(slices)), rows=rows)
    held = value_of(slices.values)
    return dataclasses.replace(held, shape=shape, size=size, head=(), rows=rows)


def same_bits(a: arrays.Tensor | None, b: arrays.Tensor | None) -> bool:
    """Say whether two gradients are the same to the bit (None equals None; NaNs compare by their bits)."""
    if a is b:
        return True
    if a is None or b is None:
        return False
    if isinstance(a, tf.IndexedSlices) or isinstance(b, tf.IndexedSlices):
        both = isinstance(a, tf.IndexedSlices) and isinstance(b, tf.IndexedSlices)
        return both and same_bits(a.values, b.values) and same_bits(a.indices, b.indices)
    if not (hasattr(a, "numpy") and hasattr(b, "numpy")) or a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.dtype in (tf.resource, tf.variant):
        return False
    one, other = np.asarray(a.numpy()), np.asarray(b.numpy())
    if a.dtype == tf.string:  # an array of objects: its bytes are where they are in memory
        return bool(one.tolist() == other.tolist())
    return one.tobytes() == other.tobytes()


_OF_VARIABLES = ("VarHandleOp", "ReadVariableOp", "Assign", "ResourceApply", "ResourceGather", "ResourceScatter")
"""How the ops begin that only a Variable's handle has to do with: iterators and summary writers have handles too."""


class Tensors:
    """Gives each tensor its index. A Variable is known by its handle, and shows the value it had when first read."""

    def __init__(self, names: AllNames) -> None:
        self._names = names
        self._indices: dict[int, int] = {}  # by TensorFlow's number
        self._met: list[tuple[int, arrays.Tensor]] = []
        self._values: dict[int, Value] = {}
        self._handles: set[int] = set()  # of Variables
        self._watched: set[int] = set()
        self._results: set[int] = set()
        self._first_read: dict[int, arrays.Tensor] = {}
        self._last_read: dict[int, arrays.Tensor] = {}
        self._folded: list[RoundsFolded] = []

    def index(self, tensor: arrays.Tensor) -> int:
        """Return the index of a tensor, Variable or handle; a new one if it has not been met."""
        number = hooks.tensor_id(tensor)
        if number not in self._indices:
            self._indices[number] = len(self._met)
            self._met.append((number, tensor))
        return self._indices[number]

    def index_if_met(self, gradient: arrays.Tensor | None) -> int:
        """Return the index under which the run met a gradient again, -1 if it did not."""
        return self._indices.get(hooks.tensor_id(gradient), -1) if hasattr(gradient, "_id") else -1

    def value(self, tensor: arrays.Tensor) -> Value:
        """Return the Value of a tensor, summarized once."""
        index = self.index(tensor)
        if index not in self._values:
            self._values[index] = value_of(tensor)
        return self._values[index]

    def tensor_id(self, index: int) -> int:
        """Return the number by which TensorFlow knows the tensor or handle."""
        return self._met[index][0]

    def on_access(self, variable: arrays.Variable) -> None:
        """A Variable was read or watched."""
        self._handles.add(hooks.handle_id(variable))

    def on_watch(self, tensor: arrays.Tensor | arrays.Variable) -> None:
        """The learner asked a tape to watch this."""
        if is_variable(tensor):
            self.on_access(tensor)
        self._watched.add(hooks.tensor_id(tensor))

    def on_op(self, event: Op | CustomGradient) -> None:
        """An op made these tensors (or read a Variable, whose value is then known)."""
        self._results.update(map(hooks.tensor_id, event.outputs))
        if str(event.op).startswith(_OF_VARIABLES):
            handles = (tensor for tensor in (*event.inputs, *event.outputs) if tensor.dtype is tf.resource)
            self._handles.update(map(hooks.tensor_id, handles))
        if event.op == "ReadVariableOp":
            handle = hooks.tensor_id(event.inputs[0])
            self._first_read.setdefault(handle, event.outputs[0])
            self._last_read[handle] = event.outputs[0]

    def on_folded(self, rounds: RoundsFolded) -> None:
        """Rounds of a loop were left out: tensors made in them are results all the same."""
        self._folded.append(rounds)

    def value_now(self, index: int) -> arrays.Tensor | None:
        """Return the eager tensor behind an index: for a Variable, as it was last read (None: never read)."""
        number, tensor = self._met[index]
        return self._last_read.get(number) if self.kind(index) == "variable" else tensor

    def kind(self, index: int) -> TensorKind:
        """Return what the tensor is to a tape."""
        number, tensor = self._met[index]
        if number in self._handles or self._variable(index) is not None:
            return "variable"
        if number in self._watched:
            return "watched"
        is_folded = any(one.first_tensor_id <= number <= one.last_tensor_id for one in self._folded)
        return "result" if is_folded or number in self._results else "constant"

    def facts(self) -> tuple[Tensor, ...]:
        """Return the Tensor facts, in order of index."""
        return tuple(self._fact(index) for index in range(len(self._met)))

    def _variable(self, index: int) -> arrays.Variable | None:
        _number, tensor = self._met[index]
        return tensor if is_variable(tensor) else hooks.variable_behind(tensor)

    def _fact(self, index: int) -> Tensor:
        number, tensor = self._met[index]
        value = self.value(self._first_read.get(number, tensor))
        variable = self._variable(index)
        if value.dtype == "resource" and variable is not None:
            value = dataclasses.replace(value, shape=tuple(variable.shape))
        return Tensor(self._names.of_tensor(number), self.kind(index), value, number)
