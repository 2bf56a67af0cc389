"""Lesson 02: what a tape watches, by itself and when it is told to."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, MisconceptionKind, Question, wrong_behavior, wrong_formula
from widgets.exercises.predicates import raised_with
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import SWAPPED, VALUE_NOT_DERIVATIVE

_SAME_SOURCE = MisconceptionKind(
    "SAME_SOURCE",
    cause=_("The same source was asked about again and again."),
    repair=_("Ask once with a list: `tape.gradient(y, [a, b, c])` gives one gradient for each source."),
)


def _watch_all_questions(rng):
    p, x = spread(rng, 0.6, 2.4, 2)
    first, second, third = (tuple(spread(rng, 0.4, 2.8)) for _ in range(3))
    a, b, c = first
    u, v, w = second
    return (
        Question(
            f"{p}·a·b + c at {first}",
            (lambda a, b, c: p * a * b + c, first),
            (p * b, p * a, 1.0),
        ),
        Question(
            f"a·sin(b) + c² at {second}",
            (lambda a, b, c: a * tf.sin(b) + c * c, second),
            (np.sin(v), u * np.cos(v), 2 * w),
        ),
        Question(
            f"a·{x}² + b·{x} + c at {third}",
            (lambda a, b, c: a * x**2 + b * x + c, third),
            (x**2, x, 1.0),
        ),
    )


def _returned_parts(outcome):
    """Return what came back as a list, or an empty one if it is none."""
    return list(outcome.returned) if isinstance(outcome.returned, list | tuple) else []


def _some_are_none(evidence):
    missing = [sum(part is None for part in _returned_parts(outcome)) for outcome in evidence.outcomes]
    return all(0 < count < 3 for count in missing)


def _one_gradient_repeated(place):
    """Return a test: whether each row is one of the three numbers due, three times."""

    def test(evidence):
        due = evidence.due
        return evidence.numbers is not None and np.allclose(evidence.numbers, due[:, [place] * 3], 1e-4, 1e-4)

    return test


def _reversed_order(evidence):
    return evidence.numbers is not None and np.allclose(evidence.numbers, evidence.due[:, ::-1], 1e-4, 1e-4)


WATCH_ALL = Exercise(
    name="watch_all",
    columns=(_("first"), _("second"), _("third")),
    questions=_watch_all_questions,
    misconceptions=(
        wrong_behavior(
            "SOME_NOT_WATCHED",
            _some_are_none,
            _("some gradients are there, and some are None: the tape was told to watch only a part of the three."),
            cause=_("Of several constants the tape was told to watch only some, so the others get None."),
            repair=_("Hand all of them to `tape.watch`, as a list, before the calculation."),
        ),
        wrong_behavior(
            "TAPE_ALREADY_USED",
            raised_with("non-persistent"),
            _("the tape was asked more than once. Ask it once, with a list of the three sources."),
        ),
        wrong_behavior(
            _SAME_SOURCE,
            _one_gradient_repeated(0),
            _("the first gradient stands there three times. Each number is a source."),
        ),
        wrong_behavior(
            _SAME_SOURCE,
            _one_gradient_repeated(2),
            _("the last gradient stands there three times. Each number is a source."),
        ),
        wrong_behavior(SWAPPED, _reversed_order, _("all three are there, from back to front.")),
        wrong_formula(
            VALUE_NOT_DERIVATIVE,
            lambda function, numbers: numbers,
            _("these are the three numbers themselves, not the gradients with respect to them."),
        ),
    ),
    hints=(
        _("Make a tensor of each number. The tape has to be told that it should follow them."),
        _(
            "tensors = [tf.constant(number) for number in numbers]; inside the block first tape.watch(tensors), "
            "then y = function(*tensors). The star hands over the three one by one."
        ),
        _("return tape.gradient(y, tensors)     # after tape.watch(tensors) and y = function(*tensors) in the block"),
    ),
    right=_("a constant gets a gradient as soon as the tape is told to watch it."),
)
"""`watch_all`: the gradients of any function of three plain numbers, with respect to each of them."""


def _reads_questions(rng):
    several, again, frozen = (int(n) for n in rng.permutation([2, 3, 4]))
    return (
        Question(
            _("{count} Variables").format(count=several), (_function_reading(several), several), (float(several),)
        ),
        Question(
            _("{count} Variables, each read twice").format(count=again),
            (_function_reading(again, twice=True), again),
            (float(again),),
        ),
        Question(
            _("{count} Variables, one of them not trainable").format(count=frozen),
            (_function_reading(frozen, frozen=1), frozen),
            (frozen - 1.0,),
        ),
    )


def _function_reading(count, frozen=0, twice=False):
    """Return a function of no arguments that reads `count` Variables, the first `frozen` of which are not trainable."""

    def function():
        return sum(variable * variable if twice else variable * 2.0 for variable in variables)

    variables = [tf.Variable(1.0 + number, trainable=number >= frozen) for number in range(count)]
    return function


def _call_with_function(answer, function, count):
    return answer(function)


def _variables_instead_of_count(evidence):
    """Whether what came back each time is the right number of Variables, rather than the number."""
    return all(_is_list_of_variables(outcome.returned, outcome.question.due[0]) for outcome in evidence.outcomes)


def _is_list_of_variables(returned, count):
    inside = isinstance(returned, list | tuple) and all(isinstance(part, tf.Variable) for part in returned)
    return inside and len(returned) == count


READS = Exercise(
    name="reads",
    use=_call_with_function,
    columns=(_("watched"),),
    questions=_reads_questions,
    misconceptions=(
        wrong_formula(
            "OUTSIDE_TAPE",
            lambda function, count: 0.0,
            _("nothing was watched: the function has to run inside the `with` block."),
        ),
        wrong_formula(
            "NOT_TRAINABLE",
            lambda function, count: count,
            _("one too many in the last row: a Variable with trainable=False is not watched by itself."),
            cause=_("A Variable with `trainable=False` was expected to be watched by itself."),
            repair=_("Watch it with `tape.watch`, or make it trainable if it is to be learned."),
        ),
        wrong_behavior(
            "NOT_COUNTED",
            _variables_instead_of_count,
            _("these are the Variables themselves. Wanted is how many: `len` counts."),
            cause=_("The Variables came back, where their number was asked for."),
            repair=_("Count them with `len`."),
        ),
    ),
    hints=(
        _("Let the function run inside a tape's block, and ask the tape what it watched."),
        _("`tape.watched_variables()` gives all that were watched; `len` tells how many that is."),
        _("return len(tape.watched_variables())     # after function() inside `with tf.GradientTape() as tape:`"),
    ),
    right=_("a tape watches each trainable Variable when it is read, once, and no other."),
)
"""`reads`: how many Variables a tape watches by itself while a function runs."""
