"""What can happen in a run, as the hooks tell it. Tensors are TensorFlow's own objects here, not yet facts."""

from __future__ import annotations

from collections.abc import Sequence
from types import FrameType
from typing import Any, NamedTuple, TypeAlias

import tensorflow as tf

from widgets.common.arrays import Tensor, Variable


class CodeLocation(NamedTuple):
    """Where the learner's code stood: a frame, and the byte offset of the instruction in its code."""

    frame: FrameType
    instruction: int


Position: TypeAlias = tuple[str, int, int | None, int | None, int | None]
"""A file, and a stretch of it: first line, last line, first column, end column (in UTF-8 bytes; None: not known)."""


class Op(NamedTuple):
    """An eager op ran."""

    op: str | bytes
    inputs: Sequence[Tensor]
    attrs: tuple[Any, ...]
    outputs: tuple[Tensor, ...]
    at: CodeLocation | None


class FunctionTraced(NamedTuple):
    """A `tf.function` is being traced: the first op of a new graph. What the graph is of is known once it is done."""

    graph: Any
    at: CodeLocation | None


class CustomGradient(NamedTuple):
    """Something was put on the tape with a pullback of its own: `tf.custom_gradient`, a `tf.function`."""

    op: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    at: CodeLocation | None


class TapeToggled(NamedTuple):
    """A tape was pushed on TensorFlow's stack of tapes or popped from it; `by` is the method of `tf.GradientTape`."""

    pushed: bool
    by: str
    tape: tf.GradientTape
    c_tape: Any
    at: CodeLocation | None


class Watched(NamedTuple):
    """`tape.watch` met a tensor or a Variable."""

    c_tape: Any
    tensor: Tensor | Variable
    at: CodeLocation | None


class VariableAccessed(NamedTuple):
    """A trainable Variable was read: every recording tape that watches accessed Variables now watches it."""

    variable: Variable


class ThreadPaused(NamedTuple):
    """TensorFlow paused (or resumed) recording on the whole thread, as `tf.custom_gradient` does inside."""

    paused: bool


class GradientCalled(NamedTuple):
    """The learner called `tape.gradient`, `tape.jacobian` or `tape.batch_jacobian` (`call` is the name)."""

    call: str
    tape: tf.GradientTape
    c_tape: Any
    at: CodeLocation | None


class GradientReturned(NamedTuple):
    """That call returned."""

    result: Any


class BackwardStarted(NamedTuple):
    """A backward pass began."""

    c_tape: Any
    targets: list[Tensor]
    sources: list[Tensor]
    output_gradients: list[Tensor | None] | None
    unconnected: str


class PullbackRan(NamedTuple):
    """A pullback ran. `key` is the Op's own attrs tuple or the CustomGradient: the same object, so never mistaken."""

    key: Any
    op: str
    upstream: Sequence[Tensor | None]
    input_gradients: tuple[Tensor | None, ...]
    skipped: Sequence[int]


class GradientsSummed(NamedTuple):
    """TensorFlow added the gradients that met at one tensor."""

    gradients: list[Tensor]
    total: Tensor


class BackwardEnded(NamedTuple):
    """A backward pass ended, with one gradient (or None) for each source; `gradients` is None if it failed."""

    gradients: list[Tensor | None] | None


Event: TypeAlias = (
    Op
    | FunctionTraced
    | CustomGradient
    | TapeToggled
    | Watched
    | VariableAccessed
    | ThreadPaused
    | GradientCalled
    | GradientReturned
    | BackwardStarted
    | PullbackRan
    | GradientsSummed
    | BackwardEnded
)
