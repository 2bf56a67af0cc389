"""`%%tape`: run any cell under the recorder, with the deck underneath.

The magic does not run the cell itself: IPython does, as it would without the magic's line, between two of its own
events (https://ipython.readthedocs.io/en/stable/config/callbacks.html). So results, names, output, tracebacks, `await`
and the cell's status are those of the bare cell. Other cell magics, such as `%%time` or `%%capture`, may stand above
it or below it: the deck appears where the output of `%%tape` itself would.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import linecache
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from IPython.core.error import UsageError
from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from IPython.display import display

from widgets.common.catalogue import _
from widgets.common.quiet_drawing import unnoticed
from widgets.common.widget import prepare_pictures
from widgets.deck.widget import TapeDeck
from widgets.tape.failures import RecordingError, without_our_frames
from widgets.tape.model import CELL
from widgets.tape.places import MAGIC_FILES
from widgets.tape.recorder import Recorder
from widgets.tape.trace_hearing import hear_traces

MAGIC = "%%tape"


class _Head(NamedTuple):
    """Where the magic stands in the first lines of a cell, among comments, blank lines and other magics.

    Attributes:
        line: the index of its line; -1 if there is none.
        options: what follows it on that line.
        is_below: whether another cell magic stands above it, which will run the rest as it likes.
        above: the index of the next cell magic below it; -1 if there is none.
    """

    line: int = -1
    options: str = ""
    is_below: bool = False
    above: int = -1


def _head(lines: Sequence[str]) -> _Head:
    head = _Head()
    for index, line in enumerate(map(str.strip, lines)):
        if line.startswith("%%"):
            name, *options = line.split(None, 1)
            if head.line >= 0:
                return head._replace(above=index)
            is_ours = name == MAGIC
            head = _Head(index, "".join(options), head.is_below) if is_ours else head._replace(is_below=True)
        elif line and not line.startswith("#"):
            break
    return head


def _step_number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(_("{text} is not a step: 0 is the first, 1 the second, …").format(text=text))
    return int(text)


def _round_number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(_("{text} is not a round: 0 is the first, 1 the second, …").format(text=text))
    return int(text)


class TapeMagic:
    """Records the cells of one shell that begin with `%%tape`."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._recorder: Recorder | None = None
        self._cell = ""
        """The cell that the recorder is for: its deck appears when it ends."""
        self._waiting: str | None = None
        """A cell that runs, with the magic below another one, which has not come to it yet."""
        self._body = ""
        self.stop_hearing: Callable[[], None] = lambda: None  # of functions traced between the recorded cells
        self.shells_own_traceback: Callable[..., Any] = shell.showtraceback

    @magic_arguments()  # type: ignore[no-untyped-call, untyped-decorator]
    @argument(  # type: ignore[no-untyped-call, untyped-decorator]
        "--step", type=_step_number, help="of a loop that runs inside TensorFlow, as in fit, the step to show"
    )
    @argument(  # type: ignore[no-untyped-call, untyped-decorator]
        "--round",
        type=_round_number,
        action="append",
        default=[],
        help="of each long loop in Python, a round to keep, beside its first two and its last two; 0 is the first. "
        "A loop inside another counts anew each time it runs. May be given several times.",
    )
    def tape(self, line: str, cell: str) -> None:
        """Run the cell, and show what TensorFlow's tape recorded of it."""
        self._options(line)
        self._shell.run_cell(f"{MAGIC} {line}\n{cell}")

    def _options(self, line: str) -> Any:
        """Return the options on the magic's line; raises IPython's UsageError for what it does not understand."""
        return parse_argstring(self.tape, line)  # type: ignore[no-untyped-call]

    def leave_out_the_magic(self, lines: list[str]) -> list[str]:
        """Make the cell an ordinary one: an input transformer. The line is blanked, so that line numbers stay.

        Options that are not understood are left to IPython, which calls `tape`, and that refuses them: as with
        IPython's own magics, the cell does not run.
        """
        head = _head(lines)
        if head.line < 0 or head.is_below:
            return lines
        try:
            self._options(head.options)
        except UsageError:
            return lines[head.line :]
        if head.above >= 0:
            lines, self._body = lines[head.above :], "".join(lines[head.above + 1 :])
        else:
            lines = [*lines[: head.line], "\n", *lines[head.line + 1 :]]
            self._body = "".join(lines)
        if self._waiting is not None and self._recorder is None:
            self._start(self._waiting, head.options)
        return lines

    def start_recording(self, info: ExecutionInfo) -> None:
        """Start to record a cell that begins with the magic: `pre_run_cell`, also of cells that a magic runs."""
        cell = info.raw_cell or ""
        head = _head(cell.splitlines())
        if head.line < 0:
            return
        if self._recorder is not None:
            self._cell = cell if self._cell == self._waiting and not head.is_below else self._cell
        elif head.is_below:
            self._waiting = cell
        else:
            self._start(cell, head.options)

    @property
    def is_recording(self) -> bool:
        """Whether a cell is being recorded."""
        return self._recorder is not None

    def _start(self, cell: str, options: str) -> None:
        try:
            chosen = self._options(options)
        except UsageError:
            return  # IPython says so when it comes to that
        recorder = Recorder(CELL, source=cell, step=chosen.step, rounds=chosen.round)
        try:
            recorder.__enter__()
        except RecordingError as error:
            print(error, file=sys.stderr)
            return
        self._recorder, self._cell = recorder, cell

    def show_traceback(self, exc_tuple: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Show a traceback as it would be without us: stands in for the shell's `showtraceback`."""
        error = exc_tuple[1] if exc_tuple else sys.exc_info()[1]
        if isinstance(error, BaseException):
            with contextlib.suppress(Exception):  # an exception that refuses: it is shown as it is
                exc_tuple = type(error), error, without_our_frames(error).__traceback__
        return self.shells_own_traceback(exc_tuple, *args, **kwargs)

    def show_deck(self, result: ExecutionResult | None) -> None:
        """Stop recording, whatever happened, and show the deck of a cell that ran: `post_run_cell`."""
        cell = result.info.raw_cell if result is not None and result.info is not None else self._cell
        if cell == self._waiting:
            self._waiting = None
        if self._recorder is None and result is not None and isinstance(result.error_in_exec, Exception):
            _explain(result.error_in_exec)
        if self._recorder is None or cell != self._cell:
            return
        recorder, self._recorder = self._recorder, None
        recorder.__exit__(None, None, None)
        if result is not None and result.error_before_exec is None:
            with unnoticed(), _lines_of_magics(self._body):
                display(TapeDeck(recorder.recording(error=result.error_in_exec)))  # type: ignore[no-untyped-call]


def _explain(error: Exception) -> None:
    """Say in one line under the traceback why a cell that was not recorded failed, where that is known."""
    from widgets.deck.error_note import note_of  # here, since only an error needs it

    with unnoticed(), contextlib.suppress(Exception):  # the traceback is there: a fault of ours says no more
        if note := note_of(error):
            display(note)  # type: ignore[no-untyped-call]


@contextlib.contextmanager
def _lines_of_magics(body: str) -> Iterator[None]:
    """Let Python find the lines of a cell that `%%time` ran. Only for us: a traceback of the cell's own shows none."""
    lines = body.splitlines(keepends=True)
    added = [file for file in MAGIC_FILES if file not in linecache.cache]
    linecache.cache.update({file: (len(body), None, lines, file) for file in added})
    try:
        yield
    finally:
        for file in added:
            linecache.cache.pop(file, None)


def _hide_our_frames(shell: Any, magic: TapeMagic) -> None:
    """Show the tracebacks of recorded cells as they would be without the magic."""
    show = shell.showtraceback

    @functools.wraps(show)
    def showtraceback(exc_tuple: Any = None, *args: Any, **kwargs: Any) -> Any:
        error = exc_tuple[1] if exc_tuple else sys.exc_info()[1]
        if magic.is_recording and isinstance(error, BaseException):
            without_our_frames(error)
            exc_tuple = type(error), error, error.__traceback__
        return show(exc_tuple, *args, **kwargs)

    shell.showtraceback = showtraceback


def install(shell: Any) -> None:
    """Teach an IPython shell `%%tape`; installing twice is installing once."""
    prepare_pictures()
    uninstall(shell)
    shell.tapedeck = magic = TapeMagic(shell)
    shell.register_magic_function(magic.tape, "cell", "tape")
    shell.input_transformers_cleanup.append(magic.leave_out_the_magic)
    shell.showtraceback = magic.show_traceback
    shell.events.register("pre_run_cell", magic.start_recording)
    shell.events.register("post_run_cell", magic.show_deck)
    magic.stop_hearing = hear_traces()
    _hide_our_frames(shell, magic)


def uninstall(shell: Any) -> None:
    """Take `%%tape` away from an IPython shell."""
    magic = shell.__dict__.pop("tapedeck", None)
    if magic:
        shell.magics_manager.magics["cell"].pop("tape", None)
        shell.input_transformers_cleanup.remove(magic.leave_out_the_magic)
        if shell.showtraceback == magic.show_traceback:
            shell.showtraceback = magic.shells_own_traceback
        shell.events.unregister("pre_run_cell", magic.start_recording)
        shell.events.unregister("post_run_cell", magic.show_deck)
        magic.stop_hearing()
        shell.__dict__.pop("showtraceback", None)
