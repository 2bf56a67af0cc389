"""Lesson 11: the whole training loop of a classifier, in mini-batches, and its accuracy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from widgets.answers.plain_values import Tensor
from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import (
    ClassifierCase,
    ReferenceOptimizer,
    cross_entropy,
    cross_entropy_gradient,
    draw_case,
    logits,
    momentum,
    sgd,
)
from widgets.exercises.exercise import (
    Evidence,
    EvidenceTest,
    Exercise,
    Question,
    Questions,
    Rng,
    spread,
)
from widgets.exercises.misconceptions import wrong_behavior, wrong_formula

_ROW_COUNTS = (7, 11, 16)


def _accuracy_questions(rng: Rng) -> Questions:
    label = _("{rows} rows")
    cases = [_draw_mixed_case(rng, rows) for rows in _ROW_COUNTS]
    return tuple(Question(label.format(rows=len(case.x)), (case,), (_share_of_hits(case),)) for case in cases)


def _draw_mixed_case(rng: Rng, rows: int) -> ClassifierCase:
    """Return a ClassifierCase in which some predictions are right, some wrong, and not equally many."""
    case = draw_case(rng, rows)
    while _count_hits(case) in (0, rows / 2, rows):
        case = draw_case(rng, rows)
    return case


def _count_hits(case: ClassifierCase) -> int:
    return int(np.sum(np.argmax(logits(case.weights, case.x), axis=1) == case.labels))


def _share_of_hits(case: ClassifierCase) -> float:
    return _count_hits(case) / len(case.x)


ACCURACY = Exercise(
    name="accuracy",
    use="classifier",
    columns=(_("accuracy"),),
    questions=_accuracy_questions,
    misconceptions=(
        wrong_formula(
            "COUNT_NOT_SHARE",
            _count_hits,
            _("this is the number of right predictions. Divide by the number of rows."),
            cause=_("The right predictions were counted."),
            repair=_("Divide by the number of rows: take the mean of True and False."),
        ),
        wrong_formula(
            "PER_CENT",
            lambda case: 100 * _share_of_hits(case),
            _("this is a percentage. The exercise asks for a number between 0 and 1."),
            cause=_("The answer is a percentage."),
            repair=_("Return a number between 0 and 1."),
        ),
        wrong_formula(
            "ERRORS_COUNTED",
            lambda case: 1 - _share_of_hits(case),
            _("this is the share of wrong predictions. Compare with `==`."),
            cause=_("The answer is the share of wrong predictions."),
            repair=_("Compare with `==`."),
        ),
        wrong_formula(
            "LEAST_LIKELY",
            lambda case: np.mean(np.argmin(logits(case.weights, case.x), axis=1) == case.labels),
            _("this uses the class with the *lowest* output. The model predicts the one with the highest: argmax."),
            cause=_("The class with the lowest output was used as the prediction."),
            repair=_("Use the class with the highest output: argmax."),
        ),
    ),
    hints=(
        _("The model returns three numbers for each row. The highest of them is its prediction."),
        _("np.argmax(model(x), axis=1) gives the predictions. Compare them with labels; True counts as 1 in a mean."),
        _("return np.mean(np.argmax(model(x), axis=1) == labels)"),
    ),
    right=_("training minimizes the loss, but accuracy is what you report."),
)
"""Asks for the accuracy: the share of rows whose label has the highest output."""


_SHAPES = ((3, 12, 4), (4, 10, 5), (5, 9, 3))
"""Epochs, rows, and rows in a batch. They divide evenly, so that the mean over batches is the mean over rows."""


def _my_fit_questions(rng: Rng) -> Questions:
    rates = spread(rng, 0.1, 0.4)
    rules = (sgd(rates[0]), momentum(rates[1], 0.6), sgd(rates[2]))
    return tuple(_my_fit_question(rng, rule, *shape) for rule, shape in zip(rules, _SHAPES, strict=True))


def _my_fit_question(rng: Rng, rule: ReferenceOptimizer, epochs: int, rows: int, size: int) -> Question:
    label = _("{rule}, epochs: {epochs}, {rows} rows, {size} at a time")
    given = rule, draw_case(rng, rows), epochs, size
    return Question(label.format(rule=rule.label, epochs=epochs, rows=rows, size=size), given, _train_by_hand(*given))


def _train_by_hand(
    rule: ReferenceOptimizer,
    case: ClassifierCase,
    epochs: int,
    size: int,
    *,
    batches: Callable[[int, int], list[slice]] | None = None,
    mean: Callable[[list[float]], Any] = np.mean,
) -> tuple[float, float, float]:
    """Return the losses of the first and the last epoch, and a weight at the end."""
    weights, updates, losses = case.weights, rule.updates(), []
    next(updates)
    for _epoch in range(epochs):
        seen = []
        for rows in (batches or _batches)(len(case.x), size):
            seen.append(cross_entropy(weights, case.x[rows], case.labels[rows]))
            weights = weights + updates.send(cross_entropy_gradient(weights, case.x[rows], case.labels[rows]))
        losses.append(mean(seen))
    return losses[0], losses[-1], float(weights[0])


def _batches(rows: int, size: int) -> list[slice]:
    return [slice(at, at + size) for at in range(0, rows, size)]


def _returned_list_of(count: Callable[[int, int], int]) -> EvidenceTest:
    """Return a test: is every result a list with `count(epochs, batches)` entries, and not the right number of them?"""

    def test(evidence: Evidence) -> bool:
        return evidence.numbers is None and all(
            isinstance(outcome.returned, list | tuple | Tensor) and len(outcome.returned) == count(epochs, rows // size)
            for outcome, (epochs, rows, size) in zip(evidence.outcomes, _SHAPES, strict=True)
        )

    return test


MY_FIT = Exercise(
    name="my_fit",
    use="epochs of a classifier",
    columns=(_("first epoch"), _("last epoch"), _("a weight")),
    questions=_my_fit_questions,
    misconceptions=(
        wrong_behavior(
            "LOSS_PER_BATCH",
            _returned_list_of(lambda epochs, batches: epochs * batches),
            _(
                "the list has a loss for each batch. The exercise asks for one for each epoch: the mean over its batches."
            ),
            cause=_("The list has a loss for each batch."),
            repair=_("Keep the mean over the batches of each epoch."),
        ),
        wrong_behavior(
            "ONE_EPOCH",
            _returned_list_of(lambda epochs, batches: 1),
            _(
                "the list has only one loss, whatever `epochs` is. Is `return` inside the loop, or is the list created there?"
            ),
            cause=_("Only one epoch was run, or only one loss was kept."),
            repair=_("Return after both loops, and create the list before them."),
        ),
        wrong_formula(
            "LAST_BATCH_ONLY",
            lambda *given: _train_by_hand(*given, mean=lambda seen: seen[-1]),
            _("this is the loss of the last batch of an epoch. Take the mean over all its batches."),
            cause=_("The loss of the last batch was used for the whole epoch."),
            repair=_("Take the mean over all batches of the epoch."),
        ),
        wrong_formula(
            "LOSSES_SUMMED",
            lambda *given: _train_by_hand(*given, mean=np.sum),
            _("these are sums over the batches, so smaller batches would look worse. Use the mean."),
            cause=_("The losses of the batches were summed, so smaller batches look worse."),
            repair=_("Take the mean over the batches."),
        ),
        wrong_formula(
            shared.FULL_BATCH,
            lambda *given: _train_by_hand(*given, batches=lambda rows, size: [slice(0, rows)]),
            _("each epoch is one step with all rows. Use `size` rows at a time, with a step for each batch."),
        ),
        wrong_formula(
            shared.SAME_BATCH,
            lambda *given: _train_by_hand(*given, batches=lambda rows, size: [slice(0, size)] * (rows // size)),
            _("the number of steps is right, but every step uses the first rows. Move on: x[at:at + size]."),
        ),
        wrong_formula(
            "FIRST_BATCH_ONLY",
            lambda *given: _train_by_hand(*given, batches=lambda rows, size: _batches(rows, size)[:1]),
            _("only the first batch of each epoch was used. Go through all the rows before the epoch ends."),
            cause=_("Only the first batch of each epoch was used."),
            repair=_("Go through all the rows before the epoch ends."),
        ),
        wrong_formula(
            shared.NOT_MOVED,
            lambda rule, case, epochs, size: (
                (cross_entropy(case.weights, case.x, case.labels),) * 2 + (case.weights[0],)
            ),
            _("the losses do not change, because the model does not change. Make a step for each batch."),
        ),
    ),
    hints=(
        _(
            "Use two loops: one over the epochs, and inside it one over the rows where the batches begin. one_step does the rest."
        ),
        _(
            "`for at in range(0, len(x), size)`, with x[at:at + size] and labels[at:at + size]; collect the results of one_step."
        ),
        _(
            "losses.append(np.mean(batch))     # after the inner loop, where batch.append(one_step(model, optimizer, ...))"
        ),
    ),
    right=_("you have written your own `fit`, and you can change any line of it."),
)
"""Asks for the training loop of a classifier in mini-batches, with the loss of each epoch: compared with NumPy's float64."""
