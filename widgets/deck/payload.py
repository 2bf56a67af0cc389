"""A recording as the JSON text that the deck's view plays: all numbers are text already, and all sentences complete.

The browser looks things up and draws; it never calculates a number. Indices are those of the Recording.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from widgets.common.catalogue import _
from widgets.common.numbers import about, estimate, text_of
from widgets.common.widget import to_json
from widgets.deck.batch_axis import batches
from widgets.deck.control_words import CONTROLS
from widgets.deck.edge_facts import edge_facts
from widgets.deck.folding import hidden_steps, made_variables, read_values
from widgets.deck.grids import Grids
from widgets.deck.grouping import Box
from widgets.deck.layer_groups import scope_name
from widgets.deck.level_text import LevelText
from widgets.deck.levels import Level, levels, opening_level
from widgets.deck.norms import norm_facts, shrinking_texts, updates
from widgets.deck.pullback_terms import factors, meeting
from widgets.deck.text import UNRECONCILED, listing_names, main_listing, notes, quiet_card, went_wrong, where_text
from widgets.tape.forward_model import Entry, Place, Value
from widgets.tape.model import BackwardPass, Contribution, Recording, Source, Step
from widgets.tape.text import REASONS, RecordingText

_Payload: TypeAlias = dict[str, Any]


def deck_payload(
    recording: Recording, grids: Grids | None = None, known: Sequence[Level] = (), sent: Sequence[Level] = ()
) -> str:
    """Return a Recording as JSON text, on each of its levels.

    Args:
        recording: the Recording.
        grids: its Grids, if they are wanted for more than this text.
        known: its levels, likewise.
        sent: those that the text has; of the others it only says that they are there. All, if none are named.

    Returns:
        The text.
    """
    names = LevelText(recording)
    some = known or levels(recording)
    sent = sent or some
    pools = _Pools(grids or Grids(recording))
    for level in sent:
        pools.grids.add(level.shown.recording)
    rows_of, told = batches(recording), _tensors_of(recording, sent)
    stories = [
        _story(level, recording, pools) if level in sent else {"key": level.key, "waits": True} for level in some
    ]
    return to_json(
        {
            "title": recording.title,
            "listings": [
                {"name": name, "first": listing.first, "lines": listing.lines}
                for name, listing in zip(listing_names(recording), recording.listings, strict=True)
            ],
            "tapes": [{"name": x.name, "lane": x.lane} for x in recording.tapes],
            "tensors": [
                _tensor(names, pools.grids, index) | ({"batch": rows_of[index]} if index in rows_of else {})
                if index in told
                else None
                for index in range(len(recording.tensors))
            ],
            "grids": pools.grids.payload(),
            "updates": updates(recording),
            "backward_passes": [
                _backward_pass(names, one, lost)
                for one, lost in zip(recording.backward_passes, shrinking_texts(recording), strict=True)
            ],
            "scopes": [{"name": scope_name(scope)[0], "outer": scope.outer} for scope in recording.scopes],
            "levels": stories,
            "level": opening_level(some).key,
            "operations": len(recording.entries),
            "places": pools.places.items,
            "verdicts": pools.verdicts.items,
            "labels": pools.labels.items,
            "graphs": pools.graphs.items,
            "sources": [
                _source(names, pools.grids, source) | _curve(recording, source) for source in recording.sources
            ],
            "notes": notes(recording),
            "diagnoses": _diagnoses(recording),
            "words": CONTROLS,
        }
    )


def _curve(recording: Recording, source: Source) -> _Payload:
    if source.rerun is None:
        return {}
    from widgets.deck.tangent_curve import curve_facts  # here, since only a function of one number needs it

    return curve_facts(recording, source)


def _tensors_of(recording: Recording, sent: Sequence[Level]) -> set[int]:
    """Return the tensors that some levels speak of, and those that have a name or a gradient."""
    if sent and sent[-1].key == "all":
        return {*range(len(recording.tensors))}
    found = {index for index, tensor in enumerate(recording.tensors) if tensor.name or tensor.kind != "result"}
    found.update(source.tensor for source in recording.sources)
    for level in sent:
        shown = level.shown.recording
        for entry in shown.entries:
            found.update((*entry.inputs, *entry.outputs))
        for backward_pass in shown.backward_passes:
            several = (pullback.input_gradients for pullback in backward_pass.pullbacks)
            found.update(one.tensor for some in (backward_pass.seeds, *several) for one in some)
        found.update(tensor for parts in level.shown.parts for _, tensor in read_values(recording, parts))
    return found


def _diagnoses(recording: Recording) -> list[_Payload]:
    if not went_wrong(recording):
        quiet = quiet_card(recording)
        return [quiet] if quiet else []
    from widgets.deck.diagnosis_cards import diagnosis_cards  # here, since few recordings need it

    return diagnosis_cards(recording)


class _Pool:
    """What many entries and steps have alike, and so is sent once."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self._indices: dict[str, int] = {}

    def index(self, item: Any) -> int:
        key = to_json(item)
        if key not in self._indices:
            self._indices[key] = len(self.items)
            self.items.append(item)
        return self._indices[key]


