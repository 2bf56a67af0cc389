"""All that is found in a recording or an exception: what went wrong first, then what is only surprising."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from widgets.diagnosis import causes, model
from widgets.diagnosis.cause import Cause
from widgets.diagnosis.explaining_errors import explain_error, explain_failed_call
from widgets.diagnosis.leaving_tensorflow import leaves_tensorflow
from widgets.diagnosis.loss_causes import OF_THE_LOSS
from widgets.diagnosis.model import Finding
from widgets.diagnosis.nan_gradient import explain_nan
from widgets.diagnosis.none_gradient import explain_none
from widgets.diagnosis.source_code import GradientCall, SourceCode
from widgets.diagnosis.traced_python import retraced
from widgets.diagnosis.unlearned import unlearned
from widgets.tape.forward_model import Trace, Value
from widgets.tape.model import FAILED, BackwardPass, Recording, Source

FEW = 5
"""Backward passes that are looked into: where a training loop has gone astray, thousands may follow."""

OFTEN = 3
"""So many traces that differ in nothing but Python values are one cause, not chance."""

_ACROSS_ROWS = {"Transpose", "Cumsum", "Cumprod", "ReverseV2", "Roll", "GatherV2", "GatherNd", "MatrixInverse"}
"""Ops that keep the first axis, and whose rows are still not made of the same row of the input alone."""

_MIXING = {"Softmax", "LogSoftmax", "MatMul", "BatchMatMulV2", "Cumsum", "Cumprod"}
"""Ops after which an element of the result depends on several elements of the input."""

_SKIPS_NONE = re.compile(r"\bis not None\b")


def findings(recording: Recording, target: Any = None, source: Any = None) -> tuple[Finding, ...]:
    """Return all that is found in a recording.

    Args:
        recording: the Recording.
        target: only gradients of this one: the learner's name for it, a tensor or a Variable; None for all.
        source: only gradients with respect to this one, likewise.

    Returns:
        The Findings, the most telling first; one that says "healthy" if nothing is wrong.
    """
    asked = sources_asked_about(recording, target, source)
    if recording.changed_files:
        return (_changed(recording),)
    is_general = target is source is None
    found = [*_wrong(recording, asked, is_general), *_surprising(recording, asked)]
    if is_general and not recording.error:
        found += (explain_failed_call(recording, failed) for failed in recording.failed_calls)
    return tuple(_merged(found)) or (Finding(model.HEALTHY, recording),)


def sources_asked_about(recording: Recording, target: Any = None, source: Any = None) -> list[Source]:
    """Return the Sources that `findings` looks at, given the same arguments."""
    return [one for one in recording.sources if _is_about(recording, one, target, source)]


def automatic_findings(recording: Recording) -> tuple[Finding, ...]:
    """Return the Findings to show without being asked: of None, NaN and errors, if they can be explained."""
    if recording.changed_files:
        return (_changed(recording),)
    found = _wrong(recording, recording.sources)
    return tuple(_merged(one for one in found if one.cause not in (causes.UNKNOWN, causes.ANY_ERROR)))


def _changed(recording: Recording) -> Finding:
    """Return the Finding of a file that was changed since: what it says now tells nothing of what ran."""
    facts = {"file": Path(recording.changed_files[0]).name}
    return Finding(model.SURPRISE, recording, causes.SOURCE_CHANGED, facts=facts)


def second_likeliest(first: Finding, others: Sequence[Finding]) -> Finding | None:
    """Return the likeliest of the other Findings that is a cause of its own; None if all may come of the first.

    Another None has a cause of its own, and so have a wrong loss and a layer called wrongly. What an error, a NaN or a
    zero leads to has not.
    """
    for one in others:
        is_own = one.code != first.code and one.place is not None
        if is_own and first.symptom == one.symptom == model.NONE and one.code:
            return one
        if is_own and first.symptom in (model.SURPRISE, model.ZERO) and one.cause in OF_THE_LOSS:
            return one
    return None


def of_error(exception: BaseException) -> Finding:
    """Return the Finding of an exception alone: its own line, and the learner's code that its traceback shows."""
    from widgets.tape.recorder import recording_of  # here, since facts are explained without the recorder

    first: Finding | None = None
    for one in _chained(exception):
        recording = recording_of(one)
        assert recording.error is not None, "the recording is of an error"
        found = explain_error(recording, recording.error, SourceCode((*recording.listings, *recording.helpers)))
        if found.cause is not causes.ANY_ERROR:
            return found
        first = first or found
    assert first is not None, "the exception itself is the first of its chain"
    return first


