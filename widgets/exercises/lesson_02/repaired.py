"""`repaired`: dz/dx of z = (x·sin(x))², out of a function with three faults, for whole numbers too."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.answer_numbers import close
from widgets.exercises.exercise import Exercise, Misconception, at, mistaken
from widgets.exercises.seeds import spread
from widgets.exercises.tape_checks import diagnosed_as


def _slope(x):
    return 2 * x * np.sin(x) * (np.sin(x) + x * np.cos(x))


def _through_the_factor_only(x):
    return 2 * x * np.sin(x) ** 2


def _questions(rng):
    places = (*spread(rng, 0.4, 2.8, 2), int(rng.integers(1, 4)))
    return tuple(at(x, _slope(x)) for x in places)


def _readable(evidence):
    """Return the pairs (x, number) of the outcomes that are numbers."""
    return [(o.question.given[0], o.numbers[0]) for o in evidence.outcomes if o.numbers is not None]


def _gives(formula):
    """Return a test: whether the numbers there are, if not for each question, are those of a formula."""

    def test(evidence):
        pairs = _readable(evidence)
        return bool(pairs) and all(close(number, formula(x)) for x, number in pairs)

    return test


def _only_whole_numbers_fail(evidence):
    failed = [isinstance(o.question.given[0], int) for o in evidence.outcomes if o.numbers is None]
    return failed == [True] and _gives(_slope)(evidence)


REPAIRED = Exercise(
    name="repaired",
    columns=("dz/dx",),
    questions=_questions,
    misconceptions=(
        Misconception(
            "INTEGER_DTYPE",
            _only_whole_numbers_fail,
            _(
                "two faults are gone. The third shows with a whole number: it makes an integer Variable, and integers "
                "have no slope. Make a float of it first."
            ),
        ),
        Misconception(
            "OUTSIDE_TAPE",
            diagnosed_as("OUTSIDE_TAPE"),
            _("None: y is still worked out before the tape is there. Indent its line, so that it is inside the block."),
        ),
        Misconception(
            "LEFT_TENSORFLOW",
            _gives(_through_the_factor_only),
            _("the tape saw a number times x: np.sin worked out the sine without TensorFlow. Use tf.sin."),
        ),
        mistaken(
            "WRONG_SOURCE",
            lambda x: 2 * x * np.sin(x),
            _("this is dz/dy: y became the source. Let the tape see how y is made, and ask about x."),
        ),
        mistaken(
            "WRONG_TARGET",
            lambda x: np.sin(x) + x * np.cos(x),
            _("this is dy/dx. The target is z, the square of y."),
        ),
        mistaken(
            "VALUE_NOT_DERIVATIVE",
            lambda x: (x * np.sin(x)) ** 2,
            _("this is z itself, not its gradient."),
        ),
    ),
    hints=(
        _("Go through it line by line and ask of each: is it inside the block? Is it TensorFlow's? Is it a float?"),
        _(
            "The line with y belongs into the block; the sine must be tf.sin; and start may be a whole number: float(start)."
        ),
        _("x = tf.Variable(float(start))     # and inside the block y = x * tf.sin(x), then z = y**2"),
    ),
    right=_("three causes of None, found and mended."),
)
