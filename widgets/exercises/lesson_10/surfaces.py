"""Lesson 10: loss surfaces of two parameters, walks on them, and the best learning rate for a narrow valley."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import (
    Exercise,
    Formula,
    Misconception,
    MisconceptionKind,
    Numbers,
    Outcome,
    Question,
    Questions,
    Rng,
    wrong_behavior,
    wrong_formula,
)
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
    """A function of two numbers: calling it runs TensorFlow, `value` and `gradient` are closed forms in float64.

    Attributes:
        label: its formula, as learners read it.
        function: takes a tensor of two numbers.
        value: takes an array of shape (2,), and returns the value there.
        gradient: takes an array of shape (2,), and returns the gradient there, in the same shape.
    """

    label: str
    function: Callable[[Any], Any]
    value: Callable[[Numbers], float]
    gradient: Callable[[Numbers], Numbers]

    def __call__(self, x: Any) -> Any:
        """Run the function in TensorFlow."""
        return self.function(x)

    def derivative(self, order: int, x: npt.ArrayLike) -> Any:
        """Return the value (order 0) or the gradient (order 1) at a place, as `reference_optimizers.x_after` asks for them."""
        return (self.value, self.gradient)[order](np.asarray(x, float))


def valley(along: float, across: float) -> Surface:
    """Return along·u² + across·v²: a valley with two curvatures."""

    def run(x: Any) -> Any:
        return along * x[0] ** 2 + across * x[1] ** 2

    return Surface(f"{along}·u² + {across}·v²", run, run, lambda x: np.array([2 * along * x[0], 2 * across * x[1]]))


def leaning(mixed: float) -> Surface:
    """Return u² + v² + mixed·u·v: each number enters the other's partial derivative."""

    def run(x: Any) -> Any:
        return x[0] ** 2 + x[1] ** 2 + mixed * x[0] * x[1]

    def gradient(x: Numbers) -> Numbers:
        return np.array([2 * x[0] + mixed * x[1], 2 * x[1] + mixed * x[0]])

    return Surface(f"u² + v² + {mixed}·u·v", run, run, gradient)


def wavy(height: float) -> Surface:
    """Return u² + height·cos(v): a row of minima."""
    return Surface(
        f"u² + {height}·cos(v)",
        lambda x: x[0] ** 2 + height * tf.cos(x[1]),
        lambda x: x[0] ** 2 + height * np.cos(x[1]),
        lambda x: np.array([2 * x[0], -height * np.sin(x[1])]),
    )


STEPS = (1, 6, 11)


def draw_surfaces(rng: Rng) -> tuple[tuple[Surface, list[float]], ...]:
    """Return three surfaces, each with a starting point."""
    along, across, mixed, height = spread(rng, 0.1, 1.3, 4)
    places = zip(spread(rng, -3.0, 3.0), spread(rng, 1.0, 2.4), strict=True)
    return tuple(zip((valley(along, across), leaning(mixed), wavy(height)), map(list, places), strict=True))


def lost_variable() -> tuple[Misconception, ...]:
    """Return the misconceptions of runs whose gradient is None: at once, or from the second step on."""
    return (
        wrong_behavior(
            "REASSIGNED_VARIABLE",
            lambda evidence: (
                evidence.outcomes[0].numbers is not None and all(map(_gradient_was_none, evidence.outcomes[1:]))
            ),
            _(
                "one step works, but then the gradient is None: `x = x + ...` makes x an ordinary tensor, which no tape "
                "watches. Keep the Variable and change its value: x.assign_add(...)."
            ),
        ),
        wrong_behavior(
            GRADIENT_NONE,
            raised_with("None"),
            _(
                "the gradient is None at the first step. Is x a tf.Variable, and is function(x) called inside the block?"
            ),
        ),
    )


def _gradient_was_none(outcome: Outcome) -> bool:
    return outcome.fault is not None and "None" in outcome.fault.message


