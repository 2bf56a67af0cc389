"""What runs without an error and does not learn: each look at a recording, in the order in which it is told."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from widgets.diagnosis import model
from widgets.diagnosis import training_causes as causes
from widgets.diagnosis.bad_numbers import explain_inf, explain_infinite_target
from widgets.diagnosis.data_pairing import shuffled_apart, unequal_batches
from widgets.diagnosis.fit_course import diverging_fit, nothing_to_train
from widgets.diagnosis.layers_in_training import layers_in_training
from widgets.diagnosis.model import Finding, Found
from widgets.diagnosis.nan_gradient import nan_target
from widgets.diagnosis.silent_losses import silent_losses
from widgets.diagnosis.source_code import GradientCall, SourceCode
from widgets.diagnosis.symmetry import symmetric
from widgets.diagnosis.target_path import TargetPath, is_zero, last_paths
from widgets.diagnosis.traced_python import python_that_ran_once
from widgets.diagnosis.training_course import course
from widgets.diagnosis.unused_steps import unused_steps
from widgets.diagnosis.used_up_data import used_up_data
from widgets.diagnosis.zero_gradient import zero_gradients
from widgets.tape.forward_model import Entry
from widgets.tape.model import BackwardPass, Recording


def unlearned(recording: Recording, code: SourceCode, asked: Collection[int]) -> Iterator[Finding]:
    """Yield what keeps a recording's code from learning, though nothing in it is None, NaN or an error.

    Args:
        recording: the recording.
        code: its source.
        asked: the backward passes that are asked about.

    Yields:
        The Findings, what leads to the rest first.
    """
    paths = [path for path in last_paths(recording) if path.index in asked]
    for path in paths:
        yield from (_of(path, found) for found in silent_losses(path, code))
    for path in paths:
        if found := nan_target(recording, path.index):
            yield found
    yield from _infinite(recording, asked)
    for path in paths:
        for source, reason in zero_gradients(path):
            facts = {"facts": reason.facts, "mend": reason.mend}
            yield Finding(model.ZERO, recording, reason.cause, reason.place, path.index, (source.tensor,), **facts)  # type: ignore[arg-type]
    for path in paths:
        several = (*course(path), *symmetric(path), *layers_in_training(path, code), *_calls(path))
        yield from (_of(path, one) for one in several)
        yield from (_of(path, one) for one in (used_up_data(path, code), unused_steps(path, code)) if one)
        if overflow := explain_infinite_target(path):  # after the steps: they may have led there
            yield _of(path, overflow)
    of_fit = filter(None, (nothing_to_train(recording, code), diverging_fit(recording)))
    apart = shuffled_apart(code) if paths else ()
    batches = (found for path in paths for found in unequal_batches(path, code))
    for found in (*of_fit, *python_that_ran_once(recording, code), *apart, *batches):
        yield Finding(model.SURPRISE, recording, found.cause, found.place, facts=found.facts, mend=found.mend)
    yield from _constant_jacobians(recording, asked)


def _of(path: TargetPath, found: Found) -> Finding:
    return Finding(
        model.SURPRISE, path.recording, found.cause, found.place, path.index, facts=found.facts, mend=found.mend
    )


def _infinite(recording: Recording, asked: Collection[int]) -> Iterator[Finding]:
    """Yield the finding of the first backward pass with an inf in a gradient and none in its values."""
    for source in recording.sources:
        statistics = source.gradient.statistics if source.gradient else None
        if source.backward_pass in asked and statistics and statistics.inf and not statistics.nan:
            if found := explain_inf(TargetPath(recording, source.backward_pass)):
                where = source.backward_pass, (source.tensor,)
                yield Finding(model.INF, recording, found.cause, found.place, *where, facts=found.facts)
            return


def _calls(path: TargetPath) -> Iterator[Found]:
    """Yield what is to be known of the call itself: complex numbers, a tape that is still recording."""
    backward_pass, recording = path.backward_pass, path.recording
    if backward_pass.caller or not backward_pass.place:
        return
    target = path.value(backward_pass.targets[0])
    if "complex" in target.dtype and any(one.gradient and _has_imaginary(one.gradient.head) for one in path.sources):
        yield Found(causes.CONJUGATE, backward_pass.place)
    if _is_recording(recording, backward_pass, path.index) and recording.tapes[backward_pass.tape].persistent:
        method = f"{recording.tapes[backward_pass.tape].name}.{backward_pass.call}"
        yield Found(causes.STILL_RECORDING, backward_pass.place, {"call": method})


def _has_imaginary(numbers: tuple[complex, ...]) -> bool:
    return any(complex(number).imag for number in numbers)


def _is_recording(recording: Recording, backward_pass: BackwardPass, index: int) -> bool:
    """Whether the tape of a backward pass was recording when it was asked, and what it then recorded is not used."""
    state = False
    for step in recording.steps:
        if step.kind in ("open", "resume") and step.subject == backward_pass.tape:
            state = True
        elif step.kind in ("close", "stop") and step.subject == backward_pass.tape:
            state = False
        elif step.kind == "seed" and step.subject == index:
            break
    again = [one for one in recording.backward_passes[index + 1 :] if one.tape == backward_pass.tape]
    return state and not again


def _constant_jacobians(recording: Recording, asked: Collection[int]) -> Iterator[Finding]:
    """Yield a finding for a Jacobian that is 0 because its target does not depend on its source."""
    for source in recording.sources:
        backward_pass = recording.backward_passes[source.backward_pass]
        is_wanted = source.backward_pass in asked and backward_pass.call != "gradient"
        if not (is_wanted and is_zero(source)):
            continue
        targets = set(GradientCall(recording, source).targets)
        made = next((one for one in recording.entries if targets.intersection(one.outputs)), None)
        if made is not None and _ignores(made, source.tensor):
            facts = {"source": f"`{recording.tensors[source.tensor].name or 'x'}`"}
            where = source.backward_pass, (source.tensor,)
            yield Finding(model.ZERO, recording, causes.CONSTANT_JACOBIAN, made.place, *where, facts=facts)


def _ignores(call: Entry, tensor: int) -> bool:
    """Whether a call of a `tf.function` takes a tensor and never uses it."""
    arguments = [index for index, one in enumerate(call.graph) if one.op == "Argument"]
    given = [arguments[nth] for nth, one in enumerate(call.inputs) if one == tensor and nth < len(arguments)]
    return bool(given) and not any(set(given).intersection(one.inputs) for one in call.graph)
