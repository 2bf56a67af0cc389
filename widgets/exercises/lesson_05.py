"""Lesson 05, gradient descent: by hand, and with any Keras optimizer; and the mistakes that any training loop may have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import (
    ReferenceFunction,
    adam,
    cosine,
    momentum,
    parabola,
    sgd,
    x_after,
)
from widgets.exercises.exercise import Exercise, Formula, Misconception, Question, Questions, Rng, spread
from widgets.exercises.lesson_05_learning_rates import BOUNCE, LAND, LARGEST
from widgets.exercises.lesson_05_loop_order import LOOP_ORDER, draw_walks
from widgets.exercises.misconceptions import (
    diagnosed_as,
    failed_after_one_step,
    raised_with,
    wrong_behavior,
    wrong_formula,
)


def lost_variable(sentence: str) -> Misconception:
    """Return the misconception of loops whose gradient is None from the second step on."""
    return wrong_behavior("REASSIGNED_VARIABLE", failed_after_one_step("None"), sentence)


def wrong_step_count(run: Callable[..., Any], still_at_start: str) -> tuple[Misconception, ...]:
    """Return the misconceptions of loops that make the wrong number of steps.

    Args:
        run: takes what a question gives, and returns where as many steps lead as the last argument says.
        still_at_start: what is said of an answer that makes no step.

    Returns:
        A misconception for none, for one, for one too many and for one too few.
    """

    def with_steps(change: Callable[[int], int]) -> Formula:
        return lambda *given: run(*given[:-1], change(given[-1]))

    return (
        wrong_formula(shared.NOT_MOVED, with_steps(lambda n: 0), still_at_start),
        wrong_formula(
            shared.ONE_STEP,
            with_steps(lambda n: 1),
            _("this is x after the first step, whatever `iterations` is. Is `return` inside the loop?"),
        ),
        wrong_formula(shared.ONE_TOO_MANY, with_steps(lambda n: n + 1), _("this is one step too many.")),
        wrong_formula(
            shared.ONE_TOO_FEW,
            with_steps(lambda n: n - 1),
            _("this is one step too few: `for step in range(iterations)` already makes all of them."),
        ),
    )


def _walk_questions(rng: Rng) -> Questions:
    label = _("{curve} from {x}, learning rate {rate}, steps: {steps}")
    return tuple(
        Question(
            label.format(curve=curve.label, x=x, rate=rate, steps=n), (curve, x, rate, n), (_walk(curve, x, rate, n),)
        )
        for (curve, x), rate, n in zip(draw_walks(rng), spread(rng, 0.1, 0.35), (1, 7, 12), strict=True)
    )


def _walk(curve: ReferenceFunction, x: float, rate: float, iterations: int) -> Any:
    return x_after(sgd(rate), curve, x, iterations)


WALK = Exercise(
    name="walk",
    columns=("x",),
    questions=_walk_questions,
    misconceptions=(
        lost_variable(
            _(
                "one step works, but then the gradient is None: `x = x - ...` makes x an ordinary tensor, which no tape "
                "watches. Keep the Variable and change its value: x.assign_sub(...)."
            )
        ),
        wrong_formula(
            shared.UPHILL,
            lambda curve, x, rate, n: _walk(curve, x, -rate, n),
            _("this goes uphill, along the gradient. Subtract to go downhill."),
        ),
        wrong_formula(
            shared.RATE_FORGOTTEN,
            lambda curve, x, rate, n: _walk(curve, x, 1.0, n),
            _("each step is the whole gradient. Multiply it by the learning rate."),
        ),
        wrong_formula(
            shared.SAME_GRADIENT,
            lambda curve, x, rate, n: x - n * rate * curve.derivative(1, x),
            _("every step uses the gradient at the start. Record and compute it again in every iteration."),
        ),
        *wrong_step_count(
            _walk, _("this is still the start. Computing a new x does not change the Variable; x.assign_sub does.")
        ),
        wrong_formula(
            shared.VALUE_NOT_PLACE,
            lambda curve, x, rate, n: curve.derivative(0, _walk(curve, x, rate, n)),
            _("this is y at the end. The exercise asks for x."),
        ),
        wrong_formula(
            shared.VALUE_NOT_PLACE,
            lambda curve, x, rate, n: curve.derivative(0, _walk(curve, x, rate, n - 1)),
            _("this is y before the last step. The exercise asks for x after it."),
        ),
    ),
    hints=(
        _(
            "It is the loop from above, with `function` instead of f, and the learning rate and the number of steps as arguments."
        ),
        _(
            "Create the Variable before the loop; in the loop record, compute the gradient, and assign; return x after the loop."
        ),
        _("x.assign_sub(learning_rate * tape.gradient(y, x))     # in the loop, after the block of the tape"),
    ),
    right=_("record, compute the gradient, scale, assign: that is all of gradient descent."),
)
"""Asks for gradient descent by hand, any number of steps on any function: compared with NumPy's float64."""


