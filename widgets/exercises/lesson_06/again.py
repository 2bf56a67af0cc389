"""`again`, with a PrecisionMicroscope: the smallest rate that moves x again after 0.01 has stalled."""

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import by_trait
from widgets.exercises.exercise import Exercise, Misconception, Question
from widgets.exercises.lesson_06.float32 import one_step, stall, ticks_below_one

STALLED_WITH, LESS = 0.01, 0.95
"""The rate of the run, and a rate a little below the learner's: where the slider offers one, it must not move x."""


def _questions(rng):
    return (
        Question(_("one step with your rate"), (1.0,), (1.0,)),
        Question(_("one step with a rate 5 % smaller"), (LESS,), (0.0,)),
    )


def _ticks_moved(rate, factor):
    """How many ticks one step moves x from where the run stalled."""
    x, _steps = stall(STALLED_WITH)
    return ticks_below_one(x) - ticks_below_one(one_step(x, rate * factor))


def _moved(evidence):
    """Return the ticks moved with the learner's rate and with the smaller one, or two that match nothing."""
    return (-1.0, -1.0) if evidence.numbers is None else tuple(evidence.numbers[:, 0])


AGAIN = Exercise(
    name="again",
    takes="widget",
    use=by_trait("next_rate", _ticks_moved),
    columns=(_("ticks"),),
    questions=_questions,
    misconceptions=(
        Misconception(
            "STAYS",
            lambda evidence: _moved(evidence)[0] == 0,
            _("with this rate the update is still less than half a tick, and x stays. Take a larger one."),
        ),
        Misconception(
            "SMALLER_MOVES_TOO",
            lambda evidence: min(_moved(evidence)) >= 1,
            _("it moves x, but a rate 5 % smaller does so too. Go down until it only just moves."),
        ),
    ),
    hints=(
        _("Go up from 0.01, one position at a time, and watch the arrow and half a tick."),
        _("`needed` tells at which rate the update is half a tick: needed(x[660], gradient). Take the next one above."),
        _("again.next_rate = 0.0105"),
    ),
    right=_("at 1/96 = 0.0104166… the update is exactly half a tick. Just above that, x goes on to the next."),
)
