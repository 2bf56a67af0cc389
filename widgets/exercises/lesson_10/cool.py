"""`cool`: gradient descent with a schedule, a function that gives the rate of each step."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Question, mistaken
from widgets.exercises.lesson_10.walks import STEPS, grounds, lost_the_variable, miscounted
from widgets.exercises.seeds import spread


def _questions(rng):
    firsts, lives = spread(rng, 0.1, 0.3), spread(rng, 2.0, 8.0)
    schedules = (_fading(firsts[0], lives[0]), _stair(firsts[1]), _fading(firsts[2], lives[2]))
    asked = zip(grounds(rng), schedules, STEPS, strict=True)
    return tuple(_question(*ground, *given) for ground, *given in asked)


def _fading(first, life):
    """Return a schedule, with its label, that falls as one over the step."""
    return (lambda step: first / (1 + step / life)), f"{first} / (1 + step / {life})"


def _stair(first):
    """Return a schedule, with its label, that halves after every second step."""
    return (lambda step: first * 0.5 ** (step // 2)), f"{first} / 2^(step // 2)"


def _question(surface, x, schedule, iterations):
    label = _("{surface} from {x}, rate {rate}, steps: {steps}")
    rate, written = schedule
    said = label.format(surface=surface.label, x=x, rate=written, steps=iterations)
    return Question(said, (surface, x, rate, iterations), tuple(_walk(surface, x, rate, iterations)))


def _walk(surface, x, schedule, iterations):
    x = np.array(x)
    for step in range(iterations):
        x = x - schedule(step) * surface.gradient(x)
    return x


def _with(rates):
    """Return the walk whose rate at a step is `rates(schedule, step, iterations)`, as a formula of what is given."""
    return lambda surface, x, schedule, n: _walk(surface, x, lambda step: rates(schedule, step, n), n)


COOL = Exercise(
    name="cool",
    columns=("u", "v"),
    questions=_questions,
    misconceptions=(
        *lost_the_variable(),
        mistaken(
            "RATE_FROZEN",
            _with(lambda schedule, step, n: schedule(0)),
            _("every step has the rate of the first. Ask the schedule anew in each iteration."),
        ),
        mistaken(
            "COUNTS_FROM_ONE",
            _with(lambda schedule, step, n: schedule(step + 1)),
            _("each step has the rate of the next one. The first step is number 0, as range counts."),
        ),
        mistaken(
            "LAST_RATE",
            _with(lambda schedule, step, n: schedule(n)),
            _("every step has the rate of the end, schedule(iterations). Ask for the rate of this step."),
        ),
        mistaken(
            "SCHEDULE_BACKWARD",
            _with(lambda schedule, step, n: schedule(n - 1 - step)),
            _("the schedule runs backward: the small rates come first. Large steps first, then careful ones."),
        ),
        mistaken(
            "UPHILL",
            _with(lambda schedule, step, n: -schedule(step)),
            _("this climbs: the step goes along the gradient. Downhill is against it, so subtract."),
        ),
        mistaken(
            "RATE_FORGOTTEN",
            _with(lambda schedule, step, n: 1.0),
            _("each step is the whole gradient. Multiply it by schedule(step)."),
        ),
        *miscounted(_walk),
    ),
    hints=(
        _("It is `walk` again. What was a number there, the rate, is now asked for in each iteration."),
        _("`for step in range(iterations)` counts the steps from 0. The rate of this one is schedule(step)."),
        _("x.assign_sub(schedule(step) * tape.gradient(y, x))     # in the loop, after the block of the tape"),
    ),
    right=_("the schedule is only asked for a number: one that falls, one with stairs, or any other."),
)