def wrong_step_count(walk: Callable[..., Numbers]) -> tuple[Misconception, ...]:
    """Return the misconceptions of runs with the wrong number of steps; `walk(surface, x, ..., steps)` is the right one."""

    def with_steps(change: Callable[[int], int]) -> Formula:
        return lambda *given: walk(*given[:-1], change(given[-1]))

    return (
        wrong_formula(
            NOT_MOVED,
            lambda surface, x, *given: np.array(x),
            _("this is still the start. Computing a new x does not change the Variable; x.assign_add does."),
        ),
        wrong_formula(
            ONE_STEP,
            with_steps(lambda n: 1),
            _("this is x after the first step, whatever `iterations` is. Is `return` inside the loop?"),
        ),
        wrong_formula(ONE_TOO_MANY, with_steps(lambda n: n + 1), _("this is one step too many.")),
        wrong_formula(
            ONE_TOO_FEW,
            with_steps(lambda n: n - 1),
            _("this is one step too few: `for step in range(iterations)` already makes all of them."),
        ),
    )


_RATES_AVERAGED = MisconceptionKind(
    "RATES_AVERAGED",
    cause=_("The learning rates that land were averaged, and their mean is above the limit of the steep direction."),
    repair=_("Compare the factors 1 - rate · λ of a step, not the learning rates."),
)


def _questions(rng: Rng) -> Questions:
    pairs = zip(spread(rng, 0.2, 1.0), spread(rng, 3.0, 9.0), strict=True)
    return tuple(_question(low, high) for low, high in pairs)


def _question(low: float, high: float) -> Question:
    label = _("curvatures {low} and {high}")
    return Question(label.format(low=low, high=high), (low, high), (2 / (low + high),))


BEST_RATE = Exercise(
    name="best_rate",
    columns=(_("learning rate"),),
    questions=_questions,
    misconceptions=(
        wrong_formula(
            "LANDS_ACROSS",
            lambda low, high: 1 / high,
            _(
                "this lands in the steep direction in one step, then creeps along the flat one. A larger learning rate overshoots "
                "in the steep direction, but is faster along the flat one."
            ),
            cause=_("The learning rate suits the steep direction alone, so x creeps along the flat one."),
            repair=_("Go closer to 2/λ of the steepest direction: x overshoots there, but is faster along the valley."),
        ),
        wrong_formula(
            "AT_THE_LIMIT",
            lambda low, high: 2 / high,
            _("with 2/high x oscillates across the valley forever. The best learning rate is a little below."),
            cause=_("The learning rate is 2/λ of the steepest direction, where x oscillates forever."),
            repair=_("Stay below the limit of the steepest direction."),
        ),
        wrong_formula(
            "LANDS_ALONG",
            lambda low, high: 1 / low,
            _("this lands in the flat direction. In the steep one it is far above 2/high, so x diverges."),
            cause=_("The learning rate suits the flat direction, but in the steep one it is far above the limit."),
            repair=_("The steepest direction decides: stay below 2/λ with its λ."),
        ),
        wrong_formula(
            "HALF_OF_IT",
            lambda low, high: 1 / (low + high),
            _("this is half of it: no direction overshoots. Solve 1 - rate·low = -(1 - rate·high)."),
            cause=_(
                "The learning rate is half of the best one, so no direction overshoots and the flat one lags behind."
            ),
            repair=_("Let the steep direction overshoot as much as the flat one falls short: 2 / (low + high)."),
        ),
        wrong_formula(
            _RATES_AVERAGED,
            lambda low, high: (1 / low + 1 / high) / 2,
            _(
                "this is the mean of the two learning rates that land. It is above the limit of the steep direction, so x "
                "diverges. Compare the factors, not the learning rates."
            ),
        ),
        wrong_formula(
            _RATES_AVERAGED,
            lambda low, high: 1 / np.sqrt(low * high),
            _(
                "this is the geometric mean of the two learning rates that land, which is above the limit. Compare the factors."
            ),
        ),
        wrong_formula(
            CURVATURE_NOT_RATE,
            lambda low, high: (low + high) / 2,
            _("this is the mean of the two curvatures. The learning rate is 1 divided by it."),
        ),
    ),
    hints=(
        _(
            "A step multiplies one number by 1 - rate·low, the other by 1 - rate·high. When are these factors equally large?"
        ),
        _(
            "They have opposite signs: the flat direction does not overshoot, the steep one does. 1 - rate·low = rate·high - 1."
        ),
        _("return 2 / (low + high)"),
    ),
    right=_(
        "then both factors are (high - low) / (high + low). The larger the condition number, the nearer that is to 1."
    ),
)
"""Asks for the learning rate with which both directions of a valley shrink by the same factor: 2 / (low + high)."""