def _train_questions(rng: Rng) -> Questions:
    rates, (curvature, floor) = spread(rng, 0.05, 0.2), spread(rng, 1.2, 2.4, 2)
    rules = (sgd(rates[0]), momentum(rates[1], 0.8), adam(rates[2]))
    curves = (parabola(curvature, floor), cosine(1.0), parabola(floor, curvature))
    label = _("{rule} on {curve} from {x}, steps: {steps}")
    return tuple(
        Question(
            label.format(rule=rule.label, curve=curve.label, x=x, steps=n),
            (rule, curve, x, n),
            (x_after(rule, curve, x, n),),
        )
        for rule, curve, x, n in zip(rules, curves, spread(rng, 2.5, 4.0), (6, 9, 12), strict=True)
    )


def _plain_sgd(rate: float) -> Misconception:
    """Return the misconception of answers that make SGD steps with one learning rate, whatever optimizer they get."""
    sentence = _(
        "every answer is plain SGD with learning rate {rate}. Use the optimizer that is passed as an argument."
    )
    return wrong_formula(
        shared.OPTIMIZER_IGNORED, lambda rule, curve, x, n: _walk(curve, x, rate, n), sentence.format(rate=rate)
    )


TRAIN = Exercise(
    name="train",
    use="new optimizer",
    columns=("x",),
    questions=_train_questions,
    misconceptions=(
        wrong_behavior(
            shared.NO_MINIMIZE,
            raised_with("minimize"),
            _(
                "optimizers of Keras 3 have no `minimize`. Compute the gradient with a tape, and pass it to apply_gradients."
            ),
        ),
        wrong_behavior(
            shared.NOT_PAIRS,
            diagnosed_as("PAIRS_MISSING", "PAIRS_SWAPPED"),
            _(
                "apply_gradients raised an exception. It takes a list of pairs, the gradient first: "
                "optimizer.apply_gradients([(gradient, x)])."
            ),
        ),
        _plain_sgd(0.01),
        _plain_sgd(0.1),
        *wrong_step_count(x_after, _("this is still the start. Only optimizer.apply_gradients changes x.")),
        wrong_formula(
            shared.VALUE_NOT_PLACE,
            lambda rule, curve, x, n: curve.derivative(0, x_after(rule, curve, x, n)),
            _("this is y at the end. The exercise asks for x."),
        ),
    ),
    hints=(
        _("It is your `walk`; only the last line of the loop changes."),
        _(
            "Record and compute the gradient as before. Then pass the gradient and x, as one pair in a list, to the optimizer."
        ),
        _("optimizer.apply_gradients([(tape.gradient(y, x), x)])     # the last line of the loop"),
    ),
    right=_("your loop works with any optimizer, however it turns gradients into steps."),
)
"""Asks for the training loop with any Keras optimizer: SGD, momentum and Adam, compared with their formulas in NumPy."""

EXERCISES = (WALK, LOOP_ORDER, TRAIN, LAND, LARGEST, BOUNCE)
