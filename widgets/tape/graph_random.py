"""Random numbers that an op draws from a state of its own, which begins at the op's seeds: the row can be drawn again.

A function of ours with the same op and the same seeds draws the same row, and leaves the learner's alone. Where in the
row the call stood is a guess: as many calls on as the recording heard, or at the beginning, for `tf.random.set_seed`
goes back there. A guess is believed only if what the call returned follows from it, and does not from the next place.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.tape.graph_nodes import Node
from widgets.tape.graph_run import Run

MOST_CALLS = 2_000
"""Places of a row that are passed over, at most."""

CLOSE = 1e-3
"""How far the results of a call may be from those that follow from a guess, relative to the largest number."""

APART = 30
"""How many times as far those of the next place must be."""


class RandomRows:
    """The rows of random numbers of one call's ops.

    Args:
        calls: how many calls drew from the rows before.
    """

    def __init__(self, calls: int) -> None:
        self._calls = calls
        self._rows: dict[tuple[int, ...], Callable[..., Any]] = {}  # by the op, and the graphs around it

    def draw(self, run: Run, node: Node, values: Sequence[Tensor]) -> Sequence[Tensor]:
        """Return what an op draws next."""
        key = id(node.operation), *_graphs(run)
        if key not in self._rows:
            row = self._rows[key] = _row_of(node.operation)
            for _ in range(self._calls):
                row(*values)
        return [self._rows[key](*values)]


def _graphs(run: Run | None) -> Iterator[int]:
    while run is not None:
        yield id(run.graph)
        run = run.parent


class CompiledDraws:
    """Random numbers of a function that XLA compiles: it draws others from a seed than TensorFlow's own kernels do."""

    def __init__(self) -> None:
        self._functions: dict[int, Callable[..., Any]] = {}  # by the id of the op

    def draw(self, node: Node, values: Sequence[Tensor]) -> Sequence[Tensor]:
        """Return what an op draws from a seed."""
        key = id(node.operation)
        if key not in self._functions:
            self._functions[key] = _alone(node.operation, jit_compile=True)
        return [self._functions[key](*values)]


def draws_from_seed(op: str) -> bool:
    """Say whether an op draws random numbers from a seed among its inputs, and has no state."""
    return op.startswith(("StatelessRandom", "StatelessTruncated")) and "RandomGet" not in op


def _row_of(operation: Any) -> Callable[..., Any]:
    """Return a function that does what an op does, from the state that its seeds begin with."""
    if not operation.get_attr("seed") and not operation.get_attr("seed2"):
        raise ValueError(operation.name)  # its state begins anywhere
    return _alone(operation)


def _alone(operation: Any, jit_compile: bool | None = None) -> Callable[..., Any]:
    """Return a function that does what an op does."""
    op = getattr(tf.raw_ops, operation.type)
    names = list(inspect.signature(op).parameters)
    inputs, attrs = names[: len(operation.inputs)], names[len(operation.inputs) :]
    given = {name: operation.get_attr(name) for name in attrs if name != "name"}

    def draw(*values: Tensor) -> Any:
        return op(**dict(zip(inputs, values, strict=True)), **given)

    specs = [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in operation.inputs]
    # Not the function itself: TensorFlow would count its traces, and warn the learner of too many.
    drawing: Callable[..., Any] = tf.function(draw, autograph=False, jit_compile=jit_compile).get_concrete_function(
        *specs
    )
    return drawing


def guesses(calls: int) -> list[int]:
    """Return how many calls may have drawn from a row before one that is the recording's next after so many."""
    return [*dict.fromkeys(guess for guess in (calls, 0) if guess < MOST_CALLS)]


def is_close(difference: float | None) -> bool:
    """Say whether a guess may be right: from how far its results are."""
    return difference is not None and difference <= CLOSE


def is_right(difference: float | None, next_difference: float | None) -> bool:
    """Say whether a guess that may be right is believed: the results of the next place must be elsewhere."""
    return next_difference is not None and next_difference > APART * max(difference or 0.0, 1e-7)
