"""A level of a recording in words: what a layer or a line of code made, and what it passes back."""

from __future__ import annotations

import re

from widgets.common.catalogue import _
from widgets.common.numbers import text_of
from widgets.deck.grouping import Box
from widgets.tape.forward_model import Entry, Value
from widgets.tape.listed import joined, shortened
from widgets.tape.model import BackwardPass, Pullback, Recording
from widgets.tape.scope_model import ParameterChange
from widgets.tape.text import LONGEST_NAME, RecordingText


class LevelText(RecordingText):
    """Puts one level of a recording into words: of its boxes, and of what is no box as in any recording."""

    def __init__(self, recording: Recording) -> None:
        super().__init__(recording)
        self._changes: dict[int, list[ParameterChange]] = {}
        for step in recording.optimizer_steps:
            self._changes.setdefault(step.last, []).extend(step.parameters)

    def entry_label(self, entry: Entry) -> str:
        """Return the layer's name, or the line; of what is no box the piece of source, as ever."""
        return shortened(entry.title, LONGEST_NAME) if isinstance(entry, Box) else super().entry_label(entry)

    def _result_label(self, entry: Entry) -> str:
        return self.entry_label(entry) if isinstance(entry, Box) else super()._result_label(entry)

    def _entry(self, entry: Entry) -> str:
        if not isinstance(entry, Box):
            return super()._entry(entry)
        label = self.entry_label(entry)
        what = _what(label, entry.kind)
        if entry.index in self._changes:
            changes = joined(map(self._change, self._changes[entry.index]))
            return _("{what} changes {parameters}.").format(what=what, parameters=changes)
        outputs = [*zip(entry.outputs, entry.values, strict=True)]
        # A loop hands on the handles of Variables, and lists for its pullback, which are no results of it.
        results = [output for output in outputs if output[1].dtype not in _OPAQUE]
        made = joined(self._made(*output) for output in results or outputs)
        if made:
            sentence = _("{what} makes {results}. {fate}")
            return sentence.format(what=what, results=made, fate=self._fate(entry)).rstrip()
        if entry.assigns:
            return _("{what} assigns {variables}.").format(
                what=what, variables=joined(map(self.tensor_name, entry.assigns))
            )
        return _("{label}: {op} returns nothing").format(label=label, op=entry.op) + "."

    def _made(self, tensor: int, value: Value) -> str:
        name = self.recording.tensors[tensor].name
        if name and value.size == 1:
            return f"{name} = {text_of(value)}"
        if name and value.dtype not in _OPAQUE:
            return _("{tensor} of shape {shape}").format(tensor=name, shape=value.shape)
        return text_of(value)

    def _pullback(self, backward_pass: BackwardPass, pullback: Pullback) -> str:
        entry = self.recording.entries[pullback.entry] if pullback.entry >= 0 else None
        if not isinstance(entry, Box):
            return super()._pullback(backward_pass, pullback)
        what = _what(self.entry_label(entry), entry.kind)
        passed = [one for one in pullback.input_gradients if not one.skipped]
        upstream = [gradient for gradient in pullback.upstream if gradient]
        if not backward_pass.reconciled or any(map(_has_no_numbers, upstream)):
            return _("The pullback of {op}.").format(op=what)
        tensors = [self.tensor_name(tensor) for tensor in dict.fromkeys(one.tensor for one in passed)]
        if len(tensors) > 1 and any(one.gradient and one.gradient.size > 1 for one in passed):
            return _("{what} passes back gradients to {count} tensors: {tensors}.").format(
                what=what, count=len(tensors), tensors=joined(tensors)
            )
        gradients = joined(self._contribution(one, upstream) for one in passed)
        if not gradients and upstream:  # what it passes back comes with its second part, if it does
            return _("{op}: receives gradient {upstream}.").format(op=what, upstream=joined(map(text_of, upstream)))
        if not upstream:  # the second part of it, which what another box passed back had to wait for
            return _("{what} passes back {gradients}.").format(what=what, gradients=gradients or _("nothing"))
        return _("{op}: receives gradient {upstream}, passes back {gradients}.").format(
            op=what, upstream=joined(map(text_of, upstream)), gradients=gradients
        )


_OPAQUE = ("resource", "variant")


def _what(label: str, kind: str) -> str:
    """Return what a box is called, and what it is, unless Keras has named it after that."""
    plain = re.sub(r"_\d+$", "", label).replace("_", "")
    return label if not kind or plain.lower() == kind.lower() else f"{label} ({kind})"


def _has_no_numbers(value: Value) -> bool:
    return value.size == 0 and 0 not in value.shape
