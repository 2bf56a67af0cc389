"""`watch_all`: the gradients of any function of three plain numbers, with respect to each of them."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.predicates import raised_with
from widgets.exercises.seeds import spread


def _questions(rng):
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


def _parts(outcome):
    """Return what came back as a list, or an empty one if it is none."""
    return list(outcome.returned) if isinstance(outcome.returned, list | tuple) else []


def _some_are_none(evidence):
    missing = [sum(part is None for part in _parts(outcome)) for outcome in evidence.outcomes]
    return all(0 < count < 3 for count in missing)


def _all(place):
    """Return a test: whether each row is one of the three numbers due, three times."""

    def test(evidence):
        due = evidence.due
        return evidence.numbers is not None and np.allclose(evidence.numbers, due[:, [place] * 3], 1e-4, 1e-4)

    return test


def _backward(evidence):
    return evidence.numbers is not None and np.allclose(evidence.numbers, evidence.due[:, ::-1], 1e-4, 1e-4)


WATCH_ALL = Exercise(
    name="watch_all",
    columns=(_("first"), _("second"), _("third")),
    questions=_questions,
    misconceptions=(
        Misconception(
            "SOME_NOT_WATCHED",
            _some_are_none,
            _("some gradients are there, and some are None: the tape was told to watch only a part of the three."),
        ),
        Misconception(
            "TAPE_ALREADY_USED",
            raised_with("non-persistent"),
            _("the tape was asked more than once. Ask it once, with a list of the three sources."),
        ),
        Misconception(
            "SAME_SOURCE", _all(0), _("the first gradient stands there three times. Each number is a source.")
        ),
        Misconception(
            "SAME_SOURCE", _all(2), _("the last gradient stands there three times. Each number is a source.")
        ),
        Misconception("SWAPPED", _backward, _("all three are there, from back to front.")),
        mistaken(
            "VALUE_NOT_DERIVATIVE",
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
