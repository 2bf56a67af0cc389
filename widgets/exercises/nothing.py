"""Why an answer gave back None: asked of the tape itself, by running the answer once more under the recorder."""

import contextlib

from widgets.common.catalogue import _
from widgets.exercises import two_tapes
from widgets.exercises.asking import quietly
from widgets.exercises.exercise import by_calling
from widgets.tape import RecordingError, record
from widgets.tape import forward_model as facts


def why(exercise, answer, question):
    """Return (code, sentence) for an answer that gave None: the cause that the recording shows, or just the fact."""
    if exercise.use is by_calling:
        with contextlib.suppress(RecordingError), quietly():
            return _from(record(answer, *question.given))
    return "NONE", _("None came back.")


def of(function, *given):
    """Return (code, sentence) for a function whose first playback gave None, whatever came of it."""
    with quietly():
        return _from(record(function, *given))


def _from(recording):
    if not recording.tapes:
        return "NONE", _("None came back, and no tape was opened on the way. Does your function end in a `return`?")
    if not recording.backward_passes:
        return "NOT_ASKED", _("None came back: a tape was recorded, but `tape.gradient` was never called.")
    lost = [playback for playback in recording.backward_passes if _is_nothing(playback.gradients)]
    if not lost:
        return "NO_RETURN", _("the tape gave a gradient, but your function gave back None. Does it end in a `return`?")
    sources = [recording.tensors[source] for source in lost[0].sources if source >= 0]
    if any("int" in source.value.dtype for source in sources):
        return "INTEGER_DTYPE", _("None: {name} is an integer, and integers have no slope. Write 3.0, not 3.").format(
            name=_name(sources)
        )
    if (reason := two_tapes.why(recording, lost[0])) is not None:
        return reason
    return _from_verdicts(
        [entry.verdict(lost[0].tape) for entry in recording.entries if entry.backward_pass < 0], sources
    )


def _is_nothing(gradients):
    return gradients is None or (isinstance(gradients, list | tuple) and any(g is None for g in gradients))


def _name(sources):
    return sources[0].name or _("the source")


def _from_verdicts(verdicts, sources):
    if not any(verdict.recorded or verdict.reason != facts.OUTSIDE for verdict in verdicts):
        return "OUTSIDE_TAPE", _("None: nothing was calculated inside the `with` block, so the tape is empty.")
    if sources and all(source.kind == "constant" for source in sources):
        return "CONSTANT_NOT_WATCHED", _(
            "None: {name} is a constant, and the tape was not told to watch it. "
            "Make it a `tf.Variable`, or call `tape.watch({name})` first."
        ).format(name=_name(sources))
    return "NO_PATH", _("None: the tape recorded nothing that leads from the target back to the source.")
