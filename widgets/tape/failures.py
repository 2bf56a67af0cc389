"""What went wrong in a run, and what a recording could not follow of it: more facts of a `Recording`."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from widgets.common.catalogue import _
from widgets.common.errors import first_line, message_of
from widgets.tape.forward_model import Place

_HERE = __name__.rpartition(".")[0]

THREAD: UnfollowedKind = "tape in another thread"
TRACE: UnfollowedKind = "trace"
TOO_LONG: UnfollowedKind = "too long"
UNREAD: UnfollowedKind = "unread"
"""What a recording could not follow: tapes in threads that ran before it; tapes in functions that raised while they
were traced; events after it was full; events that the recorder could not make sense of."""

UnfollowedKind: TypeAlias = Literal["tape in another thread", "trace", "too long", "unread"]

_DEFINED = re.compile(r'^  File "(.+)", line (\d+), in ', re.MULTILINE)


class RecordingError(RuntimeError):
    """A recording could not begin: one is running already, or the code is not eager TensorFlow."""


@dataclass(frozen=True)
class FailedCall:
    """A call for gradients that raised an exception, and so returned nothing.

    Attributes:
        tape: the tape, by index in `Recording.tapes`.
        call: the method's name.
        exception: the name of the exception's class.
        message: the first line of what it says.
        backward_pass: the backward pass that had begun, by index in `Recording.backward_passes`; -1 if none had, as
            where a tape is used up.
        place: where the learner's code made the call.
    """

    tape: int
    call: str
    exception: str
    message: str
    backward_pass: int
    place: Place | None


@dataclass(frozen=True)
class Unfollowed:
    """Something that the recording could not follow; all else is as it says.

    Attributes:
        kind: what: THREAD, TRACE, TOO_LONG or UNREAD.
        count: how many tapes, or events.
        place: where in the learner's code the first of them happened, if that is known.
    """

    kind: UnfollowedKind
    count: int
    place: Place | None = None


def unfollowed(
    places: Mapping[UnfollowedKind, Sequence[Place | None]], counts: Mapping[UnfollowedKind, int]
) -> Iterator[Unfollowed]:
    """Yield what could not be followed: the first of the places in the learner's code, or how many, of each kind."""
    yield from (Unfollowed(kind, len(found), found[0]) for kind, found in places.items() if found)
    yield from (Unfollowed(kind, count) for kind, count in counts.items() if count)


@dataclass(frozen=True)
class RecordedError:
    """The exception that ended the run.

    Attributes:
        exception: the exception itself, with the traceback of a bare run.
        place: the innermost place in the learner's code that it came through.
    """

    exception: BaseException
    place: Place | None


def error_text(error: BaseException) -> str:
    """Return what is said of the exception that ended a run: its first line; of an interrupt what that means."""
    if isinstance(error, KeyboardInterrupt):
        return _("The code was interrupted here (KeyboardInterrupt). What ran until then is shown.")
    return first_line(error, with_type=True)


def lines_of_node(error: BaseException) -> list[tuple[str, int]]:
    """Return where an op was defined that failed while a graph ran, as TensorFlow tells it: innermost last.

    Args:
        error: any exception.

    Returns:
        The file and the line of each function on the way; [] if the message tells of no op.
    """
    message = message_of(error)
    if not message.startswith("Graph execution error"):
        return []
    return [(file, int(line)) for file, line in _DEFINED.findall(message)]


def without_our_frames(error: BaseException) -> BaseException:
    """Take the recorder's own frames out of an exception's traceback, and those of the ones that led to it.

    Args:
        error: an exception that a recorded run raised.

    Returns:
        The same exception; its traceback reads as in a bare run.
    """
    waiting: list[BaseException | None] = [error]
    seen = set[int]()
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        waiting += one.__cause__, one.__context__
        frames = [*frames_of(one)]
        kept = [frame for frame in frames if not _is_ours(frame.tb_frame)]
        if len(kept) < len(frames):
            chain = None
            for trace in reversed(kept):
                chain = types.TracebackType(chain, trace.tb_frame, trace.tb_lasti, trace.tb_lineno)
            one.__traceback__ = chain
    return error


def frames_of(error: BaseException) -> Iterator[types.TracebackType]:
    """Yield the parts of an exception's traceback, outermost first."""
    trace = error.__traceback__
    while trace:
        yield trace
        trace = trace.tb_next


def _is_ours(frame: types.FrameType) -> bool:
    return str(dict.get(frame.f_globals, "__name__")).startswith(_HERE)
