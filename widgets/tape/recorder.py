"""Run the learner's code under the real tape, listened to; then read what happened."""

import contextlib
import gc
import threading
import types

import tensorflow as tf

from widgets.common.catalogue import _
from widgets.tape import hooks
from widgets.tape.events import Moment
from widgets.tape.log import Log
from widgets.tape.log_reader import Reader
from widgets.tape.model import RecordedError, Recording, Step
from widgets.tape.places import is_learners

_HERE = __name__.rpartition(".")[0]
_busy = threading.Lock()


class RecordingError(RuntimeError):
    """A recording could not begin: one is running already, or the code is not eager TensorFlow."""


def record(function, *args, **kwargs):
    """Run `function(*args, **kwargs)` under the recorder and return its Recording.

    The run is the bare run to the bit. An Exception of the learner's is kept in `.error` with its own traceback;
    KeyboardInterrupt and SystemExit pass through, and the seams are clean again in any case.

    Raises TypeError if `function` is not callable, RecordingError if a recording is already running.
    """
    if not callable(function):
        raise TypeError(
            _("record() takes a function, as in record(f) or record(f, 3.0); got {kind}.").format(
                kind=type(function).__name__
            )
        )
    recorder = Recorder(getattr(function, "__name__", type(function).__name__), _code(function))
    result = error = None
    with recorder:
        try:
            result = function(*args, **kwargs)
        except Exception as exception:
            error = exception
    return recorder.recording(result, error)


def recording_of(exception):
    """Return a Recording of nothing but an exception that was not recorded: its place, and the code on its way."""
    moments = _moments_of(exception)
    reader = Reader(Log(), moments)
    mishap = RecordedError(exception, reader.places.find(moments[-1]) if moments else None)
    return Recording(title=type(exception).__name__, result=None, error=mishap, **reader.facts())


class Recorder:
    """A context manager: what runs inside the block is recorded; `recording()` reads it afterwards."""

    def __init__(self, title, code=None):
        self._title, self._code, self._log = title, code, Log()
        self._listening = None

    def __enter__(self):
        _refuse_what_cannot_be_recorded()
        if not _busy.acquire(blocking=False):
            raise RecordingError(
                _("A recording is already running, and TensorFlow has one set of hooks: let it end, then record this.")
            )
        try:
            self._listening = hooks.listening(self._log)
            self._listening.__enter__()
        except BaseException:
            _busy.release()
            raise
        return self

    def __exit__(self, *exception):
        try:
            self._listening.__exit__(*exception)
        finally:
            self._log.over = True
            _busy.release()

    def recording(self, result=None, error=None):
        """Return the Recording of what ran in the block."""
        moment = next(reversed(_moments_of(error)), None)
        with _collector_resting():
            reader = Reader(self._log, [moment] if moment else [], self._code)
            facts = reader.facts()
        mishap = error and RecordedError(_without_us(error), reader.places.find(moment))
        if mishap:
            facts["steps"] += (Step("error", 0, place=mishap.place),)
        return Recording(title=self._title, result=result, error=mishap, **facts)


@contextlib.contextmanager
def _collector_resting():
    """Keep Python's cycle collector out while many small facts without cycles are made: it would double the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _refuse_what_cannot_be_recorded():
    if not tf.executing_eagerly():
        raise RecordingError(_("Only eager code can be recorded: call this outside of tf.function."))
    missing = hooks.missing_seams()
    if missing:
        raise RecordingError(
            _("TensorFlow {version} lacks what the recorder listens to: {names}.").format(
                version=tf.__version__, names=", ".join(missing)
            )
        )


def _code(function):
    function = getattr(function, "__wrapped__", function)
    return getattr(function, "__code__", None)


def _moments_of(error):
    """Return where in the learner's code an exception came through: those frames of its traceback, innermost last."""
    found = []
    trace = error and error.__traceback__
    while trace:
        if is_learners(trace.tb_frame):
            found.append(Moment(trace.tb_frame, trace.tb_lasti))
        trace = trace.tb_next
    return found


def _without_us(error):
    """Take the recorder's own frames out of a traceback, so that it reads as in a bare run."""
    kept = []
    trace = error.__traceback__
    while trace:
        if not trace.tb_frame.f_globals.get("__name__", "").startswith(_HERE):
            kept.append(trace)
        trace = trace.tb_next
    chain = None
    for trace in reversed(kept):
        chain = types.TracebackType(chain, trace.tb_frame, trace.tb_lasti, trace.tb_lineno)
    return error.with_traceback(chain)
