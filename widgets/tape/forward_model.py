"""The facts of a forward pass: values, places in the learner's code, tensors, tapes, and the ops that ran.

The rest of a `Recording`, and how they hang together, is in `model`.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from widgets.common.arrays import Array
from widgets.common.deprecation import RenamedAttribute
from widgets.tape.array_summary import LargeArray, Statistics, statistics_of

NOT_WATCHED: Reason = "not watched"
INTEGER: Reason = "integer"
STOPPED: Reason = "recording stopped"
PAUSED: Reason = "paused by TensorFlow"
OUTSIDE: Reason = "outside the with block"
UNKNOWN: Reason = "not known"
NO_GRADIENT: Reason = "no gradient registered"
"""Why a tape did not record an op; PAUSED: TensorFlow itself pauses all tapes, as in `tf.init_scope`, or inside a
`tf.custom_gradient`, which is recorded as a whole; UNKNOWN: whether it did cannot be told, for it may follow a tensor
from before the recording; NO_GRADIENT: it did, but TensorFlow has no gradient for the op."""

Reason: TypeAlias = Literal[
    "",
    "not watched",
    "integer",
    "recording stopped",
    "paused by TensorFlow",
    "outside the with block",
    "not known",
    "no gradient registered",
]
Plumbing: TypeAlias = Literal["", "read", "assign", "cast", "shape", "handle", "initializer", "metric", "optimizer"]
TensorKind: TypeAlias = Literal["variable", "watched", "constant", "result"]


@dataclass(frozen=True)
class Value:
    """A tensor's value in short.

    Attributes:
        dtype: the name of the TensorFlow dtype: "float32", "int32", "resource" (a Variable's handle) ...
        shape: the shape; () for a scalar, and for a symbolic tensor of unknown rank.
        size: how many numbers the tensor holds; 0 where none exist: a handle, or a symbolic tensor of a `tf.function`.
        head: the first numbers in row-major order, as NumPy scalars of that dtype; at most six. They are all there are
            if `len(head) == size`. Of strings the first letters, or `Bytes` where they are no text.
        has_nan: whether any number is NaN, also of those that `head` leaves out.
        rows: of `tf.IndexedSlices`, which are shown as the dense tensor they stand for, the rows that they hold, in
            order and each once; None of every other tensor.
        numbers: all numbers, read-only, if there are at most 4,096; else None.
    """

    dtype: str
    shape: tuple[int | None, ...]
    size: int = 0
    head: tuple[Any, ...] = ()
    has_nan: bool = False
    rows: tuple[int, ...] | None = None
    numbers: Array | None = field(default=None, compare=False, repr=False)
    _large: LargeArray | None = field(default=None, compare=False, repr=False)

    @functools.cached_property
    def statistics(self) -> Statistics | None:
        """The smallest and the largest number, mean, norm, and counts; None where there are no numbers."""
        if self._large is not None:
            return self._large.statistics
        return None if self.numbers is None else statistics_of(self.numbers)

    @property
    def is_in_parts(self) -> bool:
        """Whether this stands for a table that is too large to be made, of which only some rows are held."""
        return self.rows is not None and not self.head

    @property
    def blocks(self) -> Array | None:
        """Of more than 4,096 numbers, the means of at most 32 x 32 blocks (rows: all axes but the last); else None."""
        return None if self._large is None or self.is_in_parts else self._large.blocks

    def array(self) -> Array | None:
        """Return all numbers, also of a large tensor, while the kernel still has it; None once it has not."""
        if self._large is None:
            return self.numbers if self.numbers is None or self.numbers.size == self.size else None
        return None if self.is_in_parts else self._large.numbers()


@dataclass(frozen=True)
class Listing:
    """A piece of the learner's code: a function, or a notebook cell.

    Attributes:
        name: the function's name, or "cell".
        first: the number of its first line in its file (1-based).
        lines: the lines, without line ends.
    """

    name: str
    first: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """A spot in the learner's code.

    Attributes:
        listing: index in `Recording.listings`.
        line: line number in the file (1-based).
        column: first character of the expression on that line (0-based); -1 where Python does not tell (3.10).
        end: the character after the last one, likewise; -1 also for an expression of several lines.
        text: the expression's source, on one line; "" where it is not known.
    """

    listing: int
    line: int
    column: int = -1
    end: int = -1
    text: str = ""


@dataclass(frozen=True)
class Tensor:
    """A tensor that the run met, or a Variable, which stands for its handle.

    Attributes:
        name: the learner's own name for it, "" if it has none.
        kind: what it is to a tape: "variable", "watched" (by `tape.watch`), "result" (of an op) or "constant".
        value: its value; a Variable's as it was first read.
        tensor_id: the number by which TensorFlow's tapes know it; differs from run to run, so it is not compared.
    """

    name: str
    kind: TensorKind
    value: Value
    tensor_id: int = field(default=-1, compare=False, repr=False)
    known_as = RenamedAttribute("tensor_id")


@dataclass(frozen=True)
class TapeVerdict:
    """Whether one tape recorded an entry.

    Attributes:
        tape: index in `Recording.tapes`.
        recorded: whether it did.
        reason: why not, one of this module's constants. With `recorded` it is "" or NO_GRADIENT: the op is on the tape,
            but TensorFlow has no gradient for it, so nothing flows back through it.
    """

    tape: int
    recorded: bool
    reason: Reason = ""


@dataclass(frozen=True)
class GraphOp:
    """An op inside the graph of a `tf.function`.

    Attributes:
        name: its name in the graph.
        op: its kind, such as "Mul"; "Argument" for an argument of the function.
        inputs: the ops that it reads from, by index in `Entry.graph`; always earlier ones.
    """

    name: str
    op: str
    inputs: tuple[int, ...]


@dataclass(frozen=True)
class OpenedCall:
    """What is known of the inside of one call of a `tf.function` that holds a tape.

    Its graph was evaluated once more after the run, op by op, on the call's inputs and copies of the Variables.

    Attributes:
        difference: how far what that gave is from what the call returned, and from the Variables after it, at most,
            relative to the largest number of each, or to a thousandth of the largest of all, for numbers that are only
            rounding noise; 0.0 only if they are the same bit for bit, None if nothing can be compared. TensorFlow
            rearranges a graph's arithmetic, so the last bits may differ.
        missing: the ops that could not be run again, so that they and what depends on them have no numbers, and why.
        call: which call of this function from this place it is, from 0.
        failed: whether the call raised an exception.
    """

    difference: float | None
    missing: tuple[tuple[str, str], ...]
    call: int
    failed: bool = False


@dataclass(frozen=True)
class Entry:
    """An op that ran; on the tape of each of `recorded_by`.

    Attributes:
        index: its own index in `Recording.entries`, which are in order of time.
        op: TensorFlow's name of the op, such as "AddV2"; the function's name for a call of a `tf.function`.
        inputs: the input tensors, by index in `Recording.tensors`.
        outputs: the output tensors, likewise; none for an op such as "AssignVariableOp".
        values: the value of each output.
        place: where the learner's code ran it.
        verdicts: one for each tape that was open or paused.
        backward_pass: the backward pass whose arithmetic it was: an outer tape records what an inner one computes.
            -1 for the learner's own forward code.
        graph: the ops inside, if it called a `tf.function`; else ().
        has_no_tape: whether the `tf.function` is known to hold no tape: it was heard while it was traced.
        scope: the innermost layer, loss, optimizer ... that ran it, by index in `Recording.scopes`; -1 for none.
        plumbing: what it does for others, where that is all it does: "read" or "assign" a Variable, "cast" a dtype,
            tell a "shape", make a "handle"; or whose inside it is: an "optimizer", a "metric", an "initializer". ""
            for the calculation that the learner's code means.
        serves: the entry that plumbing works for: the first that takes its result and is no plumbing itself; -1 if
            there is none.
        is_forward_mode: whether it computes the tangent of `op` for a `tf.autodiff.ForwardAccumulator`. Such entries
            are kept only where a tape recorded them, and have no step.
        inside: the entry in whose graph it ran (a call, a branch, a loop), by index; -1 for what ran eagerly.
        iteration: which round of that loop, from 0; -1 outside of loops.
        opened: what is known of its inside, if it called a function that holds a tape; the entries inside follow.
        attributes: those of its attributes that tell how the axes of its inputs meet, such as "transpose_b", by name.
    """

    index: int
    op: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    values: tuple[Value, ...]
    place: Place | None
    verdicts: tuple[TapeVerdict, ...]
    backward_pass: int = -1
    graph: tuple[GraphOp, ...] = ()
    has_no_tape: bool = False
    scope: int = -1
    plumbing: Plumbing = ""
    serves: int = -1
    is_forward_mode: bool = False
    inside: int = -1
    iteration: int = -1
    opened: OpenedCall | None = None
    attributes: tuple[tuple[str, bool | str], ...] = ()
    during = RenamedAttribute("backward_pass")
    opens = RenamedAttribute("graph")

    def verdict(self, tape: int) -> TapeVerdict:
        """Return the verdict of one tape, by index; OUTSIDE if it was not open."""
        return next((verdict for verdict in self.verdicts if verdict.tape == tape), TapeVerdict(tape, False, OUTSIDE))

    @property
    def recorded_by(self) -> tuple[int, ...]:
        """The tapes that recorded this entry, by index."""
        return tuple(verdict.tape for verdict in self.verdicts if verdict.recorded)


@dataclass(frozen=True)
class Tape:
    """A `tf.GradientTape`, or a tape that TensorFlow keeps without one.

    Attributes:
        name: the learner's name for it; "tape" if it has none.
        persistent: whether it was made with `persistent=True`.
        watches_variables: whether it watches each trainable Variable that is read (`watch_accessed_variables`).
        lane: the lowest number (from 0) that no tape open at the same time has: nested tapes are drawn side by side.
        is_from_before: whether it was made before what the recording has seen: part of what it holds is not known.
        thread: the thread that it records in: 0 for the one that ran the learner's code, else a number of its own.
    """

    name: str
    persistent: bool
    watches_variables: bool
    lane: int
    is_from_before: bool = False
    thread: int = 0


@dataclass(frozen=True)
class Trace:
    """A `tf.function` was traced: TensorFlow made a new graph of it.

    Attributes:
        function: the function's name.
        tensors: the specification of each tensor argument, as text.
        values: each Python argument: a number or string as text, of anything else its type.
        place: where the learner's code called it.
        definition: the number of the function itself in the recording: others may have its name, as lambdas do.
        holds_tape: whether a tape was heard in it, or in what it calls.
    """

    function: str
    tensors: tuple[str, ...]
    values: tuple[str, ...]
    place: Place | None
    definition: int = 0
    holds_tape: bool = False
