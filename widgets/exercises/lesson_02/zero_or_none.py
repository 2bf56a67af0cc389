"""`zero_or_none`: the slope of any function, and 0 where there is no way back."""

import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.answer_numbers import close
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.seeds import spread


def _questions(rng):
    p, q = spread(rng, 0.6, 2.4, 2)
    u, v, w = spread(rng, 0.4, 2.8)
    return (
        Question(f"{p}·x² at {u}", (lambda x: p * x**2, u), (2 * p * u,)),
        Question(_("{q}, whatever x is, at {x}").format(q=q, x=v), (lambda x: tf.constant(q), v), (0.0,)),
        Question(_("x rounded down at {x}").format(x=w), (tf.floor, w), (0.0,)),
    )


def _none_where_zero_is_due(evidence):
    """Whether the slope that exists is right, and None came back for each 0."""
    first, *others = evidence.outcomes
    found = first.numbers is not None and close(first.numbers, first.question.due).all()
    return bool(found) and any(outcome.returned is None for outcome in others)


ZERO_OR_NONE = Exercise(
    name="zero_or_none",
    columns=(_("slope"),),
    questions=_questions,
    misconceptions=(
        Misconception(
            "NONE_NOT_ZERO",
            _none_where_zero_is_due,
            _("where there is no way back you give None. Wanted is 0 there: tape.gradient can be asked for that."),
        ),
        mistaken(
            "ZERO_HIDES_NONE",
            lambda function, start: 0.0,
            _("0 everywhere, also where there is a slope: the 0 hides that x was not watched, or not used."),
        ),
        mistaken(
            "VALUE_NOT_DERIVATIVE",
            lambda function, start: float(function(tf.constant(start))),
            _("this is what the function gives, not its slope."),
        ),
    ),
    hints=(
        _("It is the usual four lines. Only the question to the tape is put a little differently."),
        _('`tape.gradient` takes one more argument, `unconnected_gradients=`. Its value is "none" or "zero".'),
        _('return tape.gradient(y, x, unconnected_gradients="zero")'),
    ),
    right=_("0 where nothing leads back. Use it on purpose, never to silence a None that you cannot explain."),
)
