"""The deck in plain text, for terminals, screen readers and nbval; its notes, and the words of its controls."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from widgets.common.catalogue import Spoken, _
from widgets.common.columns import padded, width
from widgets.common.numbers import estimate, text_of
from widgets.deck.array_text import array_lines
from widgets.deck.folding import hidden_steps
from widgets.deck.level_text import LevelText
from widgets.deck.levels import Level, levels, opening_level
from widgets.deck.norms import shrinking_texts
from widgets.tape.failures import THREAD, TOO_LONG, TRACE, UNREAD
from widgets.tape.forward_model import Place
from widgets.tape.model import BEFORE_RECORDING, CELL, CUT_SHORT, FAILED, MISMATCH, UNKNOWN, Recording
from widgets.tape.text import RecordingText, is_symbolic

MAX_STEPS = 200
"""Steps listed at most; a longer recording says how many it leaves out."""

MAX_SOURCES = 100
"""Gradients listed at most, likewise."""

UNRECONCILED: Mapping[str, str] = Spoken(
    lambda: {
        BEFORE_RECORDING: _("part of what this tape recorded ran before the recording began"),
        FAILED: _("TensorFlow stopped this backward pass with an error"),
        CUT_SHORT: _("the recording ended before this backward pass did"),
        UNKNOWN: _("an operation in this function could not be run again, so its numbers are not known"),
        MISMATCH: _("the contributions seen here do not add up to what TensorFlow returned"),
    }
)
"""Why a backward pass is shown without numbers."""

_LEFT_OUT: Mapping[str, str] = Spoken(
    lambda: {
        "lines": _("   … and {count} more steps, inside these lines of code or beside them"),
        "layers": _("   … and {count} more steps, inside these layers and lines of code or beside them"),
        "ops": _("   … and {count} more steps, such as reading a Variable"),
    }
)
"""What a text does not list, by the level of the recording that it shows."""

_FEW_CALLS = 3
"""Calls of compiled functions that are named, at most."""

_COMMENT = re.compile(r"(?m)^\s*#.*$")


def deck_text(recording: Recording, known: Sequence[Level] = ()) -> str:
    """Return a recording as text, on the level that it opens on: its steps, the sources with their gradients, notes.

    Args:
        recording: the Recording.
        known: its levels, if they are wanted for more than this text.

    Returns:
        The text.
    """
    level = opening_level(known or levels(recording))
    short = level.shown
    names, shown = LevelText(short.recording), short.recording.steps
    main = main_listing(recording)
    where = [where_text(recording, step.place, main) for step in shown[:MAX_STEPS]]
    wide = max(map(width, where), default=0)
    steps = [
        f"{stop:4}  {padded(place, max(wide, 9))} {names.step_text(step)}"
        for stop, place, step in zip(short.stops, where, shown, strict=False)
    ]
    if len(shown) > MAX_STEPS:
        steps.append(_("   … and {count} more steps").format(count=len(shown) - MAX_STEPS))
    if count := hidden_steps(short):
        steps.append(_LEFT_OUT[level.key].format(count=count))
    sources = [*_sources(names)]
    if len(sources) > MAX_SOURCES:
        more = _("… and {count} more gradients").format(count=len(sources) - MAX_SOURCES)
        sources[MAX_SOURCES:] = [more]
    said = [
        *(f"… {lost}" for lost in shrinking_texts(recording) if lost),
        *array_lines(recording),
        *notes(recording),
        *diagnosis_notes(recording),
    ]
    return "\n".join([_title(recording), *steps, *sources, *said])


def went_wrong(recording: Recording) -> bool:
    """Say whether there is anything to explain unasked: an error, or a gradient that is None or NaN."""
    return recording.error is not None or any(source.is_bad for source in recording.sources)


def quiet_card(recording: Recording) -> dict[str, Any] | None:
    """Return the card on what is worth a look though nothing went wrong; None where nothing is."""
    if not recording.sources:
        return None
    from widgets.deck.dead_units import dead_units_card  # here, since a recording without gradients needs none of it

    return dead_units_card(recording)


def diagnosis_notes(recording: Recording) -> list[str]:
    """Return what is wrong in a recording, each in a few sentences."""
    if not went_wrong(recording):
        quiet = quiet_card(recording)
        return [" ".join(quiet[part] for part in ("seen", "cause", "repair"))] if quiet else []
    from widgets.diagnosis.text import automatic_diagnoses  # here, since few recordings need it

    return [diagnosis.note for diagnosis in automatic_diagnoses(recording)]


def notes(recording: Recording) -> list[str]:
    """Return what a reader must know of the recording as a whole: what is missing, and what cannot be trusted."""
    found = [*_unfollowed(recording)]
    if not (recording.tapes or found):
        found += _without_tapes(recording)
    found += _missed_rounds(recording)
    is_unasked = not (recording.backward_passes or recording.failed_calls or recording.unfollowed)
    if recording.tapes and is_unasked and not recording.error:
        found.append(_("tape.gradient was never called, so only the forward pass is shown."))
    has_outcome = recording.result is not None or recording.backward_passes or recording.error
    if recording.title != CELL and not has_outcome:
        found.append(_("{title} returned None.").format(title=recording.title))
    found += [
        _("A backward pass is shown without numbers: {why}.").format(why=UNRECONCILED[backward_pass.note])
        for backward_pass in recording.backward_passes
        if not backward_pass.reconciled
    ]
    return [*dict.fromkeys(found)]


def _unfollowed(recording: Recording) -> Iterator[str]:
    """Yield a sentence for each kind of thing that the recording could not follow."""
    sentences: dict[str, str] = {
        THREAD: _("Tapes that recorded in threads from before this recording are not shown: {count}."),
        TRACE: _("A function raised an error while TensorFlow traced it, so the tape inside it is not shown."),
        TOO_LONG: _("The recording was full, so its end is missing. Your code ran on as it would without it."),
        UNREAD: _("Tapedeck could not make sense of all of this recording, so its end is missing."),
    }
    return (sentences[one.kind].format(count=one.count) for one in recording.unfollowed)


def _missed_rounds(recording: Recording) -> Iterator[str]:
    """Yield a sentence for each round of a loop that was asked for in vain."""
    for number in recording.missed_rounds:
        yield _(
            "Round {number} was asked for, but no loop with rounds left out comes so far in what is kept "
            "(0 is the first round)."
        ).format(number=number)
    if recording.missed_rounds and any(entry.opened for entry in recording.entries):
        yield _("`%%tape --step` chooses the step of a loop that runs inside TensorFlow, as in `fit`.")


def _without_tapes(recording: Recording) -> Iterator[str]:
    """Yield the sentence that says why no tape was seen: that there is none is said only where that is certain."""
    names = RecordingText(recording)
    closed = (entry for entry in recording.entries if entry.graph and not entry.has_no_tape)
    compiled = dict.fromkeys(names.entry_label(entry) or entry.op for entry in closed)
    is_written, is_inside = mentions_tape(recording), _defines_tape(recording)
    if compiled:
        yield _(
            "{calls} ran as a compiled graph, in which a tape is not seen. To see it, call "
            "`tf.config.run_functions_eagerly(True)` first, or compile the model with `run_eagerly=True`."
        ).format(calls=", ".join([*compiled][:_FEW_CALLS]))
    elif any(trace.holds_tape for trace in recording.traces):
        yield _(
            "TensorFlow made a graph of a function with a tape in it, as `Dataset.map` does. "
            "What runs in such a graph, and when, is not seen here, so the tape is not shown."
        )
    elif is_inside and not (recording.entries or recording.error):
        yield _("Nothing ran here yet: the tape is in a function. Put `%%tape` on the cell that calls it.")
    elif is_inside and not recording.error:
        yield _("The tape in this code did not run. Put `%%tape` on the cell that calls the function it is in.")
    elif not (recording.entries or recording.error):
        yield _("No TensorFlow operation ran in this code.")
    elif not is_written:
        yield _("There is no tf.GradientTape in this code, so nothing was recorded for a backward pass.")
    elif not recording.error:
        yield _("No tf.GradientTape was opened here, so nothing was recorded for a backward pass.")


def mentions_tape(recording: Recording) -> bool:
    """Say whether the recorded code, or a function of the learner's that took part, speaks of a tf.GradientTape."""
    listings = (*recording.listings, *recording.helpers)
    texts = [recording.source, *("\n".join(listing.lines) for listing in listings)]
    return any(_tape_pattern(recording).search(_COMMENT.sub("", text)) for text in texts)


