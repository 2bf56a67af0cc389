"""Lesson 02: fixing gradients that are None, and getting 0 in place of None on purpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from widgets.answers.answer_numbers import close
from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import ReferenceFunction, polynomial
from widgets.exercises.exercise import Evidence, EvidenceTest, Exercise, Formula, Question, Questions, Rng, at, spread
from widgets.exercises.misconceptions import diagnosed_as, wrong_behavior, wrong_formula


def _repaired_derivative(x: float) -> float:
    return float(2 * x * np.sin(x) * (np.sin(x) + x * np.cos(x)))


def _derivative_of_factor_only(x: float) -> float:
    return float(2 * x * np.sin(x) ** 2)


def _repaired_questions(rng: Rng) -> Questions:
    places = (*spread(rng, 0.4, 2.8, 2), int(rng.integers(1, 4)))
    return tuple(at(x, _repaired_derivative(x)) for x in places)


def _inputs_and_numbers(evidence: Evidence) -> list[tuple[Any, float]]:
    """Return (x, number) for each outcome that is a number."""
    return [(o.question.given[0], o.numbers[0]) for o in evidence.outcomes if o.numbers is not None]


def _numbers_match(formula: Formula) -> EvidenceTest:
    """Return a test: do all results that are numbers, at least one, match a formula?"""

    def test(evidence: Evidence) -> bool:
        pairs = _inputs_and_numbers(evidence)
        return bool(pairs) and all(close(number, formula(x)) for x, number in pairs)

    return test


def _only_integers_fail(evidence: Evidence) -> bool:
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
                "two faults are fixed. The third shows with an integer: it makes an integer Variable, and a tape does "
                "not differentiate integers. Convert it to a float first."
            ),
        ),
        wrong_behavior(
            "OUTSIDE_TAPE",
            diagnosed_as("OUTSIDE_TAPE"),
            _(
                "None: y is still computed before the tape opens. Indent its line, so that it is inside the `with` block."
            ),
        ),
        wrong_behavior(
            "LEFT_TENSORFLOW",
            _numbers_match(_derivative_of_factor_only),
            _("the tape saw a number times x: np.sin computed the sine without TensorFlow. Use tf.sin."),
        ),
        wrong_formula(
            shared.WRONG_SOURCE,
            lambda x: 2 * x * np.sin(x),
            _("this is dz/dy: y became the source. Let the tape record how y is computed, and use x as the source."),
        ),
        wrong_formula(
            "WRONG_TARGET",
            lambda x: np.sin(x) + x * np.cos(x),
            _("this is dy/dx. The target is z, the square of y."),
            cause=_("The gradient is that of an intermediate value, not of the last one."),
            repair=_("Pass the number that you want to differentiate as the target: `tape.gradient(target, source)`."),
        ),
        wrong_formula(
            shared.VALUE_NOT_DERIVATIVE,
            lambda x: (x * np.sin(x)) ** 2,
            _("this is z itself, not its gradient."),
        ),
    ),
    hints=(
        _("Go through it line by line. Is the line inside the block? Does it use TensorFlow? Is the number a float?"),
        _(
            "The line with y belongs inside the block, the sine must be tf.sin, and start may be an integer: float(start)."
        ),
        _("x = tf.Variable(float(start))     # and inside the block y = x * tf.sin(x), then z = y**2"),
    ),
    right=_("you have found and fixed three causes of None."),
)
"""Asks to fix three faults in a function that should return dz/dx of z = (x·sin(x))², for integers too."""


TOTAL = Exercise(
    name="total",
    columns=(_("slope"),),
    questions=lambda rng: tuple(at(x, 1 + 2 * x + 3 * x**2) for x in spread(rng, 0.5, 2.5)),
    misconceptions=(
        wrong_behavior(
            "ASSIGNED_IN_TAPE",
            diagnosed_as("ASSIGNED_IN_TAPE"),
            _(
                "None: the total is still a Variable, and gradients do not flow through assignments. Use a plain number."
            ),
        ),
        wrong_formula(
            "LAST_ONLY",
            lambda x: 3 * x**2,
            _("this is the slope of the last term alone: each iteration overwrote the total. Add to it."),
            cause=_(
                "Each iteration of the loop overwrote the result of the one before, so only the last one has a slope."
            ),
            repair=_("Add to the total: `total = total + term`."),
        ),
        wrong_formula(
            shared.VALUE_NOT_DERIVATIVE,
            lambda x: x + x**2 + x**3,
            _("this is the total itself, not its slope."),
        ),
    ),
    hints=(
        _("The total should not be a Variable: a tape does not record assignments."),
        _("Start with total = 0.0, an ordinary number, and compute a new total in each iteration."),
        _("total = total + x**power"),
    ),
    right=_("each new total is a new tensor, and the tape recorded how it was computed."),
)
"""Asks for the gradient of x + x² + x³, summed in a loop: 1 + 2x + 3x²."""


def _level(code: str, value: Callable[[float], float]) -> ReferenceFunction:
    """Return a function whose slope is 0 where it has one."""
    return ReferenceFunction(f"lambda x: {code}", code, lambda order, x: value(x) if order == 0 else 0.0)


def _zero_or_none_questions(rng: Rng) -> Questions:
    p, q = spread(rng, 0.6, 2.4, 2)
    u, v, w = spread(rng, 0.4, 2.8)
    return (
        Question(f"{p}·x² at {u}", (polynomial(f"{p} * x**2", f"{p}·x²", 0.0, 0.0, p), u), (2 * p * u,)),
        Question(
            _("{q}, whatever x is, at {x}").format(q=q, x=v), (_level(f"tf.constant({q})", lambda x: q), v), (0.0,)
        ),
        Question(_("x rounded down at {x}").format(x=w), (_level("tf.floor(x)", np.floor), w), (0.0,)),
    )


def _none_where_zero_is_due(evidence: Evidence) -> bool:
    """Return whether the slope that exists is right, and a result is None where 0 is due."""
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
            _(
                "where there is no path, your answer is None. The exercise asks for 0 there; tape.gradient has an argument for that."
            ),
            cause=_(
                "The answer is None, but the exercise asks for 0: None means that there is no path, 0 that the slope is 0."
            ),
            repair=_('Use `unconnected_gradients="zero"` where a missing path should count as 0.'),
        ),
        wrong_formula(
            "ZERO_HIDES_NONE",
            lambda curve, start: 0.0,
            _("this is 0 everywhere, even where there is a slope: the 0 hides that x was not watched, or not used."),
            cause=_('`unconnected_gradients="zero"` turned a missing watch into a 0 that looks like a slope.'),
            repair=_("First find out why it is None; ask for 0 only where you expect that there is no path."),
        ),
        wrong_formula(
            shared.VALUE_NOT_DERIVATIVE,
            lambda curve, start: curve.derivative(0, start),
            _("this is the value of the function, not its slope."),
        ),
    ),
    hints=(
        _("It is the usual four lines. Only the call of tape.gradient changes a little."),
        _('`tape.gradient` has one more argument, `unconnected_gradients=`. Its value is "none" or "zero".'),
        _('return tape.gradient(y, x, unconnected_gradients="zero")'),
    ),
    right=_("you get 0 where no path leads back. Use it on purpose, never to hide a None that you cannot explain."),
)
"""Asks for the slope of any function, and for 0 where no path leads back to x."""
