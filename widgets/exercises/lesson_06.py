"""Lesson 06, when float32 stops: where gradient descent stalls in float32, and the learning rate that moves it on."""

from __future__ import annotations

import functools

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.exercise import Evidence, Exercise, Question, Questions, Rng
from widgets.exercises.lesson_06_rounding_errors import HONEST, NEEDED
from widgets.exercises.misconceptions import gave_numbers, wrong_behavior

_ULP_BELOW_ONE = 2.0**-24
"""One ULP just below 1."""


def float32_step(x: float | np.float32, rate: float | np.float32) -> np.float32:
    """Return x after one step on x² - 2x + 1, with every operation rounded to float32."""
    x, rate = np.float32(x), np.float32(rate)
    return x - rate * (np.float32(2) * x - np.float32(2))


@functools.cache
def float32_stall(rate: float) -> tuple[float, int]:
    """Return (x, steps) of a run from 0: the first x that a step does not change, and how many steps led there."""
    x, steps = np.float32(0), 0
    while (following := float32_step(x, rate)) != x:
        x, steps = following, steps + 1
    return float(x), steps


def _ulps_below_one(x: float | np.float32) -> float:
    """Return how many ULPs below 1 a number lies."""
    return (1.0 - float(x)) / _ULP_BELOW_ONE


_STALLED_RATE, _SMALLER = 0.01, 0.95
"""The learning rate of the run, and a factor for one a little below the learner's, which must not move x."""


def _again_questions(rng: Rng) -> Questions:
    return (
        Question(_("one step with your learning rate"), (1.0,), (1.0,)),
        Question(_("one step with a learning rate 5% smaller"), (_SMALLER,), (0.0,)),
    )


def _ulps_moved(rate: float, factor: float) -> float:
    """Return how many ULPs one step moves x from where the run stalled."""
    x, _steps = float32_stall(_STALLED_RATE)
    return _ulps_below_one(x) - _ulps_below_one(float32_step(x, rate * factor))


AGAIN = Exercise(
    name="again",
    takes="widget",
    use="trait next_rate",
    follows=_ulps_moved,
    columns=(_("ULPs"),),
    questions=_again_questions,
    misconceptions=(
        wrong_behavior(
            "STAYS",
            gave_numbers(lambda moves, due: moves[0, 0] == 0),
            _("with this learning rate the update is still less than half a ULP, so x stays. Use a larger one."),
            cause=_("The learning rate is so small that the update is less than half a ULP, so x does not move."),
            repair=_("Use a larger learning rate."),
        ),
        wrong_behavior(
            "SMALLER_MOVES_TOO",
            gave_numbers(lambda moves, due: moves.min() >= 1),
            _("this learning rate moves x, but so does one 5% smaller. Keep lowering it until x only just moves."),
            cause=_("This learning rate moves x, but it is not the smallest that does."),
            repair=_("Lower it until x only just moves."),
        ),
    ),
    hints=(
        _("Go up from 0.01, one position at a time, and compare the arrow with half a tick."),
        _(
            "`needed` returns the learning rate whose update is half a ULP: needed(x[660], gradient). Use the next one above."
        ),
        _("again.next_rate = 0.0105"),
    ),
    right=_("at 1/96 = 0.0104166… the update is exactly half a ULP. Just above that, x moves to the next float."),
)
"""Asks for the smallest learning rate that moves x again after 0.01 has stalled: just above 1/96, as float32 shows."""


_RATE_RANGES = ((0.01, 0.015), (0.02, 0.03), (0.05, 0.1))


def _stops_questions(rng: Rng) -> Questions:
    rates = [round(float(rng.uniform(low, high)), 4) for low, high in _RATE_RANGES]
    label = _("learning rate {rate}")
    return tuple(Question(label.format(rate=rate), (rate,), (_ulps_at_stall(rate),)) for rate in rates)


def _ulps_at_stall(rate: float) -> float:
    return _ulps_below_one(float32_stall(rate)[0])


def _in_ulps(x: float, rate: float) -> float:
    """Return how many ULPs below 1 the answer lies. One more or less is right too: a fused multiply-add does that."""
    ticks, due = _ulps_below_one(x), _ulps_at_stall(rate)
    return due if abs(ticks - due) <= 1 else ticks


def _is_step_count(evidence: Evidence) -> bool:
    if evidence.numbers is None:
        return False
    counts = [float32_stall(outcome.question.given[0])[1] for outcome in evidence.outcomes]
    return bool((abs((1 - evidence.numbers[:, 0] * _ULP_BELOW_ONE) - counts) <= 2).all())


STOPS = Exercise(
    name="stops",
    follows=_in_ulps,
    columns=(_("ULPs below 1"),),
    questions=_stops_questions,
    misconceptions=(
        wrong_behavior(
            "FLOOR_NOT_STALL",
            gave_numbers(lambda ticks, due: (ticks == 0).all()),
            _("1 is where the gradient is 0. In float32, x does not get there: it stalls before."),
            cause=_("The answer is the minimum itself, but gradient descent in float32 stalls before it."),
            repair=_("Run it in float32, until a step no longer changes x."),
        ),
        wrong_behavior(
            "FLOAT64_RUN",
            gave_numbers(lambda ticks, due: ((abs(ticks) > 0) & (abs(ticks) < 0.01)).all()),
            _("this is where float64 stalls. Make x and the learning rate np.float32, and make sure that x stays one."),
            cause=_("The run was in float64, which stalls much later."),
            repair=_("Make x and the learning rate np.float32, and make sure that x stays one."),
        ),
        wrong_behavior(
            "COUNT_NOT_PLACE",
            _is_step_count,
            _("this is the number of steps. The exercise asks for the x where it stalls."),
            cause=_("The answer is the number of steps, but the exercise asks for x."),
            repair=_("Return the x where it stalls."),
        ),
        wrong_behavior(
            "STOPPED_EARLY",
            gave_numbers(lambda ticks, due: (ticks > due + 1).all()),
            _("a step still moves x from there. Go on until x - update == x."),
            cause=_("The loop ended while a step still moved x."),
            repair=_("Go on until x - update is x."),
        ),
    ),
    hints=(
        _("Write a loop that computes the next x, and ends when that is the same x."),
        _(
            "Start with x = np.float32(0.0) and rate = np.float32(learning_rate), so that everything is rounded to float32."
        ),
        _("while x - rate * (2 * x - 2) != x:     # inside: x = x - rate * (2 * x - 2); after it: return x"),
    ),
    right=_("the smaller the learning rate, the further from 1 it stalls: at about 1 / (4 · learning rate) ULPs."),
)
"""Asks where gradient descent on x² - 2x + 1 stalls in float32, in ULPs below 1: compared with NumPy's float32."""

EXERCISES = (NEEDED, AGAIN, STOPS, HONEST)