def _tape_pattern(recording: Recording) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(map(re.escape, ('GradientTape', *recording.tape_names)))})\b")


def _defines_tape(recording: Recording) -> bool:
    """Say whether a function is defined, beside the one that was recorded, that speaks of a tf.GradientTape."""
    pattern, is_cell = _tape_pattern(recording), recording.title == CELL
    whole = [("\n".join(listing.lines), index > 0 or is_cell) for index, listing in enumerate(recording.listings)]
    for text, is_around in whole or [(recording.source, is_cell)]:  # of a cell in which nothing ran there is no listing
        try:
            tree = ast.parse(textwrap.dedent(text))
        except SyntaxError:  # a piece of a statement, or a cell with magics
            if pattern.search(text):
                return True
            continue
        defined = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.Lambda))]
        if any(pattern.search(ast.unparse(node)) for node in defined[0 if is_around else 1 :]):
            return True
    return False


def main_listing(recording: Recording) -> int:
    """Return the listing of the code that was recorded, whose lines need no further word; -1 if no line of it ran."""
    if recording.title != CELL:
        return 0
    own = (step.place for step in recording.steps[recording.earlier_steps :] if step.kind != "pullback")
    listings = (place.listing for place in own if place)
    return next((index for index in listings if recording.listings[index].name == CELL), -1)


