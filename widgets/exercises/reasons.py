"""Why an answer is wrong: the exercise's own misconceptions first, then what any wrong answer can be told.

Every reason says what was seen or measured. Where the cause is not known, none is named.
"""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.answer_numbers import close, format_number
from widgets.exercises.tape_checks import why_answer_is_none


def of_the_wrong_sort(exercise, answer):
    """Return (code, sentence) for an answer that cannot even be asked, or None."""
    if exercise.takes == "function" and not callable(answer):
        sentence = _(
            "this exercise asks for a function, and got something else ({kind}). "
            "Hand over the function's name, with no brackets behind it."
        )
        return "NOT_A_FUNCTION", sentence.format(kind=type(answer).__name__)
    if exercise.takes == "lines" and callable(answer):
        return "NOT_LINES", _("this exercise asks for lines in order, and got a function.")
    if exercise.takes != "function" and callable(answer):
        return "NOT_A_NUMBER", _("this exercise asks for a number, and got a function.")
    return None


def find(exercise, evidence):
    """Return (code, sentence) for a wrong answer."""
    for misconception in exercise.misconceptions:
        if misconception.test(evidence):
            return misconception.code, misconception.sentence
    if evidence.numbers is None:
        return _without_numbers(exercise, evidence)
    return _measured(exercise, evidence)


def _without_numbers(exercise, evidence):
    """Explain the first outcome that is not a row of numbers."""
    outcome = next(o for o in evidence.outcomes if o.numbers is None)
    if outcome.fault:
        return "ERROR", _fault(outcome.fault)
    if outcome.unreadable.kind == "none":
        return why_answer_is_none(exercise, evidence.answer, outcome.question)
    code, sentence = _UNREADABLE[outcome.unreadable.kind]
    return code, sentence.format(about=outcome.unreadable.about, count=len(outcome.question.due))


_UNREADABLE = {
    "not a number": ("NOT_A_NUMBER", _("what came back is a {about}, not a number.")),
    "list": (
        "A_LIST",
        _(
            "a list of {about} came back where one number was asked. `tape.gradient(y, [x])` gives a list, `tape.gradient(y, x)` gives the gradient."
        ),
    ),
    "shape": ("SHAPE", _("an array of shape {about} came back where one number, of shape (), was asked.")),
    "length": ("HOW_MANY", _("{about} came back where {count} numbers were asked.")),
}


def _fault(fault):
    said = f"{fault.kind}: {fault.message}" if fault.message else fault.kind
    if not fault.line:
        return _("your code stopped with {said}").format(said=said)
    return _("your code stopped in line {line}, `{code}`, with {said}").format(
        line=fault.line, code=fault.code, said=said
    )


def _measured(exercise, evidence):
    """Compare the numbers of the first column that is not right with those due."""
    column = int(np.argmin(close(evidence.numbers, evidence.due).all(axis=0)))
    numbers, due = evidence.numbers[:, column], evidence.due[:, column]
    labels = [outcome.question.label for outcome in evidence.outcomes]
    for measure in (_not_finite, _same_for_all, _negative, _multiple, _offset, _nearly):
        if reason := measure(numbers, due):
            code, sentence = reason
            return code, f"{exercise.columns[column]}: {sentence}"
    return _different(exercise.columns[column], labels, numbers, due)


def _not_finite(numbers, due):
    bad = numbers[~np.isfinite(numbers)]
    if bad.size:
        return "NOT_FINITE", _("{number} is no finite number.").format(number=format_number(bad[0]))
    return None


def _same_for_all(numbers, due):
    """Only where different numbers are due does it tell anything that all are the same."""
    if not close(due, due[0]).all() and close(numbers, numbers[0]).all():
        return "SAME_FOR_ALL", _("it is the same for every question, so it does not depend on what is asked.")
    return None


def _negative(numbers, due):
    if close(-numbers, due).all():
        return "SIGN", _("the size is right, and the sign is the wrong way round.")
    return None


def _multiple(numbers, due):
    """A factor is only named where several questions agree on it."""
    if len(numbers) > 1 and due.all() and close(numbers / due, numbers[0] / due[0]).all():
        return "FACTOR", _("every one is {ratio} times what it should be.").format(
            ratio=format_number(numbers[0] / due[0])
        )
    return None


def _offset(numbers, due):
    if len(numbers) > 1 and close(numbers - due, numbers[0] - due[0]).all():
        return "OFFSET", _("every one is off by {gap}.").format(gap=format_number(numbers[0] - due[0]))
    return None


def _nearly(numbers, due):
    if np.isclose(numbers, due, rtol=0.02, atol=0.02).all():
        gap = format_number(np.abs(numbers - due).max())
        return "NEARLY", _("close, but up to {gap} away, which is more than rounding explains.").format(gap=gap)
    return None


def _different(name, labels, numbers, due):
    first = int(np.argmin(close(numbers, due)))
    sentence = _("at {label} you have {name} {number}; an independent calculation has {due}.")
    return "DIFFERENT", sentence.format(
        label=labels[first], name=name, number=format_number(numbers[first]), due=format_number(due[first])
    )
