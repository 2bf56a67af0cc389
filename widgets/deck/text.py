"""The deck in plain text, for terminals, screen readers and nbval; its notes, and the words of its controls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from widgets.common.catalogue import Spoken, _, words
from widgets.common.columns import padded
from widgets.common.numbers import estimate, text_of
from widgets.diagnosis.text import automatic_diagnoses
from widgets.tape.model import BEFORE_RECORDING, CELL, CUT_SHORT, FAILED, MISMATCH, Recording, Step
from widgets.tape.text import RecordingText

MAX_STEPS = 200
"""Steps listed at most; a longer recording says how many it leaves out."""

UNRECONCILED: Mapping[str, str] = Spoken(
    lambda: {
        BEFORE_RECORDING: _("part of what this tape recorded ran before the recording began"),
        FAILED: _("TensorFlow stopped this backward pass with an error"),
        CUT_SHORT: _("the recording ended before this backward pass did"),
        MISMATCH: _("the contributions seen here do not add up to what TensorFlow returned"),
    }
)
"""Why a backward pass is shown without numbers."""

CONTROLS = words(
    lambda _: (
        _("Arguments"),
        _("Back"),
        _("For comparison, without the tape: {how}."),
        _("by central difference"),
        _("central difference, h = {h}"),
        _("close"),
        _("closed"),
        _("Code"),
        _("First"),
        _("Forward"),
        _("gradient from the tape"),
        _("Graph"),
        _("Inside {label}: {count} operations"),
        _("Last"),
        _("Nothing has run yet. Press play, or the right arrow key."),
        _("an error"),
        _("not open yet"),
        _("not recorded"),
        _("not recording"),
        _("not shown"),
        _("not yet"),
        _("open its graph"),
        _("Pause"),
        _("Play"),
        _("playing back"),
        _("Position"),
        _("recorded"),
        _("recording"),
        _("run by {call}"),
        _("skipped"),
        _("source"),
        _("Sources"),
        _("Speed"),
        _("Step {position} of {last}"),
        _("stopped"),
        _("Tape"),
        _("Tapedeck: {title}"),
        _("This is the gradient that the tape returned."),
        _("the first {count} are drawn"),
        _("value"),
        _("value | gradient"),
    )
)
"""What the deck itself says, keyed by its English: the front end has no words of its own."""


def deck_text(recording: Recording) -> str:
    """Return a recording as text: every step in order, then the sources with their gradients, then notes."""
    names = RecordingText(recording)
    steps = [_step(names, index, step) for index, step in enumerate(recording.steps[:MAX_STEPS], 1)]
    left_out = len(recording.steps) - MAX_STEPS
    if left_out > 0:
        steps.append(_("   … and {count} more steps").format(count=left_out))
    return "\n".join([_title(recording), *steps, *_sources(names), *notes(recording)])


def notes(recording: Recording) -> list[str]:
    """Return what a reader must know of the recording as a whole: what is missing, and what cannot be trusted."""
    found = []
    if not (recording.entries or recording.backward_passes or recording.error):
        found.append(_("No TensorFlow operation ran in this code."))
    if not recording.tapes:
        found.append(_("There is no tf.GradientTape in this code, so nothing was recorded for a backward pass."))
    elif not recording.backward_passes and not recording.error:
        found.append(_("tape.gradient was never called, so only the forward pass is shown."))
    has_outcome = recording.result is not None or recording.backward_passes or recording.error
    if recording.title != CELL and not has_outcome:
        found.append(_("{title} returned None.").format(title=recording.title))
    found += [
        _("A backward pass is shown without numbers: {why}.").format(why=UNRECONCILED[backward_pass.note])
        for backward_pass in recording.backward_passes
        if not backward_pass.reconciled
    ]
    return [*found, *(diagnosis.note for diagnosis in automatic_diagnoses(recording))]


def _title(recording: Recording) -> str:
    return _("Tape of {title} (operations: {entries}, tapes: {tapes}, backward passes: {backward_passes})").format(
        title=recording.title,
        entries=len(recording.entries),
        tapes=len(recording.tapes),
        backward_passes=len(recording.backward_passes),
    )


def _step(names: RecordingText, index: int, step: Step) -> str:
    line = _("line {line}").format(line=step.place.line) if step.place else ""
    return f"{index:4}  {padded(line, 9)} {names.step_text(step)}"


def _sources(names: RecordingText) -> Iterator[str]:
    """Yield a line for each source: its gradient, and an independent estimate where there is one."""
    for source in names.recording.sources:
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
