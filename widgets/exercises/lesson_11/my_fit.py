"""`my_fit`: the whole training loop of a classifier, in mini-batches, with the loss of each epoch."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.lesson_11.classes import draw, gradient, loss, row
from widgets.exercises.predicates import raised_with
from widgets.exercises.reference_optimizers import momentum, sgd
from widgets.exercises.seeds import spread

SHAPES = ((3, 12, 4), (4, 10, 5), (5, 9, 3))
"""Epochs, rows, and rows in a batch. They come out even, so that the mean over batches is the mean over rows."""


def _questions(rng):
    rates = spread(rng, 0.1, 0.4)
    rules = (sgd(rates[0]), momentum(rates[1], 0.6), sgd(rates[2]))
    return tuple(_question(rule, draw(rng, shape[1]), *shape) for rule, shape in zip(rules, SHAPES, strict=True))


def _question(rule, case, epochs, rows, size):
    label = _("{rule}, epochs: {epochs}, {rows} rows, {size} at a time")
    said = label.format(rule=rule.label, epochs=epochs, rows=rows, size=size)
    return Question(said, (rule, case, epochs, size), _trained(rule, case, epochs, size))


def _trained(rule, case, epochs, size, batches=None, mean=np.mean):
    """Return the first and the last loss of an epoch, and a weight at the end."""
    weights, moves, losses = case.weights, rule.updates(), []
    next(moves)
    for _epoch in range(epochs):
        seen = []
        for rows in batches(len(case.x), size) if batches else _batches(len(case.x), size):
            seen.append(loss(weights, case.x[rows], case.labels[rows]))
            weights = weights + moves.send(gradient(weights, case.x[rows], case.labels[rows]))
        losses.append(mean(seen))
    return losses[0], losses[-1], float(weights[0])


def _batches(rows, size):
    return [slice(at, at + size) for at in range(0, rows, size)]


def _with_a_new_model(answer, rule, case, epochs, size):
    """Hand over a new model and a new optimizer. What comes back is read if it is a row of as many losses as epochs."""
    model = case.model()
    losses = answer(model, rule.make(), *case.given, epochs, size)
    if not isinstance(losses, list | tuple | np.ndarray) or len(losses) != epochs:
        return losses
    return [losses[0], losses[-1], float(row(model)[0])]


def _returned(count):
    """Return a test: did every question give back a list with `count(epochs, batches)` entries, and not a right one?"""

    def test(evidence):
        return evidence.numbers is None and all(
            isinstance(outcome.returned, list | tuple | np.ndarray)
            and len(outcome.returned) == count(epochs, rows // size)
            for outcome, (epochs, rows, size) in zip(evidence.outcomes, SHAPES, strict=True)
        )

    return test


MY_FIT = Exercise(
    name="my_fit",
    use=_with_a_new_model,
    columns=(_("first epoch"), _("last epoch"), _("a weight")),
    questions=_questions,
    misconceptions=(
        Misconception(
            "LOSS_PER_BATCH",
            _returned(lambda epochs, batches: epochs * batches),
            _("the list has a loss for each batch. Wanted is one for each epoch: the mean over its batches."),
        ),
        Misconception(
            "ONE_EPOCH",
            _returned(lambda epochs, batches: 1),
            _("the list has one loss only, whatever `epochs` is. Is `return` inside the loop, or the list made anew?"),
        ),
        Misconception(
            "GRADIENT_NONE",
            raised_with("No gradients provided"),
            _("the gradients are None. Was the loss worked out inside the block of the tape, and from this model?"),
        ),
        mistaken(
            "LAST_BATCH_ONLY",
            lambda *given: _trained(*given, mean=lambda seen: seen[-1]),
            _("this is the loss of an epoch's last batch. Take the mean over all its batches."),
        ),
        mistaken(
            "LOSSES_SUMMED",
            lambda *given: _trained(*given, mean=np.sum),
            _("these are sums over the batches, so smaller batches would look worse. Take the mean."),
        ),
        mistaken(
            "FULL_BATCH",
            lambda *given: _trained(*given, batches=lambda rows, size: [slice(0, rows)]),
            _("each epoch is one step with all rows. Take `size` rows at a time, with a step for each batch."),
        ),
        mistaken(
            "SAME_BATCH",
            lambda *given: _trained(*given, batches=lambda rows, size: [slice(0, size)] * (rows // size)),
            _("there are enough steps, and every one sees the first rows again. Move on: x[at:at + size]."),
        ),
        mistaken(
            "FIRST_BATCH_ONLY",
            lambda *given: _trained(*given, batches=lambda rows, size: _batches(rows, size)[:1]),
            _("only the first batch of each epoch had its turn. Go through all the rows before the epoch ends."),
        ),
        mistaken(
            "NOT_MOVED",
            lambda rule, case, epochs, size: (loss(case.weights, case.x, case.labels),) * 2 + (case.weights[0],),
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
