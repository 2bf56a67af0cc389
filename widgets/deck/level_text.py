"""A level of a recording in words: what a layer or a line of code made, and what it passes back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from widgets.common.catalogue import _, listed
from widgets.common.numbers import text_of
from widgets.deck.array_text import norm_of
from widgets.deck.grouping import Box
from widgets.deck.line_groups import numbered
from widgets.tape.failures import TOO_LONG, UNREAD
from widgets.tape.forward_model import Entry, Value
from widgets.tape.listed import joined, joined_briefly, shortened
from widgets.tape.model import BackwardPass, Pullback, Recording, Source
from widgets.tape.scope_model import ParameterChange
from widgets.tape.text import LONGEST_NAME, RecordingText, is_symbolic


class LevelText(RecordingText):
    """Puts one level of a recording into words: of its boxes, and of what is no box as in any recording."""

    def __init__(self, recording: Recording) -> None:
        self._nth = _nth_entries(recording)
        self._nth_call: dict[int, tuple[int, int]] = {}
        self._model = _only_model(recording)
        super().__init__(recording)
        self._changes: dict[int, list[ParameterChange]] = {}
        for step in recording.optimizer_steps:
            self._changes.setdefault(step.last, []).extend(step.parameters)
        if not _has_gaps(recording):
            calls = ((id(one), super(LevelText, self).call_text(one)) for one in recording.backward_passes)
            self._nth_call = numbered(calls)

    def number(self, entry: Entry) -> tuple[int, int] | None:
        """Return which one an entry is, and of how many that are called the same; None if it is the only one."""
        return self._nth.get(entry.index)

    def tensor_name(self, tensor: int) -> str:
        """Return what to call a tensor; of a model's Variables without the model's name, which all of them have."""
        return super().tensor_name(tensor).removeprefix(self._model)

    def call_text(self, backward_pass: BackwardPass) -> str:
        """Return the call that asked for a backward pass, and which one it is of several such calls."""
        return _numbered(super().call_text(backward_pass), self._nth_call.get(id(backward_pass)))

    def entry_label(self, entry: Entry) -> str:
        """Return the layer's name, or the line; of what is no box the piece of source, as ever."""
        if not isinstance(entry, Box):
            return super().entry_label(entry)
        label = shortened(entry.title, LONGEST_NAME)
        return label if entry.times < 2 else _("{label}, {count} times").format(label=label, count=entry.times)

    def _op(self, entry: Entry) -> str:
        number = self.number(entry)
        return _numbered(entry.op, number) if number else super()._op(entry)

    def _result_label(self, entry: Entry) -> str:
        if isinstance(entry, Box):
            return _numbered(self.entry_label(entry), self.number(entry))
        label = super()._result_label(entry)
        return label if entry.index in self._numbers else _numbered(label, self.number(entry))

    def _entry(self, entry: Entry) -> str:
        if not isinstance(entry, Box):
            return super()._entry(entry)
        label = self.entry_label(entry)
        if entry.index in self._changes:
            changes = joined_briefly(self._changed(self._changes[entry.index]))
            return _("{what} changes {parameters}.").format(what=_what(entry.op, _("optimizer")), parameters=changes)
        what = _what(label, entry.kind, self.number(entry))
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

    def _returned(self, sources: Sequence[Source]) -> str:
        """Return the gradients that a call returned; of many, how large they are."""
        if len(sources) < _MANY:
            return super()._returned(sources)
        return joined_briefly(self._gradient_of(one, _brief(one.gradient)) for one in sources)

    def _pullback(self, backward_pass: BackwardPass, pullback: Pullback) -> str:
        entry = self.recording.entries[pullback.entry] if pullback.entry >= 0 else None
        if not isinstance(entry, Box):
            return super()._pullback(backward_pass, pullback)
        what = _what(self.entry_label(entry), entry.kind, self.number(entry))
        passed = [one for one in pullback.input_gradients if not one.skipped]
        upstream = [gradient for gradient in pullback.upstream if gradient]
        if not backward_pass.reconciled or any(map(is_symbolic, upstream)):
            return _("The pullback of {op}.").format(op=what)
        tensors = [self.tensor_name(tensor) for tensor in dict.fromkeys(one.tensor for one in passed)]
        if len(tensors) > 1 and any(one.gradient and one.gradient.size > 1 for one in passed):
            return _("{what} passes back gradients to {count} tensors: {tensors}.").format(
                what=what, count=len(tensors), tensors=joined_briefly(tensors)
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
_MANY = 3  # gradients whose numbers have no room in a sentence


def _brief(gradient: Value | None) -> str:
    """Return a gradient as text; of an array that has a norm, only that."""
    norm = norm_of(gradient) if gradient and gradient.size > 1 else None
    return text_of(gradient) if norm is None or norm != norm else _("norm {norm}").format(norm=f"{norm:.3g}")


def _what(label: str, kind: str, nth: tuple[int, int] | None = None) -> str:
    """Return what a box is called, what it is, unless Keras has named it after that, and which one of several."""
    plain = re.sub(r"_\d+$", "", label).replace("_", "")
    is_news = plain.lower() != kind.lower()
    return _with_note(label, listed([kind * is_news, _number_text(nth)]))


def _with_note(label: str, note: str) -> str:
    return f"{label} ({note})" if note else label


def _numbered(label: str, nth: tuple[int, int] | None) -> str:
    return _with_note(label, _number_text(nth))


def _number_text(nth: tuple[int, int] | None) -> str:
    return _("{number} of {count}").format(number=nth[0], count=nth[1]) if nth else ""


def _has_gaps(recording: Recording) -> bool:
    """Say whether the recorder left out rounds of a loop, or the end: then nobody can count what ran."""
    is_cut = any(one.kind in (TOO_LONG, UNREAD) for one in recording.unfollowed)
    return is_cut or any(step.kind == "rounds" for step in recording.steps)


def _nth_entries(recording: Recording) -> dict[int, tuple[int, int]]:
    """Return which one of how many a box is of its name, and an op of those of one piece of source."""
    if _has_gaps(recording):
        return {}
    boxes = [entry for entry in recording.entries if isinstance(entry, Box)]
    found = {box.index: (box.nth, box.of) for box in boxes if box.of}
    if any(box.times > 1 for box in boxes):  # some ops are among the rounds that such a box stands for
        return found
    plain = (one for one in recording.entries if one.place and not (one.is_forward_mode or isinstance(one, Box)))
    named = ((one, one.inputs if one.op == "ReadVariableOp" else ()) for one in plain)
    return found | numbered((one.index, (one.op, one.place, one.backward_pass, read)) for one, read in named)


def _only_model(recording: Recording) -> str:
    """Return what the names of all layers' Variables begin with, such as `sequential/`; "" of several models."""
    paths = [tensor.name.split("/") for tensor in recording.tensors if tensor.kind == "variable"]
    models = {path[0] for path in paths if len(path) > 2}
    return f"{models.pop()}/" if len(models) == 1 else ""
