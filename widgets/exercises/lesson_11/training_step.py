"""Lesson 11: one training step of a classifier."""

from __future__ import annotations

from typing import Any

from widgets.common.catalogue import _
from widgets.exercises.exercise import (
    Answer,
    Evidence,
    Exercise,
    MisconceptionKind,
    Numbers,
    Question,
    Questions,
    Rng,
    wrong_behavior,
    wrong_formula,
)
from widgets.exercises.lesson_11.classifier import (
    CLASSES,
    Case,
    cross_entropy,
    cross_entropy_gradient,
    draw_case,
    weights_of,
)
from widgets.exercises.predicates import raised_with
from widgets.exercises.reference_optimizers import ReferenceOptimizer, adam, sgd
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import (
    GRADIENT_NONE,
    NO_MINIMIZE,
    NOT_MOVED,
    NOT_PAIRS,
    OPTIMIZER_IGNORED,
    UPHILL,
)

_PART_OF_THE_MODEL = MisconceptionKind(
    "PART_OF_THE_MODEL",
    cause=_("Only some of the model's weights moved."),
    repair=_("Compute the gradients of all of model.trainable_variables, and pass them all to the optimizer."),
)


def _questions(rng: Rng) -> Questions:
    rates = spread(rng, 0.1, 0.5)
    rules = (sgd(rates[0]), adam(rates[1]), sgd(rates[2]))
    return tuple(_question(rule, draw_case(rng, rows)) for rule, rows in zip(rules, (6, 9, 12), strict=True))


def _question(rule: ReferenceOptimizer, case: Case) -> Question:
    label = _("{rule}, {rows} rows")
    return Question(label.format(rule=rule.label, rows=len(case.x)), (rule, case), _after_step(rule, case))


def _first_update(rule: ReferenceOptimizer, case: Case) -> Numbers:
    """Return the first update of each weight."""
    updates = rule.updates()
    next(updates)
    update: Numbers = updates.send(cross_entropy_gradient(case.weights, case.x, case.labels))
    return update


def _after_step(
    rule: ReferenceOptimizer, case: Case, part: float = 1.0, weights: slice = slice(None)
) -> tuple[float, float, float]:
    """Return the loss before a step, and the first weight and bias after it, or after a part of it."""
    moved = case.weights.copy()
    moved[weights] += part * _first_update(rule, case)[weights]
    return cross_entropy(case.weights, case.x, case.labels), *_one_weight_and_bias(moved)


def _one_weight_and_bias(weights: Numbers) -> tuple[float, float]:
    return float(weights[0]), float(weights[-CLASSES])


def _call_with_new_model(answer: Answer, rule: ReferenceOptimizer, case: Case) -> Any:
    """Call the answer with a new model and optimizer, and read the model's weights afterwards."""
    model = case.model()
    returned = answer(model, rule.make(), *case.given)
    return ... if returned is ... else [returned, *_one_weight_and_bias(weights_of(model))]


def _with_loss_after_step(rule: ReferenceOptimizer, case: Case) -> list[float]:
    moved = case.weights + _first_update(rule, case)
    return [cross_entropy(moved, case.x, case.labels), *_one_weight_and_bias(moved)]


def _loss_missing(evidence: Evidence) -> bool:
    """Return whether every loss is None."""
    return all(
        outcome.fault is None and isinstance(outcome.returned, list) and outcome.returned[0] is None
        for outcome in evidence.outcomes
    )


ONE_STEP = Exercise(
    name="one_step",
    use=_call_with_new_model,
    columns=(_("loss"), _("a weight"), _("a bias")),
    questions=_questions,
    misconceptions=(
        wrong_behavior(
            "LOSS_NOT_RETURNED",
            _loss_missing,
            _("the loss was not returned: end the function with `return loss`."),
            cause=_("The step was made, but the loss was not returned."),
            repair=_("End the function with `return loss`."),
        ),
        wrong_behavior(
            NO_MINIMIZE,
            raised_with("minimize"),
            _("optimizers of Keras 3 have no `minimize`. Compute the gradients, and pass them to apply_gradients."),
        ),
        wrong_behavior(
            GRADIENT_NONE,
            raised_with("No gradients provided"),
            _("the gradients are None. Is the loss computed inside the block of the tape, from this model?"),
        ),
        wrong_behavior(
            NOT_PAIRS,
            raised_with("", "apply_gradients"),
            _(
                "apply_gradients raised an exception. It takes pairs of a gradient and its Variable: "
                "optimizer.apply_gradients(zip(gradients, variables))."
            ),
        ),
        wrong_formula(
            NOT_MOVED,
            lambda rule, case: _after_step(rule, case, part=0.0),
            _("the loss is right, but the model did not change. Pass the gradients to the optimizer."),
        ),
        wrong_formula(
            UPHILL,
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
            OPTIMIZER_IGNORED,
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
