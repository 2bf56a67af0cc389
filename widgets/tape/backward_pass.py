"""Each backward pass of a run, from what the hooks said to a fact that is reconciled with what TensorFlow returned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.tape import hooks
from widgets.tape.central_difference import central_difference
from widgets.tape.events import (
    BackwardEnded,
    BackwardStarted,
    CodeLocation,
    GradientCalled,
    GradientReturned,
    GradientsSummed,
    Op,
    PullbackRan,
)
from widgets.tape.forward_model import Entry, Place, Value
from widgets.tape.model import (
    BEFORE_RECORDING,
    FAILED,
    MISMATCH,
    BackwardPass,
    CentralDifference,
    Contribution,
    Pullback,
    Source,
)
from widgets.tape.tensors import Tensors, same_bits, summarize


class BackwardPassBuilder:
    """Collects one backward pass while the log is read. Gradients are TensorFlow's own objects."""

    def __init__(
        self, index: int, started: BackwardStarted, call: str, tape: int, tensors: Tensors, place: Place | None
    ) -> None:
        self.index, self.started, self.call, self.tape, self.place = index, started, call, tape, place
        self.targets = tuple(map(tensors.index, started.targets))
        self.sources = tuple(map(tensors.index, started.sources))
        self.values = [tensors.value_now(source) for source in self.sources]
        self.result: Any = None
        self.gradients: list[Tensor | None] | None = None
        self._pullbacks: list[tuple[PullbackRan, Entry | None, tuple[int, ...]]] = []
        self._contributions: dict[int, list[Tensor | None]] = {}
        self._sums: list[GradientsSummed] = []
        self._values: dict[int, tuple[Value | None, Tensor | None]] = {}
        self._note = ""
        given = started.output_gradients or [None] * len(started.targets)
        for target, tensor, seed in zip(self.targets, started.targets, given, strict=True):
            self._add(target, _ones(tensor) if seed is None else seed)

    def _add(self, tensor: int, gradient: Tensor | None) -> int:
        """Add a contribution to a tensor's gradient; returns how many there are now."""
        contributions = self._contributions.setdefault(tensor, [])
        contributions.append(gradient)
        return len(contributions)

    def on_pullback(self, event: PullbackRan, entry: Entry | None) -> int:
        """A pullback ran for `entry` (None: an op from before the recording); returns its index in this pass."""
        nths: tuple[int, ...] = ()
        if entry is None:
            self._note = self._note or ("" if self.is_symbolic else BEFORE_RECORDING)
        else:
            self._check_upstream(event, entry)
            nths = tuple(
                0 if gradient is None or i in event.skipped else self._add(tensor, gradient)
                for i, (tensor, gradient) in enumerate(zip(entry.inputs, event.input_gradients, strict=False))
            )
        self._pullbacks.append((event, entry, nths))
        return len(self._pullbacks) - 1

    def _check_upstream(self, event: PullbackRan, entry: Entry) -> None:
        for tensor, upstream in zip(entry.outputs, event.upstream, strict=False):
            known = tensor in self._contributions
            is_filled_in = not known and (self.is_symbolic or _is_zero(upstream))
            if not same_bits(self._total(tensor), upstream) and not is_filled_in:
                self._note = self._note or MISMATCH

    def on_sum(self, event: GradientsSummed) -> None:
        """TensorFlow added gradients that met."""
        self._sums.append(event)

    def _total(self, tensor: int) -> Tensor | None:
        """Return the whole gradient of a tensor as TensorFlow has it: its own sum where several arrived."""
        gradients = self._contributions.get(tensor)
        if gradients is None or len(gradients) == 1:
            return gradients and gradients[0]
        return next((event.total for event in self._sums if _same_gradients(event.gradients, gradients)), None)

    @property
    def is_symbolic(self) -> bool:
        """Whether this is a Jacobian's pass: one over a row that stands for all rows, without numbers."""
        return not all(map(_is_eager, self.started.targets))

    def returned(self) -> list[Tensor | None]:
        """Return the gradient of each source: TensorFlow's flat list, or the Jacobians made of symbolic rows."""
        if self.is_symbolic:
            gradients: list[Tensor | None] = tf.nest.flatten(self.result)
            return gradients
        return self.gradients or [None] * len(self.sources)

    def fact(self) -> BackwardPass:
        """Return the finished fact."""
        note = self._note or self._difference_from_tensorflow()
        return BackwardPass(
            tape=self.tape,
            call=self.call,
            targets=self.targets,
            sources=self.sources,
            seeds=tuple(self._seeds()),
            pullbacks=tuple(self._pullback(*ran) for ran in self._pullbacks),
            gradients=self.result,
            reconciled=not note,
            note=note,
            place=self.place,
        )

    def _difference_from_tensorflow(self) -> str:
        """Return the note of a pass that failed, or whose sums are not what TensorFlow returned; else ""."""
        if self.gradients is None:
            return FAILED
        is_zero_filled = self.started.unconnected == "zero"
        same = all(
            same_bits(self._total(source), gradient) or (is_zero_filled and source not in self._contributions)
            for source, gradient in zip(self.sources, self.gradients, strict=True)
        )
        return "" if same else MISMATCH

    def _seeds(self) -> Iterator[Contribution]:
        seen: dict[int, int] = {}
        for target in self.targets:
            seen[target] = seen.get(target, 0) + 1
            yield self._contribution(target, seen[target])

    def _pullback(self, event: PullbackRan, entry: Entry | None, nths: Sequence[int]) -> Pullback:
        upstream = tuple(map(self._value, event.upstream))
        if entry is None:
            unknown = tuple(Contribution(-1, self._value(gradient)) for gradient in event.input_gradients)
            return Pullback(-1, event.op, upstream, unknown)
        contributions = tuple(self._contribution(tensor, nth) for tensor, nth in zip(entry.inputs, nths, strict=False))
        return Pullback(entry.index, entry.op, upstream, contributions)

    def _contribution(self, tensor: int, nth: int) -> Contribution:
        if nth == 0:
            return Contribution(tensor)
        gradients = self._contributions[tensor]
        gradient = self._value(gradients[nth - 1])
        total = gradient if nth == 1 else self._value(self._running_sum(tensor, nth))
        return Contribution(tensor, gradient, total, nth, len(gradients))

    def _value(self, gradient: Tensor | None) -> Value | None:
        """Return the Value of a gradient, summarized once: what one pullback passes back is upstream of the next."""
        if id(gradient) not in self._values:
            self._values[id(gradient)] = summarize(gradient), gradient  # held, so that its id stays its own
        return self._values[id(gradient)][0]

    def _running_sum(self, tensor: int, nth: int) -> Tensor | None:
        """Return the sum of the first `nth` gradients: TensorFlow's own total at the end, `tf.add_n` before."""
        gradients = self._contributions[tensor]
        total = self._total(tensor) if nth == len(gradients) else None
        if total is None and all(map(_is_eager, gradients)):
            total = tf.add_n(gradients[:nth])
        return gradients[-1] if total is None else total


