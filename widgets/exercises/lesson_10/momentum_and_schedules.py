"""Lesson 10: gradient descent with momentum, and with a learning-rate schedule."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Question, wrong_formula
from widgets.exercises.lesson_10.surfaces import STEPS, draw_surfaces, lost_variable, wrong_step_count
from widgets.exercises.reference_optimizers import momentum, sgd, x_after
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import RATE_FORGOTTEN, SAME_GRADIENT, STEP_NOT_PLACE, UPHILL


def _roll_questions(rng):
    asked = zip(draw_surfaces(rng), spread(rng, 0.05, 0.2), spread(rng, 0.4, 0.9), STEPS, strict=True)
    return tuple(_roll_question(*ground, *given) for ground, *given in asked)


def _roll_question(surface, x, rate, keep, iterations):
    label = _("{surface} from {x}, rate {rate}, keep {keep}, steps: {steps}")
    said = label.format(surface=surface.label, x=x, rate=rate, keep=keep, steps=iterations)
    return Question(said, (surface, x, rate, keep, iterations), tuple(_roll_walk(surface, x, rate, keep, iterations)))


def _roll_walk(surface, x, rate, keep, iterations):
    return x_after(momentum(rate, keep), surface, np.array(x), iterations)


def _last_velocity(surface, x, rate, keep, iterations):
    return _roll_walk(surface, x, rate, keep, iterations) - _roll_walk(surface, x, rate, keep, iterations - 1)


def _nesterov(surface, x, rate, keep, iterations):
    """Return where Nesterov's variant arrives, as Keras makes it."""
    velocity = 0.0
    for _step in range(iterations):
        gradient = surface.gradient(x)
        velocity = keep * velocity - rate * gradient
        x = x + keep * velocity - rate * gradient
    return x


def _same_gradient_throughout(surface, x, rate, keep, iterations):
    gradient, velocity, place = surface.gradient(x), 0.0, np.array(x)
    for _step in range(iterations):
        velocity = keep * velocity - rate * gradient
        place = place + velocity
    return place


ROLL = Exercise(
    name="roll",
    columns=("u", "v"),
    questions=_roll_questions,
    misconceptions=(
        *lost_variable(),
        wrong_formula(
            "MOMENTUM_FORGOTTEN",
            lambda surface, x, rate, keep, n: x_after(sgd(rate), surface, np.array(x), n),
            _(
                "this is plain descent: nothing is kept of the move before. Make the velocity once, before the loop, and "
                "change it in the loop."
            ),
            cause=_("Nothing of the last move was kept, so this is plain descent."),
            repair=_("Make the velocity once, before the loop, and change it in the loop."),
        ),
        wrong_formula(
            UPHILL,
            lambda surface, x, rate, keep, n: _roll_walk(surface, x, -rate, keep, n),
            _("this climbs: the gradient pulls the velocity the wrong way. Downhill is against it, so subtract."),
        ),
        wrong_formula(
            "ALL_IS_KEPT",
            lambda surface, x, rate, keep, n: _roll_walk(surface, x, rate, 1.0, n),
            _("the velocity is kept whole. Without friction it never comes to rest: multiply it by `keep` first."),
            cause=_("The velocity was kept whole, so it never comes to rest."),
            repair=_("Multiply the velocity by `keep` before the gradient is added."),
        ),
        wrong_formula(
            "GRADIENT_DAMPED",
            lambda surface, x, rate, keep, n: _roll_walk(surface, x, rate * (1 - keep), keep, n),
            _("here the gradient is multiplied by 1 - keep, as in an average. Momentum adds it with its full weight."),
            cause=_("The gradient was multiplied by 1 - keep, as in a running mean."),
            repair=_("Momentum adds the gradient with its full weight: keep · velocity - rate · gradient."),
        ),
        wrong_formula(
            "LOOKS_AHEAD",
            _nesterov,
            _(
                "this is Nesterov's variant, which goes one more move ahead. Wanted is the plain one: x moves by the velocity."
            ),
            cause=_("The step goes one more move ahead, which is Nesterov's variant."),
            repair=_("Let x move by the velocity, and by nothing else."),
        ),
        wrong_formula(
            SAME_GRADIENT,
            _same_gradient_throughout,
            _(
                "every step uses the gradient of the start. Each place has its own: record and ask again in every iteration."
            ),
        ),
        *wrong_step_count(_roll_walk),
        wrong_formula(
            STEP_NOT_PLACE,
            _last_velocity,
            _("this is the velocity, the last move. Wanted is x, the place where it leads."),
        ),
    ),
    hints=(
        _("It is your `walk` of lesson 5, with a velocity that lives on from step to step."),
        _("In the loop, after the tape: the new velocity is keep · velocity - rate · gradient, and x moves by it."),
        _(
            "velocity = keep * velocity - rate * tape.gradient(y, x); x.assign_add(velocity)     # velocity = 0.0 before the loop"
        ),
    ),
    right=_("moves that agree add up, moves that contradict each other cancel. That is all of momentum."),
)
"""`roll`: gradient descent with momentum, by hand, on functions of two numbers."""


