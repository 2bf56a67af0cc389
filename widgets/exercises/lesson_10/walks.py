"""What `roll` and `cool` share: questions about walks on surfaces, and what their answers stopped with."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.exercise import Misconception, mistaken
from widgets.exercises.lesson_10.surfaces import leaning, valley, wavy
from widgets.exercises.predicates import raised_with
from widgets.exercises.seeds import spread

STEPS = (1, 6, 11)


def grounds(rng):
    """Return three surfaces, each with a place to start from."""
    along, across, mixed, height = spread(rng, 0.1, 1.3, 4)
    places = zip(spread(rng, -3.0, 3.0), spread(rng, 1.0, 2.4), strict=True)
    return tuple(zip((valley(along, across), leaning(mixed), wavy(height)), map(list, places), strict=True))


def lost_the_variable():
    """Return the misconceptions of walks that meet a gradient that is None: at once, or from the second step on."""
    return (
        Misconception(
            "REASSIGNED_VARIABLE",
            lambda evidence: evidence.outcomes[0].numbers is not None and all(map(_met_none, evidence.outcomes[1:])),
            _(
                "one step works, the next meets a gradient that is None: `x = x + ...` makes x an ordinary tensor, and no tape "
                "watches that. Keep the Variable and change its value: x.assign_add(...)."
            ),
        ),
        Misconception(
            "GRADIENT_NONE",
            raised_with("None"),
            _(
                "the gradient is None at the first step. Is x a tf.Variable, and is function(x) worked out inside the block?"
            ),
        ),
    )


def _met_none(outcome):
    return outcome.fault is not None and "None" in outcome.fault.message


def miscounted(walk):
    """Return the misconceptions of walks with the wrong number of steps. `walk(surface, x, ..., steps)` is the right one."""

    def with_steps(change):
        return lambda *given: walk(*given[:-1], change(given[-1]))

    return (
        mistaken(
            "NOT_MOVED",
            lambda surface, x, *given: np.array(x),
            _("this is still the start. Working out a new x does not change the Variable; x.assign_add does."),
        ),
        mistaken(
            "ONE_STEP",
            with_steps(lambda n: 1),
            _("this is where the first step arrives, whatever `iterations` is. Is `return` inside the loop?"),
        ),
        mistaken("ONE_TOO_MANY", with_steps(lambda n: n + 1), _("this is one step too many.")),
        mistaken(
            "ONE_TOO_FEW",
            with_steps(lambda n: n - 1),
            _("this is one step too few: range(iterations) counts them all."),
        ),
    )