class BackwardPasses:
    """Follows `tape.gradient` and `tape.jacobian` calls through the log. They nest: higher derivatives do."""

    def __init__(self, tensors: Tensors) -> None:
        self._tensors = tensors
        self._makers: dict[int, tuple[int, Op]] = {}
        self._builders: list[BackwardPassBuilder] = []
        self._calls: list[tuple[GradientCalled, list[BackwardPassBuilder]]] = []
        self._running: list[BackwardPassBuilder] = []

    @property
    def running(self) -> BackwardPassBuilder | None:
        """The innermost backward pass that is running, or None."""
        return self._running[-1] if self._running else None

    def on_op(self, op: Op) -> None:
        """An op ran: a central difference may have to run it again."""
        numbered = len(self._makers), op
        self._makers.update((hooks.tensor_id(tensor), numbered) for tensor in op.outputs)

    def on_call(self, event: GradientCalled) -> None:
        """The learner called a method that plays a tape backward."""
        self._calls.append((event, []))

    def on_return(self, event: GradientReturned) -> tuple[GradientCalled, BackwardPassBuilder | None]:
        """A call returned; returns the call and its last backward pass (None: it never got that far)."""
        call, builders = self._calls.pop()
        for builder in builders:
            builder.result = event.result
        return call, builders[-1] if builders else None

    def on_start(
        self, event: BackwardStarted, tape: int, find: Callable[[CodeLocation | None], Place | None]
    ) -> tuple[BackwardPassBuilder, GradientCalled]:
        """A backward pass began; returns its builder and the call that asked for it."""
        call, builders = self._calls[-1]
        builder = BackwardPassBuilder(len(self._builders), event, call.call, tape, self._tensors, find(call.at))
        self._builders.append(builder)
        self._running.append(builder)
        builders.append(builder)
        return builder, call

    def on_end(self, event: BackwardEnded) -> None:
        """The innermost backward pass is over."""
        self._running.pop().gradients = event.gradients

    def facts(self) -> tuple[BackwardPass, ...]:
        """Return the facts, in order."""
        return tuple(builder.fact() for builder in self._builders)

    def sources(self) -> Iterator[Source]:
        """Yield one Source for each source of each backward pass."""
        for builder in self._builders:
            for source, value, gradient in zip(builder.sources, builder.values, builder.returned(), strict=True):
                difference = self._difference(builder, source, value)
                gradient_tensor = self._tensors.index_if_met(gradient)
                yield Source(source, builder.index, summarize(value), summarize(gradient), difference, gradient_tensor)

    def _difference(self, builder: BackwardPassBuilder, source: int, value: Tensor | None) -> CentralDifference | None:
        """Return the check of one gradient. With output gradients or rows of a Jacobian, f is another function."""
        if len(builder.targets) != 1 or builder.started.output_gradients or builder.call != "gradient":
            return None
        number = self._tensors.tensor_id(source)
        return central_difference(self._makers, builder.started.targets[0], number, value)


def _same_gradients(some: Sequence[Tensor], others: Sequence[Tensor | None]) -> bool:
    """Say whether two lists hold the same gradients: of seeds we have only copies, equal in their bits."""
    return len(some) == len(others) and all(map(same_bits, some, others))


def _is_eager(gradient: Tensor | None) -> bool:
    return hasattr(gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient, "numpy")


def _is_zero(gradient: Tensor | None) -> bool:
    """Say whether this is what TensorFlow fills in for an output that no gradient came back to."""
    return _is_eager(gradient) and not tf.convert_to_tensor(gradient).numpy().any()


def _ones(target: Tensor) -> Tensor | None:
    """Return the seed of a target. A symbolic one (a Jacobian's row) has no numbers: it stands for itself."""
    if not _is_eager(target):
        return target
    return tf.ones_like(target) if target.dtype not in (tf.resource, tf.string) else None
