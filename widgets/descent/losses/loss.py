"""A learner's loss with its parameters and data: as a function of one flat x, and as the eager loop runs it.

In the eager loop the parameters are Variables: the learner's own, or new ones. In a graph that is traced tensors, the
parts of x, stand in for them wherever the loss reads them.
"""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import reprlib
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Array, Floats, Tensor, Variable
from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.common.functions import (
    called,
    checked,
    floating,
    no_gradient_message,
    one_number,
    require_dtype,
    require_finite,
    require_function,
    title_of,
)
from widgets.descent.losses.batches import Batches, Data, arrays_of
from widgets.descent.losses.endless_loops import ValueCounter
from widgets.descent.losses.parameters import Parameters, Shape, read_start
from widgets.descent.losses.variable_reads import standing_in

Step: TypeAlias = tuple[Tensor, Tensor]
"""y and the gradient."""
_Checked = TypeVar("_Checked")

_MOST_NUMBERS = 6  # that a start is made of, to find out how many f wants


class Loss:
    """A learner's function, with what it is called with.

    Args:
        f: takes the parameters, then the data; or the data alone where it reads Variables of its own.
        parameters: how one flat x is what f takes.
        data: an array, or a tuple of arrays, one row for each example.
        batches: which rows each step sees; None: all.

    Attributes:
        title: what to call it.
        seconds: that a call took when it was last checked.
    """

    def __init__(
        self, f: Callable[..., Tensor], parameters: Parameters, data: Data = (), batches: Batches | None = None
    ) -> None:
        self.f, self.parameters, self.data, self.batches = getattr(f, "python_function", f), parameters, data, batches
        self.title, self._right_at, self.seconds, self._values = title_of(f), b"", 0.0, ValueCounter()
        self.reads_variables = bool(parameters.variables) and not _accepts(self.f, 1 + len(data))

    @cached_property
    def fingerprint(self) -> str:
        """What is equal for losses that differ in nothing but f and the Variables."""
        batches = self.batches and (self.batches.count, self.batches.size, self.batches.seed)
        digest = hashlib.sha256(repr((self.parameters.structure, self.parameters.shapes, batches)).encode())
        for array in self.data:
            digest.update(repr(array.dtype).encode() + array.numpy().tobytes())
        return digest.hexdigest()

    @cached_property
    def whole(self) -> Loss:
        """The same over all of its data at each step."""
        return Loss(self.f, self.parameters, self.data) if self.batches else self

    @property
    def is_plain(self) -> bool:
        """Whether f takes one number or list of numbers and nothing else, so that many x may be given at once."""
        return self.parameters.is_flat and not self.data

    def __call__(self, x: Tensor) -> Tensor:
        """Return f of a flat x and all data. It can be differentiated, as often as f can."""
        if self.is_plain:
            with self._values.one_call() if tf.executing_eagerly() else contextlib.nullcontext():
                return self.f(x)
        if self.reads_variables and tf.executing_eagerly():
            return self._in_graph(tf.convert_to_tensor(x))
        return self._of_parts(self.parameters.split(tf.convert_to_tensor(x)), self.data)

    def variables_for(self, shape: Shape, dtype: str) -> list[Variable]:
        """Return the Variables that f is given while it is traced: the learner's own, or new ones, of zeros.

        `shape` is that of the flat x, or of the x of many paths where f takes these at once.
        """
        shapes = (shape,) if self.parameters.is_flat else self.parameters.shapes
        return list(self.parameters.variables) or [tf.Variable(np.zeros(part, dtype)) for part in shapes]

    def value_and_gradient(
        self, variables: Sequence[Variable], x: Tensor, rows: Tensor | None = None
    ) -> tuple[Tensor, Tensor, bool]:
        """Return y, the flat gradient, and whether that was sparse, in a graph that is being traced.

        Args:
            variables: those of `variables_for`, made before.
            x: flat.
            rows: positions of the batch's examples; None for all.

        Returns:
            The three.
        """
        data = self._batch(rows)
        parts = self.parameters.split(x)
        with tf.GradientTape() as tape, standing_in(variables, parts):
            tape.watch(parts)
            y = self._called(variables, data)
        gradients = tape.gradient(y, parts)
        if any(gradient is None for gradient in gradients):
            raise FunctionError(no_gradient_message(changes_with_x=False))
        is_sparse = any(isinstance(gradient, tf.IndexedSlices) for gradient in gradients)
        dense = [tf.convert_to_tensor(gradient) for gradient in gradients]
        return tf.convert_to_tensor(y), self.parameters.joined(dense), is_sparse

    @contextlib.contextmanager
    def live(self, x: Floats) -> Iterator[list[Variable]]:
        """Have Variables with the numbers of x: the learner's own, which get their values back, or new ones."""
        arrays = self.parameters.split_array(x)
        own = list(self.parameters.variables)
        before = [variable.numpy() for variable in own]
        try:
            for variable, array in zip(own, arrays, strict=False):
                variable.assign(array)
            yield own or [tf.Variable(array) for array in arrays]
        finally:
            for variable, array in zip(own, before, strict=True):
                variable.assign(array)

    def eager_step(self, variables: Sequence[Variable], step: int = 0) -> tuple[Tensor, list[Any]]:
        """Return y and the gradients as the learner's own loop has them: a tape around f of live Variables."""
        data = self._batch(self.batches.rows(step) if self.batches else None)
        with tf.GradientTape() as tape, self._values.one_call(), _interruptible():
            y = one_number(self._called(variables, data))
        return y, list(tape.gradient(y, list(variables)))

    def rows(self, steps: int) -> Array | None:
        """Return the examples that each step sees, as `Batches.table` has them; None for all."""
        return self.batches.table(steps) if self.batches else None

    def flat(self, parts: Sequence[Any]) -> Array:
        """Return Variables, or gradients, of all parts as one flat array."""
        return np.array(self.parameters.joined([tf.convert_to_tensor(part) for part in parts]))

    def _batch(self, rows: Any) -> Data:
        return self.data if rows is None else tuple(tf.gather(array, rows) for array in self.data)

    def check_once(self, x: Floats) -> None:
        """Check f at x as `check` does, unless that was the last place where it was found to be right."""
        if self._right_at != x.tobytes():
            begin = time.perf_counter()
            self.check(x)
            self._right_at, self.seconds = x.tobytes(), time.perf_counter() - begin

    def check(self, x: Floats) -> None:
        """Run f once at x, eagerly; raise a FunctionError that says what is wrong, if anything is."""
        require_function(self.f)
        self._require_arguments()
        if self.is_plain:
            self._checked_for_size(x, lambda: checked(self.f, x, x.dtype.name, same_dtype=True))
            return
        with self.live(x) as variables:
            y, gradients = self._checked_for_size(x, lambda: self._checked_step(variables))
        point = tf.constant(x)
        require_dtype(y, point)
        require_finite(point, _("f(start)"), y)
        for name, gradient in zip(self.parameters.parts, gradients, strict=True):
            if gradient is None:
                raise FunctionError(self._without_gradient(name))
            require_finite(point, _("the gradient of f at the start"), tf.convert_to_tensor(gradient))

    def _checked_step(self, variables: Sequence[Variable]) -> tuple[Tensor, list[Any]]:
        steps: list[tuple[Tensor, list[Any]]] = []

        def run(_x: Tensor) -> Tensor:
            steps.append(self.eager_step(variables))
            return steps[0][0]

        called(run, None)
        return steps[0]

    def _without_gradient(self, name: str) -> str:
        if len(self.parameters.parts) == 1:
            return no_gradient_message(changes_with_x=False)
        said = _("The gradient of f with respect to {name} is None: f seems not to use it. Leave it out of the start.")
        return said.format(name=name)

    def _require_arguments(self) -> None:
        """Raise FunctionError unless f can be called with parameters and data, or with data alone."""
        if self.reads_variables or _accepts(self.f, 1 + len(self.data)):
            return
        said = _("f is called with {count} arguments here: the parameters, then each array of data, as in {example}.")
        example = "lambda w, x, y: tf.reduce_mean(tf.square(w[0] * x + w[1] - y))"
        if not self.data:
            said = _(
                "f is called with one argument here, which holds all parameters, as in {example}. Arrays that f takes "
                "after the parameters are passed as data=, for example data=(x, y)."
            )
            example = "lambda w: w[0] ** 2 + 9.0 * w[1] ** 2"
        raise FunctionError(said.format(count=1 + len(self.data), example=example))

    def _checked_for_size(self, x: Floats, check: Callable[[], _Checked]) -> _Checked:
        """Check f and a start; if f fails, say which start it was, and find out whether it wants other numbers."""
        try:
            return check()
        except FunctionError as error:
            wanted = self._wanted_size(x) if self.parameters.is_flat else None
            if wanted is None and (self.is_plain or self.parameters.variables):
                raise
            start = reprlib.repr(self.parameters.packed([part.tolist() for part in self.parameters.split_array(x)]))
            said = _("With start={start}: {error}").format(start=start, error=error)
            if wanted is not None:
                example = "0.0" if wanted == 0 else str([0.0] * wanted)
                count = _("one number") if wanted == 0 else _("a list of {count}").format(count=wanted)
                takes = _("f takes {count}: start={example}, for example. With start={start}: {error}")
                said = takes.format(count=count, example=example, start=start, error=error)
            raise FunctionError(said) from error

    def _wanted_size(self, x: Floats) -> int | None:
        """Return how many numbers f takes, 0 for one not in a list, where it does not take those of x; or None."""
        for count in range(_MOST_NUMBERS + 1):
            other = np.full((count,) if count else (), 0.5, x.dtype)
            if other.shape == x.shape:
                if self._works(x):
                    return None
            elif self._works(other):
                return count
        return None

    def _works(self, x: Floats) -> bool:
        try:
            one_number(self(tf.Variable(x)))
        except Exception:  # whatever a learner's f raises
            return False
        return True

    def _of_parts(self, parts: Sequence[Tensor], data: Data) -> Tensor:
        """Call f of tensors, which stand in for the learner's own Variables, too."""
        with standing_in(self.parameters.variables, parts) if self.parameters.variables else contextlib.nullcontext():
            return self._called(parts, data)

    def _called(self, parts: Sequence[Any], data: Data) -> Tensor:
        return self.f(*data) if self.reads_variables else self.f(self.parameters.packed(parts), *data)

    @cached_property
    def _in_graph(self) -> Callable[[Tensor], Tensor]:
        def of_all(x: Tensor) -> Tensor:
            return self._of_parts(self.parameters.split(x), self.data)

        traced: Callable[[Tensor], Tensor] = tf.function(of_all, autograph=False)
        return traced


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Raise an interrupt as such: inside `tf.py_function` TensorFlow makes an error of it."""
    try:
        yield
    except tf.errors.OpError as error:
        if "KeyboardInterrupt" in error.message:
            raise KeyboardInterrupt from error
        raise


def loss_of(
    f: Callable[..., Tensor] | Loss, start: Any, dtype: str, data: Any = None, batch_size: Any = None, seed: Any = None
) -> tuple[Loss, Floats]:
    """Return a learner's function as a Loss, and its start as a flat array; FunctionError says what cannot be."""
    if isinstance(f, Loss):
        return f, np.array(floating(start, dtype))
    require_function(f)
    parameters, x = read_start(start, dtype)
    arrays = arrays_of(data, dtype)
    return Loss(f, parameters, arrays, Batches.of(arrays, batch_size, seed)), x


def _accepts(f: Callable[..., Any], count: int) -> bool:
    """Return whether f can be called with so many arguments; of some builtins it is not known."""
    try:
        inspect.signature(f).bind(*range(count))
    except TypeError:
        return False
    except ValueError:
        return True
    return True
