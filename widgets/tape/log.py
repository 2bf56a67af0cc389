"""What the seams said, in the order they said it: a listener that only appends.

While the learner's code runs nothing is worked out and nothing converted: an entry costs one walk up the stack
and one append. `reading.py` turns the log into facts afterwards. Holding the tensors keeps their numbers unique.
"""

import sys

import tensorflow as tf

from widgets.tape import hooks
from widgets.tape.events import (
    Accessed,
    Answered,
    Asked,
    Ended,
    Moment,
    Op,
    OwnPullback,
    Paused,
    Pulled,
    Started,
    Summed,
    TapeMoved,
    Traced,
    Watched,
)
from widgets.tape.places import learner_frame

_FUNCTION = ("__", b"__")  # how the names that TensorFlow gives to traced functions begin


class Log(list):
    """The listener. Each `on_…` does what the seam would have done, and appends what happened."""

    def __init__(self):
        super().__init__()
        self.over = False
        self.functions = {}  # the FunctionDef of each tf.function that ran: some are gone when the log is read
        self._c_tapes = []
        self._graphs = set()
        self._playing = self._foreign_playbacks = 0
        self._asked_at = None  # where the learner asked for the playback that is running: the place of all its ops

    def on_op(self, op, inputs, attrs, outputs, op_name=None, graph=None):
        if graph is None:
            if op[:2] in _FUNCTION:
                self.functions[op] = hooks.function_def(op)
            self.append(Op(op, inputs, attrs, tuple(outputs), self._asked_at or _moment()))
        elif id(graph) not in self._graphs:
            self._graphs.add(id(graph))
            self.append(Traced(graph, self._asked_at or _moment()))

    def on_own_pullback(self, record, op, outputs, inputs, backward, *forward):
        if not tf.executing_eagerly():
            return record(op, outputs, inputs, backward, *forward)
        key = OwnPullback(op, tuple(inputs), tuple(outputs), _moment())
        self.append(key)
        return record(op, outputs, inputs, self._heard(key, backward), *forward)

    def _heard(self, key, backward):
        def pullback(*upstream):
            handed = backward(*upstream)
            if not self.over:
                self.append(Pulled(key, key.op, upstream, _as_tuple(handed), ()))
            return handed

        return pullback

    def on_pullback(self, run, op, attrs, number, inputs, outputs, upstream, skipped, scope):
        handed = run(op, attrs, number, inputs, outputs, upstream, skipped, scope)
        if not self._foreign_playbacks:
            self.append(Pulled(attrs, op, upstream, _as_tuple(handed), skipped or ()))
        return handed

    def on_sum(self, add, gradients, *args, **kwargs):
        total = add(gradients, *args, **kwargs)
        if self._playing and not self._foreign_playbacks:
            self.append(Summed(list(gradients), total))
        return total

    def on_playback(self, play, c_tape, targets, sources, output_gradients, raw, unconnected):
        known = any(c_tape is known for known in reversed(self._c_tapes))
        if not (known and _can_be_played(targets, sources, output_gradients)):
            return self._unheard(play, c_tape, targets, sources, output_gradients, raw, unconnected)
        begun_with = output_gradients and output_gradients[: len(targets)]  # what goes beyond, TensorFlow drops
        self.append(Started(c_tape, list(targets), list(sources), begun_with, unconnected))
        gradients = None
        self._playing += 1
        try:
            gradients = play(c_tape, targets, sources, output_gradients, raw, unconnected)
        finally:
            self._playing -= 1
            self.append(Ended(gradients))
        return gradients

    def _unheard(self, play, *args):
        """Play back a tape inside a `tf.function` being traced, without numbers yet; or what TensorFlow will refuse."""
        self._foreign_playbacks += 1
        try:
            return play(*args)
        finally:
            self._foreign_playbacks -= 1

    def on_request(self, answer, tape, *args, **kwargs):
        if not tf.executing_eagerly():
            return answer(tape, *args, **kwargs)
        asked_at, self._asked_at = self._asked_at, _moment()
        self._c_tapes.append(hooks.c_tape(tape))
        self.append(Asked(answer.__name__, tape, hooks.c_tape(tape), self._asked_at))
        result = None
        try:
            result = answer(tape, *args, **kwargs)
        finally:
            self.append(Answered(result))
            self._asked_at = asked_at
        return result

    def on_push(self, push, tape):
        push(tape)
        if tf.executing_eagerly():
            self._c_tapes.append(hooks.c_tape(tape))
            self.append(TapeMoved(True, _caller(), tape, hooks.c_tape(tape), _moment()))

    def on_pop(self, pop, tape):
        c_tape = hooks.c_tape(tape)
        pop(tape)
        if tf.executing_eagerly():
            self.append(TapeMoved(False, _caller(), tape, c_tape, _moment()))

    def on_watch(self, watch, c_tape, tensor):
        watch(c_tape, tensor)
        if tf.executing_eagerly():
            self.append(Watched(c_tape, tensor, _moment()))

    def on_access(self, access, variable):
        access(variable)
        if tf.executing_eagerly():
            self.append(Accessed(variable))

    def on_stop(self, stop):
        stop()
        self.append(Paused(True))

    def on_restart(self, restart):
        restart()
        self.append(Paused(False))


def _can_be_played(targets, sources, output_gradients):
    """Say whether TensorFlow will not refuse at once: an array as target, or too few output gradients."""
    return all(map(hooks.has_id, [*targets, *sources])) and len(output_gradients or targets) >= len(targets)


def _moment():
    frame = learner_frame(sys._getframe(2))
    return frame and Moment(frame, frame.f_lasti)


def _caller():
    """Return the name of the `tf.GradientTape` method behind a push or pop (above: the `on_…` and its stand-in)."""
    return sys._getframe(3).f_code.co_name


def _as_tuple(handed):
    return tuple(handed) if isinstance(handed, (list, tuple)) else (handed,)
