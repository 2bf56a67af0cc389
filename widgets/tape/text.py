"""A recording in words: a name for each tensor, and a sentence for each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from widgets.common.catalogue import Spoken, _
from widgets.common.numbers import text_of
from widgets.tape import forward_model as facts
from widgets.tape.failures import FailedCall, error_text
from widgets.tape.forward_model import Entry, TapeVerdict, Value
from widgets.tape.graph_text import opened_text
from widgets.tape.listed import few_of, joined, numbered_ops, shortened
from widgets.tape.model import FAILED, BackwardPass, Contribution, Pullback, Recording, Source, Step
from widgets.tape.scope_model import ParameterChange

WIDEST = 32
"""Characters of a piece of source that stands for a tensor, at most."""

LONGEST_NAME = 60
"""Characters of a name, or of the source of a call, at most."""

LONGEST = 180
"""Characters of a sentence, at most."""

REASONS: Mapping[str, str] = Spoken(
    lambda: {
        facts.NOT_WATCHED: _("not watched"),
        facts.INTEGER: _("integer"),
        facts.STOPPED: _("recording stopped"),
        facts.PAUSED: _("TensorFlow pauses tapes here"),
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
        facts.PAUSED: _("{tapes}: TensorFlow pauses tapes here"),
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
        self._numbers = dict(numbered_ops(recording.entries))
        self._asked = {source.tensor for source in recording.sources}
        # A whole step of an optimizer that is one entry, as in a recording whose plumbing is folded away.
        self._updates = {step.last: step.parameters for step in recording.optimizer_steps if step.first == step.last}
        self._results: dict[int, str] = {}
        for entry in recording.entries:
            self._results |= dict.fromkeys(entry.outputs, self._result_label(entry))

    def tensor_name(self, tensor: int) -> str:
        """Return what to call a tensor: the learner's name, a constant's value, or the source that made it."""
        if tensor < 0:
            return _("an internal tensor of TensorFlow")
        fact = self.recording.tensors[tensor]
        if fact.name:
            return shortened(fact.name, LONGEST_NAME)
        if fact.kind == "variable":
            return _("a Variable of shape {shape}").format(shape=fact.value.shape)
        if tensor in self._results:
            return self._results[tensor]
        if fact.kind == "watched" or tensor in self._asked:  # a number would be taken for a name
            return _("a tensor of shape {shape}").format(shape=fact.value.shape)
        return text_of(fact.value)

    def entry_label(self, entry: Entry) -> str:
        """Return the piece of the learner's source that an entry carries out, cut to fit a row."""
        if entry.op == "ReadVariableOp" and entry.inputs:
            return _("{variable} read").format(variable=self.tensor_name(entry.inputs[0]))
        if entry.backward_pass >= 0:
            backward_pass = self.recording.backward_passes[entry.backward_pass]
            return f"{self._tape(backward_pass.tape)}.{backward_pass.call}"
        return shortened(entry.place.text if entry.place else "", WIDEST)

    def _op(self, entry: Entry) -> str:
        """Return an entry's op, with its number among several of one piece of source."""
        number = self._numbers.get(entry.index, 0)
        return _("{op} no. {number}").format(op=entry.op, number=number) if number else entry.op

    def _result_label(self, entry: Entry) -> str:
        """Return what to call what an entry made: the piece of source, or which op in it."""
        label = self.entry_label(entry)
        if entry.index not in self._numbers or not label:
            return label or entry.op
        return _("{op} in {label}").format(op=self._op(entry), label=label)

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
        written = self._written_call(backward_pass)
        if written:
            return written
        names = (few_of(map(self.tensor_name, some)) for some in (backward_pass.targets, backward_pass.sources))
        target, sources = (f"[{text}]" if ", " in text else text for text in names)
        return f"{self._tape(backward_pass.tape)}.{backward_pass.call}({target}, {sources})"

    def _written_call(self, asked: BackwardPass | FailedCall) -> str:
        """Return the source of a call for gradients; of one in a library's code, as in `fit`, also what led to it."""
        text = asked.place.text if asked.place else ""
        if text and (f"{asked.call}(" not in text or (isinstance(asked, BackwardPass) and asked.caller)):
            text = _("{op} in {label}").format(op=f"{self._tape(asked.tape)}.{asked.call}", label=text)
        return shortened(text, LONGEST_NAME)

    def step_text(self, step: Step) -> str:
        """Return the sentence that says what happened in one step."""
        return shortened(self._step(step), LONGEST)

    def _step(self, step: Step) -> str:
        if step.kind == "entry":
            return self._entry(self.recording.entries[step.subject])
        if step.kind == "rounds":
            return _("… {count} more rounds of this loop, not shown.").format(count=step.subject)
        if step.kind == "error":
            return error_text(self.recording.error.exception) if self.recording.error else ""
        if step.kind == "pullback":
            backward_pass = self.recording.backward_passes[step.subject]
            return self._pullback(backward_pass, backward_pass.pullbacks[step.detail])
        if step.kind == "seed":
            return self._seed(self.recording.backward_passes[step.subject])
        if step.kind == "gradients":
            return self._gradients(step.subject)
        if step.kind == "raised":
            return self.failed_call_text(self.recording.failed_calls[step.detail])
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
        label, values = self.entry_label(entry) or entry.op, few_of(map(text_of, entry.values))
        if entry.index in self._updates:
            return _("{label}: {optimizer} changes {parameters}.").format(
                label=label, optimizer=entry.op, parameters=joined(self._changed(self._updates[entry.index]))
            )
        if values:
            what = _("{label}: {op} returns {value}").format(label=label, op=self._op(entry), value=values)
        elif entry.opened and entry.opened.failed:
            what = _("{label}: {op} raised an error").format(label=label, op=entry.op)
        elif entry.op.startswith("Assign"):
            what = _("{label}: {op} assigns the value and returns nothing").format(label=label, op=entry.op)
        else:
            what = _("{label}: {op} returns nothing").format(label=label, op=entry.op)
        sentence = _("{what}. {fate}").format(what=what, fate=self._fate(entry)).rstrip()
        return f"{sentence} {opened_text(entry.opened, entry.place is not None)}" if entry.opened else sentence

    def _changed(self, changes: Sequence[ParameterChange]) -> list[str]:
        """Return the Variables that an optimizer changed: first those with numbers, which would seem to be of all."""
        told = [(self.tensor_name(change.tensor), self._change(change)) for change in changes]
        return [text for name, text in told if text != name] + [text for name, text in told if text == name]

    def _change(self, change: ParameterChange) -> str:
        """Return a Variable that an optimizer changed, of a single number with what it was and became."""
        name, before, after = self.tensor_name(change.tensor), change.before, change.after
        if before is None or after is None or before.size != 1:
            return name
        return _("{name} from {before} to {after}").format(name=name, before=text_of(before), after=text_of(after))

    def _fate(self, entry: Entry) -> str:
        """Say which tapes recorded an entry, or why none did."""
        if not entry.verdicts and (entry.opened or (entry.graph and not entry.has_no_tape)):
            return ""
        if not self.recording.tapes or self.recording.whole(entry):
            return ""
        recorded = joined(self._tape(tape) for tape in entry.recorded_by)
        several: dict[str, list[TapeVerdict]] = {}
        for verdict in entry.verdicts or [entry.verdict(0)]:
            if verdict.reason:
                several.setdefault(verdict.reason, []).append(verdict)
        if len(several) == 1 and not recorded:
            return _("Not recorded: {reasons}.").format(reasons=REASONS[next(iter(several))])
        if several.pop(facts.NO_GRADIENT, None):
            recorded = _("{tapes}, but {op} has no gradient registered").format(tapes=recorded, op=entry.op)
        reasons = "; ".join(
            _REASONS_OF[reason].format(tapes=joined(self._tape(verdict.tape) for verdict in verdicts))
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
        return _("Backward pass for {call}, starting with {seeds}.").format(call=call, seeds=joined(seeds))

    def _pullback(self, backward_pass: BackwardPass, pullback: Pullback) -> str:
        op = pullback.op
        if pullback.entry >= 0:
            entry = self.recording.entries[pullback.entry]
            label = self.entry_label(entry)
            op = self._result_label(entry) if entry.index in self._numbers else f"{op} ({label})" if label else op
        upstream = [gradient for gradient in pullback.upstream if gradient]
        if not backward_pass.reconciled or any(map(is_symbolic, upstream)):
            return _("The pullback of {op}.").format(op=op)
        passed_back = joined(self._contribution(one, upstream) for one in pullback.input_gradients if not one.skipped)
        return _("{op}: receives gradient {upstream}, passes back {gradients}.").format(
            op=op,
            upstream=few_of(map(text_of, upstream)),
            gradients=passed_back or _("nothing"),
        )

    def _contribution(self, one: Contribution, upstream: Sequence[Value]) -> str:
        """Return what one input receives, as a product where it is one, and the sum where several gradients meet."""
        received = _("{gradient} to {tensor}").format(
            gradient=text_of(one.gradient) + _product(one, upstream), tensor=self.tensor_name(one.tensor)
        )
        if one.count < 2:
            return received
        return _("{received} ({nth} of {count}, together {total})").format(
            received=received, nth=one.nth, count=one.count, total=text_of(one.total)
        )

    def failed_call_text(self, failed: FailedCall) -> str:
        """Return the sentence for a call that raised an exception."""
        call = self._written_call(failed)
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
        return _("{call} returns {gradients}.").format(call=call, gradients=self._returned(sources))

    def _returned(self, sources: Sequence[Source]) -> str:
        return joined(self._gradient_of(one, text_of(one.gradient)) for one in sources)

    def _gradient_of(self, source: Source, text: str) -> str:
        return _("{tensor}: {gradient}").format(tensor=self.tensor_name(source.tensor), gradient=text)


def is_symbolic(value: Value) -> bool:
    """Say whether this is of the row of a Jacobian that stands for all rows: it has no numbers."""
    return value.size == 0 and 0 not in value.shape and value.dtype not in ("resource", "variant")


def _product(one: Contribution, upstream: Sequence[Value]) -> str:
    """Return the chain rule where it says more than the gradient: the upstream gradient times the local derivative."""
    if one.local is None or one.gradient is None or one.gradient.shape or len(upstream) != 1:
        return ""
    arrived, local, gradient = upstream[0].head[0], one.local.head[0], one.gradient.head[0]
    if 1 in (arrived, local):
        return ""
    with np.errstate(all="ignore"):
        is_equal = type(gradient)(arrived * local) == gradient or np.isnan(gradient)
    return f" {'=' if is_equal else '≈'} {text_of(upstream[0])} × {text_of(one.local)}"
