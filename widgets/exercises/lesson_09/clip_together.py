"""`clip_together`: several gradients, scaled by one factor, so that all of them together are no longer than a limit."""

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.predicates import returned
from widgets.exercises.seeds import spread

_SHARES = (0.3, 0.6, 1.5)
"""The limits, as shares of the length: the last gradients are short enough as they are."""


def _questions(rng):
    rows = zip(spread(rng, 1.0, 3.0), spread(rng, -6.0, -4.0), spread(rng, 2.0, 5.0), strict=True)
    return tuple(_question(np.array(row), share) for row, share in zip(rows, _SHARES, strict=True))


def _question(row, share):
    limit = round(float(np.linalg.norm(row) * share), 2)
    a, b, c = row
    return Question(f"[{a}, {b}], {c}; {limit}", (row, limit), tuple(row * min(1.0, limit / np.linalg.norm(row))))


def _clipped(answer, row, limit):
    """Hand over two gradients, a row of two and a single number, and return all numbers of those that come back."""
    returned = answer([tf.constant(row[:2], tf.float32), tf.constant(row[2], tf.float32)], limit)
    if not isinstance(returned, list | tuple) or len(returned) != 2 or isinstance(returned[0], list | tuple):
        return returned
    first, second = map(np.asarray, returned)
    return [*first, second] if first.shape == (2,) else returned


def _each_by_itself(row, limit):
    first, second = row[:2], row[2:]
    return np.concatenate([part * min(1.0, limit / np.linalg.norm(part)) for part in (first, second)])


CLIP_TOGETHER = Exercise(
    name="clip_together",
    use=_clipped,
    columns=(_("first"), _("second"), _("third")),
    questions=_questions,
    misconceptions=(
        Misconception(
            "PAIR_NOT_LIST",
            returned(lambda returned: isinstance(returned, tuple) and isinstance(returned[0], list)),
            _("tf.clip_by_global_norm gives two things: the list, and the length it had. Return the list alone."),
        ),
        mistaken(
            "NOT_CLIPPED",
            lambda row, limit: row,
            _("they came back as they were. Multiply each by limit / length, where the length is above the limit."),
        ),
        mistaken(
            "ONE_BY_ONE",
            lambda row, limit: np.clip(row, -limit, limit),
            _(
                "every number was cut off at the limit by itself. That changes the direction: scale all by the same factor."
            ),
        ),
        mistaken(
            "EACH_BY_ITSELF",
            _each_by_itself,
            _(
                "each gradient was shortened by itself. That changes the direction of the step: scale all by the same factor."
            ),
        ),
        mistaken(
            "ALWAYS_SCALED",
            lambda row, limit: row * limit / np.linalg.norm(row),
            _("short gradients are made longer, too. Clipping only shortens: leave alone what is below the limit."),
        ),
        mistaken(
            "SQUARE_NOT_LENGTH",
            lambda row, limit: row * min(1.0, limit / (row**2).sum()),
            _("this divides by the sum of the squares. The length is its square root."),
        ),
    ),
    hints=(
        _("What is the length of all the numbers together, as if they were one long row?"),
        _(
            "The root of the sum of all squares, over all gradients. If it is above the limit, multiply each by limit / length."
        ),
        _("clipped, length = tf.clip_by_global_norm(gradients, limit)     # then return clipped"),
    ),
    right=_("the step gets shorter, and keeps its direction. That is what `global_clipnorm` of an optimizer does."),
)
