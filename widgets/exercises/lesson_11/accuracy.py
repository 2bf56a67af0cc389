"""`accuracy`: the share of rows whose class the model names rightly."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Question, mistaken
from widgets.exercises.lesson_11.classes import draw, logits

ROWS = (7, 11, 16)


def _questions(rng):
    return tuple(_question(_told_apart(rng, rows)) for rows in ROWS)


def _told_apart(rng, rows):
    """Return a Case in which some rows are named rightly, some wrongly, and not just as many of both."""
    case = draw(rng, rows)
    while _hits(case) in (0, rows / 2, rows):
        case = draw(rng, rows)
    return case


def _question(case):
    return Question(_("{rows} rows").format(rows=len(case.x)), (case,), (_hits(case) / len(case.x),))


def _hits(case):
    return int(np.sum(np.argmax(logits(case.weights, case.x), axis=1) == case.labels))


ACCURACY = Exercise(
    name="accuracy",
    use=lambda answer, case: answer(case.model(), *case.given),
    columns=(_("share"),),
    questions=_questions,
    misconceptions=(
        mistaken("COUNT_NOT_SHARE", _hits, _("this is how many are right. Divide by how many there are.")),
        mistaken(
            "PER_CENT",
            lambda case: 100 * _hits(case) / len(case.x),
            _("this is in per cent. Wanted is the share, between 0 and 1."),
        ),
        mistaken(
            "ERRORS_COUNTED",
            lambda case: 1 - _hits(case) / len(case.x),
            _("this is the share of wrong ones. Compare with `==`."),
        ),
        mistaken(
            "LEAST_LIKELY",
            lambda case: np.mean(np.argmin(logits(case.weights, case.x), axis=1) == case.labels),
            _("this takes the class with the *lowest* output. The model votes for the highest: argmax."),
        ),
    ),
    hints=(
        _("The model gives three numbers for each row. Which of the three is the highest: that is its answer."),
        _("np.argmax(model(x), axis=1) gives the answers. Compare them with labels; True counts as 1 in a mean."),
        _("return np.mean(np.argmax(model(x), axis=1) == labels)"),
    ),
    right=_("the loss is what training goes down on; this is what you tell others."),
)
