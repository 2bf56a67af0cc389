"""The calls of `tape.gradient` and its kin in a run, and the backward passes that they led to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from widgets.common.arrays import Tensor
from widgets.common.errors import own_message
from widgets.tape import hooks
from widgets.tape.backward_pass import BackwardPassBuilder
from widgets.tape.central_difference import Rerun, central_difference, rerun_of
from widgets.tape.events import (
    BackwardEnded,
    BackwardStarted,
    CallRaised,
    GradientCalled,
    GradientReturned,
    GradientsSummed,
    Op,
    PullbackRan,
)
from widgets.tape.failures import FailedCall
from widgets.tape.forward_model import Entry, Place
from widgets.tape.local_derivatives import LocalDerivatives
from widgets.tape.model import BackwardPass, Source, Step
from widgets.tape.running_code import CodeLocation
from widgets.tape.tape_state import TapeStates
from widgets.tape.tensors import Tensors, summarize

MOST_KEPT = 4
"""Backward passes of a recording whose targets can be run again later: they keep tensors in memory."""


@dataclass
class _Thread:
    """What is running in one thread, outermost first."""

    calls: list[tuple[GradientCalled, list[BackwardPassBuilder]]] = field(default_factory=list)
    passes: list[BackwardPassBuilder] = field(default_factory=list)


class GradientCalls:
    """Follows the calls for gradients through the log. They nest: higher derivatives do.

    Args:
        tensors: the tensors of the run.
        tapes: its tapes.
        steps: its steps so far, to which those of calls are added.
        find: turns a location into a place.
        errors: the exceptions that calls raised.
        last_error: the exception that ended the run.
    """

    def __init__(
        self,
        tensors: Tensors,
        tapes: TapeStates,
        steps: list[Step],
        find: Callable[[CodeLocation | None], Place | None],
        errors: Sequence[BaseException] = (),
        last_error: BaseException | None = None,
    ) -> None:
        self.failed: list[FailedCall] = []
        self._tensors, self._tapes, self._steps, self._find = tensors, tapes, steps, find
        self._errors, self._last_error = errors, last_error
        self._raised: BaseException | None = None
        self._makers: dict[int, tuple[int, Op]] = {}
        self._builders: list[BackwardPassBuilder] = []
        self.begin()

    def begin(self) -> None:
        """A log begins: nothing is running."""
        self._threads: dict[int, _Thread] = {}
        self.switch(0)

    def switch(self, thread: int) -> None:
        """What follows happens in another thread, which has backward passes of its own."""
        self._here = self._threads.setdefault(thread, _Thread())

    @property
    def running(self) -> BackwardPassBuilder | None:
        """The innermost backward pass that is running, or None."""
        return self._here.passes[-1] if self._here.passes else None

    def on_op(self, op: Op) -> None:
        """An op ran: a central difference may have to run it again."""
        numbered = len(self._makers), op
        self._makers.update((hooks.tensor_id(tensor), numbered) for tensor in op.outputs)

    def on_call(self, event: GradientCalled) -> None:
        """A tape is asked for gradients."""
        self._tape(event)
        self._here.calls.append((event, []))

    def _tape(self, event: GradientCalled | BackwardStarted) -> int:
        return self._tapes.state(event.tape, event.c_tape).index

    def on_start(self, event: BackwardStarted) -> None:
        """A backward pass began."""
        if not self._here.calls:
            self.on_call(GradientCalled("gradient", event.tape, event.c_tape, "", None))
        call, builders = self._here.calls[-1]
        place = self._find(call.at)
        builder = BackwardPassBuilder(len(self._builders), event, call, self._tape(event), self._tensors, place)
        self._builders.append(builder)
        self._here.passes.append(builder)
        builders.append(builder)
        self._steps.append(Step("seed", builder.index, place=place))

    def on_pullback(self, event: PullbackRan, entry: Entry | None, place: Place | None) -> None:
        """A pullback ran for `entry`, at `place` (None: for an op that is no entry)."""
        if builder := self.running:
            index = builder.on_pullback(event, entry, self._op(event, entry))
            self._steps.append(Step("pullback", builder.index, index, place))

    def _op(self, event: PullbackRan, entry: Entry | None) -> Op | None:
        """Return the op that a pullback is of; None for one with a gradient function of someone's own."""
        number = self._tensors.tensor_id(entry.outputs[0]) if entry and entry.outputs else -1
        _index, op = self._makers.get(number, (-1, None))
        return op if op is not None and op.attrs is event.key else None

    def on_sum(self, event: GradientsSummed) -> None:
        """TensorFlow added gradients that met."""
        if builder := self.running:
            builder.on_sum(event)

    def on_end(self, event: BackwardEnded) -> None:
        """The innermost backward pass is over."""
        if self._here.passes:
            self._here.passes.pop().on_end(event)

    def on_return(self, event: GradientReturned) -> None:
        """A call returned."""
        call, builders = self._here.calls.pop() if self._here.calls else (None, [])
        for builder in builders:
            builder.result = event.result
        if call and builders:
            self._steps.append(Step("gradients", builders[-1].index, place=self._find(call.at)))

    def on_raise(self, event: CallRaised) -> None:
        """A call raised. If that ended the run, the last step says so; if calls are nested, the outermost does."""
        if not self._here.calls:
            return
        (call, builders), error = self._here.calls.pop(), self._errors[event.error]
        for builder in builders:
            builder.on_raise()
        begun = builders[-1].index if builders else -1
        if error is self._raised and self.failed:
            begun = max(begun, self.failed.pop().backward_pass)
            if self._steps and self._steps[-1].kind == "raised":
                self._steps.pop()
        said, place = own_message(error).strip().splitlines(), self._find(call.at)
        failed = FailedCall(self._tape(call), call.call, type(error).__name__, said[0] if said else "", begun, place)
        self.failed.append(failed)
        self._raised = error
        if error is not self._last_error:
            self._steps.append(Step("raised", failed.tape, len(self.failed) - 1, place))

    def facts(self) -> tuple[BackwardPass, ...]:
        """Return the backward passes, in order."""
        local = LocalDerivatives()
        return tuple(builder.fact(local) for builder in self._builders)

    def sources(self) -> Iterator[Source]:
        """Yield one Source for each source of each backward pass that returned."""
        for builder in self._builders:
            returned = builder.returned() if builder.has_returned else ()
            for source, value, gradient in zip(builder.sources, builder.values, returned, strict=False):
                rerun = self._rerun(builder, source, value)
                difference = central_difference(rerun) if rerun else None
                kept = rerun if rerun and rerun.is_small and len(self._builders) <= MOST_KEPT else None
                gradient_tensor = self._tensors.index_if_met(gradient)
                yield Source(
                    source, builder.index, summarize(value), summarize(gradient), difference, gradient_tensor, kept
                )

    def _rerun(self, builder: BackwardPassBuilder, source: int, value: Tensor | None) -> Rerun | None:
        """Return what was differentiated, to check it. With output gradients or rows of a Jacobian, f is another."""
        is_plain = builder.call.call == "gradient" and not builder.started.in_graph
        if not is_plain or len(builder.targets) != 1 or builder.started.output_gradients:
            return None
        return rerun_of(self._makers, builder.started.targets[0], self._tensors.tensor_id(source), value)
