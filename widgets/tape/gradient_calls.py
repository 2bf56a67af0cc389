"""The calls of `tape.gradient` and its kin in a run, and the backward passes that they led to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from widgets.common.arrays import Tensor
from widgets.tape import hooks
from widgets.tape.backward_pass import BackwardPassBuilder
from widgets.tape.central_difference import central_difference
from widgets.tape.events import (
    BackwardEnded,
    BackwardStarted,
    CodeLocation,
    GradientCalled,
    GradientReturned,
    Op,
)
from widgets.tape.forward_model import Place
from widgets.tape.model import BackwardPass, CentralDifference, FailedCall, Source
from widgets.tape.tensors import Tensors, summarize

_Call: TypeAlias = tuple[GradientCalled, list[BackwardPassBuilder]]
_Find: TypeAlias = Callable[[CodeLocation | None], Place | None]


@dataclass
class _Thread:
    """What is running in one thread, outermost first."""

    calls: list[_Call] = field(default_factory=list)
    passes: list[BackwardPassBuilder] = field(default_factory=list)


class GradientCalls:
    """Follows the calls for gradients through the log. They nest: higher derivatives do."""

    def __init__(self, tensors: Tensors) -> None:
        self.failed: list[FailedCall] = []
        self._tensors = tensors
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
        self._here.calls.append((event, []))

    def on_return(self, event: GradientReturned) -> tuple[GradientCalled, BackwardPassBuilder | None] | None:
        """A call returned; returns the call and its last backward pass (None: it led to none)."""
        if not self._here.calls:
            return None
        call, builders = self._here.calls.pop()
        for builder in builders:
            builder.result = event.result
        return call, builders[-1] if builders else None

    def on_raise(self, error: BaseException, tape: Callable[[GradientCalled], int], find: _Find) -> FailedCall | None:
        """A call raised an exception."""
        if not self._here.calls:
            return None
        call, builders = self._here.calls.pop()
        for builder in builders:
            builder.on_raise()
        said = str(error).strip().splitlines()
        failed = FailedCall(
            tape=tape(call),
            call=call.call,
            exception=type(error).__name__,
            message=said[0] if said else "",
            backward_pass=builders[-1].index if builders else -1,
            place=find(call.at),
        )
        self.failed.append(failed)
        return failed

    def on_start(self, event: BackwardStarted, tape: int, find: _Find) -> BackwardPassBuilder:
        """A backward pass began; returns its builder."""
        if not self._here.calls:
            self.on_call(GradientCalled("gradient", event.tape, event.c_tape, "", None))
        call, builders = self._here.calls[-1]
        builder = BackwardPassBuilder(len(self._builders), event, call, tape, self._tensors, find(call.at))
        self._builders.append(builder)
        self._here.passes.append(builder)
        builders.append(builder)
        return builder

    def on_end(self, event: BackwardEnded) -> None:
        """The innermost backward pass is over."""
        if self._here.passes:
            self._here.passes.pop().on_end(event)

    def facts(self) -> tuple[BackwardPass, ...]:
        """Return the backward passes, in order."""
        return tuple(builder.fact() for builder in self._builders)

    def sources(self) -> Iterator[Source]:
        """Yield one Source for each source of each backward pass that returned."""
        for builder in self._builders:
            returned = builder.returned() if builder.has_returned else ()
            for source, value, gradient in zip(builder.sources, builder.values, returned, strict=False):
                difference = self._difference(builder, source, value)
                gradient_tensor = self._tensors.index_if_met(gradient)
                yield Source(source, builder.index, summarize(value), summarize(gradient), difference, gradient_tensor)

    def _difference(self, builder: BackwardPassBuilder, source: int, value: Tensor | None) -> CentralDifference | None:
        """Return the check of one gradient. With output gradients or rows of a Jacobian, f is another function."""
        is_plain = builder.call.call == "gradient" and not builder.started.in_graph
        if not is_plain or len(builder.targets) != 1 or builder.started.output_gradients:
            return None
        number = self._tensors.tensor_id(source)
        return central_difference(self._makers, builder.started.targets[0], number, value)
