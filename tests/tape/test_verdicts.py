"""Whether an entry is on a tape is TensorFlow's to say: after each op its own tapes are asked."""

import pytest
from tensorflow.python import pywrap_tfe

from tests.tape import programs
from tests.tape.wider import WIDER
from widgets.tape import events, hooks, log
from widgets.tape.log_reader import LogReader
from widgets.tape.tape_state import is_trainable

MOVES = (events.TapeToggled, events.ThreadPaused, events.Watched, events.CustomGradient)


class AskingLog(log.Log):
    """After an op, and before tapes move again, asks the real tapes whether they follow what came out of it."""

    def __init__(self):
        super().__init__()
        self.followed = []

    def append(self, event):
        last = self[-1] if self else None
        if (
            isinstance(last, events.Op)
            and not isinstance(event, MOVES)
            and any(is_trainable(t.dtype) for t in last.outputs)
        ):
            self.followed.append((last, pywrap_tfe.TFE_Py_TapeSetShouldRecordBackprop(list(last.outputs))))
        super().append(event)


@pytest.mark.parametrize("program", programs.HEALTHY + WIDER, ids=lambda program: program.__name__)
def test_verdicts_are_what_the_real_tapes_say(program):
    asking = AskingLog()
    with hooks.listening(asking):
        program()
    reader = LogReader(asking)
    for op, followed in asking.followed:
        index = reader._entry_by_key.get(id(op.attrs))
        entry = None if index is None else reader._entries[index]
        assert followed == bool(entry and entry.recorded_by), op.op


def test_the_real_tapes_were_asked():
    asking = AskingLog()
    with hooks.listening(asking):
        programs.third_order()
    assert [followed for _, followed in asking.followed].count(True) > 10
