"""A recording as the JSON text that the deck's front end plays: all numbers already words, all sentences said.

The browser looks things up and draws; it never calculates a number. Indices are those of the Recording.
"""

import json

from widgets.common.numbers import about, estimate, text_of
from widgets.deck.labels import WORDS
from widgets.deck.text import UNRECONCILED, notes
from widgets.tape.text import REASONS, RecordingText


def lower(recording):
    """Return a Recording as JSON text."""
    return json.dumps(_Lowering(recording).facts(), ensure_ascii=False, separators=(",", ":"))


class _Lowering:
    def __init__(self, recording):
        self.recording, self.teller = recording, RecordingText(recording)

    def facts(self):
        recording = self.recording
        return {
            "title": recording.title,
            "listings": [{"name": x.name, "first": x.first, "lines": x.lines} for x in recording.listings],
            "tapes": [{"name": x.name, "persistent": x.persistent, "lane": x.lane} for x in recording.tapes],
            "tensors": [self._tensor(number) for number in range(len(recording.tensors))],
            "entries": [self._entry(entry) for entry in recording.entries],
            "playbacks": [self._playback(playback) for playback in recording.backward_passes],
            "steps": [self._step(step) for step in recording.steps],
            "sources": [self._source(source) for source in recording.sources],
            "notes": notes(recording),
            "words": WORDS,
        }

    def _tensor(self, number):
        value = self.recording.tensors[number].value
        return {
            "name": self.recording.tensors[number].name,
            "value": text_of(value),
            "about": f"{self.teller.tensor_kind(number)}, {about(value)}",
        }

    def _entry(self, entry):
        return {
            "op": entry.op,
            "label": self.teller.entry_label(entry),
            "inputs": entry.inputs,
            "outputs": entry.outputs,
            "place": _place(entry.place),
            "tapes": [
                {"tape": v.tape, "recorded": v.recorded, "reason": REASONS.get(v.reason, "")}
                for v in self._verdicts(entry)
            ],
            "during": entry.backward_pass,
            "opens": [{"name": x.name, "op": x.op, "inputs": x.inputs, "about": ""} for x in entry.graph] or None,
        }

    def _verdicts(self, entry):
        """Return the verdicts worth a badge: where no tape was open, that of the first says so."""
        return entry.verdicts or (entry.verdict(0),) * bool(self.recording.tapes)

    def _playback(self, playback):
        call = self.teller.call_text(playback)
        note = UNRECONCILED.get(playback.note, "")
        return {"tape": playback.tape, "call": call, "reconciled": playback.reconciled, "note": note}

    def _step(self, step):
        lowered = {"kind": step.kind, "place": _place(step.place), "says": self.teller.step_text(step)}
        if step.kind == "entry":
            entry = self.recording.entries[step.subject]
            reads = {"reads": entry.inputs[0]} if entry.op == "ReadVariableOp" else {}
            return lowered | {"entry": step.subject} | reads
        if step.kind == "watch":
            return lowered | {"tape": step.subject, "tensor": step.detail}
        if step.kind in ("seed", "pullback", "gradients"):
            return lowered | {"playback": step.subject} | self._flow(step)
        return lowered | {"tape": step.subject}

    def _flow(self, step):
        """Return the gradients that a step of a playback moves: none where it is not reconciled."""
        playback = self.recording.backward_passes[step.subject]
        if step.kind == "seed":
            return {"gives": [_hand(seed) for seed in playback.seeds] if playback.reconciled else []}
        if step.kind == "gradients":
            return {}
        pullback = playback.pullbacks[step.detail]
        if not playback.reconciled:
            return {"entry": pullback.entry, "upstream": [], "gives": []}
        outputs = self.recording.entries[pullback.entry].outputs if pullback.entry >= 0 else ()
        upstream = zip(outputs, pullback.upstream, strict=False)
        return {
            "entry": pullback.entry,
            "upstream": [{"tensor": number, "value": text_of(value)} for number, value in upstream if value],
            "gives": [_hand(hand) for hand in pullback.input_gradients if hand.tensor >= 0],
        }

    def _source(self, source):
        witness = source.difference
        return {
            "tensor": source.tensor,
            "playback": source.backward_pass,
            "name": self.teller.tensor_name(source.tensor),
            "value": text_of(source.value),
            "gradient": text_of(source.gradient),
            "difference": estimate(witness) if witness else "",
            "how": WORDS["central difference, h = {h}"].format(h=f"{witness.h:g}") if witness else "",
        }


def _place(place):
    return place and [place.listing, place.line, place.column, place.end]


def _hand(hand):
    if hand.skipped:
        return {"tensor": hand.tensor, "gives": "", "sum": "", "nth": 0, "of": 0, "skipped": True}
    return {
        "tensor": hand.tensor,
        "gives": text_of(hand.gradient),
        "sum": text_of(hand.total),
        "nth": hand.nth,
        "of": hand.count,
        "skipped": False,
    }
