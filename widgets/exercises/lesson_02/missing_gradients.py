"""Lesson 02: fixing gradients that are None, and getting 0 in place of None on purpose."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.answer_numbers import close
from widgets.exercises.exercise import Exercise, Question, at, wrong_behavior, wrong_formula
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import VALUE_NOT_DERIVATIVE, WRONG_SOURCE
from widgets.exercises.tape_checks import diagnosed_as


def _repaired_derivative(x):
    return 2 * x * np.sin(x) * (np.sin(x) + x * np.cos(x))


def _derivative_of_factor_only(x):
    return 2 * x * np.sin(x) ** 2


def _repaired_questions(rng):
    places = (*spread(rng, 0.4, 2.8, 2), int(rng.integers(1, 4)))
    return tuple(at(x, _repaired_derivative(x)) for x in places)


def _inputs_and_numbers(evidence):
    """Return the pairs (x, number) of the outcomes that are numbers."""
    return [(o.question.given[0], o.numbers[0]) for o in evidence.outcomes if o.numbers is not None]


def _numbers_match(formula):
    """Return a test: whether the numbers there are, if not for each question, are those of a formula."""

    def test(evidence):
        pairs = _inputs_and_numbers(evidence)
        return bool(pairs) and all(close(number, formula(x)) for x, number in pairs)

    return test


def _only_integers_fail(evidence):
    failed = [isinstance(o.question.given[0], int) for o in evidence.outcomes if o.numbers is None]
    return failed == [True] and _numbers_match(_repaired_derivative)(evidence)


REPAIRED = Exercise(
    name="repaired",
    columns=("dz/dx",),
    questions=_repaired_questions,
    misconceptions=(
        wrong_behavior(
            "INTEGER_DTYPE",
            _only_integers_fail,
            _(
                "two faults are gone. The third shows with a whole number: it makes an integer Variable, and integers "
                "have no slope. Make a float of it first."
            ),
        ),
        wrong_behavior(
            "OUTSIDE_TAPE",
            diagnosed_as("OUTSIDE_TAPE"),
            _("None: y is still worked out before the tape is there. Indent its line, so that it is inside the block."),
        ),
        wrong_behavior(
            "LEFT_TENSORFLOW",
            _numbers_match(_derivative_of_factor_only),
            _("the tape saw a number times x: np.sin worked out the sine without TensorFlow. Use tf.sin."),
        ),
        wrong_formula(
            WRONG_SOURCE,
            lambda x: 2 * x * np.sin(x),
            _("this is dz/dy: y became the source. Let the tape see how y is made, and ask about x."),
        ),
        wrong_formula(
            "WRONG_TARGET",
            lambda x: np.sin(x) + x * np.cos(x),
            _("this is dy/dx. The target is z, the square of y."),
            cause=_("The gradient is that of a number on the way, not of the last one."),
            repair=_("Put the number whose change you want to know in front: `tape.gradient(target, source)`."),
        ),
        wrong_formula(
            VALUE_NOT_DERIVATIVE,
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
"""`repaired`: dz/dx of z = (x·sin(x))², out of a function with three faults, for whole numbers too."""


TOTAL = Exercise(
    name="total",
    columns=(_("slope"),),
    questions=lambda rng: tuple(at(x, 1 + 2 * x + 3 * x**2) for x in spread(rng, 0.5, 2.5)),
    misconceptions=(
        wrong_behavior(
            "ASSIGNED_IN_TAPE",
            diagnosed_as("ASSIGNED_IN_TAPE"),
            _(
                "None: the total is still a Variable, and what is assigned to one keeps no way back. Use a plain number."
            ),
        ),
        wrong_formula(
            "LAST_ONLY",
            lambda x: 3 * x**2,
            _("this is the slope of the last term alone: each round overwrote what was there. Add to it."),
            cause=_("In a loop each round overwrote the result of the one before, so only the last has a slope."),
            repair=_("Add to what is there: `total = total + term`."),
        ),
        wrong_formula(
            VALUE_NOT_DERIVATIVE,
            lambda x: x + x**2 + x**3,
            _("this is the total itself, not its slope."),
        ),
    ),
    hints=(
        _("The total should not be a Variable: what is assigned to one leaves no track on the tape."),
        _("Begin with total = 0.0, an ordinary number, and let each round make a new total."),
        _("total = total + x**power"),
    ),
    right=_("each new total is a tensor that remembers how it was made."),
)
"""`total`: the slope of x + x² + x³, added up in a loop without losing the way back."""


def _zero_or_none_questions(rng):
    p, q = spread(rng, 0.6, 2.4, 2)
    u, v, w = spread(rng, 0.4, 2.8)
    return (
        Question(f"{p}·x² at {u}", (lambda x: p * x**2, u), (2 * p * u,)),
        Question(_("{q}, whatever x is, at {x}").format(q=q, x=v), (lambda x: tf.constant(q), v), (0.0,)),
        Question(_("x rounded down at {x}").format(x=w), (tf.floor, w), (0.0,)),
    )


def _none_where_zero_is_due(evidence):
    """Whether the slope that exists is right, and None came back for each 0."""
    first, *others = evidence.outcomes
    found = first.numbers is not None and close(first.numbers, first.question.due).all()
    return bool(found) and any(outcome.returned is None for outcome in others)


ZERO_OR_NONE = Exercise(
    name="zero_or_none",
    columns=(_("slope"),),
    questions=_zero_or_none_questions,
    misconceptions=(
        wrong_behavior(
            "NONE_NOT_ZERO",
            _none_where_zero_is_due,
            _("where there is no way back you give None. Wanted is 0 there: tape.gradient can be asked for that."),
            cause=_(
                "None was passed on where 0 was wanted: None says that no way leads back, 0 that the way is level."
            ),
            repair=_('Ask with `unconnected_gradients="zero"` where a missing way should count as 0.'),
        ),
        wrong_formula(
            "ZERO_HIDES_NONE",
            lambda function, start: 0.0,
            _("0 everywhere, also where there is a slope: the 0 hides that x was not watched, or not used."),
            cause=_('`unconnected_gradients="zero"` turned a forgotten watch into a 0 that looks like a slope.'),
            repair=_("Find out first why it is None; ask for 0 only where no way back is what you expect."),
        ),
        wrong_formula(
            VALUE_NOT_DERIVATIVE,
            lambda function, start: float(function(tf.constant(start))),
            _("this is what the function gives, not its slope."),
        ),
    ),
    hints=(
        _("It is the usual four lines. Only the question to the tape is put a little differently."),
        _('`tape.gradient` takes one more argument, `unconnected_gradients=`. Its value is "none" or "zero".'),
        _('return tape.gradient(y, x, unconnected_gradients="zero")'),
    ),
    right=_("0 where nothing leads back. Use it on purpose, never to silence a None that you cannot explain."),
)
"""`zero_or_none`: the slope of any function, and 0 where there is no way back."""
