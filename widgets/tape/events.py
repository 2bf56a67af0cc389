"""What can happen in a run, as the hooks tell it. Tensors are TensorFlow's own objects here, not yet facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

from widgets.common.arrays import Tensor, Variable
from widgets.tape.running_code import CodeLocation, RunningScope
from widgets.tape.tape_key import TapeKey


class ThreadSwitched(NamedTuple):
    """What follows happened in another thread than what came before."""

    thread: int


class Op(NamedTuple):
    """An eager op ran.

    Attributes:
        op: its name.
        inputs: what it read.
        attrs: its attributes; this very tuple is the key of its pullback.
        outputs: what it made.
        at: where the learner's code stood.
        forward_mode: the op whose tangent it computes for a `tf.autodiff.ForwardAccumulator`; "" for an op of the
            learner's own.
        is_followed: with `forward_mode`, whether any tape follows what came out.
        scope: the innermost layer, loss, optimizer ... that is running.
    """

    op: str | bytes
    inputs: Sequence[Tensor]
    attrs: tuple[Any, ...]
    outputs: tuple[Tensor, ...]
    at: CodeLocation | None
    forward_mode: str = ""
    is_followed: bool = True
    scope: RunningScope | None = None


class RoundsFolded(NamedTuple):
    """Rounds of a long loop were left out here: see `loop_rounds`.

    Attributes:
        loop: stands for the loop.
        rounds: how many.
        first_tensor_id: TensorFlow's number of a tensor made before the first of them.
        last_tensor_id: that of one made in the last of them, or before.
        at: where the learner's code stood when the next round began.
    """

    loop: object
    rounds: int
    first_tensor_id: int
    last_tensor_id: int
    at: CodeLocation | None


class RoundAsked(NamedTuple):
    """A round of a loop begins that was asked for, and so stays; `number` counts from 0."""

    number: int


class FunctionTraced(NamedTuple):
    """A `tf.function` is being traced: the first op of a new graph. What the graph is of is known once it is done."""

    graph: Any
    at: CodeLocation | None


class CustomGradient(NamedTuple):
    """Something was put on the tape with a pullback of its own: `tf.custom_gradient`, a `tf.function`.

    `key` is the key of that pullback: an object that nothing else is.
    """

    op: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    key: object
    at: CodeLocation | None
    forward_mode: str = ""
    scope: RunningScope | None = None


class TapeFound(NamedTuple):
    """A tape was recording already when the recording began."""

    tape: TapeKey
    c_tape: Any


class TapeToggled(NamedTuple):
    """A tape was pushed on TensorFlow's stack of tapes or popped from it.

    Attributes:
        pushed: whether it was pushed.
        by: the method of `tf.GradientTape` that did it, or TensorFlow's function for a tape without one.
        tape: the tape.
        c_tape: TensorFlow's C++ tape behind it.
        is_new: whether that C++ tape was made by this push, and so knows nothing yet.
        at: where the learner's code stood.
    """

    pushed: bool
    by: str
    tape: TapeKey
    c_tape: Any
    is_new: bool
    at: CodeLocation | None


class Watched(NamedTuple):
    """`tape.watch` met a tensor or a Variable."""

    tape: TapeKey
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
    """A tape is asked for gradients.

    Attributes:
        call: the method: "gradient", "jacobian" or "batch_jacobian"; "gradient" also where there is none.
        tape: the tape.
        c_tape: TensorFlow's C++ tape behind it; None once it has been used up.
        caller: the library whose code calls, such as "tensorflow"; "" for the learner's own code.
        at: where the learner's code stood.
    """

    call: str
    tape: TapeKey
    c_tape: Any
    caller: str
    at: CodeLocation | None


class GradientReturned(NamedTuple):
    """That call returned."""

    result: Any


class CallRaised(NamedTuple):
    """That call raised instead; `error` is the exception's index in `Log.errors`."""

    error: int


class BackwardStarted(NamedTuple):
    """A backward pass began.

    Attributes:
        tape: the tape that is played.
        c_tape: TensorFlow's C++ tape behind it.
        targets: where it starts.
        sources: what gradients are wanted for.
        output_gradients: the gradients that the targets start with, None for ones.
        unconnected: "none" or "zero": what to return where no gradient arrives.
        in_graph: whether it is traced into a graph, where there are no numbers.
    """

    tape: TapeKey
    c_tape: Any
    targets: list[Tensor]
    sources: list[Tensor]
    output_gradients: list[Tensor | None] | None
    unconnected: str
    in_graph: bool


class PullbackRan(NamedTuple):
    """A pullback ran.

    Attributes:
        key: the Op's own attrs tuple, or the key of the CustomGradient: the same object, so never mistaken.
        op: the op's name.
        upstream: the gradient of each output.
        input_gradients: the gradient of each input.
        skipped: the inputs that need none.
        in_graph: whether the op itself was traced into a graph, as the row of a Jacobian is: it is no entry.
    """

    key: Any
    op: str
    upstream: Sequence[Tensor | None]
    input_gradients: tuple[Tensor | None, ...]
    skipped: Sequence[int]
    in_graph: bool = False


class GradientsSummed(NamedTuple):
    """TensorFlow added the gradients that met at one tensor."""

    gradients: list[Tensor]
    total: Tensor


class BackwardEnded(NamedTuple):
    """A backward pass ended, with one gradient (or None) for each source; `gradients` is None if it failed."""

    gradients: list[Tensor | None] | None


class FunctionCalled(NamedTuple):
    """A traced function that holds a tape was called: what its graph is evaluated on afterwards."""

    call: Any


class VariableChanged(NamedTuple):
    """Inside a call that is played, the op that comes next changes a Variable: from what to what, if that is known."""

    handle: Tensor
    before: Tensor | None
    after: Tensor | None


class FunctionEntered(NamedTuple):
    """What follows happened inside the op before: a function, a branch, one round of a loop (`iteration`, from 0)."""

    iteration: int


class FunctionLeft(NamedTuple):
    """The end of that."""


Event: TypeAlias = (
    ThreadSwitched
    | Op
    | RoundsFolded
    | RoundAsked
    | FunctionTraced
    | CustomGradient
    | TapeFound
    | TapeToggled
    | Watched
    | VariableAccessed
    | ThreadPaused
    | GradientCalled
    | GradientReturned
    | CallRaised
    | BackwardStarted
    | PullbackRan
    | GradientsSummed
    | BackwardEnded
    | FunctionCalled
    | VariableChanged
    | FunctionEntered
    | FunctionLeft
)
