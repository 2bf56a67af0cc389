"""Lesson 09: gradient clipping by the global norm."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import (
    Answer,
    Exercise,
    Numbers,
    Question,
    Questions,
    Rng,
    wrong_behavior,
    wrong_formula,
)
from widgets.exercises.predicates import returned
from widgets.exercises.seeds import spread

_LIMIT_FRACTIONS = (0.3, 0.6, 1.5)
"""The limits, as fractions of the length: the last gradients need no clipping."""


def _questions(rng: Rng) -> Questions:
    rows = zip(spread(rng, 1.0, 3.0), spread(rng, -6.0, -4.0), spread(rng, 2.0, 5.0), strict=True)
    return tuple(_question(np.array(row), share) for row, share in zip(rows, _LIMIT_FRACTIONS, strict=True))


def _question(row: Numbers, share: float) -> Question:
    limit = round(float(np.linalg.norm(row) * share), 2)
    a, b, c = row
    return Question(
        f"[{a}, {b}], {c}; {limit}", (row, limit), tuple(row * min(1.0, limit / float(np.linalg.norm(row))))
    )


def _call_with_gradients(answer: Answer, row: Numbers, limit: float) -> Any:
    """Call the answer with two gradients, of shapes (2,) and (), and return all their numbers in a list."""
    returned = answer([tf.constant(row[:2], tf.float32), tf.constant(row[2], tf.float32)], limit)
    if not isinstance(returned, list | tuple) or len(returned) != 2 or isinstance(returned[0], list | tuple):
        return returned
    first, second = map(np.asarray, returned)
    return [*first, second] if first.shape == (2,) else returned


def _clipped_separately(row: Numbers, limit: float) -> Numbers:
    first, second = row[:2], row[2:]
    return np.concatenate([part * min(1.0, limit / float(np.linalg.norm(part))) for part in (first, second)])


CLIP_TOGETHER = Exercise(
    name="clip_together",
    use=_call_with_gradients,
    columns=(_("first"), _("second"), _("third")),
    questions=_questions,
    misconceptions=(
        wrong_behavior(
            "PAIR_NOT_LIST",
            returned(lambda returned: isinstance(returned, tuple) and isinstance(returned[0], list)),
            _("tf.clip_by_global_norm returns two things: the list and the global norm. Return the list alone."),
            cause=_("`tf.clip_by_global_norm` returns a list and a length, and both were returned."),
            repair=_("Unpack the result: `clipped, length = tf.clip_by_global_norm(gradients, limit)`."),
        ),
        wrong_formula(
            "NOT_CLIPPED",
            lambda row, limit: row,
            _("the gradients are unchanged. Multiply each by limit / length if the length is above the limit."),
            cause=_("Gradients above the limit were returned unchanged."),
            repair=_("Multiply each by limit / length, with the length of all together."),
        ),
        wrong_formula(
            "ONE_BY_ONE",
            lambda row, limit: np.clip(row, -limit, limit),
            _("every number was clipped separately. That changes the direction: scale all by the same factor."),
            cause=_("Every number was clipped separately, which changes the direction of the step."),
            repair=_("Scale all of them by one factor."),
        ),
        wrong_formula(
            "EACH_BY_ITSELF",
            _clipped_separately,
            _(
                "each gradient was clipped separately. That changes the direction of the step: scale all by the same factor."
            ),
            cause=_("Each gradient was clipped by its own length, which changes the direction of the step."),
            repair=_("Use one length, that of all gradients together."),
        ),
        wrong_formula(
            "ALWAYS_SCALED",
            lambda row, limit: row * limit / np.linalg.norm(row),
            _("short gradients become longer, too. Clipping only shortens: leave them unchanged below the limit."),
            cause=_("Gradients below the limit became longer."),
            repair=_("Scale only if the length is above the limit: multiply by the smaller of 1 and limit / length."),
        ),
        wrong_formula(
            "SQUARE_NOT_LENGTH",
            lambda row, limit: row * min(1.0, limit / (row**2).sum()),
            _("this divides by the sum of squares. The length is its square root."),
            cause=_("The sum of squares was used as the length."),
            repair=_("Take its square root."),
        ),
    ),
    hints=(
        _("What is the length of all the numbers together, as if they were one long vector?"),
        _(
            "It is the root of the sum of squares over all gradients. If it is above the limit, multiply each by limit / length."
        ),
        _("clipped, length = tf.clip_by_global_norm(gradients, limit)     # then return clipped"),
    ),
    right=_(
        "the step gets shorter but keeps its direction. This is gradient clipping, as `global_clipnorm` of an optimizer does it."
    ),
)
"""Asks for gradient clipping by the global norm: every gradient × min(1, limit / norm of all of them)."""
