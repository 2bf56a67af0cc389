"""Lesson 07, minimize: as a tf.function, and until the gradient is small."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import ReferenceOptimizer, momentum, sgd, x_after
from widgets.exercises.exercise import Exercise, Formula, Numbers, Question, Questions, Rng, spread
from widgets.exercises.lesson_07_minimize_step import (
    CALLED_WITH_ARGUMENT,
    GRADIENTS,
    MINIMIZE,
    Valley,
    calls_question,
)
from widgets.exercises.misconceptions import raised_with, returned, wrong_behavior, wrong_formula
from widgets.exercises.traced_once import changing_function

_CALLS = 6


def _make_step_questions(rng: Rng) -> Questions:
    (rate, other), (p, q) = spread(rng, 0.05, 0.2, 2), spread(rng, 0.5, 2.0, 2)
    rules, valleys = (sgd(rate), momentum(other, 0.8)), (Valley(0.5, 1.5, p, q), Valley(1.0, 0.25, q, -p))
    places = zip(spread(rng, 2.5, 4.0, 2), spread(rng, -4.0, -2.5, 2), strict=True)
    return tuple(calls_question(*asked, _CALLS, 1) for asked in zip(rules, valleys, places, strict=True))


def _after_steps(steps: int, runs: int) -> Formula:
    """Return the formula of answers that make this number of steps, with this number of runs of f in Python."""
    return lambda rule, valley, place, calls: (*x_after(rule, valley, place, steps), runs)


MAKE_STEP = Exercise(
    name="make_step",
    use="a step as a graph",
    columns=("u", "v", _("runs of f in Python")),
    questions=_make_step_questions,
    confirmed_by=(changing_function(_make_step_questions, place=1, runs=2), shared.NOT_A_GRAPH),
    misconceptions=(
        wrong_behavior(
            "STEP_NOT_RETURNED",
            returned(lambda returned: returned is None),
            _("the result is not a function. Return the function `step` itself, without parentheses."),
            cause=_("The function was called instead of returned, so the result is None."),
            repair=_("Return the function itself, without parentheses."),
        ),
        wrong_behavior(
            "STEP_WANTS_ARGUMENTS",
            raised_with("missing"),
            _(
                "the step is called without arguments: step(). It can use optimizer, f, and variables of the function around it."
            ),
            cause=_("The inner function has parameters that it does not need."),
            repair=_("Define it without parameters, inside the function that has the optimizer, f, and the variables."),
        ),
        wrong_formula(
            shared.NOT_A_GRAPH,
            _after_steps(_CALLS, _CALLS),
            _(
                "the steps are right, but Python runs f in each of them, so this is not a tf.function. Put @tf.function above `def step`."
            ),
        ),
        wrong_formula(
            shared.ONE_STEP,
            _after_steps(1, 1),
            _("only one step is made, however often step() is called. Call minimize inside the function."),
        ),
        wrong_formula(
            shared.NOT_MOVED,
            lambda rule, valley, place, calls: (*place, 0),
            _("the Variables did not change, and f never ran. What does `step` do?"),
        ),
    ),
    hints=(
        _("Inside make_step define a function without parameters that calls your minimize. Then return it."),
        _("`@tf.function` goes on the line above `def step():`. Return `step`, not `step()`."),
        _("@tf.function     # then:  def step(): minimize(optimizer, f, variables)     and at the end:  return step"),
    ),
    right=_("Python ran f once to trace the graph, and never again. Each call now runs that graph in TensorFlow."),
)
"""Asks for the step as a tf.function: compared with the formula in NumPy, and f may only run while it is traced."""


_MOST_CALLS = 200  # of f: an answer is stopped after as many

_FEW, _SOME, _MANY = (2, 5), (6, 10), (11, 15)
"""Ranges of the numbers of steps, the end excluded."""


def _until_questions(rng: Rng) -> Questions:
    rates, distances = spread(rng, 0.06, 0.21), spread(rng, 1.5, 3.0)
    steps = [int(rng.integers(*bounds)) for bounds in (_FEW, _SOME, _MANY)]
    return tuple(_until_question(*given) for given in zip(rates, steps, distances, (1, -1, 1), strict=True))


def _until_question(rate: float, steps: int, distance: float, side: int) -> Question:
    """Ask for a gradient size that is clearly passed, half a step away from the neighboring steps.

    v decides: it is slower, and starts further away. Its gradient is negative, that of u has either sign.
    """
    valley, place = Valley(1.0, 0.5, -1.0, 1.0), (-1.0 + side * distance / 4, 1.0 - distance)
    small = float(f"{distance * (1 - rate) ** (steps - 0.5):.4g}")
    label = _("{rule}, gradients below {small}").format(rule=sgd(rate).label, small=small)
    return Question(label, (sgd(rate), valley, place, small), (steps,))


def _stopping_when(is_over: Callable[[Numbers, float, float], bool]) -> Formula:
    """Return the formula of answers that stop when `is_over(gradient, y, small)` holds, in float64."""

    def count_steps(rule: ReferenceOptimizer, valley: Valley, place: Sequence[float], small: float) -> int:
        x, steps, updates = np.array(place, float), 0, rule.updates()
        next(updates)
        while steps < _MOST_CALLS and not is_over(valley.derivative(1, x), valley.derivative(0, x), small):
            x, steps = x + updates.send(valley.derivative(1, x)), steps + 1
        return steps

    return count_steps


def _all_small(slopes: Numbers, _y: float, small: float) -> bool:
    return bool((abs(slopes) < small).all())


UNTIL = Exercise(
    name="until",
    use="until it stops",
    columns=(_("steps"),),
    questions=_until_questions,
    misconceptions=(
        wrong_behavior(
            "NEVER_STOPS",
            lambda evidence: any(o.fault is not None and o.fault.kind == "Endless" for o in evidence.outcomes),
            _("it was stopped after hundreds of steps. Compute the gradients again in each iteration of the loop."),
            cause=_("The loop compares gradients that never change, so it never ends."),
            repair=_("Compute the gradients again in each iteration, after the Variables have changed."),
        ),
        CALLED_WITH_ARGUMENT,
        wrong_formula(
            shared.SIGN_OF_GRADIENT,
            _stopping_when(lambda slopes, y, small: bool((slopes < small).all())),
            _("a slope of -6 is smaller than 0.1, but steep. Compare its size: abs(slope) < small."),
        ),
        wrong_formula(
            "ONE_IS_ENOUGH",
            _stopping_when(lambda slopes, y, small: bool((abs(slopes) < small).any())),
            _("it stops as soon as one gradient is small. The other may still be large: wait for all of them."),
            cause=_("The loop ends as soon as one gradient is small, while another may still be large."),
            repair=_("Wait until the largest of them is small."),
        ),
        wrong_formula(
            "VALUE_NOT_SLOPE",
            _stopping_when(lambda slopes, y, small: y < small),
            _("it stops when y is small, but the minimum can be at any height. Look at the gradients."),
            cause=_(
                "The loop compares the value of the function, but only its gradient shows whether a minimum is near."
            ),
            repair=_("Compare the sizes of the gradients."),
        ),
        wrong_formula(
            shared.ONE_TOO_MANY,
            lambda *given: _stopping_when(_all_small)(*given) + 1,
            _("this is one step too many. Check the gradients before each step, and count the steps, not the checks."),
        ),
        wrong_formula(
            shared.ONE_TOO_FEW,
            lambda *given: _stopping_when(_all_small)(*given) - 1,
            _("this is one step too few: it stops while a gradient is not small yet."),
        ),
    ),
    hints=(
        _("Write a `while` loop: as long as one of the gradients is not small, call minimize and count."),
        _("`gradients(f, variables)` returns the gradients without changing anything; compare abs() of each."),
        _(
            "while max(abs(g.numpy()) for g in gradients(f, variables)) >= small:     # inside: minimize, and steps += 1"
        ),
    ),
    right=_("now the loop itself decides when to stop. You no longer have to guess the number of steps."),
)
"""Asks to minimize until every gradient is small, and to count the steps: compared with NumPy's float64."""

EXERCISES = (GRADIENTS, MINIMIZE, MAKE_STEP, UNTIL)
