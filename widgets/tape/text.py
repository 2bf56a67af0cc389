"""A recording in words: a name for each tensor, and a sentence for each step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby

from widgets.common.catalogue import Spoken, _
from widgets.common.errors import first_line
from widgets.common.numbers import text_of
from widgets.tape import forward_model as facts
from widgets.tape.failures import FailedCall
from widgets.tape.forward_model import Entry, TapeVerdict
from widgets.tape.model import FAILED, BackwardPass, Contribution, Pullback, Recording, Step

WIDEST = 32
"""Characters of a piece of source that stands for a tensor, at most."""

LONGEST_NAME = 60
"""Characters of a name, or of the source of a call, at most."""

LONGEST = 200
"""Characters of a sentence, at most."""

FEW = 5
"""Items of a list in a sentence, at most."""

REASONS: Mapping[str, str] = Spoken(
    lambda: {
        facts.NOT_WATCHED: _("not watched"),
        facts.INTEGER: _("integer"),
        facts.STOPPED: _("recording stopped"),
        facts.OUTSIDE: _("outside the with block"),
        facts.UNKNOWN: _("not known, since it uses a tensor from before the recording"),
        facts.NO_GRADIENT: _("no gradient registered"),
    }
)
"""Why a tape did not record an entry (or, for the last, why recording it leads nowhere), in the learner's language."""

_REASONS_OF: Mapping[str, str] = Spoken(
    lambda: {
        facts.NOT_WATCHED: _("not watched by {tapes}"),
        facts.INTEGER: _("{tapes}: integer"),
        facts.STOPPED: _("{tapes}: recording stopped"),
        facts.OUTSIDE: _("outside the with block of {tapes}"),
    }
)
"""The same where several tapes differ."""


