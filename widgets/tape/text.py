"""A recording in words: a name for every tensor, and a sentence for every step."""

from widgets.common.catalogue import Spoken, _
from widgets.common.numbers import text_of
from widgets.tape import forward_model as facts

WIDEST = 32
"""A piece of source longer than this is cut where it stands for a tensor."""

REASONS = Spoken(
    lambda: {
        facts.NOT_WATCHED: _("not watched"),
        facts.INTEGER: _("integer"),
        facts.STOPPED: _("recording stopped"),
        facts.OUTSIDE: _("outside the with block"),
        facts.NO_GRADIENT: _("no gradient registered"),
    }
)
"""Why a tape did not record an entry (or, for the last, why recording it leads nowhere), in the learner's language."""


class RecordingText:
    """Tells one recording. Everything it says is deterministic: no addresses, no times, no random names."""

    def __init__(self, recording):
        self.recording = recording
        # A tensor made twice was renamed by custom_gradient: the later entry is the one that a tape knows.
        self._maker = {number: entry for entry in recording.entries for number in entry.outputs}

    def tensor_name(self, number):
        """Return what to call a tensor: the learner's name, a constant's value, or the source that made it."""
        if number < 0:
            return _("a tensor of TensorFlow's own")
        tensor = self.recording.tensors[number]
        if tensor.name:
            return tensor.name
        maker = self._maker.get(number)
        return self.entry_label(maker) if maker else text_of(tensor.value)

    def entry_label(self, entry):
        """Return the piece of the learner's source that an entry carries out, cut to fit a row."""
        if entry.op == "ReadVariableOp":
            return _("{variable} read").format(variable=self.tensor_name(entry.inputs[0]))
        text = entry.place.text if entry.place else ""
        return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"

    def tensor_kind(self, number):
        """Return what a tensor is to the tape: `variable`, `watched tensor`, `constant` or `result`."""
        kinds = {
            "variable": _("variable"),
            "watched": _("watched tensor"),
            "constant": _("constant"),
            "result": _("result"),
        }
        return kinds[self.recording.tensors[number].kind]

    def call_text(self, playback):
        """Return the call that asked for a playback, as `tape.gradient(z, x)`."""
        if playback.place and playback.place.text:
            return playback.place.text
        names = (", ".join(map(self.tensor_name, numbers)) for numbers in (playback.targets, playback.sources))
        target, sources = (f"[{text}]" if ", " in text else text for text in names)
        return f"{self._tape(playback.tape)}.{playback.call}({target}, {sources})"

    def step_text(self, step):
        """Return the sentence that tells what happened in one step."""
        return getattr(self, f"_{step.kind}")(step)

    def _tape(self, index):
        return self.recording.tapes[index].name

    def _open(self, step):
        return _("{tape} starts to record.").format(tape=self._tape(step.subject))

    def _close(self, step):
        return _("{tape} stops recording: its with block has ended.").format(tape=self._tape(step.subject))

    def _stop(self, step):
        return _("{tape}.stop_recording(): what follows is not put on the tape.").format(tape=self._tape(step.subject))

    def _resume(self, step):
        return _("{tape} records again.").format(tape=self._tape(step.subject))

    def _reset(self, step):
        return _("{tape}.reset(): the tape forgets all it has recorded.").format(tape=self._tape(step.subject))

    def _watch(self, step):
        return _("{tape} watches {tensor}: ops that use it are recorded from now on.").format(
            tape=self._tape(step.subject), tensor=self.tensor_name(step.detail)
        )

    def _entry(self, step):
        entry = self.recording.entries[step.subject]
        made = ", ".join(map(text_of, entry.values)) or _("no tensor")
        what = _("{label}: {op} gives {value}").format(
            label=self.entry_label(entry) or entry.op, op=entry.op, value=made
        )
        return _("{what}. {fate}").format(what=what, fate=self._fate(entry)).rstrip()

    def _fate(self, entry):
        """Say which tapes recorded an entry, or why none did."""
        if not self.recording.tapes:
            return ""
        recorded = [self._tape(index) for index in entry.recorded_by]
        reasons = [REASONS[verdict.reason] for verdict in entry.verdicts if verdict.reason]
        if recorded and reasons:
            return _("Recorded by {tapes}, but {reasons}.").format(
                tapes=" + ".join(recorded), reasons=", ".join(dict.fromkeys(reasons))
            )
        if recorded:
            return _("Recorded by {tapes}.").format(tapes=" + ".join(recorded))
        reasons = reasons or [REASONS[entry.verdict(0).reason]]
        return _("Not recorded: {reasons}.").format(reasons=", ".join(dict.fromkeys(reasons)))

    def _seed(self, step):
        playback = self.recording.backward_passes[step.subject]
        if any(self.recording.tensors[number].value.size == 0 for number in playback.targets):
            return _("Playing back {call}, all rows at once: single numbers do not exist here.").format(
                call=self.call_text(playback)
            )
        seeds = [f"{self.tensor_name(seed.tensor)} ← {text_of(seed.total)}" for seed in playback.seeds]
        return _("Playing back {call}. It starts with {seeds}.").format(
            call=self.call_text(playback), seeds=", ".join(seeds)
        )

    def _pullback(self, step):
        playback = self.recording.backward_passes[step.subject]
        if not playback.reconciled:
            return _("The pullback of {op}.").format(op=playback.pullbacks[step.detail].op)
        pullback = playback.pullbacks[step.detail]
        upstream = ", ".join(text_of(gradient) for gradient in pullback.upstream if gradient)
        handed = [self.hands(hand) for hand in pullback.input_gradients if not hand.skipped]
        return _("{op} receives {upstream} and hands {handed}.").format(
            op=self._named(pullback), upstream=upstream, handed="; ".join(handed) or _("nothing on")
        )

    def _named(self, pullback):
        label = self.entry_label(self.recording.entries[pullback.entry]) if pullback.entry >= 0 else ""
        return f"{pullback.op} ({label})" if label else pullback.op

    def hands(self, hand):
        """Return what one input is handed, and the sum where several gradients meet."""
        handed = _("{gradient} to {tensor}").format(
            gradient=text_of(hand.gradient), tensor=self.tensor_name(hand.tensor)
        )
        if hand.count < 2:
            return handed
        return _("{handed} ({nth} of {of}, together {total})").format(
            handed=handed, nth=hand.nth, of=hand.count, total=text_of(hand.total)
        )

    def _gradients(self, step):
        playback = self.recording.backward_passes[step.subject]
        sources = [source for source in self.recording.sources if source.backward_pass == step.subject]
        answers = ", ".join(f"{self.tensor_name(source.tensor)}: {text_of(source.gradient)}" for source in sources)
        return _("{call} returns {answers}.").format(call=self.call_text(playback), answers=answers)

    def _error(self, step):
        exception = self.recording.error.exception
        return f"{type(exception).__name__}: {exception}"
