"""All that is found in a recording or an exception: what went wrong first, then what is only surprising."""

import dataclasses

import tensorflow as tf

from widgets.diagnosis import error_patterns as errors
from widgets.diagnosis import model as found
from widgets.diagnosis import nan_gradient as numbers
from widgets.diagnosis import none_gradient as nothing
from widgets.diagnosis import surprises
from widgets.diagnosis.model import Finding
from widgets.diagnosis.source_code import Code
from widgets.tape import hooks
from widgets.tape.model import FAILED
from widgets.tape.names import is_variable
from widgets.tape.recorder import recording_of

FEW = 5
"""Playbacks that are looked into: where a training loop has gone astray, thousands may follow."""


def findings(recording, target=None, source=None):
    """Return the Findings of a recording, the most telling first; one that says "healthy" if nothing is wrong.

    `target` and `source` narrow it to the gradients of one or of the other: a name, a tensor or a Variable.
    """
    asked = [one for one in recording.sources if _is_about(recording, one, target, source)]
    found_here = [*_wrong(recording, asked), *_surprising(recording, asked)]
    return tuple(_merged(found_here)) or (Finding(found.HEALTHY, recording),)


def automatic_findings(recording):
    """Return the Findings that a learner should see without asking: of None, nan and errors that can be explained."""
    known = (one for one in _wrong(recording, recording.sources) if one.known not in (nothing.UNKNOWN, errors.ERROR))
    return tuple(_merged(known))


def _merged(several):
    """Return the Findings with those of one cause, line and kind of symptom as one about several sources."""
    merged = {}
    for finding in several:
        same = finding.symptom, finding.code, finding.known, finding.line
        first = merged.setdefault(same, finding)
        if first.backward_pass == finding.backward_pass:
            tensors = tuple(dict.fromkeys((*first.tensors, *finding.tensors)))
            merged[same] = dataclasses.replace(first, tensors=tensors)
    return merged.values()


def of_error(exception):
    """Return the Finding of an exception alone: its own line, and the learner's code that its traceback shows."""
    recording = recording_of(exception)
    return errors.why(recording, Code(recording.listings))


def _wrong(recording, sources):
    """Yield what is None, nan, or an error. An error that a None led to is the None's."""
    sources = [one for one in sources if recording.backward_passes[one.backward_pass].note != FAILED]
    if not (recording.error or any(_is_bad(one) for one in sources)):
        return
    code = Code(recording.listings)
    missing = [one for one in sources if one.gradient is None]
    error = recording.error and errors.why(recording, code)
    if error and not (missing and error.known in (errors.NO_GRADIENTS, errors.ERROR)):
        yield error
        return
    for source in _first(sources):
        if source.gradient is None:
            yield nothing.why(recording, code, source)
        elif source.gradient.has_nan:
            yield numbers.why(recording, source)
    if error and error.known == errors.ERROR:
        yield error


def _first(sources):
    """Return the bad ones among the sources of the first few playbacks that have any: a loop repeats itself."""
    bad = [source for source in sources if _is_bad(source)]
    playbacks = list(dict.fromkeys(source.backward_pass for source in bad))[:FEW]
    return [source for source in bad if source.backward_pass in playbacks]


def _is_bad(source):
    return source.gradient is None or source.gradient.has_nan


def _surprising(recording, sources):
    """Yield what is only surprising. Of a call in a loop the first round tells enough."""
    sources = list(
        {(one.tensor, recording.backward_passes[one.backward_pass].place): one for one in reversed(sources)}.values()
    )
    code = Code(recording.listings)
    for source in reversed(sources):
        yield from filter(None, (surprises.summed(recording, source), surprises.partly_left(recording, code, source)))
    yield from surprises.retraced(recording)


def _is_about(recording, source, target, wanted):
    """Whether a Source is what was asked about."""
    playback = recording.backward_passes[source.backward_pass]
    return _is(recording, source.tensor, wanted) and (
        target is None or any(_is(recording, number, target) for number in playback.targets)
    )


def _is(recording, number, wanted):
    tensor = recording.tensors[number]
    if wanted is None or isinstance(wanted, str):
        return wanted in (None, tensor.name)
    if is_variable(wanted) or isinstance(wanted, tf.Tensor):
        return tensor.tensor_id == hooks.tensor_id(wanted)
    return False