class RecordingText:
    """Puts one `recording` into words. They are deterministic: no addresses, no times, no random names."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        # A tensor made twice was renamed by custom_gradient: the later entry is the one that a tape knows.
        self._maker = {tensor: entry for entry in recording.entries for tensor in entry.outputs}
        self._results: dict[int, str] = {}
        self._results = dict(_result_labels(recording, self.entry_label))

    def tensor_name(self, tensor: int) -> str:
        """Return what to call a tensor: the learner's name, a constant's value, or the source that made it."""
        if tensor < 0:
            return _("an internal tensor of TensorFlow")
        fact = self.recording.tensors[tensor]
        if fact.name:
            return _shortened(fact.name, LONGEST_NAME)
        if fact.kind == "variable":
            return _("a Variable of shape {shape}").format(shape=fact.value.shape)
        return self._results.get(tensor) or text_of(fact.value)

    def entry_label(self, entry: Entry) -> str:
        """Return the piece of the learner's source that an entry carries out, cut to fit a row."""
        if entry.op == "ReadVariableOp":
            return _("{variable} read").format(variable=self.tensor_name(entry.inputs[0]))
        if entry.backward_pass >= 0:
            backward_pass = self.recording.backward_passes[entry.backward_pass]
            return f"{self._tape(backward_pass.tape)}.{backward_pass.call}"
        return _shortened(entry.place.text if entry.place else "", WIDEST)

    def tensor_kind(self, tensor: int) -> str:
        """Return what a tensor is to the tape: `variable`, `watched tensor`, `constant` or `result`."""
        kinds = {
            "variable": _("variable"),
            "watched": _("watched tensor"),
            "constant": _("constant"),
            "result": _("result"),
        }
        return kinds[self.recording.tensors[tensor].kind]

    def call_text(self, backward_pass: BackwardPass) -> str:
        """Return the call that asked for a backward pass, as `tape.gradient(z, x)`."""
        if backward_pass.place and backward_pass.place.text:
            return _shortened(backward_pass.place.text, LONGEST_NAME)
        names = (_cut_list(map(self.tensor_name, some)) for some in (backward_pass.targets, backward_pass.sources))
        target, sources = (f"[{text}]" if ", " in text else text for text in names)
        return f"{self._tape(backward_pass.tape)}.{backward_pass.call}({target}, {sources})"

    def step_text(self, step: Step) -> str:
        """Return the sentence that says what happened in one step."""
        return _shortened(self._step(step), LONGEST)

    def _step(self, step: Step) -> str:
        if step.kind == "entry":
            return self._entry(self.recording.entries[step.subject])
        if step.kind == "rounds":
            return _("… {count} more rounds of this loop, not shown.").format(count=step.subject)
        if step.kind == "error":
            exception = self.recording.error.exception if self.recording.error else None
            return first_line(exception, with_type=True) if exception else ""
        if step.kind == "pullback":
            backward_pass = self.recording.backward_passes[step.subject]
            return self._pullback(backward_pass, backward_pass.pullbacks[step.detail])
        if step.kind == "seed":
            return self._seed(self.recording.backward_passes[step.subject])
        if step.kind == "gradients":
            return self._gradients(step.subject)
        if step.kind == "raised":
            return self._failed(self.recording.failed_calls[step.detail])
        return self._tape_step(step)

    def _tape_step(self, step: Step) -> str:
        sentences: dict[str, str] = {
            "open": _("{tape} starts recording."),
            "close": _("{tape} stops recording: its with block has ended."),
            "stop": _("{tape}.stop_recording(): the operations that follow are not recorded."),
            "resume": _("{tape} records again."),
            "reset": _("{tape}.reset(): the tape discards everything it has recorded."),
            "watch": _("{tape} watches {tensor}: operations that use it are recorded from now on."),
        }
        tensor = self.tensor_name(step.detail) if step.kind == "watch" else ""
        return sentences[step.kind].format(tape=self._tape(step.subject), tensor=tensor)

    def _tape(self, tape: int) -> str:
        return self.recording.tapes[tape].name

    def _entry(self, entry: Entry) -> str:
        label, values = self.entry_label(entry) or entry.op, _cut_list(map(text_of, entry.values))
        if values:
            what = _("{label}: {op} returns {value}").format(label=label, op=entry.op, value=values)
        elif entry.op.startswith("Assign"):
            what = _("{label}: {op} assigns the value and returns nothing").format(label=label, op=entry.op)
        else:
            what = _("{label}: {op} returns nothing").format(label=label, op=entry.op)
        return _("{what}. {fate}").format(what=what, fate=self._fate(entry)).rstrip()

    def _fate(self, entry: Entry) -> str:
        """Say which tapes recorded an entry, or why none did."""
        if not self.recording.tapes:
            return ""
        recorded = _joined(self._tape(tape) for tape in entry.recorded_by)
        several: dict[str, list[TapeVerdict]] = {}
        for verdict in entry.verdicts or [entry.verdict(0)]:
            if verdict.reason:
                several.setdefault(verdict.reason, []).append(verdict)
        if len(several) == 1 and not recorded:
            return _("Not recorded: {reasons}.").format(reasons=REASONS[next(iter(several))])
        if several.pop(facts.NO_GRADIENT, None):
            recorded = _("{tapes}, but {op} has no gradient registered").format(tapes=recorded, op=entry.op)
        reasons = "; ".join(
            _REASONS_OF[reason].format(tapes=_joined(self._tape(verdict.tape) for verdict in verdicts))
            for reason, verdicts in several.items()
        )
        if not recorded:
            return _("Not recorded: {reasons}.").format(reasons=reasons)
        if reasons:
            return _("Recorded by {tapes}; {reasons}.").format(tapes=recorded, reasons=reasons)
        return _("Recorded by {tapes}.").format(tapes=recorded)

    def _seed(self, backward_pass: BackwardPass) -> str:
        call = self.call_text(backward_pass)
        if backward_pass.in_graph and backward_pass.call == "gradient":
            return _(
                "Backward pass for {call}, traced into a graph of TensorFlow, so there are no numbers to show."
            ).format(call=call)
        if backward_pass.in_graph:
            return _(
                "Backward pass for {call}. All rows are computed at once, so there are no individual numbers to show."
            ).format(call=call)
        seeds = (f"{self.tensor_name(seed.tensor)} ← {text_of(seed.total)}" for seed in backward_pass.seeds)
        return _("Backward pass for {call}, starting with {seeds}.").format(call=call, seeds=_joined(seeds))

    def _pullback(self, backward_pass: BackwardPass, pullback: Pullback) -> str:
        if not backward_pass.reconciled:
            return _("The pullback of {op}.").format(op=pullback.op)
        label = self.entry_label(self.recording.entries[pullback.entry]) if pullback.entry >= 0 else ""
        passed_back = _joined(self._contribution(one) for one in pullback.input_gradients if not one.skipped)
        return _("{op}: receives gradient {upstream}, passes back {gradients}.").format(
            op=f"{pullback.op} ({label})" if label else pullback.op,
            upstream=_cut_list(text_of(gradient) for gradient in pullback.upstream if gradient),
            gradients=passed_back or _("nothing"),
        )

    def _contribution(self, one: Contribution) -> str:
        """Return what one input receives, and the sum where several gradients meet."""
        received = _("{gradient} to {tensor}").format(
            gradient=text_of(one.gradient), tensor=self.tensor_name(one.tensor)
        )
        if one.count < 2:
            return received
        return _("{received} ({nth} of {count}, together {total})").format(
            received=received, nth=one.nth, count=one.count, total=text_of(one.total)
        )

    def _failed(self, failed: FailedCall) -> str:
        call = failed.place and failed.place.text
        return _("{call} returned nothing: it raised {exception}: {message}").format(
            call=call or f"{self._tape(failed.tape)}.{failed.call}()",
            exception=failed.exception,
            message=failed.message,
        )

    def _gradients(self, index: int) -> str:
        backward_pass = self.recording.backward_passes[index]
        call = self.call_text(backward_pass)
        if backward_pass.note == FAILED:
            return _("{call} ended with an error and returned nothing.").format(call=call)
        sources = [source for source in self.recording.sources if source.backward_pass == index]
        gradients = (
            _("{tensor}: {gradient}").format(tensor=self.tensor_name(one.tensor), gradient=text_of(one.gradient))
            for one in sources
        )
        return _("{call} returns {gradients}.").format(call=call, gradients=_joined(gradients))


