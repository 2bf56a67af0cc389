"""What was seen of a finding, in words: which gradient, of which call, or the exception."""

from __future__ import annotations

import textwrap

from widgets.common.catalogue import _
from widgets.common.errors import first_line
from widgets.common.numbers import text_of
from widgets.diagnosis import causes, model
from widgets.diagnosis.model import Finding
from widgets.tape.failures import FailedCall
from widgets.tape.text import RecordingText

_MOST = 3
"""Traces of a `tf.function` that are shown."""

_LONGEST = 300
"""Characters of what an exception says itself, at most."""


def seen(finding: Finding) -> str:
    """Return what was seen: which gradient is None, NaN, inf or 0, or the error; "" where there is no more to say."""
    if finding.symptom == model.HEALTHY:
        return _("Nothing is wrong here, as far as the recording shows.")
    if finding.symptom == model.ERROR and finding.recording.error:
        return _error_text(finding.recording.error.exception)
    if finding.cause is causes.RETRACED:
        function, values = finding.details
        shown = ", ".join(" ".join(one) for one in values[:_MOST])
        return _("{function} was traced {count} times, for {values}, …").format(
            function=function, count=len(values), values=shown
        )
    if isinstance(next(iter(finding.details), None), FailedCall):
        return RecordingText(finding.recording).failed_call_text(finding.details[0])
    if finding.backward_pass < 0 or (finding.symptom == model.SURPRISE and not finding.tensors):
        return ""
    return _gradient_text(finding)


def _error_text(exception: BaseException) -> str:
    """Return an exception in one line."""
    line = first_line(exception, with_type=True)
    return line if len(line) <= _LONGEST else textwrap.shorten(line, _LONGEST, placeholder=" …")


def _gradient_text(finding: Finding) -> str:
    text, backward_pass = RecordingText(finding.recording), finding.recording.backward_passes[finding.backward_pass]
    call = text.call_text(backward_pass)
    line = backward_pass.place.line if backward_pass.place else "?"
    if finding.symptom == model.NONE:
        sources = ", ".join(map(text.tensor_name, finding.tensors))
        return _("{call} in line {line} returns None for {source}.").format(call=call, line=line, source=sources)
    if finding.symptom == model.NAN:
        return _("{call} in line {line} returns NaN.").format(call=call, line=line)
    if finding.symptom == model.NAN_TARGET:
        return _("The target of {call} in line {line} is NaN.").format(call=call, line=line)
    if finding.symptom in (model.INF, model.ZERO):
        sources = ", ".join(map(text.tensor_name, finding.tensors)) or text.tensor_name(backward_pass.sources[0])
        sentences = {
            model.INF: _("{call} in line {line} returns inf for {source}."),
            model.ZERO: _("{call} in line {line} returns only 0 for {source}."),
        }
        return sentences[finding.symptom].format(call=call, line=line, source=sources)
    gradient = next(
        one.gradient
        for one in finding.recording.sources
        if (one.backward_pass, one.tensor) == (finding.backward_pass, finding.tensors[0])
    )
    return _("{call} in line {line} returns {gradient} for a target of shape {shape}.").format(
        call=call,
        line=line,
        gradient=text_of(gradient),
        shape=finding.recording.tensors[backward_pass.targets[0]].value.shape,
    )
