"""`best_rate`: the rate at which both directions of a valley shrink by the same factor."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Question, mistaken
from widgets.exercises.seeds import spread


def _questions(rng):
    pairs = zip(spread(rng, 0.2, 1.0), spread(rng, 3.0, 9.0), strict=True)
    return tuple(_question(low, high) for low, high in pairs)


def _question(low, high):
    label = _("curvatures {low} and {high}")
    return Question(label.format(low=low, high=high), (low, high), (2 / (low + high),))


BEST_RATE = Exercise(
    name="best_rate",
    columns=(_("rate"),),
    questions=_questions,
    misconceptions=(
        mistaken(
            "LANDS_ACROSS",
            lambda low, high: 1 / high,
            _(
                "this lands in the steep direction in one step, and then creeps along the flat one. A larger rate overshoots "
                "across, and gets on faster along."
            ),
        ),
        mistaken(
            "AT_THE_LIMIT",
            lambda low, high: 2 / high,
            _("with 2/high it bounces across the valley for ever. The best rate lies a little below."),
        ),
        mistaken(
            "LANDS_ALONG",
            lambda low, high: 1 / low,
            _(
                "this lands in the flat direction. In the steep one it is far above 2/high, and x flies out of the valley."
            ),
        ),
        mistaken(
            "HALF_OF_IT",
            lambda low, high: 1 / (low + high),
            _("half of it: with this rate no direction overshoots. Solve 1 - rate·low = -(1 - rate·high)."),
        ),
        mistaken(
            "RATES_AVERAGED",
            lambda low, high: (1 / low + 1 / high) / 2,
            _(
                "this is the mean of the two rates that land. It is above the limit of the steep direction: x flies out of "
                "the valley. Compare the factors, not the rates."
            ),
        ),
        mistaken(
            "RATES_AVERAGED",
            lambda low, high: 1 / np.sqrt(low * high),
            _("this lies midway between the two rates that land, and that is above the limit. Compare the factors."),
        ),
        mistaken(
            "CURVATURE_NOT_RATE",
            lambda low, high: (low + high) / 2,
            _("this is a curvature, the mean of the two. The rate is one over it."),
        ),
    ),
    hints=(
        _("A step multiplies one number by 1 - rate·low, the other by 1 - rate·high. When are they equally large?"),
        _("Not with the same sign: the flat one does not overshoot, the steep one does. 1 - rate·low = rate·high - 1."),
        _("return 2 / (low + high)"),
    ),
    right=_("both factors are (high - low) / (high + low) then. The narrower the valley, the nearer that is to 1."),
)