class _Pools:
    """The places in the learner's code, what tapes said to operations, what stands on the rows, graphs, and arrays."""

    def __init__(self, grids: Grids) -> None:
        self.grids = grids
        self.places, self.verdicts, self.labels, self.graphs = _Pool(), _Pool(), _Pool(), _Pool()

    def place(self, place: Place | None) -> _Payload:
        return {"place": self.places.index(_place(place))} if place else {}


def _story(level: Level, whole: Recording, pools: _Pools) -> _Payload:
    """Return what happened on one level, step by step. What is left out is empty, or -1."""
    shown = level.shown.recording
    names, main = LevelText(shown), main_listing(whole)
    return {
        "key": level.key,
        "entries": [_entry(names, entry, pools, _elsewhere(whole, entry, main)) for entry in shown.entries],
        "steps": [
            _step(names, pools.grids, step) | pools.place(step.place) | _variables(whole, parts)
            for step, parts in zip(shown.steps, level.shown.parts, strict=True)
        ],
        "stops": level.shown.stops,
        "hidden": hidden_steps(level.shown),
    }


def _elsewhere(whole: Recording, entry: Entry, main: int) -> str:
    """Return the line of an entry if it is in other code than what was recorded: its number alone says too little."""
    return where_text(whole, entry.place, main) if entry.place and entry.place.listing != main else ""


def _variables(whole: Recording, parts: Sequence[int]) -> _Payload:
    """Return what a step's ops, the folded ones among them, did to Variables: which they made, and what they read."""
    reads = [[variable, text_of(whole.tensors[tensor].value), tensor] for variable, tensor in read_values(whole, parts)]
    made = made_variables(whole, parts)
    return ({"reads": reads} if reads else {}) | ({"made": made} if made else {})


def _tensor(names: RecordingText, grids: Grids, index: int) -> _Payload:
    tensor = names.recording.tensors[index]
    about_tensor = f"{names.tensor_kind(index)}, {about(tensor.value)}"
    shape = {"shape": tensor.value.shape, "dtype": tensor.value.dtype, "grid": grids.index(tensor.value)}
    return {"name": tensor.name, "value": text_of(tensor.value), "about": about_tensor, **shape}


def _entry(names: LevelText, entry: Entry, pools: _Pools, where: str) -> _Payload:
    badges = _badges(names.recording, entry)
    payload: _Payload = {
        "op": (entry.kind or where) if isinstance(entry, Box) else entry.op,
        "label": pools.labels.index(names.entry_label(entry)),
    }
    payload |= {"inputs": entry.inputs, "outputs": entry.outputs, "tapes": pools.verdicts.index(badges)}
    payload |= pools.place(entry.place)
    payload |= {"nth": number} if (number := names.number(entry)) else {}
    payload |= {"count": entry.count} if isinstance(entry, Box) else {}
    payload |= {"scope": entry.scope} if entry.scope >= 0 else {}
    payload |= {"backward_pass": entry.backward_pass} if entry.backward_pass >= 0 else {}
    graph = [{"name": op.name, "op": op.op, "inputs": op.inputs} for op in entry.graph]
    payload |= {"opened": True} if entry.opened else {}
    return payload | ({"graph": pools.graphs.index(graph)} if graph else {}) | meeting(entry)


