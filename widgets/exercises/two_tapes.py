"""Why an outer tape finds no way back from a gradient that an inner tape gave."""

from widgets.common.catalogue import _

_OUTSIDE_OUTER = _(
    "None: the first gradient was asked for outside the block of {tape}, so {tape} did not record how it was worked "
    "out. Ask for it inside that block."
)
_ANOTHER_VARIABLE = _(
    "None: the two tapes were asked about two different Variables. Take the inner gradient with respect to the same x "
    "that the outer tape is asked about."
)
_NOT_WATCHING = _("None: {tape} was not told to watch {name}. Make it a `tf.Variable`, or watch it with both tapes.")
_NO_PATH = _("None: the first gradient does not depend on {name}.")


def why(recording, lost):
    """Return (code, sentence) for a playback that gave None, or None if its target came from no other playback."""
    inner = _played_back_before(recording, lost)
    if inner is None:
        return None
    source = recording.tensors[lost.sources[0]]
    about = {"tape": recording.tapes[lost.tape].name or _("the outer tape"), "name": source.name or _("the source")}
    code, sentence = _cause(recording, inner, lost, source)
    return code, sentence.format(**about)


def _played_back_before(recording, lost):
    """Return the playback that the lost one's target came out of, or None if the learner's own code made it."""
    own = {output for entry in recording.entries if entry.backward_pass < 0 for output in entry.outputs}
    targets = {recording.tensors[target].value for target in lost.targets if target not in own}
    came_out = [recording.backward_passes[source.backward_pass] for source in recording.sources if source.gradient in targets]
    return next((playback for playback in came_out if playback is not lost), None)


def _cause(recording, inner, outer, source):
    if not _asked_inside(recording, inner, outer.tape):
        return "INNER_GRADIENT_OUTSIDE_OUTER_TAPE", _OUTSIDE_OUTER
    if inner.sources != outer.sources:
        return "ANOTHER_VARIABLE", _ANOTHER_VARIABLE
    if source.kind != "variable":
        return "CONSTANT_NOT_WATCHED", _NOT_WATCHING
    return "NO_PATH", _NO_PATH


def _asked_inside(recording, playback, tape):
    """Whether a playback began while a tape's block was open."""
    number = next(i for i, other in enumerate(recording.backward_passes) if other is playback)
    moments = [(step.kind, step.subject) for step in recording.steps]
    return ("seed", number) in moments[_first(moments, ("open", tape)) : _first(moments, ("close", tape))]


def _first(moments, wanted):
    """Return where a moment comes, or the end if it never does."""
    return moments.index(wanted) if wanted in moments else len(moments)