def _chained(exception: BaseException) -> Iterator[BaseException]:
    """Yield an exception, and those that it was raised from or after."""
    seen, one = set[int](), exception
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)  # type: ignore[assignment]


def _merged(several: Iterable[Finding]) -> Iterable[Finding]:
    """Return the Findings with those of one cause, line and symptom as one about several sources."""
    merged: dict[Any, Finding] = {}
    for finding in several:
        same = finding.symptom, finding.cause, finding.line
        first = merged.setdefault(same, finding)
        if first.backward_pass == finding.backward_pass:
            tensors = tuple(dict.fromkeys((*first.tensors, *finding.tensors)))
            merged[same] = dataclasses.replace(first, tensors=tensors)
    return merged.values()


def _wrong(recording: Recording, sources: Sequence[Source], is_general: bool = True) -> Iterator[Finding]:
    """Yield what is None, NaN, or an error. An error that a None led to is the None's.

    Where the code skips what is None, an unused weight is no news, unless it was asked about by its name.
    """
    sources = [one for one in sources if recording.backward_passes[one.backward_pass].note != FAILED]
    if not (recording.error or any(source.is_bad for source in sources)):
        return
    code = SourceCode((*recording.listings, *recording.helpers))
    error = explain_error(recording, recording.error, code) if recording.error else None
    is_missing = any(one.gradient is None for one in sources)
    if error and not (is_missing and error.cause in (causes.NO_GRADIENTS, causes.ANY_ERROR)):
        yield error
        return
    is_skipped = is_general and not recording.error and any(_SKIPS_NONE.search(text) for text in code.texts)
    has_nan = False
    for source in _first(sources):
        if source.gradient is None:
            found = explain_none(recording, code, source)
            if not (is_skipped and found.cause is causes.UNUSED_WEIGHT):
                yield found
        else:
            found = explain_nan(recording, source)
            if not (has_nan and found.cause is causes.NAN_GIVEN):  # weights that an earlier NaN made NaN
                yield found
            has_nan = True
    if error and error.cause is causes.ANY_ERROR:
        yield error


def _first(sources: Sequence[Source]) -> list[Source]:
    """Return the bad ones among the sources of the first few backward passes that have any: a loop repeats itself."""
    bad = [source for source in sources if source.is_bad]
    backward_passes = list(dict.fromkeys(source.backward_pass for source in bad))[:FEW]
    return [source for source in bad if source.backward_pass in backward_passes]


def _is_about(recording: Recording, source: Source, target: Any, wanted: Any) -> bool:
    """Whether a Source is what was asked about."""
    targets = recording.backward_passes[source.backward_pass].targets
    return _is(recording, source.tensor, wanted) and (
        target is None or any(_is(recording, tensor, target) for tensor in targets)
    )


def _is(recording: Recording, index: int, wanted: Any) -> bool:
    tensor = recording.tensors[index]
    if wanted is None or isinstance(wanted, str):
        return wanted in (None, tensor.name)
    from widgets.tape.held_objects import number_of  # here, since only a question about an object needs it

    number = number_of(wanted)
    return number is not None and tensor.tensor_id == number


def _surprising(recording: Recording, sources: Sequence[Source]) -> Iterator[Finding]:
    """Yield what is not an error, and still not what a learner expects. Of a call in a loop one round is enough."""
    passes = recording.backward_passes
    by_call = {(one.tensor, passes[one.backward_pass].place): one for one in reversed(sources)}
    code = SourceCode((*recording.listings, *recording.helpers))
    yield from unlearned(recording, code, {one.backward_pass for one in sources})
    for source in reversed(by_call.values()):
        yield from filter(None, (_summed(recording, source), _partly_left(recording, code, source)))
    yield from _retraced(recording)
    for found in retraced(recording, code, _learners(recording)):
        yield Finding(model.SURPRISE, recording, found.cause, found.place, facts=found.facts, mend=found.mend)


