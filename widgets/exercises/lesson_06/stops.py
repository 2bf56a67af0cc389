"""`stops`: where descent on x² - 2x + 1 stalls in float32. Judged in ticks below 1."""

from widgets.common.catalogue import _
from widgets.exercises.answer_numbers import NotNumeric, parse_numbers
from widgets.exercises.exercise import Exercise, Misconception, Question
from widgets.exercises.lesson_06.float32 import TICK, stall, ticks_below_one

_RANGES = ((0.01, 0.015), (0.02, 0.03), (0.05, 0.1))


def _questions(rng):
    rates = [round(float(rng.uniform(low, high)), 4) for low, high in _RANGES]
    return tuple(_question(rate) for rate in rates)


def _question(rate):
    due = ticks_below_one(stall(rate)[0])
    return Question(_("rate {rate}").format(rate=rate), (rate, due), (due,))


def _ticks(answer, rate, due):
    """Return how many ticks below 1 the answer lies. One more or less is forgiven: a fused multiply-add does that."""
    returned = answer(rate)
    try:
        ticks = ticks_below_one(parse_numbers(returned, 1)[0])
    except NotNumeric:
        return returned
    return due if abs(ticks - due) <= 1 else ticks


def _all(test):
    """Return a misconception's test: does `test(ticks, due, rate)` hold for every question?"""

    def holds(evidence):
        if evidence.numbers is None:
            return False
        rates = [outcome.question.given[0] for outcome in evidence.outcomes]
        return all(map(test, evidence.numbers[:, 0], evidence.due[:, 0], rates))

    return holds


def _is_count(ticks, due, rate):
    return abs((1 - ticks * TICK) - stall(rate)[1]) <= 2


STOPS = Exercise(
    name="stops",
    use=_ticks,
    columns=(_("ticks below 1"),),
    questions=_questions,
    misconceptions=(
        Misconception(
            "FLOOR_NOT_STALL",
            _all(lambda ticks, due, rate: ticks == 0),
            _("1 is where the gradient is 0. In float32 x does not get there: it stalls before."),
        ),
        Misconception(
            "FLOAT64_RUN",
            _all(lambda ticks, due, rate: 0 < abs(ticks) < 0.01),
            _("this is where float64 stalls. Make x and the rate np.float32, and see that x stays one."),
        ),
        Misconception(
            "COUNT_NOT_PLACE",
            _all(_is_count),
            _("this is how many steps it takes. Wanted is the x where it stalls."),
        ),
        Misconception(
            "STOPPED_EARLY",
            _all(lambda ticks, due, rate: ticks > due + 1),
            _("from there a step still moves x. Go on until x - update == x."),
        ),
    ),
    hints=(
        _("A loop that works out where the next step leads, and ends when that is the same x."),
        _("Start with x = np.float32(0.0) and rate = np.float32(learning_rate), so that all is rounded to float32."),
        _("while x - rate * (2 * x - 2) != x:     # inside: x = x - rate * (2 * x - 2); after it: return x"),
    ),
    right=_("the smaller the rate, the further from 1 it stalls: at about 1 / (4 · rate) ticks."),
)
