"""Running an answer at the questions of its exercise, and keeping whatever it does."""

from __future__ import annotations

import contextlib
import io
import linecache
import traceback
from collections.abc import Iterator, Sequence
from typing import Any

from widgets.common.tensorflow_log import quiet
from widgets.exercises.answer_numbers import NotNumeric, parse_numbers
from widgets.exercises.exercise import Evidence, Exercise, Fault, Outcome, Question
from widgets.tape.places import is_learners

_LONGEST_MESSAGE, _LONGEST_CODE = 160, 80


def evaluate(exercise: Exercise, questions: Sequence[Question], answer: Any) -> Evidence:
    """Run an answer at each question and return what it did: one Outcome for each question, in their order.

    What the learner's code prints is not shown, so a right answer with a `print` in it reads like one without.
    """
    with quietly():
        return Evidence(answer, tuple(_outcome(exercise, question, answer) for question in questions))


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Show nothing that is printed, nor TensorFlow's warnings of retracing: checks run the same function often."""
    with quiet(), contextlib.redirect_stdout(io.StringIO()):
        yield


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
    """Return the first line of a message. Out of a graph, AutoGraph puts it last, after the lines of code."""
    message = str(error).strip()
    if message.startswith("in user code:"):
        message = message.split("\n\n")[-1].strip().removeprefix(f"{type(error).__name__}: ")
    return (message.splitlines() or [""])[0]
