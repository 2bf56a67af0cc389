"""The facts of a recording: what TensorFlow's tape did, as frozen dataclasses.

Read a `Recording` by its `steps`, in order of time. Each step points at an entry (an op that ran), at a tape, or at a
backward pass and one of its pullbacks. Tensors, tapes, entries and backward passes are referred to by their index in
the recording's tuples; -1 means "none". What a forward pass is made of (entries, tapes, tensors and their values) is in
`forward_model`.

The words are those of TensorFlow's guide, https://www.tensorflow.org/guide/autodiff: a tape *records* operations in the
forward pass and is played backward, op by op, from a *target* to its *sources*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from widgets.common.catalogue import _
from widgets.common.deprecation import RenamedAttribute
from widgets.tape.failures import FailedCall, RecordedError, Unfollowed
from widgets.tape.forward_model import Entry, Listing, Place, Tape, Tensor, Trace, Value
from widgets.tape.scope_model import OptimizerStep, Scope

CELL = "cell"
"""The title of a recorded notebook cell."""

BEFORE_RECORDING = "part of what this tape recorded ran before the recording began"
FAILED = "TensorFlow stopped this backward pass with an error"
MISMATCH = "the contributions seen here do not add up to what TensorFlow returned"
CUT_SHORT = "the recording ended before this backward pass did"
UNKNOWN = "an operation of this function could not be run again"
"""The notes of a backward pass that is not reconciled."""

# fmt: off
StepKind: TypeAlias = Literal[
    "open", "close", "stop", "resume", "reset", "watch", "entry", "seed", "pullback", "gradients", "raised", "rounds",
    "error",
]
# fmt: on


@dataclass(frozen=True)
class Contribution:
    """A gradient that reaches one tensor in a backward pass, from a pullback or as a seed.

    Attributes:
        tensor: index in `Recording.tensors`; -1 where the op ran before the recording began.
        gradient: the gradient; None if TensorFlow passed none back to this input (see `skipped`).
        total: the sum of this tensor's contributions so far; after the last one it is TensorFlow's own sum.
        nth: which of the tensor's contributions this is, from 1; 0 if skipped.
        count: how many contributions the tensor receives in all; 0 if skipped.
        local: the local derivative of the op at this input, from TensorFlow's own gradient function: what that passes
            back for an upstream gradient of 1. `gradient` is the upstream gradient times it, but for the last bits.
            None where it is not one number (an array; gradients at several outputs), or not known (a gradient function
            of someone's own, which is not run again; a backward pass without numbers).
    """

    tensor: int
    gradient: Value | None = None
    total: Value | None = None
    nth: int = 0
    count: int = 0
    local: Value | None = None
    of = RenamedAttribute("count")

    @property
    def skipped(self) -> bool:
        """Whether TensorFlow passed nothing back to this input: it needed no gradient, or has none for it."""
        return self.gradient is None


@dataclass(frozen=True)
class Pullback:
    """One op in a backward pass: its vector-Jacobian product.

    Attributes:
        entry: the op's index in `Recording.entries`; -1 if it ran before the recording began.
        op: its name, as in `Entry.op`.
        upstream: the gradient of the target with respect to each output, None where none arrived.
        input_gradients: what it passes back to each input.
    """

    entry: int
    op: str
    upstream: tuple[Value | None, ...]
    input_gradients: tuple[Contribution, ...]
    hands = RenamedAttribute("input_gradients")


@dataclass(frozen=True)
class BackwardPass:
    """One call of `tape.gradient`, `tape.jacobian` or `tape.batch_jacobian`.

    Attributes:
        tape: index in `Recording.tapes`.
        call: the method's name; "gradient" also where a tape without `tf.GradientTape` was played.
        targets: the tensors it starts from, by index in `Recording.tensors`.
        sources: the tensors that gradients are wanted for, likewise.
        seeds: the gradient that each target starts with: 1, or the learner's `output_gradients`.
        pullbacks: the ops played backward, in TensorFlow's true order.
        gradients: what the call returned to the learner: tensors or None, structured as the sources were. None if the
            call raised: it returned nothing.
        reconciled: whether the sum of all contributions equals what TensorFlow returned, bit for bit. If not, no
            number of this backward pass may be shown.
        note: why it is not reconciled (BEFORE_RECORDING, FAILED, MISMATCH or CUT_SHORT), else "".
        place: where the learner's code made the call.
        caller: the library whose own code made the call, such as "tensorflow" (in `tf.recompute_grad`,
            `tf.py_function`) or "keras" (in `fit`); "" for the learner's.
        in_graph: whether it was traced into a graph, as in a `tf.function`, and so has no numbers. Those of a Jacobian
            are: all rows are computed at once.
    """

    tape: int
    call: str
    targets: tuple[int, ...]
    sources: tuple[int, ...]
    seeds: tuple[Contribution, ...]
    pullbacks: tuple[Pullback, ...]
    gradients: Any
    reconciled: bool
    note: str
    place: Place | None
    caller: str = ""
    in_graph: bool = False


Playback = BackwardPass
"""The former name of BackwardPass, for one release."""


@dataclass(frozen=True)
class CentralDifference:
    """A finite difference (f(x + h) - f(x - h)) / 2h, computed by TensorFlow's own ops: a check of the gradient.

    Attributes:
        estimate: the difference quotient.
        h: the step, a power of two.
    """

    estimate: float
    h: float


class RunsAgain(Protocol):
    """A target as a function of one number, None where that is not known: `central_difference.Rerun`."""

    def __call__(self, x: float) -> float | None:
        """Return the target for a value of the number."""

    def along(self, xs: Sequence[float]) -> list[float | None]:
        """Return it for many values, where the last bit does not matter."""


@dataclass(frozen=True)
class Source:
    """A tensor that one backward pass was asked about. A pass that failed has none: nothing was returned.

    Attributes:
        tensor: index in `Recording.tensors`.
        backward_pass: index in `Recording.backward_passes`.
        value: its value at the time of the call; None for a Variable that was never read.
        gradient: its gradient, None where TensorFlow returned None.
        difference: an independent estimate of the gradient; None where there is none: for an array, a random op ...
        gradient_tensor: the index of the tensor that is this gradient, -1 if the run did not use it again.
        rerun: gives the target for another value of the source, which is one number, by running the recorded
            operations again: None if that is not safe. Of few operations, and few backward passes; else None.
    """

    tensor: int
    backward_pass: int
    value: Value | None
    gradient: Value | None
    difference: CentralDifference | None
    gradient_tensor: int = -1
    rerun: RunsAgain | None = field(default=None, compare=False, repr=False)
    playback = RenamedAttribute("backward_pass")
    gives = RenamedAttribute("gradient_tensor")

    @property
    def is_bad(self) -> bool:
        """Whether the gradient is None or has a NaN."""
        return self.gradient is None or self.gradient.has_nan


@dataclass(frozen=True)
class Step:
    """One moment of the run.

    Attributes:
        kind: what happened: a tape was opened ("open"), closed, paused ("stop"), resumed or reset, or began to "watch"
            a tensor; an op ran ("entry"); a backward pass began ("seed"), ran a "pullback", returned its "gradients";
            a call for gradients "raised" an exception that the learner's code caught; "rounds" of a long loop are left
            out; the run ended in an "error".
        subject: index of the tape, of the entry, or of the backward pass that it is about; of the tape for "raised";
            for "rounds" how many were left out; 0 for an error.
        detail: for "watch" the tensor, for "pullback" its index in `BackwardPass.pullbacks`, for "raised" that in
            `Recording.failed_calls`; else -1.
        place: where in the learner's code.
    """

    kind: StepKind
    subject: int
    detail: int = -1
    place: Place | None = None
    of = RenamedAttribute("subject")
    which = RenamedAttribute("detail")


@dataclass(frozen=True, repr=False)
class Recording:
    """All that was seen of one run: made by `record`, shown by `TapeDeck`, explained by `explain`.

    Attributes:
        title: the function's name, or "cell".
        result: what the function returned, untouched; None for a cell.
        listings: the learner's code that took part.
        tapes: the tapes, in order of appearance.
        tensors: the tensors that ops, tapes and backward passes met, in order of appearance.
        entries: the ops that ran, in order of time.
        backward_passes: the calls of `tape.gradient` and its kin, in order of time.
        sources: one for each source of each backward pass.
        steps: what happened, in order of time: the other tuples as one story.
        error: the exception that ended the run, or None.
        traces: the times a `tf.function` was traced.
        scopes: the layers, losses, metrics and optimizers that ran ops, and Keras's `fit`.
        optimizer_steps: the calls of Keras optimizers, with each parameter before and after.
        failed_calls: the calls of `tape.gradient` and its kin that raised an exception.
        unfollowed: what could not be followed, and so is missing.
        earlier_steps: how many of the steps, at their beginning, belong to earlier recordings: of a tape that recorded
            in one cell and is asked for gradients in the next, the whole story is told, from where the tape was opened.
        missed_rounds: of the rounds of loops that were asked for by number, those that no loop has here which could
            have lost them: they never ran, or ran in a round of a loop around that is left out.
        tape_names: names that mean `tf.GradientTape` in this code, beside that one, as `T` after `T = tf.GradientTape`.
        source: the text of the cell that was recorded; "" for a function, whose text is its listing.
        helpers: the learner's functions that the listings name and that ran no operation, as one in NumPy does.
        changed_files: files of the learner's that are no longer what ran, so that the listings show other lines.

    Example:
        >>> import tensorflow as tf
        >>> from widgets import record
        >>> def slope():
        ...     x = tf.Variable(3.0)
        ...     with tf.GradientTape() as tape:
        ...         y = x * x
        ...     return tape.gradient(y, x)
        >>> recording = record(slope)
        >>> [entry.op for entry in recording.entries if entry.recorded_by]
        ['ReadVariableOp', 'ReadVariableOp', 'Mul']
        >>> [pullback.op for pullback in recording.backward_passes[0].pullbacks]
        ['Mul', 'ReadVariableOp', 'ReadVariableOp']
        >>> float(recording.sources[0].gradient.head[0])
        6.0
    """

    title: str
    result: Any
    listings: tuple[Listing, ...]
    tapes: tuple[Tape, ...]
    tensors: tuple[Tensor, ...]
    entries: tuple[Entry, ...]
    backward_passes: tuple[BackwardPass, ...]
    sources: tuple[Source, ...]
    steps: tuple[Step, ...]
    error: RecordedError | None
    traces: tuple[Trace, ...] = ()
    scopes: tuple[Scope, ...] = ()
    optimizer_steps: tuple[OptimizerStep, ...] = ()
    failed_calls: tuple[FailedCall, ...] = ()
    unfollowed: tuple[Unfollowed, ...] = ()
    earlier_steps: int = 0
    missed_rounds: tuple[int, ...] = ()
    tape_names: tuple[str, ...] = ()
    source: str = ""
    helpers: tuple[Listing, ...] = ()
    changed_files: tuple[str, ...] = ()
    playbacks = RenamedAttribute("backward_passes")

    def __repr__(self) -> str:
        return _(
            "Recording of {title} (operations: {entries}, tapes: {tapes}, backward passes: {backward_passes}): "
            "show it with TapeDeck(...)"
        ).format(
            title=self.title,
            entries=len(self.entries),
            tapes=len(self.tapes),
            backward_passes=len(self.backward_passes),
        )

    def whole(self, entry: Entry) -> Entry | None:
        """Return the call, branch or loop around an entry that a tape takes, or leaves, as a whole; None if none is."""
        while not entry.verdicts and 0 <= entry.inside < entry.index:  # a group may hold what it is inside of
            entry = self.entries[entry.inside]
            if entry.verdicts:
                return entry
        return None
