"""Lesson 10: gradient descent with momentum, and with a learning-rate schedule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.closed_forms import Described, ReferenceFunction, leaning, momentum, sgd, valley, wavy, x_after
from widgets.exercises.exercise import Exercise, Formula, Numbers, Question, Questions, Rng, spread
from widgets.exercises.lesson_05 import lost_variable, wrong_step_count
from widgets.exercises.misconceptions import wrong_formula

_STEPS = (1, 6, 11)

_LOST_VARIABLE = lost_variable(
    _(
        "one step works, but then the gradient is None: `x = x + ...` makes x an ordinary tensor, which no tape "
        "watches. Keep the Variable and change its value: x.assign_add(...)."
    )
)
_STILL_AT_START = _("this is still the start. Computing a new x does not change the Variable; x.assign_add does.")


def _draw_surfaces(rng: Rng) -> tuple[tuple[ReferenceFunction, list[float]], ...]:
    """Return three surfaces, each with a starting point."""
    along, across, mixed, height = spread(rng, 0.1, 1.3, 4)
    places = zip(spread(rng, -3.0, 3.0), spread(rng, 1.0, 2.4), strict=True)
    return tuple(zip((valley(along, across), leaning(mixed), wavy(height)), map(list, places), strict=True))


def _roll_questions(rng: Rng) -> Questions:
    asked = zip(_draw_surfaces(rng), spread(rng, 0.05, 0.2), spread(rng, 0.4, 0.9), _STEPS, strict=True)
    label = _("{surface} from {x}, learning rate {rate}, keep {keep}, steps: {steps}")
    return tuple(
        Question(
            label.format(surface=surface.label, x=x, rate=rate, keep=keep, steps=n),
            (surface, x, rate, keep, n),
            tuple(_roll_walk(surface, x, rate, keep, n)),
        )
        for (surface, x), rate, keep, n in asked
    )


def _roll_walk(surface: ReferenceFunction, x: npt.ArrayLike, rate: float, keep: float, iterations: int) -> Numbers:
    end: Numbers = x_after(momentum(rate, keep), surface, np.array(x), iterations)
    return end


def _last_velocity(surface: ReferenceFunction, x: npt.ArrayLike, rate: float, keep: float, iterations: int) -> Numbers:
    return _roll_walk(surface, x, rate, keep, iterations) - _roll_walk(surface, x, rate, keep, iterations - 1)


def _nesterov(surface: ReferenceFunction, x: npt.ArrayLike, rate: float, keep: float, iterations: int) -> Numbers:
    """Return x after steps with Nesterov momentum, as Keras has it."""
    position, velocity = np.array(x), np.zeros(2)
    for _step in range(iterations):
        gradient = surface.derivative(1, position)
        velocity = keep * velocity - rate * gradient
        position = position + keep * velocity - rate * gradient
    return position


def _same_gradient_throughout(
    surface: ReferenceFunction, x: npt.ArrayLike, rate: float, keep: float, iterations: int
) -> Numbers:
    position, velocity = np.array(x), np.zeros(2)
    gradient = surface.derivative(1, position)
    for _step in range(iterations):
        velocity = keep * velocity - rate * gradient
        position = position + velocity
    return position


ROLL = Exercise(
    name="roll",
    columns=("u", "v"),
    questions=_roll_questions,
    misconceptions=(
        _LOST_VARIABLE,
        wrong_formula(
            "MOMENTUM_FORGOTTEN",
            lambda surface, x, rate, keep, n: x_after(sgd(rate), surface, np.array(x), n),
            _(
                "this is plain gradient descent, without momentum. Create the velocity once, before the loop, and "
                "change it in the loop."
            ),
            cause=_("The velocity was not kept from step to step, so this is plain gradient descent."),
            repair=_("Create the velocity once, before the loop, and change it in the loop."),
        ),
        wrong_formula(
            shared.UPHILL,
            lambda surface, x, rate, keep, n: _roll_walk(surface, x, -rate, keep, n),
            _("this goes uphill: the gradient is added to the velocity. Subtract it to go downhill."),
        ),
        wrong_formula(
            "ALL_IS_KEPT",
            lambda surface, x, rate, keep, n: _roll_walk(surface, x, rate, 1.0, n),
            _("the whole velocity is kept, so x never comes to rest. Multiply the velocity by `keep` first."),
            cause=_("The whole velocity was kept, so x never comes to rest."),
            repair=_("Multiply the velocity by `keep` before you subtract the gradient."),
        ),
        wrong_formula(
            "GRADIENT_DAMPED",
            lambda surface, x, rate, keep, n: _roll_walk(surface, x, rate * (1 - keep), keep, n),
            _(
                "the gradient is multiplied by 1 - keep, as in an average. Momentum uses the gradient with its full weight."
            ),
            cause=_("The gradient was multiplied by 1 - keep, as in a moving average."),
            repair=_("Use the gradient with its full weight: keep · velocity - rate · gradient."),
        ),
        wrong_formula(
            "LOOKS_AHEAD",
            _nesterov,
            _(
                "this is Nesterov momentum, which looks one step ahead. The exercise asks for plain momentum: x moves by the velocity."
            ),
            cause=_("The step looks one update ahead, which is Nesterov momentum."),
            repair=_("Add the velocity to x, and nothing else."),
        ),
        wrong_formula(
            shared.SAME_GRADIENT,
            _same_gradient_throughout,
            _("every step uses the gradient at the start. Record and compute it again in every iteration."),
        ),
        *wrong_step_count(_roll_walk, _STILL_AT_START),
        wrong_formula(
            shared.STEP_NOT_PLACE,
            _last_velocity,
            _("this is the velocity, the last update. The exercise asks for x after it."),
        ),
    ),
    hints=(
        _("It is your `walk` of lesson 5, with a velocity that is kept from step to step."),
        _("In the loop, after the tape: the new velocity is keep · velocity - rate · gradient. Add it to x."),
        _(
            "velocity = keep * velocity - rate * tape.gradient(y, x); x.assign_add(velocity)     # velocity = 0.0 before the loop"
        ),
    ),
    right=_("updates in the same direction add up, and opposite ones cancel. That is all of momentum."),
)
"""Asks for gradient descent with momentum, by hand, on functions of two numbers: compared with NumPy's float64."""