def _summed(recording: Recording, source: Source) -> Finding | None:
    """Return a Finding if a gradient is the sum of gradients of several numbers that depend on the same one."""
    backward_pass = recording.backward_passes[source.backward_pass]
    is_plain = backward_pass.call == "gradient" and not backward_pass.caller  # and no row of a Jacobian
    if not is_plain or len(backward_pass.targets) != 1 or source.gradient is None:
        return None
    target = recording.tensors[backward_pass.targets[0]].value
    if target.size <= 1 or not backward_pass.reconciled:
        return None
    if not _is_mixed(recording, backward_pass, source, target):
        return None
    if any(value != 1 for seed in backward_pass.seeds if seed.gradient for value in seed.gradient.head):
        return None  # `output_gradients`: the learner said how to add up
    return _surprise(recording, source, causes.TARGET_SUMMED)


def _surprise(recording: Recording, source: Source, cause: Cause) -> Finding:
    place = recording.backward_passes[source.backward_pass].place
    return Finding(model.SURPRISE, recording, cause, place, source.backward_pass, (source.tensor,))


def _is_mixed(recording: Recording, backward_pass: BackwardPass, source: Source, target: Value) -> bool:
    if source.gradient is None or source.gradient.shape != target.shape:
        return not _is_row_by_row(recording, backward_pass, source, target)
    if len(target.shape) > 1 and _is_row_by_row(recording, backward_pass, source, target):
        return False
    ran = {pullback.entry for pullback in backward_pass.pullbacks}
    return any(entry.op in _MIXING for entry in recording.entries if entry.index in ran)


def _is_row_by_row(recording: Recording, backward_pass: BackwardPass, source: Source, target: Value) -> bool:
    """Whether the target has one number for each row of the source, as for each example of a batch.

    Then the gradient of their sum is what one wants: it holds the gradient of each.
    """
    rows, value = target.shape[:1], source.value or recording.tensors[source.tensor].value
    if not rows or target.size != rows[0] or value.shape[:1] != rows:
        return False
    ran, dependent = {pullback.entry for pullback in backward_pass.pullbacks}, {source.tensor}
    for entry in recording.entries:
        if entry.index not in ran or dependent.isdisjoint(entry.inputs):
            continue
        is_first = entry.op not in ("MatMul", "BatchMatMulV2") or entry.inputs[1] not in dependent
        if entry.op in _ACROSS_ROWS or not is_first or any(value.shape[:1] != rows for value in entry.values):
            return False
        dependent.update(entry.outputs)
    return True


def _partly_left(recording: Recording, code: SourceCode, source: Source) -> Finding | None:
    """Return a Finding if part of the target left TensorFlow, so that the gradient misses that part.

    The source code shows it, and the recording must bear it out: on that very line
    the backward pass went through something.
    """
    call = GradientCall(recording, source)
    if source.gradient is None or not isinstance(call.target, ast.Name) or not isinstance(call.source, ast.Name):
        return None
    left = leaves_tensorflow(code, call.target, call.source)
    if left is None or left[1] < 0:
        return None
    place = code.place(*left)
    pullbacks = recording.backward_passes[source.backward_pass].pullbacks
    places = [recording.entries[pullback.entry].place for pullback in pullbacks if pullback.entry >= 0]
    if not any(one and (one.listing, one.line) == (place.listing, place.line) for one in places):
        return None
    return dataclasses.replace(_surprise(recording, source, causes.LEFT_TENSORFLOW), place=place)


def _retraced(recording: Recording) -> Iterator[Finding]:
    """Yield a Finding for each function that was traced often, for Python values only."""
    groups: dict[Any, list[Trace]] = {}
    for trace in recording.traces:
        groups.setdefault((trace.function, trace.definition, trace.tensors), []).append(trace)
    for (function, *_rest), traces in groups.items():
        values = tuple(dict.fromkeys(trace.values for trace in traces))
        if len(values) >= OFTEN and _is_learners(recording, function):
            place = traces[OFTEN - 1].place
            yield Finding(model.SURPRISE, recording, causes.RETRACED, place, details=(function, values))


def _learners(recording: Recording) -> list[str]:
    return [one for one in dict.fromkeys(trace.function for trace in recording.traces) if _is_learners(recording, one)]


def _is_learners(recording: Recording, function: str) -> bool:
    """Whether the learner's code names the function: TensorFlow and Keras have functions of their own."""
    name = re.compile(rf"\b{re.escape(function.strip('<>'))}\b")
    return any(name.search(line) for listing in recording.listings for line in listing.lines)
