"""Judging an answer by what it does: right, not attempted, or wrong with a reason that the evidence supports."""

from dataclasses import dataclass

from widgets.exercises import reasons
from widgets.exercises.answer_numbers import close
from widgets.exercises.evaluate import ask
from widgets.exercises.exercise import RIGHT, WAITING, WRONG, Evidence
from widgets.exercises.seeds import generator


@dataclass(frozen=True)
class Judgement:
    """What is to be said of an answer. `code` names the reason of a wrong one; `evidence` is None if none was taken."""

    status: str
    code: str = ""
    sentence: str = ""
    evidence: Evidence | None = None


def judge(exercise, answer):
    """Return the Judgement of an answer. Only Ctrl-C gets past it: whatever else the answer does is part of it."""
    if answer is ...:
        return Judgement(WAITING)
    if unfit := reasons.of_the_wrong_sort(exercise, answer):
        return Judgement(WRONG, *unfit)
    evidence = ask(exercise, exercise.questions(generator(exercise.name)), answer)
    if any(_is_waiting(outcome) for outcome in evidence.outcomes):
        return Judgement(WAITING)
    if evidence.numbers is not None and close(evidence.numbers, evidence.due).all():
        return Judgement(RIGHT, sentence=exercise.right, evidence=evidence)
    return Judgement(WRONG, *reasons.find(exercise, evidence), evidence)


def _is_waiting(outcome):
    """Whether the stub is still there: `...` came back, or nbgrader's own stub was raised, which says nothing."""
    inside = outcome.returned if isinstance(outcome.returned, list | tuple) else [outcome.returned]
    raised = outcome.fault is not None and (outcome.fault.kind, outcome.fault.message) == ("NotImplementedError", "")
    return raised or any(part is ... for part in inside)
