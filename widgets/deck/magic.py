"""`%%tape`: run any cell under the recorder, with the deck underneath.

The magic does not run the cell itself: IPython does, as it would without the first line, between two of its own
events (https://ipython.readthedocs.io/en/stable/config/callbacks.html). So results, names, output, tracebacks, `await`
and the cell's status are those of the bare cell.
"""

from __future__ import annotations

import sys
from typing import Any

from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult
from IPython.display import display

from widgets.deck.widget import TapeDeck
from widgets.tape import Recorder, RecordingError
from widgets.tape.model import CELL

MAGIC = "%%tape"


class TapeMagic:
    """Records the cells of one shell that begin with `%%tape`."""

    def __init__(self) -> None:
        self._recorder: Recorder | None = None

    def blank_magic_line(self, lines: list[str]) -> list[str]:
        """Blank the magic's line, so that the cell is an ordinary one and line numbers stay: an input transformer."""
        return ["\n", *lines[1:]] if lines and lines[0].split() == [MAGIC] else lines

    def start_recording(self, info: ExecutionInfo) -> None:
        """Start to record a cell that begins with the magic: `pre_run_cell`."""
        if (info.raw_cell or "").split(None, 1)[:1] != [MAGIC]:
            return
        recorder = Recorder(CELL)
        try:
            recorder.__enter__()
        except RecordingError as error:
            print(error, file=sys.stderr)
            return
        self._recorder = recorder

    def show_deck(self, result: ExecutionResult | None) -> None:
        """Stop recording, whatever happened, and show the deck of a cell that ran: `post_run_cell`."""
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return
        recorder.__exit__(None, None, None)
        if result is not None and result.error_before_exec is None:
            display(TapeDeck(recorder.recording(error=result.error_in_exec)))  # type: ignore[no-untyped-call]


def install(shell: Any) -> None:
    """Teach an IPython shell `%%tape`; installing twice is installing once."""
    uninstall(shell)
    shell.tapedeck = magic = TapeMagic()
    shell.input_transformers_cleanup.append(magic.blank_magic_line)
    shell.events.register("pre_run_cell", magic.start_recording)
    shell.events.register("post_run_cell", magic.show_deck)


def uninstall(shell: Any) -> None:
    """Take `%%tape` away from an IPython shell."""
    magic = shell.__dict__.pop("tapedeck", None)
    if magic:
        shell.input_transformers_cleanup.remove(magic.blank_magic_line)
        shell.events.unregister("pre_run_cell", magic.start_recording)
        shell.events.unregister("post_run_cell", magic.show_deck)
