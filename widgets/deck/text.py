"""The text twin: a plain listing of the same facts that the deck shows, for terminals, screen readers and nbval."""

from widgets.common.catalogue import Spoken, _
from widgets.common.columns import padded
from widgets.common.numbers import estimate, text_of
from widgets.diagnosis.text import automatic_diagnoses
from widgets.tape.model import BEFORE_RECORDING, CELL, FAILED, MISMATCH
from widgets.tape.text import RecordingText

LONGEST = 200
"""Steps listed at most; a longer recording says how many it leaves out."""


def twin(recording):
    """Return a recording as text: every step in order, then the sources with their gradients, then notes."""
    teller = RecordingText(recording)
    steps = [_line(teller, index, step) for index, step in enumerate(recording.steps[:LONGEST], 1)]
    left_out = len(recording.steps) - LONGEST
    if left_out > 0:
        steps.append(_("   … and {count} more steps").format(count=left_out))
    return "\n".join([_title(recording), *steps, *_sources(teller), *notes(recording)])


UNRECONCILED = Spoken(
    lambda: {
        BEFORE_RECORDING: _("part of what this tape recorded ran before the recording began"),
        FAILED: _("TensorFlow stopped this playback with an error"),
        MISMATCH: _("the contributions seen here do not add up to what TensorFlow returned"),
    }
)
"""Why a playback is shown without numbers."""


def notes(recording):
    """Return what a reader must be told about the recording as a whole: what is missing, what cannot be trusted."""
    found = []
    if not (recording.entries or recording.backward_passes or recording.error):
        found.append(_("No TensorFlow op ran in this code."))
    if not recording.tapes:
        found.append(
            _("There is no tf.GradientTape in this code: nothing was recorded, and nothing can be played back.")
        )
    elif not recording.backward_passes and not recording.error:
        found.append(_("tape.gradient was never called: only the forward half is shown."))
    nothing_came = recording.result is None and not recording.backward_passes
    if nothing_came and recording.title != CELL and not recording.error:
        found.append(_("{title} returned nothing.").format(title=recording.title))
    for playback in recording.backward_passes:
        if not playback.reconciled:
            found.append(
                _("The pullbacks of a playback are shown without numbers: {why}.").format(
                    why=UNRECONCILED[playback.note]
                ),
            )
    return [*found, *(diagnosis.note for diagnosis in automatic_diagnoses(recording))]


def _title(recording):
    return _("Tape of {title} (entries: {entries}, tapes: {tapes}, playbacks: {playbacks})").format(
        title=recording.title,
        entries=len(recording.entries),
        tapes=len(recording.tapes),
        playbacks=len(recording.backward_passes),
    )


def _line(teller, index, step):
    line = _("line {line}").format(line=step.place.line) if step.place else ""
    return f"{index:4}  {padded(line, 9)} {teller.step_text(step)}"


def _sources(teller):
    for source in teller.recording.sources:
        playback = teller.recording.backward_passes[source.backward_pass]
        name = teller.tensor_name(source.tensor)
        line = _("{call}: at {source} the gradient is {gradient}").format(
            call=teller.call_text(playback),
            source=f"{name} = {text_of(source.value)}" if source.value else name,
            gradient=text_of(source.gradient),
        )
        if source.difference:
            line += _(" (central difference {estimate}, h = {h:g})").format(
                estimate=estimate(source.difference), h=source.difference.h
            )
        yield line
