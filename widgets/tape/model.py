"""The facts of a recording: what TensorFlow's tape did, frozen.

A recording is read like this: its `steps` in order of time; each step points at an entry (an op that ran), a tape,
or a playback's pullback. Tensors are numbered in order of appearance. Values are summaries: dtype, shape, a head.
"""

import dataclasses
from typing import Any

CELL = "cell"
"""The title of a recorded notebook cell."""

NOT_WATCHED = "not watched"
INTEGER = "integer"
STOPPED = "recording stopped"
OUTSIDE = "outside the with block"
NO_GRADIENT = "no gradient registered"

_fact = dataclasses.dataclass(frozen=True)


@_fact
class Value:
    """A tensor's value in short: `head` holds its first numbers (numpy scalars), all of them if `len(head) == size`.

    `size` and `head` are empty where no number exists: a resource, or a symbolic tensor of a `tf.function`.
    `has_nan` speaks of all numbers, also those that `head` leaves out.
    """

    dtype: str
    shape: tuple
    size: int = 0
    head: tuple = ()
    has_nan: bool = False


@_fact
class Listing:
    """A piece of the learner's code: a function or a cell, its first line number, and its lines."""

    name: str
    first: int
    lines: tuple[str, ...]


@_fact
class Place:
    """A spot in a listing. `column` and `end` (0-based, on `line`) are -1 where Python does not tell (3.10)."""

    listing: int
    line: int
    column: int = -1
    end: int = -1
    text: str = ""


@_fact
class Tensor:
    """A tensor that the run met. `name` is the learner's own name for it, or ""; `kind` what it is to the tape."""

    name: str
    kind: str  # "variable", "watched", "constant" or "result"
    value: Value
    known_as: int = dataclasses.field(default=-1, compare=False, repr=False)  # TensorFlow's own number for it


@_fact
class Verdict:
    """Whether one tape recorded an entry, and why not. "no gradient registered": recorded, but it leads nowhere."""

    tape: int
    recorded: bool
    reason: str = ""


@_fact
class GraphOp:
    """An op inside the graph of a `tf.function`: its inputs are numbers of earlier ops in the same graph."""

    name: str
    op: str
    inputs: tuple[int, ...]


@_fact
class Entry:
    """An op that ran. `during` is the playback whose arithmetic it was (-1: the learner's own forward code).

    `verdicts` has one row for each tape that was open or paused; `opens` is the graph of a `tf.function`.
    """

    index: int
    op: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    values: tuple[Value, ...]
    place: Place | None
    verdicts: tuple[Verdict, ...]
    during: int = -1
    opens: tuple[GraphOp, ...] = ()

    def verdict(self, tape):
        """Return the Verdict of one tape (a tape that was not open had no say: "outside the with block")."""
        return next((v for v in self.verdicts if v.tape == tape), Verdict(tape, False, OUTSIDE))

    @property
    def recorded_by(self):
        """The numbers of the tapes that recorded this entry."""
        return tuple(v.tape for v in self.verdicts if v.recorded)


@_fact
class Tape:
    """A `tf.GradientTape`: the learner's name for it, how it was made, and in how many open tapes (`lane`)."""

    name: str
    persistent: bool
    watches_variables: bool
    lane: int


@_fact
class Contribution:
    """What a pullback (or the seed) hands to one tensor: its `nth` of `of` gradients, and the `total` so far.

    `tensor` is -1 where the recording began too late to know it. Skipped inputs, which TensorFlow needed no
    gradient for or had none for, carry no numbers; `total` of the last one is TensorFlow's own sum.
    """

    tensor: int
    gradient: Value | None = None
    total: Value | None = None
    nth: int = 0
    of: int = 0

    @property
    def skipped(self):
        """Whether TensorFlow handed nothing to this input."""
        return self.gradient is None


@_fact
class Pullback:
    """One op played backward: the upstream gradient of each output, and what it hands to each input.

    `entry` is -1 if the op ran before the recording began.
    """

    entry: int
    op: str
    upstream: tuple[Value | None, ...]
    hands: tuple[Contribution, ...]


@_fact
class Playback:
    """One `tape.gradient` call (`call` names the method), its pullbacks in TensorFlow's true order.

    `gradients` is what the call returned. `reconciled` says that the sums of all contributions are, bit for bit,
    what TensorFlow returned; if not, `note` says why and no number of this playback may be shown.
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


@_fact
class Difference:
    """A central difference (f(x + h) - f(x - h)) / 2h by TensorFlow's own ops: an estimate beside the gradient."""

    estimate: float
    h: float


@_fact
class Source:
    """A tensor that one playback was asked about: its gradient (None as TensorFlow returned it) and a witness.

    `gives` is the number of the tensor that the gradient is, -1 where the run did not use it again.
    """

    tensor: int
    playback: int
    value: Value
    gradient: Value | None
    difference: Difference | None
    gives: int = -1


@_fact
class Trace:
    """A `tf.function` was traced: its name, and what for: tensors by their specification, Python's own by value."""

    function: str
    tensors: tuple[str, ...]
    values: tuple[str, ...]
    place: Place | None


@_fact
class Step:
    """One moment of the run. `kind`: open, close, stop, resume, reset, watch, entry, seed, pullback, gradients, error.

    `of` is the number of the tape, entry or playback it is about; `which` the tensor watched or the pullback run.
    """

    kind: str
    of: int
    which: int = -1
    place: Place | None = None


@_fact
class Mishap:
    """The learner's exception, with its own traceback, and where in the learner's code it came from."""

    exception: BaseException
    place: Place | None


@_fact
class Recording:
    """All that was seen of one run. `result` is what the function returned, untouched."""

    title: str
    result: Any
    listings: tuple[Listing, ...]
    tapes: tuple[Tape, ...]
    tensors: tuple[Tensor, ...]
    entries: tuple[Entry, ...]
    playbacks: tuple[Playback, ...]
    sources: tuple[Source, ...]
    steps: tuple[Step, ...]
    error: Mishap | None
    traces: tuple[Trace, ...] = ()
