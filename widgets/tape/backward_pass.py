"""One backward pass, from what the hooks said to a fact that is reconciled with what TensorFlow returned."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.tape import hooks
from widgets.tape.events import BackwardEnded, BackwardStarted, GradientCalled, GradientsSummed, Op, PullbackRan
from widgets.tape.forward_model import Entry, Place, Value
from widgets.tape.local_derivatives import LocalDerivatives
from widgets.tape.model import (
    BEFORE_RECORDING,
    CUT_SHORT,
    FAILED,
    MISMATCH,
    UNKNOWN,
    BackwardPass,
    Contribution,
    Pullback,
)
from widgets.tape.tensors import Tensors, same_bits, summarize


class BackwardPassBuilder:
    """Collects one backward pass while the log is read. Gradients are TensorFlow's own objects."""

    def __init__(
        self,
        index: int,
        started: BackwardStarted,
        call: GradientCalled,
        tape: int,
        tensors: Tensors,
        place: Place | None,
    ) -> None:
        self.index, self.started, self.call, self.tape, self.place = index, started, call, tape, place
        self.targets = tuple(map(tensors.index, started.targets))
        self.sources = tuple(map(tensors.index, started.sources))
        self.values = [tensors.value_now(source) for source in self.sources]
        self.result: Any = None
        self._ended: BackwardEnded | None = None
        self._has_raised = False
        self._pullbacks: list[tuple[PullbackRan, Entry | None, Op | None, tuple[int, ...]]] = []
        self._contributions: dict[int, list[Tensor | None]] = {}
        self._sums: list[GradientsSummed] = []
        self._values: dict[int, tuple[Value | None, Tensor | None]] = {}
        self._note = ""
        given = started.output_gradients or [None] * len(started.targets)
        for target, tensor, seed in zip(self.targets, started.targets, given, strict=True):
            self._add(target, _ones(tensor, started.in_graph) if seed is None else seed)

    def _add(self, tensor: int, gradient: Tensor | None) -> int:
        """Add a contribution to a tensor's gradient; returns how many there are now."""
        contributions = self._contributions.setdefault(tensor, [])
        contributions.append(gradient)
        return len(contributions)

    def on_pullback(self, event: PullbackRan, entry: Entry | None, op: Op | None) -> int:
        """A pullback ran; returns its index in this pass.

        Args:
            event: the pullback.
            entry: what it is the pullback of; None: an op from before the recording.
            op: the same as it was logged; None where it has a gradient function of someone's own.

        Returns:
            The index.
        """
        nths: tuple[int, ...] = ()
        if entry is None:
            self._note = self._note or ("" if event.in_graph else BEFORE_RECORDING)
        else:
            self._check_upstream(event, entry)
            nths = tuple(
                0 if gradient is None or i in event.skipped else self._add(tensor, gradient)
                for i, (tensor, gradient) in enumerate(zip(entry.inputs, event.input_gradients, strict=False))
            )
        self._pullbacks.append((event, entry, op, nths))
        return len(self._pullbacks) - 1

    def _check_upstream(self, event: PullbackRan, entry: Entry) -> None:
        for tensor, upstream in zip(entry.outputs, event.upstream, strict=False):
            if upstream is not None and upstream.dtype == tf.variant:  # a list of a loop's: it has no bits of its own
                continue
            if upstream is None and tensor in entry.inputs:  # a Variable's handle: a loop returns it as it was
                continue
            is_filled_in = tensor not in self._contributions and _is_zero(upstream)
            if not (self.started.in_graph or is_filled_in or same_bits(self._total(tensor), upstream)):
                self._note = self._note or MISMATCH

    def on_sum(self, event: GradientsSummed) -> None:
        """TensorFlow added gradients that met."""
        self._sums.append(event)

    def _total(self, tensor: int) -> Tensor | None:
        """Return the whole gradient of a tensor as TensorFlow has it: its own sum where several arrived."""
        gradients = self._contributions.get(tensor)
        if gradients is None or len(gradients) == 1:
            return gradients and gradients[0]
        exact = (event for event in self._sums if _same_gradients(event.gradients, gradients))
        others = (event for event in self._sums if self._adds(event, left := list(gradients)) and not left)
        event = next(exact, None) or next(others, None)
        return event and event.total

    def _adds(self, event: GradientsSummed, left: list[Tensor | None]) -> bool:
        """Take what TensorFlow added from `left`: in whatever order, and partly before. Loops and branches need that.

        A Variable's handle that one loop passes on to the next is one and the same here, and several in the graph.
        """
        for gradient in event.gradients:
            index = next((index for index, other in enumerate(left) if other is gradient), None)
            if index is None:
                before = next((one for one in self._sums if one.total is gradient), None)
                if before is None or any(one is gradient for one in before.gradients) or not self._adds(before, left):
                    return False
            else:
                del left[index]
        return True

    def on_end(self, event: BackwardEnded) -> None:
        """The backward pass is over."""
        self._ended = event

    def on_raise(self) -> None:
        """The call that asked for it raised an exception: it returned nothing, whatever the pass had found."""
        self._has_raised = True

    @property
    def has_returned(self) -> bool:
        """Whether the learner got gradients."""
        return not self._has_raised and self._ended is not None and self._ended.gradients is not None

    def returned(self) -> list[Tensor | None]:
        """Return the gradient of each source: TensorFlow's flat list, or the Jacobians made of symbolic rows."""
        flat = tf.nest.flatten(self.result) if self.started.in_graph else self._ended and self._ended.gradients
        return flat if flat and len(flat) == len(self.sources) else [None] * len(self.sources)

    def fact(self, local: LocalDerivatives) -> BackwardPass:
        """Return the finished fact, with the local derivatives on its edges."""
        note = self._why_unreconciled()
        return BackwardPass(
            tape=self.tape,
            call=self.call.call,
            targets=self.targets,
            sources=self.sources,
            seeds=tuple(self._seeds()),
            pullbacks=tuple(self._pullback(*ran, None if note else local) for ran in self._pullbacks),
            gradients=self.result,
            reconciled=not note,
            note=note,
            place=self.place,
            caller=self.call.caller,
            in_graph=self.started.in_graph,
        )

    def _why_unreconciled(self) -> str:
        """Return the note of a pass that did not end, or whose sums are not what TensorFlow returned; else ""."""
        if self._ended is None:
            return CUT_SHORT
        if self._has_raised or self._ended.gradients is None:
            return FAILED
        if not self.started.in_graph and self._lacks_numbers():
            return UNKNOWN
        if self._note or self.started.in_graph:  # in a graph there are no numbers to compare
            return self._note
        is_zero_filled = self.started.unconnected == "zero"
        same = all(
            same_bits(self._total(source), gradient) or (is_zero_filled and source not in self._contributions)
            for source, gradient in zip(self.sources, self._ended.gradients, strict=True)
        )
        return "" if same else MISMATCH

    def _lacks_numbers(self) -> bool:
        """Say whether numbers are missing: the pass is part of a graph that could not be evaluated again."""
        met = [*self.started.targets, *((self._ended and self._ended.gradients) or ())]
        met += [one for ran, _, _, _ in self._pullbacks for one in (*ran.upstream, *ran.input_gradients)]
        return not all(one is None or _is_eager(one) for one in met)

    def _seeds(self) -> Iterator[Contribution]:
        seen: dict[int, int] = {}
        for target in self.targets:
            seen[target] = seen.get(target, 0) + 1
            yield self._contribution(target, seen[target])

    def _pullback(
        self,
        event: PullbackRan,
        entry: Entry | None,
        op: Op | None,
        nths: Sequence[int],
        local: LocalDerivatives | None,
    ) -> Pullback:
        upstream = tuple(map(self._value, event.upstream))
        if entry is None:
            unknown = tuple(Contribution(-1, self._value(gradient)) for gradient in event.input_gradients)
            return Pullback(-1, event.op, upstream, unknown)
        contributions = tuple(self._contribution(tensor, nth) for tensor, nth in zip(entry.inputs, nths, strict=False))
        if local is not None:
            derivatives = local.of(event, op, upstream, [one.gradient for one in contributions])
            contributions = tuple(
                one if derivative is None else dataclasses.replace(one, local=derivative)
                for one, derivative in zip(contributions, derivatives, strict=True)
            )
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
            with contextlib.suppress(tf.errors.OpError):  # of several shapes, where the pass failed for that
                total = tf.add_n(gradients[:nth])
        return gradients[-1] if total is None else total


def _same_gradients(some: Sequence[Tensor], others: Sequence[Tensor | None]) -> bool:
    """Say whether two lists hold the same gradients: of seeds we have only copies, equal in their bits."""
    return len(some) == len(others) and all(map(same_bits, some, others))


def _is_eager(gradient: Tensor | None) -> bool:
    return hasattr(gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient, "numpy")


def _is_zero(gradient: Tensor | None) -> bool:
    """Say whether this is what TensorFlow fills in for an output that no gradient came back to."""
    return _is_eager(gradient) and not tf.convert_to_tensor(gradient).numpy().any()


def _ones(target: Tensor, in_graph: bool) -> Tensor | None:
    """Return the seed of a target. In a graph it has no numbers, and its shape must do."""
    if in_graph:
        return tf.TensorSpec(target.shape, target.dtype)
    try:
        return hooks.ones_like(target)
    except (tf.errors.OpError, TypeError, ValueError):  # text, or a handle that is no Variable's; or no number is known
        return None if isinstance(target, tf.Tensor) else tf.TensorSpec(target.shape, target.dtype)
