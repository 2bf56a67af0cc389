"""Lesson 07: `minimize` as a tf.function, and until the gradient is small."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import CallCounter, one_trace_or_all
from widgets.exercises.exercise import Exercise, Question, wrong_behavior, wrong_formula
from widgets.exercises.lesson_07.minimize_step import Valley
from widgets.exercises.predicates import raised_with, returned
from widgets.exercises.reference_optimizers import momentum, sgd, x_after
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import (
    F_TAKES_NOTHING,
    GRADIENT_NONE,
    NOT_A_GRAPH,
    NOT_MOVED,
    ONE_STEP,
    ONE_TOO_FEW,
    ONE_TOO_MANY,
    SIGN_OF_GRADIENT,
)

_CALLS = 6
_MOST_TRACES = 2  # an optimizer that makes its variables in the first call is traced twice


def _make_step_questions(rng):
    (rate, other), (p, q) = spread(rng, 0.05, 0.2, 2), spread(rng, 0.5, 2.0, 2)
    rules, valleys = (sgd(rate), momentum(other, 0.8)), (Valley(0.5, 1.5, p, q), Valley(1.0, 0.25, q, -p))
    places = zip(spread(rng, 2.5, 4.0, 2), spread(rng, -4.0, -2.5, 2), strict=True)
    return tuple(map(_make_step_question, rules, valleys, places))


def _make_step_question(rule, valley, place):
    label = _("{rule}, calls: {steps}").format(rule=rule.label, steps=_CALLS)
    return Question(label, (rule, valley, place), (*x_after(rule, valley, place, _CALLS), 1))


def _call_step_repeatedly(answer, rule, valley, place):
    """Return where the step leads when it is called again and again, and how often Python ran f meanwhile."""
    f, variables = valley.over(place)
    counted = CallCounter(f)
    step = answer(rule.make(), counted, variables)
    if not callable(step):
        return step
    for _call in range(_CALLS):
        step()
    return [*map(float, variables), one_trace_or_all(counted.runs, _MOST_TRACES)]


def _after_steps(steps, runs):
    """Return the formula of answers that take so many steps, with f run so often."""
    return lambda rule, valley, place: (*x_after(rule, valley, place, steps), runs)


MAKE_STEP = Exercise(
    name="make_step",
    use=_call_step_repeatedly,
    columns=("u", "v", _("times Python ran f")),
    questions=_make_step_questions,
    misconceptions=(
        wrong_behavior(
            "STEP_NOT_RETURNED",
            returned(lambda returned: returned is None),
            _("what came back is no function. Return the function `step` itself, with no brackets behind it."),
            cause=_("The function was called where it should have been handed back, so nothing came back."),
            repair=_("Return the function's name, with no brackets behind it."),
        ),
        wrong_behavior(
            "STEP_WANTS_ARGUMENTS",
            raised_with("missing"),
            _(
                "the step is called with nothing in its brackets: step(). It finds optimizer, f and variables where it was made."
            ),
            cause=_("The function that was made still wants to be given what it could have kept."),
            repair=_("Define it with empty brackets, inside the function that has the optimizer, f and the variables."),
        ),
        wrong_behavior(
            GRADIENT_NONE,
            raised_with("No gradients provided"),
            _("the gradients are None: the tape saw nothing of f. Call f() inside the block of the tape."),
        ),
        wrong_formula(
            NOT_A_GRAPH,
            _after_steps(_CALLS, _CALLS),
            _(
                "the steps are right, but Python runs f at each of them: this is no tf.function. Put @tf.function above `def step`."
            ),
        ),
        wrong_formula(
            ONE_STEP,
            _after_steps(1, 1),
            _("only one step is made, however often step() is called. The step belongs inside the function."),
        ),
        wrong_formula(
            NOT_MOVED,
            lambda rule, valley, place: (*place, 0),
            _("the Variables are where they were, and f was never run. What happens inside `step`?"),
        ),
    ),
    hints=(
        _("Inside make_step define a function that takes nothing and calls your minimize. Then return it."),
        _("`@tf.function` goes on the line above `def step():`. What is returned is `step`, not `step()`."),
        _("@tf.function     # then:  def step(): minimize(optimizer, f, variables)     and at the end:  return step"),
    ),
    right=_(
        "Python ran f to make the graph, and never again. Each call is now one graph that TensorFlow runs by itself."
    ),
)
"""`make_step`: the step as a tf.function. Judged by where it leads and by how often Python still runs f."""


_MOST_CALLS = 500  # calls of f after which an answer is stopped

_FEW, _SOME, _MANY = (2, 5), (6, 10), (11, 15)
"""From how many steps, to under how many."""


class Endless(Exception):
    """The answer goes on and on."""


def _until_questions(rng):
    rates, distances = spread(rng, 0.06, 0.21), spread(rng, 1.5, 3.0)
    steps = [int(rng.integers(*bounds)) for bounds in (_FEW, _SOME, _MANY)]
    return tuple(_until_question(*given) for given in zip(rates, steps, distances, (1, -1, 1), strict=True))


def _until_question(rate, steps, distance, side):
    """Ask for a size of the slopes that is passed clearly, half a step away from both neighbours.

    v decides: it is the slower one, and begins further away. Its slope is negative, that of u is of either sign.
    """
    valley, place = Valley(1.0, 0.5, -1.0, 1.0), (-1.0 + side * distance / 4, 1.0 - distance)
    small = float(f"{distance * (1 - rate) ** (steps - 0.5):.4g}")
    label = _("{rule}, slopes below {small}").format(rule=sgd(rate).label, small=small)
    return Question(label, (rate, valley, place, small), (steps,))


def _call_with_limit(answer, rate, valley, place, small):
    f, variables = valley.over(place)
    calls = iter(range(_MOST_CALLS))

    def watched():
        if next(calls, None) is None:
            raise Endless
        return f()

    return answer(sgd(rate).make(), watched, variables, small)


def _steps_until(rate, valley, place, is_over):
    """Return after how many steps `is_over(slopes, y)` holds: by hand, in float64."""
    place, steps = np.array(place, float), 0
    while steps < _MOST_CALLS and not is_over(valley.derivative(1, place), valley.derivative(0, place)):
        place, steps = place - rate * valley.derivative(1, place), steps + 1
    return steps


def _stopping_when(is_over):
    """Return the formula of answers that stop when `is_over(slopes, y, small)` holds."""
    return lambda rate, valley, place, small: _steps_until(
        rate, valley, place, lambda slopes, y: is_over(slopes, y, small)
    )


def _all_small(slopes, _y, small):
    return (abs(slopes) < small).all()


UNTIL = Exercise(
    name="until",
    use=_call_with_limit,
    columns=(_("steps"),),
    questions=_until_questions,
    misconceptions=(
        wrong_behavior(
            "NEVER_STOPS",
            lambda evidence: any(outcome.fault and outcome.fault.kind == "Endless" for outcome in evidence.outcomes),
            _(
                "after hundreds of steps it was still going, and was stopped. Take the slopes anew in each round of the loop."
            ),
            cause=_("The loop looks at slopes that never change, so it never ends."),
            repair=_("Take the slopes anew in each round, after the Variables have moved."),
        ),
        wrong_behavior(
            F_TAKES_NOTHING,
            raised_with("takes 0 positional", "f("),
            _(
                "f was called with something in its brackets. It takes nothing: it knows its Variables already. Write f()."
            ),
        ),
        wrong_formula(
            SIGN_OF_GRADIENT,
            _stopping_when(lambda slopes, y, small: (slopes < small).all()),
            _("a slope of -6 is smaller than 0.1, and yet steep. Compare its size: abs(slope) < small."),
        ),
        wrong_formula(
            "ONE_IS_ENOUGH",
            _stopping_when(lambda slopes, y, small: (abs(slopes) < small).any()),
            _("it stops as soon as one slope is small. The other may still be steep: wait for all of them."),
            cause=_("The loop ends as soon as one slope is small, while another may still be steep."),
            repair=_("Wait until the largest of them is small."),
        ),
        wrong_formula(
            "VALUE_NOT_SLOPE",
            _stopping_when(lambda slopes, y, small: y < small),
            _("it stops when y is small. How low a floor lies says nothing; look at the slopes."),
            cause=_("The height of the function was compared, where its slope tells whether a floor is near."),
            repair=_("Compare the size of the gradients."),
        ),
        wrong_formula(
            ONE_TOO_MANY,
            lambda *given: _stopping_when(_all_small)(*given) + 1,
            _("this is one step too many. Look at the slopes before each step, and count the steps, not the looks."),
        ),
        wrong_formula(
            ONE_TOO_FEW,
            lambda *given: _stopping_when(_all_small)(*given) - 1,
            _("this is one step too few: it stops while a slope is not yet small."),
        ),
    ),
    hints=(
        _("A `while` loop: as long as one of the slopes is not small, call minimize and count."),
        _("`gradients(f, variables)` tells the slopes without moving anything; abs() of each is what to compare."),
        _(
            "while max(abs(g.numpy()) for g in gradients(f, variables)) >= small:     # inside: minimize, and steps += 1"
        ),
    ),
    right=_("now the loop decides itself when it has done enough. No more guessing at a thousand."),
)
"""`until`: minimize until every slope is small, and count the steps."""