def _cool_questions(rng: Rng) -> Questions:
    firsts, lives = spread(rng, 0.1, 0.3), spread(rng, 2.0, 8.0)
    schedules = (
        _decaying_schedule(firsts[0], lives[0]),
        _halving_schedule(firsts[1]),
        _decaying_schedule(firsts[2], lives[2]),
    )
    label = _("{surface} from {x}, learning rate {rate}, steps: {steps}")
    return tuple(
        Question(
            label.format(surface=surface.label, x=x, rate=schedule.label, steps=n),
            (surface, x, schedule, n),
            tuple(_cool_walk(surface, x, schedule, n)),
        )
        for (surface, x), schedule, n in zip(_draw_surfaces(rng), schedules, _STEPS, strict=True)
    )


Schedule: TypeAlias = Callable[[int], float]
"""The learning rate of each step, counted from 0."""


@dataclass(frozen=True)
class ReferenceSchedule(Described):
    """A schedule: an answer gets its code.

    Attributes:
        label: its formula, as learners read it.
        rate: the same function, for formulas.
    """

    label: str
    rate: Schedule

    def __call__(self, step: int) -> float:
        """Return the learning rate of a step."""
        return self.rate(step)


def _decaying_schedule(first: float, life: float) -> ReferenceSchedule:
    """Return a schedule that decays like 1 / step."""
    label = f"{first} / (1 + step / {life})"
    return ReferenceSchedule(f"lambda step: {label}", label, lambda step: first / (1 + step / life))


def _halving_schedule(first: float) -> ReferenceSchedule:
    """Return a schedule that halves after every second step."""
    code, label = f"lambda step: {first} * 0.5 ** (step // 2)", f"{first} / 2^(step // 2)"
    return ReferenceSchedule(code, label, lambda step: first * 0.5 ** (step // 2))


def _cool_walk(surface: ReferenceFunction, x: npt.ArrayLike, schedule: Schedule, iterations: int) -> Numbers:
    position = np.array(x)
    for step in range(iterations):
        position = position - schedule(step) * surface.derivative(1, position)
    return position


def _walk_with_rates(rates: Callable[[Schedule, int, int], float]) -> Formula:
    """Return the formula of runs whose learning rate in each step is `rates(schedule, step, iterations)`."""
    return lambda surface, x, schedule, n: _cool_walk(surface, x, lambda step: rates(schedule, step, n), n)


COOL = Exercise(
    name="cool",
    columns=("u", "v"),
    questions=_cool_questions,
    misconceptions=(
        _LOST_VARIABLE,
        wrong_formula(
            "RATE_FROZEN",
            _walk_with_rates(lambda schedule, step, n: schedule(0)),
            _("every step has the learning rate of the first. Call the schedule again in each iteration."),
            cause=_("The schedule was called once, so every step has the first learning rate."),
            repair=_("Call the schedule again in each iteration."),
        ),
        wrong_formula(
            "COUNTS_FROM_ONE",
            _walk_with_rates(lambda schedule, step, n: schedule(step + 1)),
            _("each step has the learning rate of the next one. The first step is number 0, as range counts."),
            cause=_("The steps were counted from 1, so each has the learning rate of the next."),
            repair=_("Count the steps from 0, as range does."),
        ),
        wrong_formula(
            "LAST_RATE",
            _walk_with_rates(lambda schedule, step, n: schedule(n)),
            _("every step has the learning rate of the end, schedule(iterations). Use the number of this step."),
            cause=_("Every step has the last learning rate."),
            repair=_("Call the schedule with the number of this step, not of the last."),
        ),
        wrong_formula(
            "SCHEDULE_BACKWARD",
            _walk_with_rates(lambda schedule, step, n: schedule(n - 1 - step)),
            _(
                "the schedule runs backward: the small learning rates come first. Large steps come first, small ones later."
            ),
            cause=_("The schedule ran backward, with the small learning rates first."),
            repair=_("Give the first step number 0: large steps come first, small ones later."),
        ),
        wrong_formula(
            shared.UPHILL,
            _walk_with_rates(lambda schedule, step, n: -schedule(step)),
            _("this goes uphill, along the gradient. Subtract to go downhill."),
        ),
        wrong_formula(
            shared.RATE_FORGOTTEN,
            _walk_with_rates(lambda schedule, step, n: 1.0),
            _("each step is the whole gradient. Multiply it by schedule(step)."),
        ),
        *wrong_step_count(_cool_walk, _STILL_AT_START),
    ),
    hints=(
        _("It is `walk` again, but the learning rate is computed in each iteration."),
        _("`for step in range(iterations)` counts the steps from 0. The learning rate of a step is schedule(step)."),
        _("x.assign_sub(schedule(step) * tape.gradient(y, x))     # in the loop, after the block of the tape"),
    ),
    right=_("your loop works with any learning-rate schedule: it only needs a number for each step."),
)
"""Asks for gradient descent with a learning-rate schedule: compared with NumPy's float64."""
