"""What can happen in a run, as the seams tell it. Tensors are TensorFlow's own objects here, not yet facts."""

from typing import Any, NamedTuple

import tensorflow as tf


class Moment(NamedTuple):
    """Where the learner's code stood: a frame and the instruction in it (None: not in the learner's code)."""

    frame: Any
    instruction: int


class Op(NamedTuple):
    """An eager op ran."""

    op: str
    inputs: tuple
    attrs: tuple
    outputs: tuple
    at: Moment | None


class Traced(NamedTuple):
    """A `tf.function` is being traced: the first op of a new graph. What the graph is of is known once it is done."""

    graph: Any
    at: Moment | None


class OwnPullback(NamedTuple):
    """Something was put on the tape with a pullback of its own: `tf.custom_gradient`, a `tf.function`."""

    op: str
    inputs: tuple
    outputs: tuple
    at: Moment | None


class TapeMoved(NamedTuple):
    """A tape was pushed on TensorFlow's stack of tapes or popped from it, by a method of `tf.GradientTape`."""

    pushed: bool
    by: str
    tape: tf.GradientTape
    c_tape: Any
    at: Moment | None


class Watched(NamedTuple):
    """`tape.watch` met a tensor or a Variable."""

    c_tape: Any
    tensor: Any
    at: Moment | None


class Accessed(NamedTuple):
    """A trainable Variable was read: every recording tape that watches accessed Variables now watches it."""

    variable: Any


class Paused(NamedTuple):
    """TensorFlow stopped (or restarted) recording on the whole thread, as `tf.custom_gradient` does inside."""

    stopped: bool


class Asked(NamedTuple):
    """The learner called `tape.gradient`, `tape.jacobian` or `tape.batch_jacobian`."""

    call: str
    tape: tf.GradientTape
    c_tape: Any
    at: Moment | None


class Answered(NamedTuple):
    """That call returned."""

    result: Any


class Started(NamedTuple):
    """A playback began."""

    c_tape: Any
    targets: list
    sources: list
    output_gradients: list | None
    unconnected: str


class Pulled(NamedTuple):
    """A pullback ran. `key` is the Op's own attrs tuple or the OwnPullback: the same object, so never mistaken."""

    key: Any
    op: str
    upstream: tuple
    handed: tuple
    skipped: tuple


class Summed(NamedTuple):
    """TensorFlow added the gradients that met at one tensor."""

    gradients: list
    total: Any


class Ended(NamedTuple):
    """A playback ended, with one gradient (or None) for each source; `gradients` is None if it failed."""

    gradients: list | None
