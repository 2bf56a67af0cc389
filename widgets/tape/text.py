"""A recording in words: a name for each tensor, and a sentence for each step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from widgets.common.catalogue import Spoken, _
from widgets.common.numbers import text_of
from widgets.tape import forward_model as facts
from widgets.tape.forward_model import Entry
from widgets.tape.model import BackwardPass, Contribution, FailedCall, Pullback, Recording, Step

WIDEST = 32
"""Characters of a piece of source that stands for a tensor, at most."""

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


class RecordingText:
    """Puts one `recording` into words. They are deterministic: no addresses, no times, no random names."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        # A tensor made twice was renamed by custom_gradient: the later entry is the one that a tape knows.
        self._maker = {tensor: entry for entry in recording.entries for tensor in entry.outputs}

    def tensor_name(self, tensor: int) -> str:
        """Return what to call a tensor: the learner's name, a constant's value, or the source that made it."""
        if tensor < 0:
            return _("an internal tensor of TensorFlow")
        if name := self.recording.tensors[tensor].name:
            return name
        maker = self._maker.get(tensor)
        return self.entry_label(maker) if maker else text_of(self.recording.tensors[tensor].value)

    def entry_label(self, entry: Entry) -> str:
        """Return the piece of the learner's source that an entry carries out, cut to fit a row."""
        if entry.op == "ReadVariableOp":
            return _("{variable} read").format(variable=self.tensor_name(entry.inputs[0]))
        text = entry.place.text if entry.place else ""
        return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"

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
            return backward_pass.place.text
        names = (", ".join(map(self.tensor_name, some)) for some in (backward_pass.targets, backward_pass.sources))
        target, sources = (f"[{text}]" if ", " in text else text for text in names)
        return f"{self._tape(backward_pass.tape)}.{backward_pass.call}({target}, {sources})"

    def step_text(self, step: Step) -> str:
        """Return the sentence that says what happened in one step."""
        if step.kind == "entry":
            return self._entry(self.recording.entries[step.subject])
        if step.kind == "rounds":
            return _("… {count} more rounds of this loop, not shown.").format(count=step.subject)
        if step.kind == "error":
            exception = self.recording.error.exception if self.recording.error else None
            return f"{type(exception).__name__}: {exception}"
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
        label, values = self.entry_label(entry) or entry.op, ", ".join(map(text_of, entry.values))
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
        tapes = _joined(self._tape(tape) for tape in entry.recorded_by)
        found: list[str] = [verdict.reason for verdict in entry.verdicts if verdict.reason]
        if tapes and not found:
            return _("Recorded by {tapes}.").format(tapes=tapes)
        reasons = _joined(dict.fromkeys(REASONS[reason] for reason in found or [entry.verdict(0).reason]))
        if tapes:
            return _("Recorded by {tapes}, but {reasons}.").format(tapes=tapes, reasons=reasons)
        return _("Not recorded: {reasons}.").format(reasons=reasons)

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
            upstream=", ".join(text_of(gradient) for gradient in pullback.upstream if gradient),
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
        call = self.call_text(self.recording.backward_passes[index])
        sources = [source for source in self.recording.sources if source.backward_pass == index]
        gradients = (
            _("{tensor}: {gradient}").format(tensor=self.tensor_name(one.tensor), gradient=text_of(one.gradient))
            for one in sources
        )
        return _("{call} returns {gradients}.").format(call=call, gradients=_joined(gradients))


def _joined(parts: Iterable[str]) -> str:
    """Return parts of a sentence as a list: `a`, `a and b`, `a, b, and c`."""
    *others, last = [*parts] or [""]
    if len(others) < 2:
        return _("{first} and {last}").format(first=others[0], last=last) if others else last
    return _("{others}, and {last}").format(others=", ".join(others), last=last)
