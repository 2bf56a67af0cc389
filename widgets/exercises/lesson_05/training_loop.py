"""Lesson 05: gradient descent by hand, and with any Keras optimizer."""

from __future__ import annotations

from typing import Any

from widgets.common.catalogue import _
from widgets.exercises.exercise import (
    Answer,
    Evidence,
    Exercise,
    Formula,
    Outcome,
    Question,
    Questions,
    Rng,
    wrong_behavior,
    wrong_formula,
)
from widgets.exercises.predicates import raised_with
from widgets.exercises.reference_functions import ReferenceFunction, cosine, parabola, x_exp_minus_x
from widgets.exercises.reference_optimizers import ReferenceOptimizer, adam, momentum, sgd, x_after
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import (
    GRADIENT_NONE,
    NO_MINIMIZE,
    NOT_MOVED,
    NOT_PAIRS,
    ONE_STEP,
    ONE_TOO_FEW,
    ONE_TOO_MANY,
    OPTIMIZER_IGNORED,
    RATE_FORGOTTEN,
    SAME_GRADIENT,
    UPHILL,
    VALUE_NOT_PLACE,
)


def _walk_questions(rng: Rng) -> Questions:
    curves = (parabola(*spread(rng, 1.2, 2.4, 2)), cosine(1.0), x_exp_minus_x())
    places = (*spread(rng, 2.5, 4.0, 1), *spread(rng, 1.5, 2.5, 1), *spread(rng, 1.3, 2.0, 1))
    asked = zip(curves, places, spread(rng, 0.1, 0.35), (1, 7, 12), strict=True)
    return tuple(_walk_question(*given) for given in asked)


def _walk_question(curve: ReferenceFunction, x: float, rate: float, iterations: int) -> Question:
    label = _("{curve} from {x}, learning rate {rate}, steps: {steps}")
    due = (x_after(sgd(rate), curve, x, iterations),)
    return Question(
        label.format(curve=curve.label, x=x, rate=rate, steps=iterations), (curve, x, rate, iterations), due
    )


def _gradient_was_none(outcome: Outcome) -> bool:
    return outcome.fault is not None and "None" in outcome.fault.message


def _none_after_one_step(evidence: Evidence) -> bool:
    """Return whether one step works, and the gradient is None in every later one."""
    first, *others = evidence.outcomes
    return first.numbers is not None and all(map(_gradient_was_none, others))


def _none_at_once(evidence: Evidence) -> bool:
    return all(map(_gradient_was_none, evidence.outcomes))