def _badges(recording: Recording, entry: Entry) -> list[_Payload]:
    """Return what each tape did with an entry: where none was open, the first tape's badge says so."""
    whole = recording.whole(entry)
    if whole is not None:
        part = _("part of {op}").format(op=whole.op)
        return [{"tape": verdict.tape, "recorded": False, "reason": part} for verdict in whole.verdicts]
    verdicts = entry.verdicts or ((entry.verdict(0),) if recording.tapes else ())
    return [
        {"tape": verdict.tape, "recorded": verdict.recorded, "reason": REASONS.get(verdict.reason, "")}
        for verdict in verdicts
    ]


def _backward_pass(names: RecordingText, backward_pass: BackwardPass, lost: str) -> _Payload:
    return {
        "tape": backward_pass.tape,
        "call": names.call_text(backward_pass),
        "reconciled": backward_pass.reconciled,
        "note": UNRECONCILED.get(backward_pass.note, ""),
        "shrinks": lost,
    }


def _step(names: RecordingText, grids: Grids, step: Step) -> _Payload:
    payload = {"kind": step.kind, "text": names.step_text(step)}
    if step.kind == "entry":
        return payload | {"entry": step.subject}
    if step.kind == "watch":
        return payload | {"tape": step.subject, "tensor": step.detail}
    if step.kind in ("seed", "pullback", "gradients"):
        return payload | {"backward_pass": step.subject} | _gradients(names.recording, grids, step)
    if step.kind == "rounds":
        return payload
    if step.kind == "raised" and (begun := names.recording.failed_calls[step.detail].backward_pass) >= 0:
        return payload | {"kind": "gradients", "backward_pass": begun}  # to a view, this is how a backward pass ends
    return payload | {"tape": step.subject}


def _gradients(recording: Recording, grids: Grids, step: Step) -> _Payload:
    """Return the gradients that a step of a backward pass moves: none where it is not reconciled."""
    backward_pass = recording.backward_passes[step.subject]
    if step.kind == "gradients":
        return {}
    upstream: tuple[Value | None, ...] = ()
    if step.kind == "seed":
        moved, entry = backward_pass.seeds, {}
    else:
        pullback = backward_pass.pullbacks[step.detail]
        moved, entry, upstream = pullback.input_gradients, {"entry": pullback.entry}, pullback.upstream
        moved = tuple(contribution for contribution in moved if contribution.tensor >= 0)
    shown = moved if backward_pass.reconciled else ()
    return entry | {"contributions": [_contribution(grids, contribution, upstream) for contribution in shown]}


def _contribution(grids: Grids, one: Contribution, upstream: Sequence[Value | None]) -> _Payload:
    payload: _Payload = {"tensor": one.tensor}
    if one.skipped:
        return payload | {"skipped": True}
    payload |= {"gradient": text_of(one.gradient), "grid": grids.index(one.total), **edge_facts(one)}
    payload |= {"factors": product} if (product := factors(one, upstream)) else {}
    if one.count == 1:  # the only one is the sum too
        return payload
    return payload | {"total": text_of(one.total), "nth": one.nth, "count": one.count}


def _source(names: RecordingText, grids: Grids, source: Source) -> _Payload:
    difference = source.difference
    return {
        "tensor": source.tensor,
        "backward_pass": source.backward_pass,
        "name": names.tensor_name(source.tensor),
        "value": text_of(source.value) if source.value else "–",
        "gradient": text_of(source.gradient),
        "grid": grids.index(source.gradient),
        **norm_facts(source),
        "difference": estimate(difference) if difference else "",
        "method": CONTROLS["central difference, h = {h}"].format(h=f"{difference.h:g}") if difference else "",
    }


def _place(place: Place) -> list[int]:
    return [place.listing, place.line, place.column, place.end]
