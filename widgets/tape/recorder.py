"""Run the learner's code under the real tape, listened to; then read what happened."""

from __future__ import annotations

import contextlib
import gc
import threading
import time
import types
from collections.abc import Callable, Collection, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.tape import hooks, past_logs
from widgets.tape.failures import (
    UNREAD,
    RecordedError,
    RecordingError,
    Unfollowed,
    frames_of,
    lines_of_node,
    without_our_frames,
)
from widgets.tape.graph_log import GraphLog
from widgets.tape.graph_places import TracePlaces, is_converted
from widgets.tape.interrupts import interrupts_wait
from widgets.tape.log import Log
from widgets.tape.log_reader import LogReader
from widgets.tape.model import Recording, Step
from widgets.tape.places import is_learners
from widgets.tape.running_code import CodeLocation

_running: list[Recorder] = []  # outermost first
_starting = threading.Lock()


def record(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Recording:
    """Run `function(*args, **kwargs)` under the recorder, and return what TensorFlow's tapes did.

    The function returns and prints what it would without the recorder, bit for bit. TensorFlow's real tape runs
    (https://www.tensorflow.org/guide/autodiff); recording a few thousand ops takes about twice as long.

    Args:
        function: the code to record, with its own `tf.GradientTape`s. It runs once, eagerly.
        *args: what it is called with.
        **kwargs: the same, by name.

    Returns:
        The Recording. An exception that the function raises is not raised again: it is kept in `Recording.error`,
        with its own traceback. KeyboardInterrupt and SystemExit pass through.

    Raises:
        TypeError: if `function` is not callable.
        RecordingError: if a recording is running in another thread, if this is called inside a `tf.function`, or if
            this version of TensorFlow lacks something that the recorder needs.

    Example:
        >>> import tensorflow as tf
        >>> from widgets import record
        >>> def slope(x):
        ...     with tf.GradientTape() as tape:
        ...         tape.watch(x)
        ...         y = x * x
        ...     return tape.gradient(y, x)
        >>> recording = record(slope, tf.constant(3.0))
        >>> float(recording.result)
        6.0
        >>> [step.kind for step in recording.steps]
        ['open', 'watch', 'entry', 'close', 'seed', 'pullback', 'gradients']
    """
    if not callable(function):
        raise TypeError(
            _("record() takes a function, as in record(f) or record(f, 3.0); got {kind}.").format(
                kind=type(function).__name__
            )
        )
    code = _own(_own(function, "__wrapped__", object, function), "__code__", types.CodeType, None)
    recorder = Recorder(_own(function, "__name__", str, type(function).__name__), code)
    result = error = None
    with recorder:
        try:
            result = function(*args, **kwargs)
        except Exception as exception:
            error = exception
    recording = recorder.recording(result, error)
    if not (args or kwargs):
        past_logs.remember(recording, function)
    return recording


def _own(thing: object, name: str, kind: type, otherwise: Any) -> Any:
    """Return an attribute that is of a kind; `otherwise` from an object that answers something else, or raises."""
    try:
        value = getattr(thing, name)
    except Exception:
        return otherwise
    return value if issubclass(type(value), kind) else otherwise


def recording_of(exception: BaseException) -> Recording:
    """Return a Recording of nothing but an exception that was not recorded: its place, and the code on its way."""
    locations = _locations_of(exception)
    reader = LogReader(Log(), locations, error=exception)
    error = RecordedError(exception, reader.places.find(locations[-1]) if locations else None)
    return Recording(title=type(exception).__name__, result=None, error=error, **reader.facts())


class Recorder:
    """A context manager: what runs inside the block is recorded; `recording()` reads it afterwards.

    Recorders may be inside one another, as where a recorded cell calls `record`: both hear the inner code.

    Args:
        title: what to call the recording.
        code: the code object of the learner's function, to be listed first; None if there is none.
        source: the text of the learner's cell; "" if there is none.
        step: which step is shown of a loop that runs inside TensorFlow, from 0; None: the last.
        rounds: which rounds of each long loop in Python are kept, from 0, beside its first two and its last two.
    """

    def __init__(
        self,
        title: str,
        code: types.CodeType | None = None,
        source: str = "",
        step: int | None = None,
        rounds: Collection[int] = (),
    ) -> None:
        self._title, self._code, self._log = title, code, GraphLog(step, frozenset(rounds))
        self._source = source
        self._thread = -1
        self._past: list[past_logs.PastLog] = []
        self._listening: contextlib.AbstractContextManager[None] | None = None

    def __enter__(self) -> Recorder:
        _refuse_what_cannot_be_recorded()
        self._thread = threading.get_ident()
        try:
            with _starting, _without_traces(), interrupts_wait():
                alive = {thread.ident for thread in threading.enumerate()}
                _running[:] = [recorder for recorder in _running if recorder._thread in alive]
                if any(recorder._thread != self._thread for recorder in _running):
                    raise RecordingError(
                        _("Another recording is already running. Wait until it ends, then record this.")
                    )
                self._past = past_logs.kept_logs()
                self._log.begin()
                listening = hooks.listening(self._log)
                listening.__enter__()
                _running.append(self)
                self._listening = listening
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            with interrupts_wait():
                self._end()
        except KeyboardInterrupt:
            self._end()  # it may have come just before it had to wait
            raise

    def _end(self) -> None:
        listening, self._listening = self._listening, None
        try:
            if listening:
                listening.__exit__(None, None, None)
        finally:
            self._log.end()
            if self in _running:
                _running.remove(self)

    def recording(self, result: Any = None, error: BaseException | None = None) -> Recording:
        """Return the Recording of what ran in the block; to be asked once, since the log is let go then.

        The log holds tensors, and frames of the learner's that may hold this Recorder: if both stayed, all of it would
        wait for the garbage collector, an iterator over a dataset included, which is the longer in ending the older it
        is.

        Args:
            result: what the code returned.
            error: the exception that ended it.

        Returns:
            What was seen; `result` and `error` are passed on. It holds what could be read: nothing that goes wrong
            here is raised.
        """
        with _collector_paused(), _unheard(), hooks.unrecorded(), np.errstate(all="ignore"):
            recording = self._read(result, error)
            past_logs.keep(self._log, recording)
        self._past.clear()
        self._log.errors.clear()
        self._log = GraphLog()
        past_logs.remember(recording)
        return recording

    def _read(self, result: Any, error: BaseException | None) -> Recording:
        location = next(reversed(_locations_of(error)), None)
        try:
            past = [one for one in self._past if not one.tapes.isdisjoint(self._log.tapes)]
            reader = LogReader(self._log, [location] if location else [], self._code, past, error)
            facts, place = reader.facts(), reader.places.find(location)
        except Exception:  # a fault of ours, which must not take the learner's result away
            facts, place = LogReader(Log()).facts(), None
            facts["unfollowed"] = (Unfollowed(UNREAD, len(self._log)),)
        if error is None:
            return Recording(title=self._title, result=result, error=None, source=self._source, **facts)
        facts["steps"] += (Step("error", 0, place=reader.places.innermost(lines_of_node(error)) or place),)
        recorded_error = RecordedError(without_our_frames(error), place)
        return Recording(title=self._title, result=result, error=recorded_error, source=self._source, **facts)


_hearing: list[int] = []
"""The thread whose trace is heard between recordings."""
_LONGEST_TRACE = 60.0  # seconds


@contextlib.contextmanager
def listening_alone() -> Iterator[bool]:
    """Say whether nothing listens to TensorFlow now, and keep it so for the block, for the trace of a function."""
    is_free = _starting.acquire(blocking=False)
    if is_free and (_running or _hearing):
        _starting.release()
        is_free = False
    if not is_free:
        yield False
        return
    _hearing.append(threading.get_ident())
    _starting.release()
    try:
        yield True
    finally:
        _hearing.clear()


@contextlib.contextmanager
def _without_traces() -> Iterator[None]:
    """Wait for the trace that another thread is making, which ends by itself."""
    end = time.monotonic() + _LONGEST_TRACE
    while _hearing and _hearing[0] != threading.get_ident() and time.monotonic() < end:
        time.sleep(0.01)
    yield


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """Run what no recording around this one may hear: it is none of the learner's."""
    logs = [recorder._log for recorder in _running]
    before = [log.is_deaf for log in logs]
    for log in logs:
        log.is_deaf = True
    try:
        yield
    finally:
        for log, was_deaf in zip(logs, before, strict=True):
            log.is_deaf = was_deaf


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause Python's cycle collector while many small facts without cycles are made: it would double the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _refuse_what_cannot_be_recorded() -> None:
    if not tf.executing_eagerly():
        raise RecordingError(_("Only eager code can be recorded: call this outside of tf.function."))
    missing = hooks.missing_hook_points()
    if missing:
        raise RecordingError(
            _("The recorder needs private functions that TensorFlow {version} does not have: {names}.").format(
                version=tf.__version__, names=", ".join(missing)
            )
        )


def _locations_of(error: BaseException | None) -> list[CodeLocation]:
    """Return where in the learner's code an exception came through, innermost last; also while that was traced."""
    places, found = TracePlaces(), list[CodeLocation | None]()
    for trace in frames_of(error) if error else ():
        if is_learners(trace.tb_frame):
            found.append(CodeLocation(trace.tb_frame, trace.tb_lasti))
        elif is_converted(trace.tb_frame):
            with contextlib.suppress(Exception):  # whatever AutoGraph has made of the function
                found.append(places.location(trace.tb_frame))
    return [one for one in found if one]
