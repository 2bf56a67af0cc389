"""A recording as the JSON text that the deck's view plays: all numbers are text already, and all sentences complete.

The browser looks things up and draws; it never calculates a number. Indices are those of the Recording.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from widgets.common.numbers import about, estimate, text_of
from widgets.common.widget import to_json
from widgets.deck.diagnosis_cards import diagnosis_cards
from widgets.deck.edge_facts import edge_facts
from widgets.deck.folding import Folded, folded, made_variables, plumbing_steps, read_values, unfolded
from widgets.deck.text import CONTROLS, UNRECONCILED, notes
from widgets.tape.forward_model import Entry, Place, TapeVerdict
from widgets.tape.model import BackwardPass, Contribution, Recording, Source, Step
from widgets.tape.text import REASONS, RecordingText

_Payload: TypeAlias = dict[str, Any]


def deck_payload(recording: Recording) -> str:
    """Return a Recording as JSON text: whole, and what differs where its plumbing is folded away."""
    names = RecordingText(recording)
    short = folded(recording)
    return to_json(
        {
            "title": recording.title,
            "listings": [{"name": x.name, "first": x.first, "lines": x.lines} for x in recording.listings],
            "tapes": [{"name": x.name, "lane": x.lane} for x in recording.tapes],
            "tensors": [_tensor(names, index) for index in range(len(recording.tensors))],
            **_story(names, unfolded(recording), recording),
            "sources": [_source(names, source) for source in recording.sources],
            "notes": notes(recording),
            "diagnoses": diagnosis_cards(recording),
            "words": CONTROLS,
            "folded": None if short.recording is recording else _folded_story(short, recording),
        }
    )


def _story(names: RecordingText, shown: Folded, whole: Recording) -> _Payload:
    """Return what happened, step by step, in a recording whose plumbing may be folded away."""
    return {
        "entries": [_entry(names, entry) for entry in shown.recording.entries],
        "backward_passes": [_backward_pass(names, one) for one in shown.recording.backward_passes],
        "steps": [
            _step(names, step) | _variables(whole, parts)
            for step, parts in zip(shown.recording.steps, shown.parts, strict=True)
        ],
    }


def _folded_story(short: Folded, whole: Recording) -> _Payload:
    story = _story(RecordingText(short.recording), short, whole)
    return story | {"stops": short.stops, "plumbing": plumbing_steps(short)}


def _variables(whole: Recording, parts: Sequence[int]) -> _Payload:
    """Return what a step's ops, the folded ones among them, did to Variables: which they made, and what they read."""
    reads = [[variable, text_of(whole.tensors[tensor].value)] for variable, tensor in read_values(whole, parts)]
    made = made_variables(whole, parts)
    return ({"reads": reads} if reads else {}) | ({"made": made} if made else {})


def _tensor(names: RecordingText, index: int) -> _Payload:
    tensor = names.recording.tensors[index]
    about_tensor = f"{names.tensor_kind(index)}, {about(tensor.value)}"
    return {"name": tensor.name, "value": text_of(tensor.value), "about": about_tensor}


def _entry(names: RecordingText, entry: Entry) -> _Payload:
    return {
        "op": entry.op,
        "label": names.entry_label(entry),
        "inputs": entry.inputs,
        "outputs": entry.outputs,
        "place": _place(entry.place),
        "tapes": [
            {"tape": verdict.tape, "recorded": verdict.recorded, "reason": REASONS.get(verdict.reason, "")}
            for verdict in _verdicts(names.recording, entry)
        ],
        "backward_pass": entry.backward_pass,
        "graph": [{"name": op.name, "op": op.op, "inputs": op.inputs} for op in entry.graph] or None,
    }


def _verdicts(recording: Recording, entry: Entry) -> tuple[TapeVerdict, ...]:
    """Return the verdicts worth a badge: where no tape was open, that of the first says so."""
    return entry.verdicts or ((entry.verdict(0),) if recording.tapes else ())


def _backward_pass(names: RecordingText, backward_pass: BackwardPass) -> _Payload:
    return {
        "tape": backward_pass.tape,
        "call": names.call_text(backward_pass),
        "reconciled": backward_pass.reconciled,
        "note": UNRECONCILED.get(backward_pass.note, ""),
    }


def _step(names: RecordingText, step: Step) -> _Payload:
    payload = {"kind": step.kind, "place": _place(step.place), "text": names.step_text(step)}
    if step.kind == "entry":
        return payload | {"entry": step.subject}
    if step.kind == "watch":
        return payload | {"tape": step.subject, "tensor": step.detail}
    if step.kind in ("seed", "pullback", "gradients"):
        return payload | {"backward_pass": step.subject} | _gradients(names.recording, step)
    if step.kind == "rounds":
        return payload
    if step.kind == "raised" and (begun := names.recording.failed_calls[step.detail].backward_pass) >= 0:
        return payload | {"kind": "gradients", "backward_pass": begun}  # to a view, this is how a backward pass ends
    return payload | {"tape": step.subject}


def _gradients(recording: Recording, step: Step) -> _Payload:
    """Return the gradients that a step of a backward pass moves: none where it is not reconciled."""
    backward_pass = recording.backward_passes[step.subject]
    if step.kind == "gradients":
        return {}
    if step.kind == "seed":
        moved, entry = backward_pass.seeds, {}
    else:
        pullback = backward_pass.pullbacks[step.detail]
        moved, entry = pullback.input_gradients, {"entry": pullback.entry}
        moved = tuple(contribution for contribution in moved if contribution.tensor >= 0)
    shown = moved if backward_pass.reconciled else ()
    return entry | {"contributions": [_contribution(contribution) for contribution in shown]}


def _contribution(contribution: Contribution) -> _Payload:
    skipped = contribution.skipped
    return {
        "tensor": contribution.tensor,
        "gradient": "" if skipped else text_of(contribution.gradient),
        "total": "" if skipped else text_of(contribution.total),
        "nth": contribution.nth,
        "count": contribution.count,
        "skipped": skipped,
        **edge_facts(contribution),
    }


def _source(names: RecordingText, source: Source) -> _Payload:
    difference = source.difference
    return {
        "tensor": source.tensor,
        "backward_pass": source.backward_pass,
        "name": names.tensor_name(source.tensor),
        "value": text_of(source.value) if source.value else "–",
        "gradient": text_of(source.gradient),
        "difference": estimate(difference) if difference else "",
        "method": CONTROLS["central difference, h = {h}"].format(h=f"{difference.h:g}") if difference else "",
    }


def _place(place: Place | None) -> list[int] | None:
    return [place.listing, place.line, place.column, place.end] if place else None
