"""How a misconception is declared, and how it is recognized: by wrong numbers, by what came instead, by a recording.

A misconception is declared where an exercise meets it, once, with all that is known of it:

    wrong_formula(
        "SINE_ALONE",
        lambda x: (np.sin(x), np.cos(x)),
        _("this is sin(x). The exercise asks for x times sin(x)."),
        cause=_("A factor in front of the sine was left out."),
        repair=_("Multiply the sine by x."),
    )

Its lesson is that of the exercise; `widgets.exercises.registry` makes the table of all of them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from widgets.common.catalogue import _
from widgets.diagnosis import causes
from widgets.diagnosis.finding import findings
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.answer_numbers import NotNumeric, all_none, close, parse_numbers
from widgets.exercises.evaluate import quietly
from widgets.exercises.exercise import (
    Evidence,
    EvidenceTest,
    Exercise,
    Formula,
    Kind,
    Misconception,
    MisconceptionKind,
    Numbers,
    Outcome,
    Question,
    by_calling,
)
from widgets.tape.failures import RecordingError
from widgets.tape.forward_model import OUTSIDE

if TYPE_CHECKING:
    from widgets.tape.forward_model import TapeVerdict, Tensor
    from widgets.tape.model import BackwardPass, Recording


def wrong_behavior(
    kind: str | Kind, test: EvidenceTest, sentence: str, *, cause: str = "", repair: str = ""
) -> Misconception:
    """Declare the misconception that `test` recognizes.

    Args:
        kind: the code of a mistake that is declared here, with its cause and repair, or that `explain` knows already
            (`widgets.diagnosis.causes`), without them; or a record that is declared elsewhere.
        test: recognizes it in the evidence.
        sentence: what the check says of it.
        cause: what went wrong.
        repair: what to do about it.

    Returns:
        The misconception, for `Exercise.misconceptions`.

    Raises:
        KeyError: if it has no cause, and its code is not one of `explain`'s.
    """
    if isinstance(kind, str):
        kind = MisconceptionKind(kind, cause, repair) if cause else causes.CAUSE_OF[kind]
    return Misconception(kind, test, sentence)


def wrong_formula(
    kind: str | Kind, formula: Formula, sentence: str, *, cause: str = "", repair: str = ""
) -> Misconception:
    """Declare the misconception of answers whose numbers are those of a wrong formula.

    Args:
        kind: as for `wrong_behavior`.
        formula: takes what a question gives, and returns the numbers that such an answer has.
        sentence: what the check says of it.
        cause: what went wrong.
        repair: what to do about it.

    Returns:
        The misconception, for `Exercise.misconceptions`.
    """
    return wrong_behavior(kind, lambda evidence: evidence.matches(formula), sentence, cause=cause, repair=repair)


def raised_with(words: str, code: str = "") -> EvidenceTest:
    """Return a test: did every question raise an exception with `words` in its message, in a line with `code` in it?"""
    return lambda evidence: all(
        outcome.fault is not None and words in outcome.fault.message and code in outcome.fault.code
        for outcome in evidence.outcomes
    )


def failed_after_one_step(*words: str) -> EvidenceTest:
    """Return a test: did the first question, which asks for one step, give numbers, and the others raise with such words?"""
    return lambda evidence: (
        evidence.outcomes[0].numbers is not None
        and all(
            outcome.fault is not None and any(word in outcome.fault.message for word in words)
            for outcome in evidence.outcomes[1:]
        )
    )


def raised(*kinds: str) -> EvidenceTest:
    """Return a test: did every question raise an exception of one of these types, given by their names?"""
    return lambda evidence: all(
        outcome.fault is not None and outcome.fault.kind in kinds for outcome in evidence.outcomes
    )


def returned(predicate: Callable[[Any], bool]) -> EvidenceTest:
    """Return a test: did every question return something for which `predicate` holds?"""
    return lambda evidence: all(outcome.fault is None and predicate(outcome.returned) for outcome in evidence.outcomes)


def gave_numbers(test: Callable[[Numbers, Numbers], Any]) -> EvidenceTest:
    """Return a test: did every question return numbers, and does `test(numbers, due)` hold for all rows of them?"""
    return lambda evidence: evidence.numbers is not None and bool(test(evidence.numbers, evidence.due))


def returned_column_sums(shape: tuple[int, int]) -> EvidenceTest:
    """Return a test: did every question return the sums of the columns of the matrix that was due, of this shape?"""
    return lambda evidence: all(_is_column_sums(outcome, shape) for outcome in evidence.outcomes)


def _is_column_sums(outcome: Outcome, shape: tuple[int, int]) -> bool:
    try:
        numbers = parse_numbers(outcome.returned, shape[1])
    except NotNumeric:
        return False
    return bool(close(numbers, np.reshape(outcome.question.due, shape).sum(axis=0)).all())


Reason: TypeAlias = tuple[Kind, str]
"""Why an answer is wrong: the record of the mistake, and the sentence for the learner."""


def diagnosed_as(code: str) -> EvidenceTest:
    """Return a test: did every question give None, and does `explain` find this cause in a recording of the first one?"""
    gave_none = returned(all_none)
    return lambda evidence: gave_none(evidence) and code in _diagnosed(evidence)


def _diagnosed(evidence: Evidence) -> list[str]:
    with contextlib.suppress(RecordingError), quietly():
        recording = _recorded(evidence.answer, evidence.outcomes[0].question.given)
        return [finding.code for finding in findings(recording)]
    return []


def why_answer_is_none(exercise: Exercise, answer: Any, question: Question) -> Reason:
    """Return the cause that the recording shows of an answer that gave None at a question, or just that it did."""
    if exercise.use is by_calling:
        with contextlib.suppress(RecordingError), quietly():
            return _cause(_recorded(answer, question.given))
    return shared.NONE, _("None came back.")


def why_none(function: Callable[..., Any], *given: Any) -> Reason:
    """Return why the first gradient that a function asks its tape for is None, whatever the function returns."""
    with quietly():
        return _cause(_recorded(function, given))


def _recorded(function: Callable[..., Any], given: Sequence[Any]) -> Recording:
    from widgets.tape.recorder import record  # here, since a right answer needs no recorder

    return record(function, *given)


def _cause(recording: Recording) -> Reason:
    if not recording.tapes:
        return shared.NONE, _("Your function returned None and never opened a tape. Did you forget the `return`?")
    if not recording.backward_passes:
        return shared.NOT_ASKED, _("Your function returned None. It opened a tape, but never called `tape.gradient`.")
    lost = next((playback for playback in recording.backward_passes if _has_none(playback.gradients)), None)
    if lost is None:
        return shared.NO_RETURN, _(
            "the tape gave a gradient, but your function returned None. Did you forget the `return`?"
        )
    sources = [recording.tensors[source] for source in lost.sources if source >= 0]
    if any("int" in source.value.dtype for source in sources):
        return causes.INTEGER_DTYPE, _(
            "None: {name} is an integer, and TensorFlow does not differentiate with respect to integers. Write 3.0, not 3."
        ).format(name=_name(sources))
    inner = _backward_pass_before(recording, lost)
    if inner is not None:
        return _cause_between_two_tapes(recording, inner, lost)
    return _cause_in_verdicts(
        [entry.verdict(lost.tape) for entry in recording.entries if entry.backward_pass < 0], sources
    )


def _has_none(gradients: Any) -> bool:
    return gradients is None or (isinstance(gradients, list | tuple) and any(g is None for g in gradients))


def _name(sources: Sequence[Tensor]) -> str:
    return sources[0].name or _("the source")


def _cause_in_verdicts(verdicts: Sequence[TapeVerdict], sources: Sequence[Tensor]) -> Reason:
    if not any(verdict.recorded or verdict.reason != OUTSIDE for verdict in verdicts):
        return causes.OUTSIDE_TAPE, _("None: nothing was computed inside the `with` block, so the tape is empty.")
    if sources and all(source.kind == "constant" for source in sources):
        return causes.CONSTANT_NOT_WATCHED, _(
            "None: {name} is a constant, and the tape was not told to watch it. "
            "Make it a `tf.Variable`, or call `tape.watch({name})` first."
        ).format(name=_name(sources))
    return causes.NO_PATH, _("None: no operation on the tape connects the target to the source.")


def _backward_pass_before(recording: Recording, lost: BackwardPass) -> BackwardPass | None:
    """Return the backward pass that computed the target of another one, or None if the learner's own code did."""
    own = {output for entry in recording.entries if entry.backward_pass < 0 for output in entry.outputs}
    targets = {recording.tensors[target].value for target in lost.targets if target not in own}
    passes = [
        recording.backward_passes[source.backward_pass] for source in recording.sources if source.gradient in targets
    ]
    return next((playback for playback in passes if playback is not lost), None)


