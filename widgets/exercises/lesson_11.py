"""Lesson 11, a model of your own: its loss, and one training step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import (
    CLASSES,
    ClassifierCase,
    ReferenceOptimizer,
    adam,
    cross_entropy,
    cross_entropy_gradient,
    draw_case,
    sgd,
)
from widgets.exercises.exercise import (
    Evidence,
    Exercise,
    Formula,
    MisconceptionKind,
    Numbers,
    Question,
    Questions,
    Rng,
    spread,
)
from widgets.exercises.lesson_11_classifier import ACCURACY, MY_FIT
from widgets.exercises.misconceptions import diagnosed_as, raised_with, returned, wrong_behavior, wrong_formula


def _mse_questions(rng: Rng) -> Questions:
    asked = zip((5, 8, 12), spread(rng, -1.0, 1.0), spread(rng, 0.5, 2.0), strict=True)
    return tuple(_mse_question(rng, *given) for given in asked)


def _mse_question(rng: Rng, rows: int, weight: float, bias: float) -> Question:
    x = rng.normal(0.0, 1.0, rows).round(2)
    y = (0.7 * x + 1.5 + rng.normal(0.0, 0.6, rows)).round(2)
    label = _("{rows} rows, weight {weight}, bias {bias}").format(rows=rows, weight=weight, bias=bias)
    return Question(label, (weight, bias, x, y), (float(np.mean((weight * x + bias - y) ** 2)),))


def _from_errors(formula: Callable[[Numbers], npt.ArrayLike]) -> Formula:
    """Return `formula`, which takes the errors of all rows, as a formula of what a question gives."""
    return lambda weight, bias, x, y: formula(weight * x + bias - y)


def _one_number_per_row(evidence: Evidence) -> bool:
    """Return whether every result is an array instead of one number."""
    return all(outcome.unreadable is not None and outcome.unreadable.kind == "shape" for outcome in evidence.outcomes)


MSE = Exercise(
    name="mse",
    use="regression model",
    columns=(_("loss"),),
    questions=_mse_questions,
    misconceptions=(
        wrong_formula(
            "BROADCAST",
            lambda weight, bias, x, y: np.mean(((weight * x + bias)[:, None] - y) ** 2),
            _(
                "every prediction was compared with every label: a column minus a row is a matrix. Give both the same shape, "
                "for example with tf.reshape(y, (-1, 1)) or model(x)[:, 0]."
            ),
            cause=_("A column minus a row is a matrix, so every prediction was compared with every label."),
            repair=_("Give both the same shape, for example with model(x)[:, 0] or tf.reshape(y, (-1, 1))."),
        ),
        wrong_formula(
            shared.SUM_NOT_MEAN,
            _from_errors(lambda off: np.sum(off**2)),
            _("this is the sum over all rows. Use the mean, so that the loss does not grow with the data."),
        ),
        wrong_formula(
            "SIGNED_ERROR",
            _from_errors(np.mean),
            _("errors above and below cancel each other here. Square them before you take the mean."),
            cause=_("Errors above and below cancel each other in the loss."),
            repair=_("Square the errors before you take the mean."),
        ),
        wrong_formula(
            "ROOT_TAKEN",
            _from_errors(lambda off: np.sqrt(np.mean(off**2))),
            _("this is the root of the mean squared error. The exercise asks for the mean squared error itself."),
            cause=_("The root of the mean squared error was taken."),
            repair=_("Leave out the root: the loss is the mean squared error itself."),
        ),
        wrong_formula(
            "NOT_SQUARED",
            _from_errors(lambda off: np.mean(np.abs(off))),
            _("this is the mean absolute error. The exercise asks for the mean of the squares."),
            cause=_("The absolute errors were averaged, not their squares."),
            repair=_("Square each error before you take the mean."),
        ),
        wrong_behavior(
            "ROW_BY_ROW",
            _one_number_per_row,
            _("the answer has one number for each row. A loss is a single number: take the mean over the rows."),
            cause=_("The loss has a number for each row."),
            repair=_("Take the mean over the rows: a loss is one number."),
        ),
    ),
    hints=(
        _("Print the shapes of model(x) and y. What is the shape of their difference?"),
        _("Take the only column of model(x), subtract y, square, and take the mean."),
        _("return tf.reduce_mean((model(x)[:, 0] - y)**2)"),
    ),
    right=_("each penguin's prediction is compared with its own label only."),
)
"""Asks for the mean squared error of a model with one output, whose labels come in a plain row: in closed form."""


_PART_OF_THE_MODEL = MisconceptionKind(
    "PART_OF_THE_MODEL",
    cause=_("Only some of the model's weights moved."),
    repair=_("Compute the gradients of all of model.trainable_variables, and pass them all to the optimizer."),
)


def _one_step_questions(rng: Rng) -> Questions:
    rates = spread(rng, 0.1, 0.5)
    rules = (sgd(rates[0]), adam(rates[1]), sgd(rates[2]))
    return tuple(_one_step_question(rule, draw_case(rng, rows)) for rule, rows in zip(rules, (6, 9, 12), strict=True))


def _one_step_question(rule: ReferenceOptimizer, case: ClassifierCase) -> Question:
    label = _("{rule}, {rows} rows").format(rule=rule.label, rows=len(case.x))
    return Question(label, (rule, case), _after_step(rule, case))


def _first_update(rule: ReferenceOptimizer, case: ClassifierCase) -> Numbers:
    """Return the first update of each weight."""
    updates = rule.updates()
    next(updates)
    update: Numbers = updates.send(cross_entropy_gradient(case.weights, case.x, case.labels))
    return update


def _after_step(
    rule: ReferenceOptimizer, case: ClassifierCase, part: float = 1.0, weights: slice = slice(None)
) -> tuple[float, float, float]:
    """Return the loss before a step, and the first weight and bias after it, or after a part of it."""
    moved = case.weights.copy()
    moved[weights] += part * _first_update(rule, case)[weights]
    return cross_entropy(case.weights, case.x, case.labels), *_one_weight_and_bias(moved)


def _one_weight_and_bias(weights: Numbers) -> tuple[float, float]:
    return float(weights[0]), float(weights[-CLASSES])


def _with_loss_after_step(rule: ReferenceOptimizer, case: ClassifierCase) -> list[float]:
    moved = case.weights + _first_update(rule, case)
    return [cross_entropy(moved, case.x, case.labels), *_one_weight_and_bias(moved)]


ONE_STEP = Exercise(
    name="one_step",
    use="one step of a classifier",
    columns=(_("loss"), _("a weight"), _("a bias")),
    questions=_one_step_questions,
    misconceptions=(
        wrong_behavior(
            "LOSS_NOT_RETURNED",
            returned(lambda returned: isinstance(returned, list) and returned[0] is None),
            _("the loss was not returned: end the function with `return loss`."),
            cause=_("The step was made, but the loss was not returned."),
            repair=_("End the function with `return loss`."),
        ),
        wrong_behavior(
            shared.NO_MINIMIZE,
            raised_with("minimize"),
            _("optimizers of Keras 3 have no `minimize`. Compute the gradients, and pass them to apply_gradients."),
        ),
        wrong_behavior(
            shared.NOT_PAIRS,
            diagnosed_as("PAIRS_MISSING", "PAIRS_SWAPPED"),
            _(
                "apply_gradients raised an exception. It takes pairs of a gradient and its Variable: "
                "optimizer.apply_gradients(zip(gradients, variables))."
            ),
        ),
        wrong_formula(
            shared.NOT_MOVED,
            lambda rule, case: _after_step(rule, case, part=0.0),
            _("the loss is right, but the model did not change. Pass the gradients to the optimizer."),
        ),
        wrong_formula(
            shared.UPHILL,
            lambda rule, case: _after_step(rule, case, part=-1.0),
            _("the step goes uphill. The optimizer already subtracts: pass the gradients unchanged."),
        ),
        wrong_formula(
            "TWO_STEPS_IN_ONE",
            lambda rule, case: _after_step(rule, case, part=2.0),
            _("the weights moved twice as far as in one step."),
            cause=_("The weights moved twice as far as in one step."),
            repair=_("Pass the gradients to the optimizer once, unchanged."),
        ),
        wrong_formula(
            _PART_OF_THE_MODEL,
            lambda rule, case: _after_step(rule, case, weights=slice(0, -CLASSES)),
            _("the kernel moved, but the bias did not. Compute the gradients of all of model.trainable_variables."),
        ),
        wrong_formula(
            _PART_OF_THE_MODEL,
            lambda rule, case: _after_step(rule, case, weights=slice(-CLASSES, None)),
            _("the bias moved, but the kernel did not. Compute the gradients of all of model.trainable_variables."),
        ),
        wrong_formula(
            shared.OPTIMIZER_IGNORED,
            lambda rule, case: _after_step(sgd(0.1), case),
            _("every answer is plain SGD with learning rate 0.1. Use the optimizer that is passed as an argument."),
        ),
        wrong_formula(
            "LOSS_AFTERWARDS",
            _with_loss_after_step,
            _("the step is right. The exercise asks for the loss before it, the one that the tape recorded."),
            cause=_("The loss was computed again after the step."),
            repair=_("Return the loss that the tape recorded before the step."),
        ),
    ),
    hints=(
        _("The end of every training step is missing: gradients, then the optimizer, then `return loss`."),
        _("tape.gradient takes the whole list of variables. zip makes pairs from two lists."),
        _("optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))"),
    ),
    right=_("that is one training step, for this model and for the largest ones."),
)
"""Asks for one training step of a classifier: loss, gradients and update compared with NumPy's float64."""

EXERCISES = (MSE, ONE_STEP, MY_FIT, ACCURACY)
