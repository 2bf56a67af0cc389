"""Asking an answer the questions of its exercise, and keeping what comes back, whatever it is."""

import contextlib
import io
import linecache
import traceback

from widgets.common.tensorflow_log import quiet
from widgets.exercises.answer_numbers import NotNumeric, parse_numbers
from widgets.exercises.exercise import Evidence, Fault, Outcome
from widgets.tape.places import is_learners

_LONGEST_MESSAGE, _LONGEST_CODE = 160, 80


def ask(exercise, questions, answer):
    """Return the Evidence of an answer: one Outcome for each question.

    What the learner's code prints is not shown: a right answer with a `print` in it says what one without says.
    """
    with quietly():
        return Evidence(answer, tuple(_outcome(exercise, question, answer) for question in questions))


@contextlib.contextmanager
def quietly():
    """Let nothing be printed, nor TensorFlow remark that a function is traced again: checks ask the same thing often."""
    with quiet(), contextlib.redirect_stdout(io.StringIO()):
        yield


def _outcome(exercise, question, answer):
    try:
        returned = exercise.use(answer, *question.given)
    except (Exception, SystemExit) as error:  # anything the learner's code may raise, but Ctrl-C goes through
        return Outcome(question, fault=_fault(error))
    if returned is ...:
        return Outcome(question, returned)
    try:
        return Outcome(question, returned, parse_numbers(returned, len(question.due)))
    except NotNumeric as unreadable:
        return Outcome(question, returned, unreadable=unreadable)


def _fault(error):
    """Return what an exception says, and the last line of the learner's own code that led to it."""
    message = _message(error)[:_LONGEST_MESSAGE]
    places = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__) if is_learners(frame)]
    if not places:
        return Fault(type(error).__name__, message)
    frame, line = places[-1]
    code = linecache.getline(frame.f_code.co_filename, line).strip()
    return Fault(type(error).__name__, message, line, code[:_LONGEST_CODE])


def _message(error):
    """Return the first line of what an exception says. Out of a graph, AutoGraph puts it last, under the lines of code."""
    said = str(error).strip()
    if said.startswith("in user code:"):
        said = said.split("\n\n")[-1].strip().removeprefix(f"{type(error).__name__}: ")
    return (said.splitlines() or [""])[0]
