"""`%%tape`: run any cell under the recorder, with the deck underneath.

The magic does not run the cell itself: IPython does, as it would without the first line, between two of its own
events. So results, names, output, tracebacks, `await` and the cell's status are those of the bare cell.
"""

import sys

from IPython.display import display

from widgets.deck.widget import TapeDeck
from widgets.tape import Recorder, RecordingError
from widgets.tape.model import CELL

MAGIC = "%%tape"


class Taper:
    """Records the cells of one shell that begin with `%%tape`."""

    def __init__(self, shell):
        self._shell = shell
        self._recorder = None

    def uncover(self, lines):
        """Input transformer: blank the magic's line, so that the cell is an ordinary one and line numbers stay."""
        return ["\n", *lines[1:]] if lines and lines[0].split() == [MAGIC] else lines

    def before(self, info):
        """`pre_run_cell`: start to listen."""
        if (info.raw_cell or "").split(None, 1)[:1] != [MAGIC]:
            return
        recorder = Recorder(CELL)
        try:
            recorder.__enter__()
        except RecordingError as error:
            print(error, file=sys.stderr)
            return
        self._recorder = recorder

    def after(self, result):
        """`post_run_cell`: stop listening, whatever happened, and show the deck of a cell that ran."""
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return
        recorder.__exit__(None, None, None)
        if result is not None and result.error_before_exec is None:
            display(TapeDeck(recorder.recording(error=result.error_in_exec)))


def install(shell):
    """Teach a shell `%%tape`; installing twice is installing once."""
    uninstall(shell)
    shell.tapedeck = taper = Taper(shell)
    shell.input_transformers_cleanup.append(taper.uncover)
    shell.events.register("pre_run_cell", taper.before)
    shell.events.register("post_run_cell", taper.after)


def uninstall(shell):
    """Take `%%tape` away from a shell."""
    taper = shell.__dict__.pop("tapedeck", None)
    if taper:
        shell.input_transformers_cleanup.remove(taper.uncover)
        shell.events.unregister("pre_run_cell", taper.before)
        shell.events.unregister("post_run_cell", taper.after)