def _cause_between_two_tapes(recording: Recording, inner: BackwardPass, outer: BackwardPass) -> Reason:
    """Return why an outer tape gives None for the gradient that an inner tape computed."""
    tape = recording.tapes[outer.tape].name or _("the outer tape")
    source = recording.tensors[outer.sources[0]]
    name = source.name or _("the source")
    if not _was_called_inside(recording, inner, outer.tape):
        return causes.INNER_GRADIENT_OUTSIDE_OUTER_TAPE, _(
            "None: the first gradient was computed outside the block of {tape}, so {tape} did not record how. "
            "Compute it inside that block."
        ).format(tape=tape)
    if inner.sources != outer.sources:
        return shared.ANOTHER_VARIABLE, _(
            "None: the two tapes differentiate with respect to two different Variables. Use the same x for both."
        )
    if source.kind != "variable":
        return causes.CONSTANT_NOT_WATCHED, _(
            "None: {tape} was not told to watch {name}. Make it a `tf.Variable`, or watch it with both tapes."
        ).format(tape=tape, name=name)
    return causes.NO_PATH, _("None: the first gradient does not depend on {name}.").format(name=name)


def _was_called_inside(recording: Recording, playback: BackwardPass, tape: int) -> bool:
    """Return whether a backward pass began while a tape's block was open."""
    number = next(i for i, other in enumerate(recording.backward_passes) if other is playback)
    events = [(step.kind, step.subject) for step in recording.steps]
    return ("seed", number) in events[_first(events, ("open", tape)) : _first(events, ("close", tape))]


def _first(events: Sequence[tuple[str, int]], wanted: tuple[str, int]) -> int:
    """Return the index of an event, or the end if it never happens."""
    return events.index(wanted) if wanted in events else len(events)
