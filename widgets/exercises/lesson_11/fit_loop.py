"""Lesson 11: the whole training loop of a classifier, in mini-batches."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Question, wrong_behavior, wrong_formula
from widgets.exercises.lesson_11.model_scores import cross_entropy, cross_entropy_gradient, draw_case, weights_of
from widgets.exercises.predicates import raised_with
from widgets.exercises.reference_optimizers import momentum, sgd
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import FULL_BATCH, GRADIENT_NONE, NOT_MOVED, SAME_BATCH

_SHAPES = ((3, 12, 4), (4, 10, 5), (5, 9, 3))
"""Epochs, rows, and rows in a batch. They come out even, so that the mean over batches is the mean over rows."""


def _questions(rng):
    rates = spread(rng, 0.1, 0.4)
    rules = (sgd(rates[0]), momentum(rates[1], 0.6), sgd(rates[2]))
    return tuple(_question(rule, draw_case(rng, shape[1]), *shape) for rule, shape in zip(rules, _SHAPES, strict=True))


def _question(rule, case, epochs, rows, size):
    label = _("{rule}, epochs: {epochs}, {rows} rows, {size} at a time")
    said = label.format(rule=rule.label, epochs=epochs, rows=rows, size=size)
    return Question(said, (rule, case, epochs, size), _train_by_hand(rule, case, epochs, size))


def _train_by_hand(rule, case, epochs, size, batches=None, mean=np.mean):
    """Return the first and the last loss of an epoch, and a weight at the end."""
    weights, moves, losses = case.weights, rule.updates(), []
    next(moves)
    for _epoch in range(epochs):
        seen = []
        for rows in batches(len(case.x), size) if batches else _batches(len(case.x), size):
            seen.append(cross_entropy(weights, case.x[rows], case.labels[rows]))
            weights = weights + moves.send(cross_entropy_gradient(weights, case.x[rows], case.labels[rows]))
        losses.append(mean(seen))
    return losses[0], losses[-1], float(weights[0])


def _batches(rows, size):
    return [slice(at, at + size) for at in range(0, rows, size)]


def _call_with_new_model(answer, rule, case, epochs, size):
    """Hand over a new model and a new optimizer. What comes back is read if it is a row of as many losses as epochs."""
    model = case.model()
    losses = answer(model, rule.make(), *case.given, epochs, size)
    if not isinstance(losses, list | tuple | np.ndarray) or len(losses) != epochs:
        return losses
    return [losses[0], losses[-1], float(weights_of(model)[0])]


def _returned_list_of(count):
    """Return a test: did every question give back a list with `count(epochs, batches)` entries, and not a right one?"""

    def test(evidence):
        return evidence.numbers is None and all(
            isinstance(outcome.returned, list | tuple | np.ndarray)
            and len(outcome.returned) == count(epochs, rows // size)
            for outcome, (epochs, rows, size) in zip(evidence.outcomes, _SHAPES, strict=True)
        )

    return test


MY_FIT = Exercise(
    name="my_fit",
    use=_call_with_new_model,
    columns=(_("first epoch"), _("last epoch"), _("a weight")),
    questions=_questions,
    misconceptions=(
        wrong_behavior(
            "LOSS_PER_BATCH",
            _returned_list_of(lambda epochs, batches: epochs * batches),
            _("the list has a loss for each batch. Wanted is one for each epoch: the mean over its batches."),
            cause=_("The list has a loss for each batch."),
            repair=_("Take the mean over the batches of an epoch, and keep that."),
        ),
        wrong_behavior(
            "ONE_EPOCH",
            _returned_list_of(lambda epochs, batches: 1),
            _("the list has one loss only, whatever `epochs` is. Is `return` inside the loop, or the list made anew?"),
            cause=_("Only one epoch was run, or only one loss kept."),
            repair=_("Return after both loops, and make the list before them."),
        ),
        wrong_behavior(
            GRADIENT_NONE,
            raised_with("No gradients provided"),
            _("the gradients are None. Was the loss worked out inside the block of the tape, and from this model?"),
        ),
        wrong_formula(
            "LAST_BATCH_ONLY",
            lambda *given: _train_by_hand(*given, mean=lambda seen: seen[-1]),
            _("this is the loss of an epoch's last batch. Take the mean over all its batches."),
            cause=_("The loss of an epoch's last batch stands for the whole epoch."),
            repair=_("Take the mean over all batches of the epoch."),
        ),
        wrong_formula(
            "LOSSES_SUMMED",
            lambda *given: _train_by_hand(*given, mean=np.sum),
            _("these are sums over the batches, so smaller batches would look worse. Take the mean."),
            cause=_("The losses of the batches were summed, so smaller batches look worse."),
            repair=_("Take the mean over the batches."),
        ),
        wrong_formula(
            FULL_BATCH,
            lambda *given: _train_by_hand(*given, batches=lambda rows, size: [slice(0, rows)]),
            _("each epoch is one step with all rows. Take `size` rows at a time, with a step for each batch."),
        ),
        wrong_formula(
            SAME_BATCH,
            lambda *given: _train_by_hand(*given, batches=lambda rows, size: [slice(0, size)] * (rows // size)),
            _("there are enough steps, and every one sees the first rows again. Move on: x[at:at + size]."),
        ),
        wrong_formula(
            "FIRST_BATCH_ONLY",
            lambda *given: _train_by_hand(*given, batches=lambda rows, size: _batches(rows, size)[:1]),
            _("only the first batch of each epoch had its turn. Go through all the rows before the epoch ends."),
            cause=_("Only the first batch of each epoch had its turn."),
            repair=_("Go through all the rows before the epoch ends."),
        ),
        wrong_formula(
            NOT_MOVED,
            lambda rule, case, epochs, size: (
                (cross_entropy(case.weights, case.x, case.labels),) * 2 + (case.weights[0],)
            ),
            _("the losses do not change, because the model does not. Make a step for each batch."),
        ),
    ),
    hints=(
        _("Two loops: over the epochs, and inside it over the places where the batches begin. one_step does the rest."),
        _(
            "`for at in range(0, len(x), size)`, with x[at:at + size] and labels[at:at + size]; collect what one_step gives."
        ),
        _(
            "losses.append(np.mean(batch))     # after the inner loop, where batch.append(one_step(model, optimizer, ...))"
        ),
    ),
    right=_("you have written what `fit` does, and you can change any line of it."),
)
"""`my_fit`: the whole training loop of a classifier, in mini-batches, with the loss of each epoch."""