def listing_names(recording: Recording) -> list[str]:
    """Return what to call each listing: a function by its name, other cells than the recorded one as earlier ones."""
    main = main_listing(recording)
    names = [listing.name for listing in recording.listings]
    return [_("an earlier cell") if name == CELL and index != main else name for index, name in enumerate(names)]


def where_text(recording: Recording, place: Place | None, main: int) -> str:
    """Return the line of a place; where it is in other code than what was recorded, in which."""
    if place is None:
        return ""
    function, line = recording.listings[place.listing].name, _("line {line}").format(line=place.line)
    if place.listing == main:
        return line
    if function == CELL or (recording.title == CELL and function.startswith("<")):
        return _("{line} of an earlier cell").format(line=line)
    return _("{line} of {function}").format(line=line, function=function.strip("<>"))


def _title(recording: Recording) -> str:
    return _("Tape of {title} (operations: {entries}, tapes: {tapes}, backward passes: {backward_passes})").format(
        title=recording.title,
        entries=len(recording.entries),
        tapes=len(recording.tapes),
        backward_passes=len(recording.backward_passes),
    )


def _sources(names: RecordingText) -> Iterator[str]:
    """Yield a line for each source: its gradient, and an independent estimate where there is one."""
    for source in names.recording.sources:
        if source.gradient and is_symbolic(source.gradient):  # one whose numbers are not known has no line
            continue
        name, difference = names.tensor_name(source.tensor), source.difference
        sentence = (
            _("{call}: at {source} the gradient is {gradient} (central difference {estimate}, h = {h:g})")
            if difference
            else _("{call}: at {source} the gradient is {gradient}")
        )
        yield sentence.format(
            call=names.call_text(names.recording.backward_passes[source.backward_pass]),
            source=f"{name} = {text_of(source.value)}" if source.value else name,
            gradient=text_of(source.gradient),
            estimate=estimate(difference) if difference else "",
            h=difference.h if difference else 0.0,
        )