WALK = Exercise(
    name="walk",
    columns=("x",),
    questions=_walk_questions,
    misconceptions=(
        wrong_behavior(
            "REASSIGNED_VARIABLE",
            _none_after_one_step,
            _(
                "one step works, but then the gradient is None: `x = x - ...` makes x an ordinary tensor, which no tape "
                "watches. Keep the Variable and change its value: x.assign_sub(...)."
            ),
        ),
        wrong_behavior(
            GRADIENT_NONE,
            _none_at_once,
            _(
                "the gradient is None at the first step. Is x a tf.Variable, and is function(x) called inside the block?"
            ),
        ),
        wrong_formula(
            UPHILL,
            lambda curve, x, rate, n: x_after(sgd(-rate), curve, x, n),
            _("this goes uphill, along the gradient. Subtract to go downhill."),
        ),
        wrong_formula(
            RATE_FORGOTTEN,
            lambda curve, x, rate, n: x_after(sgd(1.0), curve, x, n),
            _("each step is the whole gradient. Multiply it by the learning rate."),
        ),
        wrong_formula(
            SAME_GRADIENT,
            lambda curve, x, rate, n: x - n * rate * curve.derivative(1, x),
            _("every step uses the gradient at the start. Record and compute it again in every iteration."),
        ),
        wrong_formula(
            NOT_MOVED,
            lambda curve, x, rate, n: x,
            _("this is still the start. Computing a new x does not change the Variable; x.assign_sub does."),
        ),
        wrong_formula(
            ONE_STEP,
            lambda curve, x, rate, n: x_after(sgd(rate), curve, x, 1),
            _("this is x after the first step, whatever `iterations` is. Is `return` inside the loop?"),
        ),
        wrong_formula(
            ONE_TOO_MANY,
            lambda curve, x, rate, n: x_after(sgd(rate), curve, x, n + 1),
            _("this is one step too many."),
        ),
        wrong_formula(
            ONE_TOO_FEW,
            lambda curve, x, rate, n: x_after(sgd(rate), curve, x, n - 1),
            _("this is one step too few: `for step in range(iterations)` already makes all of them."),
        ),
        wrong_formula(
            VALUE_NOT_PLACE,
            lambda curve, x, rate, n: curve.derivative(0, x_after(sgd(rate), curve, x, n)),
            _("this is y at the end. The exercise asks for x."),
        ),
        wrong_formula(
            VALUE_NOT_PLACE,
            lambda curve, x, rate, n: curve.derivative(0, x_after(sgd(rate), curve, x, n - 1)),
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
    asked = zip(rules, curves, spread(rng, 2.5, 4.0), (6, 9, 12), strict=True)
    return tuple(_train_question(*given) for given in asked)


def _train_question(rule: ReferenceOptimizer, curve: ReferenceFunction, x: float, iterations: int) -> Question:
    label = _("{rule} on {curve} from {x}, steps: {steps}")
    due = (x_after(rule, curve, x, iterations),)
    return Question(
        label.format(rule=rule.label, curve=curve.label, x=x, steps=iterations), (rule, curve, x, iterations), due
    )


def _call_with_new_optimizer(
    answer: Answer, rule: ReferenceOptimizer, curve: ReferenceFunction, x: float, iterations: int
) -> Any:
    """Call the answer with a new optimizer: a used one remembers its Variables."""
    return answer(rule.make(), curve, x, iterations)


def _plain_sgd(rate: float) -> Formula:
    """Return the formula of answers that make SGD steps with one learning rate, whatever optimizer they get."""
    return lambda rule, curve, x, n: x_after(sgd(rate), curve, x, n)


TRAIN = Exercise(
    name="train",
    use=_call_with_new_optimizer,
    columns=("x",),
    questions=_train_questions,
    misconceptions=(
        wrong_behavior(
            NO_MINIMIZE,
            raised_with("minimize"),
            _(
                "optimizers of Keras 3 have no `minimize`. Compute the gradient with a tape, and pass it to apply_gradients."
            ),
        ),
        wrong_behavior(
            GRADIENT_NONE,
            raised_with("No gradients provided"),
            _("the gradient is None. Is x a tf.Variable, and is function(x) called inside the block of the tape?"),
        ),
        wrong_behavior(
            NOT_PAIRS,
            raised_with("", "apply_gradients"),
            _(
                "apply_gradients raised an exception. It takes a list of pairs, the gradient first: "
                "optimizer.apply_gradients([(gradient, x)])."
            ),
        ),
        *(
            wrong_formula(
                OPTIMIZER_IGNORED,
                _plain_sgd(rate),
                _(
                    "every answer is plain SGD with learning rate {rate}. Use the optimizer that is passed as an argument."
                ).format(rate=rate),
            )
            for rate in (0.01, 0.1)
        ),
        wrong_formula(
            NOT_MOVED,
            lambda rule, curve, x, n: x,
            _("this is still the start. Only optimizer.apply_gradients changes x."),
        ),
        wrong_formula(
            ONE_STEP,
            lambda rule, curve, x, n: x_after(rule, curve, x, 1),
            _("this is x after the first step, whatever `iterations` is. Is `return` inside the loop?"),
        ),
        wrong_formula(
            ONE_TOO_MANY,
            lambda rule, curve, x, n: x_after(rule, curve, x, n + 1),
            _("this is one step too many."),
        ),
        wrong_formula(
            ONE_TOO_FEW,
            lambda rule, curve, x, n: x_after(rule, curve, x, n - 1),
            _("this is one step too few: `for step in range(iterations)` already makes all of them."),
        ),
        wrong_formula(
            VALUE_NOT_PLACE,
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
