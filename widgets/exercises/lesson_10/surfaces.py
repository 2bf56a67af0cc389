"""Lesson 10: loss surfaces of two parameters, walks on them, and the best learning rate for a narrow valley."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, MisconceptionKind, Question, wrong_behavior, wrong_formula
from widgets.exercises.predicates import raised_with
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import (
    CURVATURE_NOT_RATE,
    GRADIENT_NONE,
    NOT_MOVED,
    ONE_STEP,
    ONE_TOO_FEW,
    ONE_TOO_MANY,
)


@dataclass(frozen=True)
class Surface:
    """A function of a list of two numbers: calling it runs TensorFlow; `value` and `gradient` are closed forms."""

    label: str
    function: Callable[[Any], Any]
    value: Callable[[np.ndarray], float]
    gradient: Callable[[np.ndarray], np.ndarray]

    def __call__(self, x):
        """Run the function on what TensorFlow can calculate with."""
        return self.function(x)

    def derivative(self, order, x):
        """Return the value (order 0) or the gradient (order 1) at a place, as `reference_optimizers.x_after` asks for them."""
        return (self.value, self.gradient)[order](np.asarray(x, float))


def valley(along, across):
    """Return along·u² + across·v²: a bowl that is steeper one way than the other."""

    def run(x):
        return along * x[0] ** 2 + across * x[1] ** 2

    return Surface(f"{along}·u² + {across}·v²", run, run, lambda x: np.array([2 * along * x[0], 2 * across * x[1]]))


def leaning(mixed):
    """Return u² + v² + mixed·u·v: a bowl that lies askew, so that each number has a part in the other's slope."""

    def run(x):
        return x[0] ** 2 + x[1] ** 2 + mixed * x[0] * x[1]

    def gradient(x):
        return np.array([2 * x[0] + mixed * x[1], 2 * x[1] + mixed * x[0]])

    return Surface(f"u² + v² + {mixed}·u·v", run, run, gradient)


def wavy(height):
    """Return u² + height·cos(v): a row of bowls."""
    return Surface(
        f"u² + {height}·cos(v)",
        lambda x: x[0] ** 2 + height * tf.cos(x[1]),
        lambda x: x[0] ** 2 + height * np.cos(x[1]),
        lambda x: np.array([2 * x[0], -height * np.sin(x[1])]),
    )


STEPS = (1, 6, 11)


def draw_surfaces(rng):
    """Return three surfaces, each with a place to start from."""
    along, across, mixed, height = spread(rng, 0.1, 1.3, 4)
    places = zip(spread(rng, -3.0, 3.0), spread(rng, 1.0, 2.4), strict=True)
    return tuple(zip((valley(along, across), leaning(mixed), wavy(height)), map(list, places), strict=True))


def lost_variable():
    """Return the misconceptions of walks that meet a gradient that is None: at once, or from the second step on."""
    return (
        wrong_behavior(
            "REASSIGNED_VARIABLE",
            lambda evidence: (
                evidence.outcomes[0].numbers is not None and all(map(_gradient_was_none, evidence.outcomes[1:]))
            ),
            _(
                "one step works, the next meets a gradient that is None: `x = x + ...` makes x an ordinary tensor, and no tape "
                "watches that. Keep the Variable and change its value: x.assign_add(...)."
            ),
        ),
        wrong_behavior(
            GRADIENT_NONE,
            raised_with("None"),
            _(
                "the gradient is None at the first step. Is x a tf.Variable, and is function(x) worked out inside the block?"
            ),
        ),
    )


def _gradient_was_none(outcome):
    return outcome.fault is not None and "None" in outcome.fault.message


def wrong_step_count(walk):
    """Return the misconceptions of walks with the wrong number of steps. `walk(surface, x, ..., steps)` is the right one."""

    def with_steps(change):
        return lambda *given: walk(*given[:-1], change(given[-1]))

    return (
        wrong_formula(
            NOT_MOVED,
            lambda surface, x, *given: np.array(x),
            _("this is still the start. Working out a new x does not change the Variable; x.assign_add does."),
        ),
        wrong_formula(
            ONE_STEP,
            with_steps(lambda n: 1),
            _("this is where the first step arrives, whatever `iterations` is. Is `return` inside the loop?"),
        ),
        wrong_formula(ONE_TOO_MANY, with_steps(lambda n: n + 1), _("this is one step too many.")),
        wrong_formula(
            ONE_TOO_FEW,
            with_steps(lambda n: n - 1),
            _("this is one step too few: range(iterations) counts them all."),
        ),
    )


_RATES_AVERAGED = MisconceptionKind(
    "RATES_AVERAGED",
    cause=_("The rates that land were averaged, and their mean is above the limit of the steep direction."),
    repair=_("Compare the factors 1 - rate · λ that a step leaves, not the rates."),
)


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
        wrong_formula(
            "LANDS_ACROSS",
            lambda low, high: 1 / high,
            _(
                "this lands in the steep direction in one step, and then creeps along the flat one. A larger rate overshoots "
                "across, and gets on faster along."
            ),
            cause=_("The rate was chosen for the steep direction alone, so the flat one creeps."),
            repair=_("Go closer to 2/λ of the steepest direction: it overshoots there, and gets on along the valley."),
        ),
        wrong_formula(
            "AT_THE_LIMIT",
            lambda low, high: 2 / high,
            _("with 2/high it bounces across the valley for ever. The best rate lies a little below."),
            cause=_("The rate is 2/λ of the steepest direction, where the path bounces for ever."),
            repair=_("Stay below the limit of the steepest direction."),
        ),
        wrong_formula(
            "LANDS_ALONG",
            lambda low, high: 1 / low,
            _(
                "this lands in the flat direction. In the steep one it is far above 2/high, and x flies out of the valley."
            ),
            cause=_("The rate was chosen for the flat direction, and in the steep one it is far above the limit."),
            repair=_("The steepest direction decides: stay below 2/λ with its λ."),
        ),
        wrong_formula(
            "HALF_OF_IT",
            lambda low, high: 1 / (low + high),
            _("half of it: with this rate no direction overshoots. Solve 1 - rate·low = -(1 - rate·high)."),
            cause=_("The rate is half of the best one, so no direction overshoots and the flat one lags behind."),
            repair=_("Let the steep direction overshoot by the share that the flat one leaves: 2 / (low + high)."),
        ),
        wrong_formula(
            _RATES_AVERAGED,
            lambda low, high: (1 / low + 1 / high) / 2,
            _(
                "this is the mean of the two rates that land. It is above the limit of the steep direction: x flies out of "
                "the valley. Compare the factors, not the rates."
            ),
        ),
        wrong_formula(
            _RATES_AVERAGED,
            lambda low, high: 1 / np.sqrt(low * high),
            _("this lies midway between the two rates that land, and that is above the limit. Compare the factors."),
        ),
        wrong_formula(
            CURVATURE_NOT_RATE,
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
"""`best_rate`: the rate at which both directions of a valley shrink by the same factor."""
