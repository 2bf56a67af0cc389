"""Lesson 02, what the tape watches: automatically, and when it is told to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from widgets.answers.answer_numbers import close
from widgets.answers.plain_values import Source, Tensor
from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import Described
from widgets.exercises.exercise import Exercise, MisconceptionKind, Outcome, Question, Questions, Rng, spread
from widgets.exercises.lesson_02_missing_gradients import REPAIRED, TOTAL, ZERO_OR_NONE
from widgets.exercises.misconceptions import gave_numbers, raised_with, returned, wrong_behavior, wrong_formula

_SAME_SOURCE = MisconceptionKind(
    "SAME_SOURCE",
    cause=_("The same source was used every time."),
    repair=_("Call it once with a list: `tape.gradient(y, [a, b, c])` returns one gradient for each source."),
)


def _watch_all_questions(rng: Rng) -> Questions:
    p, x = spread(rng, 0.6, 2.4, 2)
    first, second, third = (tuple(spread(rng, 0.4, 2.8)) for _ in range(3))
    a, b, c = first
    u, v, w = second
    return (
        Question(
            f"{p}·a·b + c at {first}", (Described(f"lambda a, b, c: {p} * a * b + c"), first), (p * b, p * a, 1.0)
        ),
        Question(
            f"a·sin(b) + c² at {second}",
            (Described("lambda a, b, c: a * tf.sin(b) + c * c"), second),
            (np.sin(v), u * np.cos(v), 2 * w),
        ),
        Question(
            f"a·{x}² + b·{x} + c at {third}",
            (Described(f"lambda a, b, c: a * {x}**2 + b * {x} + c"), third),
            (x**2, x, 1.0),
        ),
    )


def _some_are_none(value: object) -> bool:
    return isinstance(value, list | tuple) and 0 < sum(part is None for part in value) < 3


WATCH_ALL = Exercise(
    name="watch_all",
    columns=(_("first"), _("second"), _("third")),
    questions=_watch_all_questions,
    misconceptions=(
        wrong_behavior(
            "SOME_NOT_WATCHED",
            returned(_some_are_none),
            _("some gradients are right, and some are None: the tape was told to watch only some of the three."),
            cause=_("The tape was told to watch only some of the constants, so the others get None."),
            repair=_("Pass all of them to `tape.watch`, as a list, before the computation."),
        ),
        wrong_behavior(
            "TAPE_ALREADY_USED",
            raised_with("non-persistent"),
            _("tape.gradient was called more than once. Call it once, with a list of the three sources."),
        ),
        wrong_behavior(
            _SAME_SOURCE,
            gave_numbers(lambda numbers, due: close(numbers, due[:, [0]]).all()),
            _("this is the first gradient, three times. Each number is a source of its own."),
        ),
        wrong_behavior(
            _SAME_SOURCE,
            gave_numbers(lambda numbers, due: close(numbers, due[:, [2]]).all()),
            _("this is the last gradient, three times. Each number is a source of its own."),
        ),
        wrong_behavior(
            shared.SWAPPED,
            gave_numbers(lambda numbers, due: close(numbers, due[:, ::-1]).all()),
            _("all three are right, but in reverse order."),
        ),
        wrong_formula(
            shared.VALUE_NOT_DERIVATIVE,
            lambda function, numbers: numbers,
            _("these are the three numbers themselves, not the gradients with respect to them."),
        ),
    ),
    hints=(
        _("Make each number a tensor. You have to tell the tape to watch them."),
        _(
            "tensors = [tf.constant(number) for number in numbers]; inside the block first tape.watch(tensors), "
            "then y = function(*tensors). The asterisk passes the three one by one."
        ),
        _("return tape.gradient(y, tensors)     # after tape.watch(tensors) and y = function(*tensors) in the block"),
    ),
    right=_("a constant gets a gradient as soon as the tape is told to watch it."),
)
"""Asks for the gradients of any function of three plain numbers: partial derivatives in closed form."""


def _reads_questions(rng: Rng) -> Questions:
    several, again, frozen = (int(n) for n in rng.permutation(range(2, 10))[:3])
    return (
        Question(_("{count} Variables").format(count=several), (Reading(several),), (float(several),)),
        Question(
            _("{count} Variables, each read twice").format(count=again),
            (Reading(again, twice=True),),
            (float(again),),
        ),
        Question(
            _("{count} Variables, one of them not trainable").format(count=frozen),
            (Reading(frozen, frozen=1),),
            (frozen - 1.0,),
        ),
    )


@dataclass(frozen=True)
class Reading:
    """A function without parameters that reads some Variables.

    Attributes:
        count: how many.
        frozen: how many of them are not trainable.
        twice: whether it reads each of them twice.
    """

    count: int
    frozen: int = 0
    twice: bool = False

    @property
    def described(self) -> Source:
        """What is handed over in its place."""
        term = "one * one" if self.twice else "one * 2.0"
        made = f"[tf.Variable(1.0 + n, trainable=n >= {self.frozen}) for n in range({self.count})]"
        return Source(f"(lambda variables: lambda: sum({term} for one in variables))({made})")


def _variables_instead_of_count(outcome: Outcome) -> bool:
    """Return whether the result is a list of the right number of Variables, instead of that number."""
    parts = outcome.returned if isinstance(outcome.returned, list | tuple) else ()
    return len(parts) == outcome.question.due[0] and all(
        isinstance(part, Tensor) and part.is_variable for part in parts
    )


READS = Exercise(
    name="reads",
    columns=(_("watched"),),
    questions=_reads_questions,
    misconceptions=(
        wrong_formula(
            "OUTSIDE_TAPE",
            lambda reading: 0.0,
            _("nothing was watched: call the function inside the `with` block."),
        ),
        wrong_formula(
            "NOT_TRAINABLE",
            lambda reading: reading.count,
            _("one too many in the last row: a Variable with trainable=False is not watched automatically."),
        ),
        wrong_behavior(
            "NOT_COUNTED",
            lambda evidence: all(map(_variables_instead_of_count, evidence.outcomes)),
            _("these are the Variables themselves. The exercise asks how many there are: count them with `len`."),
            cause=_("The answer is the Variables themselves, but the exercise asks how many there are."),
            repair=_("Count them with `len`."),
        ),
    ),
    hints=(
        _("Run the function inside a tape's `with` block, and ask the tape what it watched."),
        _("`tape.watched_variables()` returns the Variables that were watched; `len` counts them."),
        _("return len(tape.watched_variables())     # after function() inside `with tf.GradientTape() as tape:`"),
    ),
    right=_("a tape watches every trainable Variable that is read inside its block, and no others."),
)
"""Asks how many Variables a tape watches while a function runs: all trainable ones that it reads, each once."""

EXERCISES = (WATCH_ALL, READS, REPAIRED, TOTAL, ZERO_OR_NONE)