def _result_labels(recording: Recording, label: Callable[[Entry], str]) -> Iterator[tuple[int, str]]:
    """Yield (tensor, what to call it) for results: the piece of source that made it, or which op in it.

    A piece of source that runs many ops, as `tf.linspace(0.0, 1.0, 5)` or `tape.gradient(z, x)`, means the result of
    its last one; those on the way to it are told apart by the op, and by its number where it ran more than once.
    """
    with_outputs = (entry for entry in recording.entries if entry.outputs)
    for _place, group in groupby(with_outputs, key=lambda entry: (entry.place, entry.backward_pass)):
        entries = [*group]
        times, seen = Counter(entry.op for entry in entries), Counter[str]()
        for entry in entries:
            text = label(entry)
            seen[entry.op] += 1
            if entry.op != "ReadVariableOp" and (entry is not entries[-1] or entry.backward_pass >= 0):
                sentence = _("{op} {number} in {label}") if times[entry.op] > 1 else _("{op} in {label}")
                text = sentence.format(op=entry.op, number=seen[entry.op], label=text) if text else entry.op
            yield from ((tensor, text) for tensor in entry.outputs)


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _cut_list(parts: Iterable[str]) -> str:
    """Return the first few parts of a list, and how many more there are."""
    parts = [*parts]
    if len(parts) <= FEW + 1:
        return ", ".join(parts)
    return _("{parts}, and {count} more").format(parts=", ".join(parts[:FEW]), count=len(parts) - FEW)


def _joined(parts: Iterable[str]) -> str:
    """Return parts of a sentence as a list: `a`, `a and b`, `a, b, and c`; of many only the first few."""
    parts = [*parts]
    if len(parts) > FEW + 1:
        return _cut_list(parts)
    *others, last = parts or [""]
    if len(others) < 2:
        return _("{first} and {last}").format(first=others[0], last=last) if others else last
    return _("{others}, and {last}").format(others=", ".join(others), last=last)