def _cool_questions(rng):
    firsts, lives = spread(rng, 0.1, 0.3), spread(rng, 2.0, 8.0)
    schedules = (
        _decaying_schedule(firsts[0], lives[0]),
        _halving_schedule(firsts[1]),
        _decaying_schedule(firsts[2], lives[2]),
    )
    asked = zip(draw_surfaces(rng), schedules, STEPS, strict=True)
    return tuple(_cool_question(*ground, *given) for ground, *given in asked)


def _decaying_schedule(first, life):
    """Return a schedule, with its label, that falls as one over the step."""
    return (lambda step: first / (1 + step / life)), f"{first} / (1 + step / {life})"


def _halving_schedule(first):
    """Return a schedule, with its label, that halves after every second step."""
    return (lambda step: first * 0.5 ** (step // 2)), f"{first} / 2^(step // 2)"


def _cool_question(surface, x, schedule, iterations):
    label = _("{surface} from {x}, rate {rate}, steps: {steps}")
    rate, written = schedule
    said = label.format(surface=surface.label, x=x, rate=written, steps=iterations)
    return Question(said, (surface, x, rate, iterations), tuple(_cool_walk(surface, x, rate, iterations)))


def _cool_walk(surface, x, schedule, iterations):
    x = np.array(x)
    for step in range(iterations):
        x = x - schedule(step) * surface.gradient(x)
    return x


def _walk_with_rates(rates):
    """Return the walk whose rate at a step is `rates(schedule, step, iterations)`, as a formula of what is given."""
    return lambda surface, x, schedule, n: _cool_walk(surface, x, lambda step: rates(schedule, step, n), n)


COOL = Exercise(
    name="cool",
    columns=("u", "v"),
    questions=_cool_questions,
    misconceptions=(
        *lost_variable(),
        wrong_formula(
            "RATE_FROZEN",
            _walk_with_rates(lambda schedule, step, n: schedule(0)),
            _("every step has the rate of the first. Ask the schedule anew in each iteration."),
            cause=_("The schedule was asked once, so every step has the first rate."),
            repair=_("Ask the schedule anew in each iteration."),
        ),
        wrong_formula(
            "COUNTS_FROM_ONE",
            _walk_with_rates(lambda schedule, step, n: schedule(step + 1)),
            _("each step has the rate of the next one. The first step is number 0, as range counts."),
            cause=_("The steps were counted from 1, so each has the rate of the next."),
            repair=_("Count from 0, as range does."),
        ),
        wrong_formula(
            "LAST_RATE",
            _walk_with_rates(lambda schedule, step, n: schedule(n)),
            _("every step has the rate of the end, schedule(iterations). Ask for the rate of this step."),
            cause=_("Every step has the rate of the end."),
            repair=_("Ask the schedule for the number of this step, not of the last."),
        ),
        wrong_formula(
            "SCHEDULE_BACKWARD",
            _walk_with_rates(lambda schedule, step, n: schedule(n - 1 - step)),
            _("the schedule runs backward: the small rates come first. Large steps first, then careful ones."),
            cause=_("The schedule ran backward, with the small rates first."),
            repair=_("Give the first step number 0: large steps come first, careful ones later."),
        ),
        wrong_formula(
            UPHILL,
            _walk_with_rates(lambda schedule, step, n: -schedule(step)),
            _("this climbs: the step goes along the gradient. Downhill is against it, so subtract."),
        ),
        wrong_formula(
            RATE_FORGOTTEN,
            _walk_with_rates(lambda schedule, step, n: 1.0),
            _("each step is the whole gradient. Multiply it by schedule(step)."),
        ),
        *wrong_step_count(_cool_walk),
    ),
    hints=(
        _("It is `walk` again. What was a number there, the rate, is now asked for in each iteration."),
        _("`for step in range(iterations)` counts the steps from 0. The rate of this one is schedule(step)."),
        _("x.assign_sub(schedule(step) * tape.gradient(y, x))     # in the loop, after the block of the tape"),
    ),
    right=_("the schedule is only asked for a number: one that falls, one with stairs, or any other."),
)
"""`cool`: gradient descent with a schedule, a function that gives the rate of each step."""
