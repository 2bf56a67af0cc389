"""Lesson 06: where gradient descent stalls in float32, and the learning rate that moves it on."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import by_trait
from widgets.exercises.answer_numbers import NotNumeric, parse_numbers
from widgets.exercises.exercise import Exercise, Question, wrong_behavior

_ULP_BELOW_ONE = 2.0**-24
"""One ULP just below 1."""


def float32_step(x, rate):
    """Return where one step leads, every operation rounded to float32."""
    x, rate = np.float32(x), np.float32(rate)
    return x - rate * (np.float32(2) * x - np.float32(2))


def float32_stall(rate):
    """Return (x, steps): the first place that a step does not leave, and how many steps led there."""
    x, steps = np.float32(0), 0
    while (there := float32_step(x, rate)) != x:
        x, steps = there, steps + 1
    return float(x), steps


def _ulps_below_one(x):
    """Return how many ticks below 1 a number lies."""
    return (1.0 - float(x)) / _ULP_BELOW_ONE


_STALLED_RATE, _SMALLER = 0.01, 0.95
"""The rate of the run, and a rate a little below the learner's: where the slider offers one, it must not move x."""


def _again_questions(rng):
    return (
        Question(_("one step with your rate"), (1.0,), (1.0,)),
        Question(_("one step with a rate 5 % smaller"), (_SMALLER,), (0.0,)),
    )


def _ulps_moved(rate, factor):
    """How many ticks one step moves x from where the run stalled."""
    x, _steps = float32_stall(_STALLED_RATE)
    return _ulps_below_one(x) - _ulps_below_one(float32_step(x, rate * factor))


def _moves_of_both_rates(evidence):
    """Return the ticks moved with the learner's rate and with the smaller one, or two that match nothing."""
    return (-1.0, -1.0) if evidence.numbers is None else tuple(evidence.numbers[:, 0])


AGAIN = Exercise(
    name="again",
    takes="widget",
    use=by_trait("next_rate", _ulps_moved),
    columns=(_("ticks"),),
    questions=_again_questions,
    misconceptions=(
        wrong_behavior(
            "STAYS",
            lambda evidence: _moves_of_both_rates(evidence)[0] == 0,
            _("with this rate the update is still less than half a tick, and x stays. Take a larger one."),
            cause=_("The rate is so small that its update is less than half a tick, and x stays where it is."),
            repair=_("Take a larger rate."),
        ),
        wrong_behavior(
            "SMALLER_MOVES_TOO",
            lambda evidence: min(_moves_of_both_rates(evidence)) >= 1,
            _("it moves x, but a rate 5 % smaller does so too. Go down until it only just moves."),
            cause=_("A rate that moves x was taken for the smallest one."),
            repair=_("Go down, until x only just moves."),
        ),
    ),
    hints=(
        _("Go up from 0.01, one position at a time, and watch the arrow and half a tick."),
        _("`needed` tells at which rate the update is half a tick: needed(x[660], gradient). Take the next one above."),
        _("again.next_rate = 0.0105"),
    ),
    right=_("at 1/96 = 0.0104166… the update is exactly half a tick. Just above that, x goes on to the next."),
)
"""`again`, with a PrecisionMicroscope: the smallest rate that moves x again after 0.01 has stalled."""


_RATE_RANGES = ((0.01, 0.015), (0.02, 0.03), (0.05, 0.1))


def _stops_questions(rng):
    rates = [round(float(rng.uniform(low, high)), 4) for low, high in _RATE_RANGES]
    return tuple(_question(rate) for rate in rates)


def _question(rate):
    due = _ulps_below_one(float32_stall(rate)[0])
    return Question(_("rate {rate}").format(rate=rate), (rate, due), (due,))


def _answer_in_ulps(answer, rate, due):
    """Return how many ticks below 1 the answer lies. One more or less is forgiven: a fused multiply-add does that."""
    returned = answer(rate)
    try:
        ticks = _ulps_below_one(parse_numbers(returned, 1)[0])
    except NotNumeric:
        return returned
    return due if abs(ticks - due) <= 1 else ticks


def _for_all_rates(test):
    """Return a misconception's test: does `test(ticks, due, rate)` hold for every question?"""

    def holds(evidence):
        if evidence.numbers is None:
            return False
        rates = [outcome.question.given[0] for outcome in evidence.outcomes]
        return all(map(test, evidence.numbers[:, 0], evidence.due[:, 0], rates))

    return holds


def _is_step_count(ticks, due, rate):
    return abs((1 - ticks * _ULP_BELOW_ONE) - float32_stall(rate)[1]) <= 2


STOPS = Exercise(
    name="stops",
    use=_answer_in_ulps,
    columns=(_("ticks below 1"),),
    questions=_stops_questions,
    misconceptions=(
        wrong_behavior(
            "FLOOR_NOT_STALL",
            _for_all_rates(lambda ticks, due, rate: ticks == 0),
            _("1 is where the gradient is 0. In float32 x does not get there: it stalls before."),
            cause=_("Descent was thought to arrive exactly where the gradient is 0."),
            repair=_("Follow it in float32, until a step no longer changes x."),
        ),
        wrong_behavior(
            "FLOAT64_RUN",
            _for_all_rates(lambda ticks, due, rate: 0 < abs(ticks) < 0.01),
            _("this is where float64 stalls. Make x and the rate np.float32, and see that x stays one."),
            cause=_("The run was in float64, which stalls much later."),
            repair=_("Make x and the rate np.float32, and see that x stays one."),
        ),
        wrong_behavior(
            "COUNT_NOT_PLACE",
            _for_all_rates(_is_step_count),
            _("this is how many steps it takes. Wanted is the x where it stalls."),
            cause=_("The number of steps was given where the place was asked for."),
            repair=_("Return x where it stalls, and not how long that took."),
        ),
        wrong_behavior(
            "STOPPED_EARLY",
            _for_all_rates(lambda ticks, due, rate: ticks > due + 1),
            _("from there a step still moves x. Go on until x - update == x."),
            cause=_("The loop ended while a step still moved x."),
            repair=_("Go on until x less the update is x."),
        ),
    ),
    hints=(
        _("A loop that works out where the next step leads, and ends when that is the same x."),
        _("Start with x = np.float32(0.0) and rate = np.float32(learning_rate), so that all is rounded to float32."),
        _("while x - rate * (2 * x - 2) != x:     # inside: x = x - rate * (2 * x - 2); after it: return x"),
    ),
    right=_("the smaller the rate, the further from 1 it stalls: at about 1 / (4 · rate) ticks."),
)
"""`stops`: where descent on x² - 2x + 1 stalls in float32. Judged in ticks below 1."""
