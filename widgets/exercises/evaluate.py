"""Running an answer at the questions of its exercise, whatever kind of answer it is, and keeping whatever it does."""

from __future__ import annotations

import linecache
import math
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from traitlets import HasTraits

from widgets.common.errors import own_message
from widgets.common.tensorflow_log import quietly
from widgets.exercises.answer_numbers import NotNumeric, all_none, parse_number, parse_numbers
from widgets.exercises.exercise import Evidence, Exercise, Fault, Outcome, Question
from widgets.tape.places import is_learners

_LONGEST_MESSAGE, _LONGEST_CODE = 160, 80


def evaluate(exercise: Exercise, questions: Sequence[Question], answer: Any) -> Evidence:
    """Run an answer at each question and return what it did: one Outcome for each question, in their order.

    What the learner's code prints is not shown, so a right answer with a `print` in it reads like one without.
    """
    with quietly():
        return Evidence(answer, tuple(_outcome(exercise, one, answer) for one in questions), exercise.use)


def _outcome(exercise: Exercise, question: Question, answer: Any) -> Outcome:
    try:
        returned = exercise.use(answer, *question.given)
    except (Exception, SystemExit) as error:  # anything the learner's code may raise, but Ctrl-C passes
        return Outcome(question, fault=_fault(error))
    if returned is ...:
        return Outcome(question, returned)
    try:
        return Outcome(question, returned, parse_numbers(returned, len(question.due)))
    except NotNumeric as problem:
        return Outcome(question, returned, unreadable=problem)


def _fault(error: BaseException) -> Fault:
    """Return an exception's message, and the last line of the learner's own code that led to it."""
    kind, message = type(error).__name__, _message(error)[:_LONGEST_MESSAGE]
    places = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__) if is_learners(frame)]
    if not places:
        return Fault(kind, message)
    frame, line = places[-1]
    code = linecache.getline(frame.f_code.co_filename, line).strip()
    return Fault(kind, message, line, code[:_LONGEST_CODE])


def _message(error: BaseException) -> str:
    """Return the first line of what an exception was about."""
    return (own_message(error).strip().splitlines() or [""])[0]


def by_trait(
    trait: str, behavior: Callable[..., Any], initial_value: Callable[[Any], Any] | None = None
) -> Callable[..., Any]:
    """Run an answer that is a widget: what counts is the number that its trait holds.

    Args:
        trait: the name of the trait.
        behavior: what follows from the number at what a question gives.
        initial_value: takes the widget and returns what its trait held when it was made; without it, the trait's default.

    Returns:
        A function for `Exercise.use`: it returns `behavior(number, *given)`. It accepts the number itself in place of
        the widget. A widget that nobody has touched is not an answer yet, so for that it returns `...`.
    """

    def use(answer: object, *given: object) -> object:
        value = _trait_value(answer, trait, initial_value) if _is_widget(answer, trait) else answer
        try:
            number = parse_number(value)
        except NotNumeric:
            return value
        return behavior(number, *given) if math.isfinite(number) else number

    return use


def _is_widget(answer: object, trait: str) -> bool:
    return isinstance(answer, HasTraits) and answer.has_trait(trait)


def _trait_value(widget: Any, trait: str, initial_value: Callable[[Any], Any] | None) -> object:
    """Return what the trait holds, `...` if nobody touched it."""
    value: object = getattr(widget, trait)
    untouched = initial_value(widget) if initial_value else widget.trait_defaults(trait)
    return ... if value == untouched else value


def table_as_row(answer: Callable[..., Any], function: object, point: Sequence[float]) -> object:
    """Run an answer that returns a matrix, and return its numbers row after row in one list; a matrix of None is None."""
    row = _flat(answer(function, list(point)))
    return None if all_none(row) else row


def _flat(value: Any) -> Any:
    """Return rows as one list, whatever they are made of. What has no rows stays as it is."""
    if isinstance(value, list | tuple):
        rows = [_flat(row) for row in value]
        return [number for row in rows for number in (row if isinstance(row, list) else [row])]
    return list(np.reshape(value, -1)) if len(getattr(value, "shape", ())) else value


class CallCounter:
    """A function that counts in `runs` how often Python runs it: once per trace in a `tf.function`, else at every call."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.runs = function, 0

    def __call__(self, *given: Any) -> Any:
        """Count, and run the function."""
        self.runs += 1
        return self.function(*given)


def one_trace_or_all(runs: int, most: int) -> int:
    """Return 1 for `most` runs or fewer, which is how often tracing runs a function, and else their number.

    TensorFlow traces a `tf.function` more than once if it makes Variables of its own
    (https://www.tensorflow.org/guide/function#creating_tfvariables), so more than one run can be right.
    """
    return 1 if 1 <= runs <= most else runs
