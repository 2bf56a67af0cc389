"""The logs of recordings that are over: each is kept as long as one of its tapes may still be asked for gradients.

So a tape that recorded in one cell and is asked in the next is read as one: a PastLog keeps the events, the tensors in
them and the names that the learner had for those, but no frame, for a frame would keep the tape alive.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from widgets.tape import events
from widgets.tape.events import Event
from widgets.tape.log import Log
from widgets.tape.model import Recording
from widgets.tape.names import Names
from widgets.tape.running_code import CodeLocation, PastFrame
from widgets.tape.tape_key import TapeKey, on_death

MOST_EVENTS = 250_000
"""Events that all past logs together hold at most: beyond it, the oldest is let go."""


@dataclass(frozen=True, eq=False)
class PastLog:
    """What is kept of one log.

    Attributes:
        events: its events; where the learner's code stood is known by the code alone.
        functions: the FunctionDefs in it.
        tapes: the tapes in it.
        first_tensor_id: TensorFlow's number of a tensor made before the run.
        last_tensor_id: that of one made after it.
        tensor_names: what the learner called tensors, by TensorFlow's number.
    """

    events: list[Event]
    functions: Mapping[str | bytes, Any]
    tapes: frozenset[TapeKey]
    first_tensor_id: int
    last_tensor_id: int
    tensor_names: Mapping[int, str]


_OF_ITS_OWN = (events.FunctionTraced, events.FunctionCalled, events.CallRaised, events.RoundAsked)
_kept: list[PastLog] = []


def keep(log: Log, recording: Recording) -> None:
    """Keep a log that has been read, if one of its tapes may still be asked."""
    if not any(tape.may_be_asked for tape in log.tapes):
        return
    names = {tensor.tensor_id: tensor.name for tensor in recording.tensors if tensor.name}
    past = PastLog(list(_without_frames(log)), log.functions, log.tapes, log.first_tensor_id, log.last_tensor_id, names)
    _kept.append(past)
    while sum(len(one.events) for one in _kept) > MOST_EVENTS:
        del _kept[0]


def kept_logs() -> list[PastLog]:
    """Return the logs that are kept, oldest first: a recording holds them, for it may use up their tapes."""
    forget_dead()
    return list(_kept)


def forget_dead() -> None:
    """Let go of the logs none of whose tapes can be asked any more."""
    if _kept:
        _kept[:] = [past for past in _kept if any(tape.may_be_asked for tape in past.tapes)]


on_death(forget_dead)


def split(past: PastLog, tapes: Collection[TapeKey]) -> Iterator[tuple[Event, bool]]:
    """Yield the events of a past log, and of each whether it is part of the story of one of `tapes`.

    That is what happened from where the first of them was opened to where the last was closed.
    """
    moves = (events.TapeFound, events.TapeToggled, events.Watched)
    indices = [i for i, event in enumerate(past.events) if isinstance(event, moves) and event.tape in tapes]
    story = range(indices[0], indices[-1] + 1) if indices else range(0)
    for index, event in enumerate(past.events):
        yield event, index in story


def _without_frames(log: Iterable[Event]) -> Iterator[Event]:
    frames: dict[int, PastFrame] = {}
    for event in log:
        if isinstance(event, _OF_ITS_OWN):  # told in their own recording
            continue
        at: CodeLocation | None = getattr(event, "at", None)
        if at is None:
            yield event
            continue
        frame = frames.setdefault(id(at.frame.f_code), PastFrame(at.frame.f_code))
        located: Any = event  # one that has `at`
        yield located._replace(at=CodeLocation(frame, at.instruction))


class AllNames:
    """The learner's names: those of this recording, and where it has none, those of past ones."""

    def __init__(self, names: Names, past: Sequence[PastLog]) -> None:
        self._names, self._past = names, past

    def of_tensor(self, number: int) -> str:
        """Return the name of the tensor (or Variable's handle) with this number, or ""."""
        found = (past.tensor_names.get(number, "") for past in reversed(self._past))
        return self._names.of_tensor(number) or next(filter(None, found), "")

    def of_tape(self, tape: TapeKey, default: str) -> str:
        """Return the name of a tape, or `default`."""
        return self._names.of_tape(tape, default)


class Latest(NamedTuple):
    """The recording that was made last, by which a question without a subject is meant.

    Attributes:
        recording: the recording.
        error: the exception that Python had shown last when it was made, None if there was none.
        function: what was recorded, where it was called without arguments; None of a cell.
    """

    recording: Recording
    error: BaseException | None
    function: Callable[..., Any] | None = None


_latest: list[Latest] = []


def latest() -> Latest | None:
    """Return the last recording, None before the first."""
    return _latest[-1] if _latest else None


@contextlib.contextmanager
def latest_kept() -> Iterator[None]:
    """Let the last recording stay the last, whatever is recorded in the block."""
    kept = list(_latest)
    try:
        yield
    finally:
        _latest[:] = kept


def remember(recording: Recording, function: Callable[..., Any] | None = None) -> None:
    """Make a recording the last one; `function` is what ran, where it was called without arguments."""
    _latest[:] = [Latest(recording, _last_error(), function)]


def _last_error() -> BaseException | None:
    """Return the exception that a notebook or a terminal has shown last."""
    error = getattr(sys, "last_value", None)
    return error if isinstance(error, BaseException) else None


def latest_subject() -> Recording | BaseException | None:
    """Return what was seen last: the last recording, or an exception that was shown after it."""
    last, error = latest(), _last_error()
    if last is None or (error is not None and error is not last.error and not _is_of(error, last.recording)):
        return error if last is None or error is not None else None
    return last.recording


def _is_of(error: BaseException, recording: Recording) -> bool:
    return recording.error is not None and recording.error.exception is error
