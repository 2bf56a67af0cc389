"""What is no error, and still not what a learner expects: a summed target, a function traced again and again."""

import ast
import re

from widgets.diagnosis import model as found
from widgets.diagnosis.gradient_call import Asking
from widgets.diagnosis.leaving import leaving
from widgets.diagnosis.model import Finding

PARTLY = "partly"
"""Said of a way that leaves TensorFlow while another goes on."""

OFTEN = 3
"""Traces that differ in nothing but Python values, from which on it is a habit."""

_MIXING = {"Softmax", "LogSoftmax", "MatMul", "BatchMatMulV2", "Cumsum", "Cumprod"}
"""Operations after which an element of the result depends on several elements of what went in."""


def summed(recording, source):
    """Return a Finding if a gradient is the sum of gradients of several numbers that depend on the same one."""
    playback = recording.backward_passes[source.backward_pass]
    if playback.call != "gradient" or len(playback.targets) != 1 or source.gradient is None:
        return None
    target = recording.tensors[playback.targets[0]].value
    if target.size <= 1 or not playback.reconciled or not _is_mixed(recording, playback, source, target):
        return None
    if any(value != 1 for seed in playback.seeds for value in seed.gradient.head):
        return None  # `output_gradients`: the learner said how to add up
    return Finding(
        found.SURPRISE, recording, found.TARGET_SUMMED, "", playback.place, source.backward_pass, (source.tensor,)
    )


def _is_mixed(recording, playback, source, target):
    if source.gradient.shape != target.shape:
        return True
    played = {pullback.entry for pullback in playback.pullbacks}
    return any(entry.op in _MIXING for entry in recording.entries if entry.index in played)


def partly_left(recording, code, source):
    """Return a Finding if part of the target left TensorFlow, so that the gradient misses that part.

    The source code shows it, and the recording must bear it out: on that very line
    the playback went through something.
    """
    playback, asking = recording.backward_passes[source.backward_pass], Asking(recording, source)
    if source.gradient is None or not isinstance(asking.target, ast.Name) or not isinstance(asking.source, ast.Name):
        return None
    left = leaving(code, asking.target, asking.source)
    if left is None or left[1] < 0:
        return None
    place = code.place(*left)
    played = {recording.entries[pullback.entry].place for pullback in playback.pullbacks if pullback.entry >= 0}
    if not any(one and (one.listing, one.line) == (place.listing, place.line) for one in played):
        return None
    return Finding(
        found.SURPRISE, recording, found.LEFT_TENSORFLOW, "", place, source.backward_pass, (source.tensor,), (PARTLY,)
    )


def retraced(recording):
    """Return a Finding for each function that was traced often, for Python values only."""
    groups = {}
    for trace in recording.traces:
        groups.setdefault((trace.function, trace.tensors), []).append(trace)
    for (function, _tensors), traces in groups.items():
        values = tuple(dict.fromkeys(trace.values for trace in traces))
        if len(values) >= OFTEN and _is_learners(recording, function):
            details = (function, values)
            yield Finding(found.SURPRISE, recording, found.RETRACED, "", traces[OFTEN - 1].place, details=details)


def _is_learners(recording, function):
    """Whether the learner's code names the function: TensorFlow and Keras have functions of their own."""
    name = re.compile(rf"\b{re.escape(function.strip('<>'))}\b")
    return any(name.search(line) for listing in recording.listings for line in listing.lines)
