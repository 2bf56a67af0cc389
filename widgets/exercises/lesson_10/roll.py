"""`roll`: gradient descent with momentum, by hand, on functions of two numbers."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Question, mistaken
from widgets.exercises.lesson_10.walks import STEPS, grounds, lost_the_variable, miscounted
from widgets.exercises.reference_optimizers import momentum, sgd, x_after
from widgets.exercises.seeds import spread


def _questions(rng):
    asked = zip(grounds(rng), spread(rng, 0.05, 0.2), spread(rng, 0.4, 0.9), STEPS, strict=True)
    return tuple(_question(*ground, *given) for ground, *given in asked)


def _question(surface, x, rate, keep, iterations):
    label = _("{surface} from {x}, rate {rate}, keep {keep}, steps: {steps}")
    said = label.format(surface=surface.label, x=x, rate=rate, keep=keep, steps=iterations)
    return Question(said, (surface, x, rate, keep, iterations), tuple(_walk(surface, x, rate, keep, iterations)))


def _walk(surface, x, rate, keep, iterations):
    return x_after(momentum(rate, keep), surface, np.array(x), iterations)


def _last_velocity(surface, x, rate, keep, iterations):
    return _walk(surface, x, rate, keep, iterations) - _walk(surface, x, rate, keep, iterations - 1)


def _looking_ahead(surface, x, rate, keep, iterations):
    """Return where Nesterov's variant arrives, as Keras makes it."""
    velocity = 0.0
    for _step in range(iterations):
        gradient = surface.gradient(x)
        velocity = keep * velocity - rate * gradient
        x = x + keep * velocity - rate * gradient
    return x


def _always_from_the_start(surface, x, rate, keep, iterations):
    gradient, velocity, place = surface.gradient(x), 0.0, np.array(x)
    for _step in range(iterations):
        velocity = keep * velocity - rate * gradient
        place = place + velocity
    return place


ROLL = Exercise(
    name="roll",
    columns=("u", "v"),
    questions=_questions,
    misconceptions=(
        *lost_the_variable(),
        mistaken(
            "MOMENTUM_FORGOTTEN",
            lambda surface, x, rate, keep, n: x_after(sgd(rate), surface, np.array(x), n),
            _(
                "this is plain descent: nothing is kept of the move before. Make the velocity once, before the loop, and "
                "change it in the loop."
            ),
        ),
        mistaken(
            "UPHILL",
            lambda surface, x, rate, keep, n: _walk(surface, x, -rate, keep, n),
            _("this climbs: the gradient pulls the velocity the wrong way. Downhill is against it, so subtract."),
        ),
        mistaken(
            "ALL_IS_KEPT",
            lambda surface, x, rate, keep, n: _walk(surface, x, rate, 1.0, n),
            _("the velocity is kept whole. Without friction it never comes to rest: multiply it by `keep` first."),
        ),
        mistaken(
            "GRADIENT_DAMPED",
            lambda surface, x, rate, keep, n: _walk(surface, x, rate * (1 - keep), keep, n),
            _("here the gradient is multiplied by 1 - keep, as in an average. Momentum adds it with its full weight."),
        ),
        mistaken(
            "LOOKS_AHEAD",
            _looking_ahead,
            _(
                "this is Nesterov's variant, which goes one more move ahead. Wanted is the plain one: x moves by the velocity."
            ),
        ),
        mistaken(
            "SAME_GRADIENT",
            _always_from_the_start,
            _(
                "every step uses the gradient of the start. Each place has its own: record and ask again in every iteration."
            ),
        ),
        *miscounted(_walk),
        mistaken(
            "STEP_NOT_PLACE",
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
