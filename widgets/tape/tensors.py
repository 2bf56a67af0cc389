"""The tensors that a run met: numbered in order of appearance, named as the learner names them, summarized."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any

import numpy as np
import tensorflow as tf

from widgets.common import arrays
from widgets.tape import hooks
from widgets.tape.events import CustomGradient, Op, Position, RoundsFolded
from widgets.tape.forward_model import Tensor, TensorKind, Value

HEAD = 6
"""How many numbers of a large array a summary keeps."""


def summarize(tensor: arrays.Tensor | None) -> Value | None:
    """Return the Value of an eager or symbolic tensor (or IndexedSlices, made dense); None for None."""
    return None if tensor is None else value_of(tensor)


def value_of(tensor: arrays.Tensor) -> Value:
    """Return the Value of an eager or symbolic tensor, or of IndexedSlices, made dense."""
    if isinstance(tensor, tf.IndexedSlices):
        if tensor.dense_shape is None or not hasattr(tensor.values, "numpy"):
            return Value(tensor.dtype.name, tuple(tensor.values.shape))
        return value_of(tf.convert_to_tensor(tensor))
    dtype = tensor.dtype
    is_eager = isinstance(tensor, tf.Tensor) and not tf.is_symbolic_tensor(tensor)
    if not is_eager or dtype is tf.resource or dtype is tf.variant:
        return Value(dtype.name, tuple(tensor.shape) if tensor.shape.rank is not None else ())
    array = tensor.numpy()
    if isinstance(array, bytes):
        return Value(dtype.name, (), 1, (array.decode(errors="replace"),))
    head = tuple(array.flat[:HEAD]) if array.shape else (array,)
    return Value(dtype.name, array.shape, array.size, head, array.dtype.kind in "fc" and bool(np.isnan(array).any()))


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
    return bool(a.numpy().tobytes() == b.numpy().tobytes())


def is_variable(value: object) -> bool:
    """Say whether `value` is a `tf.Variable` or a Keras one (both have a handle, which is what a tape knows)."""
    return isinstance(value, tf.Variable) or (hasattr(value, "handle") and hasattr(value, "path"))


class Names:
    """The learner's names for tensors, Variables and tapes: the variables of their frames when the run ended."""

    def __init__(self, frames: Iterable[FrameType]) -> None:
        self._tensors: dict[int, str] = {}
        self._tapes: dict[int, str] = {}
        for frame in frames:
            for name, value in _names_used(frame):
                self._learn(name, value)

    def of_tensor(self, number: int) -> str:
        """Return the name of the tensor (or Variable's handle) with this number, or ""."""
        return self._tensors.get(number, "")

    def of_tape(self, tape: tf.GradientTape, default: str) -> str:
        """Return the name of a `tf.GradientTape`, or `default`."""
        return self._tapes.get(id(tape), default)

    def _learn(self, name: str, value: Any) -> None:
        if isinstance(value, tf.GradientTape):
            self._tapes.setdefault(id(value), name)
        elif isinstance(value, dict):
            for key, item in value.items():
                self._learn_tensor(f"{name}[{key!r}]", item)
        elif isinstance(value, (list, tuple)):
            for index, item in enumerate(value):
                self._learn_tensor(f"{name}[{index}]", item)
        else:
            self._learn_tensor(name, value)

    def _learn_tensor(self, name: str, value: Any) -> None:
        if is_variable(value):
            self._tensors.setdefault(hooks.handle_id(value), name)
        elif isinstance(value, tf.Tensor) and hasattr(value, "_id"):
            self._tensors.setdefault(hooks.tensor_id(value), name)


def _names_used(frame: FrameType) -> Iterator[tuple[str, Any]]:
    """Yield the names and values that a frame's code uses: a notebook's namespace holds far more."""
    code = frame.f_code
    for name, value in list(frame.f_locals.items()):
        if code.co_name != "<module>" or name in code.co_names:
            yield name, value
    for name in code.co_names:
        if name in frame.f_globals and name not in frame.f_locals:
            yield name, frame.f_globals[name]


