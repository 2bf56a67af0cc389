"""`check(name, answer)` and `hint(name)`: what a learner calls in a notebook."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from widgets.common.catalogue import _
from widgets.common.grader_protocol import is_grading
from widgets.exercises import predictions, progress_store
from widgets.exercises.exercise import RIGHT, WRONG
from widgets.exercises.general_misconceptions import DIFFERENT
from widgets.exercises.judgement import judge
from widgets.exercises.messages import damaged_text, hint_text, judgement_text, unknown_text
from widgets.exercises.own_records import BadRecord
from widgets.exercises.prediction_reasons import reasons_text
from widgets.exercises.prediction_text import agree, comparison_text
from widgets.exercises.progress_schema import answered, compared
from widgets.exercises.registry import known_exercise, known_names

NBGRADER = "NBGRADER_EXECUTION"
"""What nbgrader sets in the kernel's environment: "autograde" or "validate"."""


class NotRight(AssertionError):
    """An answer is not right. nbgrader reads no text and takes points away only for an exception, so it needs one.

    The check has printed why, so IPython shows this exception without a traceback.
    """

    def _render_traceback_(self) -> list[str]:
        """Return the lines that IPython shows for this exception."""
        return [str(self)]


@contextlib.contextmanager
def _damage_told() -> Iterator[None]:
    """Print what is wrong with the record of an exercise, where it cannot be read, and do nothing else."""
    try:
        yield
    except BadRecord as problem:
        print(damaged_text(problem))


@_damage_told()
def check(name: str, answer: Any, *, counts: bool = True) -> None:
    """Check an answer to an exercise, or compare a prediction with what happened.

    It prints what the answer does at a few inputs, whether that is right, and if not, why not.

    Args:
        name: the name of an exercise, or of a prediction.
        answer: what the exercise asks for: a function, a number, a widget, or lines in order. Under the name of a
            prediction, what happened. `...` is no answer yet. Numbers may be Python's, NumPy's, or TensorFlow's, of
            shape (); they count as right within about 1e-4, since float32 rounds.
        counts: whether `progress` counts it; False for an answer that a lesson shows and nobody gave.

    Raises:
        NotRight: an AssertionError, only under nbgrader, if the answer is not right. Otherwise no answer raises: what
            it raises itself is printed.

    Example:
        >>> from widgets import check
        >>> check("double", lambda x: 3 * x)
        double
          x = 3.21   double 9.63
          x = 3.96   double 11.88
          x = 5.81   double 17.43
        Not right: double: every number is 1.5 times what it should be.
        Stuck? Run hint("double") in a cell of its own.
    """
    if is_grading():  # the grader asks by itself, from outside
        return
    known = known_exercise(name)
    if known:
        judged = judge(known.exercise, answer)
        if counts:
            progress_store.update(answered(known.key, judged.status, judged.code))
        print(judgement_text(known.exercise, judged, known.lesson))
        if os.environ.get(NBGRADER) and judged.status != RIGHT:
            raise NotRight(_("{name} is not right yet. The check says why.").format(name=name))
    elif isinstance(name, str) and name in predictions.names():
        prediction = predictions.reveal(name, answer)
        if counts and prediction.value is not ... and prediction.outcome is not ...:
            as_predicted = agree(prediction.value, prediction.outcome)
            progress_store.update(compared(name, *((RIGHT, "") if as_predicted else (WRONG, DIFFERENT.code))))
        print(comparison_text(name, prediction.value, prediction.outcome))
        for line in reasons_text(name, prediction.value, prediction.outcome):
            print(f"  {line}")
    else:
        print(unknown_text(name, [*known_names(), *predictions.names()]))


@_damage_told()
def hint(name: str) -> None:
    """Print a hint: a nudge the first time, more the second time, and a worked line from the third time on.

    Args:
        name: the name of an exercise. For another name, it prints which there are, as `check` does.

    Example:
        >>> from widgets import hint
        >>> hint("double")
        Hint 1 of 3: ...
    """
    if is_grading():
        return
    if known := known_exercise(name):
        print(hint_text(known.exercise, progress_store.count_hint(known.key)))
    else:
        print(unknown_text(name, known_names()))