class Assignments:
    """Which expression of the learner's source is the right side of `name = expression`, to name loop values too."""

    def __init__(self) -> None:
        self._files: dict[str, dict[tuple[int | None, ...], str]] = {}

    def name_at(self, position: Position) -> str:
        """Return the name that the expression at this position is assigned to, or ""."""
        file, *span = position
        if file not in self._files:
            self._files[file] = dict(_assignments(file))
        return self._files[file].get(tuple(span), "")


def _assignments(file: str) -> Iterator[tuple[tuple[int | None, ...], str]]:
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except SyntaxError:  # a file that is not Python, such as a template
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            value = node.value
            yield (value.lineno, value.end_lineno, value.col_offset, value.end_col_offset), node.targets[0].id


class Tensors:
    """Gives each tensor its index. A Variable is known by its handle, and shows the value it had when first read."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._indices: dict[int, int] = {}  # by TensorFlow's number
        self._met: list[tuple[int, arrays.Tensor]] = []
        self._values: dict[int, Value] = {}
        self._variables: dict[int, arrays.Variable] = {}
        self._watched: set[int] = set()
        self._results: set[int] = set()
        self._first_read: dict[int, arrays.Tensor] = {}
        self._last_read: dict[int, arrays.Tensor] = {}
        self._assigned_names: dict[int, str] = {}
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
        """A Variable was read or watched: its handle now has a name to fall back on."""
        self._variables[hooks.handle_id(variable)] = variable

    def on_watch(self, tensor: arrays.Tensor | arrays.Variable) -> None:
        """The learner asked a tape to watch this."""
        if is_variable(tensor):
            self.on_access(tensor)
        self._watched.add(hooks.tensor_id(tensor))

    def on_op(self, event: Op | CustomGradient) -> None:
        """An op made these tensors (or read a Variable, whose value is then known)."""
        self._results.update(map(hooks.tensor_id, event.outputs))
        if event.op == "ReadVariableOp":
            handle = hooks.tensor_id(event.inputs[0])
            self._first_read.setdefault(handle, event.outputs[0])
            self._last_read[handle] = event.outputs[0]

    def on_folded(self, rounds: RoundsFolded) -> None:
        """Rounds of a loop were left out: tensors made in them are results all the same."""
        self._folded.append(rounds)

    def on_assignment(self, index: int, name: str) -> None:
        """The source code assigns this tensor to `name`: used where no frame still holds it."""
        self._assigned_names[index] = name

    def value_now(self, index: int) -> arrays.Tensor | None:
        """Return the eager tensor behind an index: for a Variable, as it was last read (None: never read)."""
        number, tensor = self._met[index]
        return self._last_read.get(number) if self.kind(index) == "variable" else tensor

    def kind(self, index: int) -> TensorKind:
        """Return what the tensor is to a tape."""
        number, tensor = self._met[index]
        if number in self._variables or tensor.dtype.name == "resource":
            return "variable"
        if number in self._watched:
            return "watched"
        is_folded = any(one.first_tensor_id <= number <= one.last_tensor_id for one in self._folded)
        return "result" if is_folded or number in self._results else "constant"

    def facts(self) -> tuple[Tensor, ...]:
        """Return the Tensor facts, in order of index."""
        return tuple(self._fact(index) for index in range(len(self._met)))

    def _fact(self, index: int) -> Tensor:
        number, tensor = self._met[index]
        shown = self._first_read.get(number, tensor)
        name = self._own_name(number) or self._names.of_tensor(number) or self._assigned_names.get(index, "")
        return Tensor(name, self.kind(index), self.value(shown), number)

    def _own_name(self, number: int) -> str:
        """Return the name a Variable was given; `Variable`, which TensorFlow gives to the unnamed, says nothing."""
        name: str = getattr(self._variables.get(number), "name", "").removesuffix(":0")
        return "" if name == "Variable" else name
