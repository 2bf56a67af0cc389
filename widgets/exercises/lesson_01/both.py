"""`both`: dy/dx and dz/dx of y = x² and z = sin(y), from one tape that is asked twice."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.answer_numbers import NotNumeric, close, parse_numbers
from widgets.exercises.exercise import Exercise, Misconception, at, mistaken
from widgets.exercises.seeds import spread


def _used_twice(evidence):
    """Whether TensorFlow refused, in its own words, to play an ordinary tape a second time."""
    faults = [outcome.fault for outcome in evidence.outcomes]
    return any(fault is not None and "non-persistent" in fault.message for fault in faults)


def _is_the_sum(outcome):
    """Whether one number came back, alone or in a list, and it is the sum of the two that were due."""
    returned = outcome.returned
    alone = returned[0] if isinstance(returned, list) and len(returned) == 1 else returned
    try:
        return bool(close(parse_numbers(alone, 1), sum(outcome.question.due)))
    except NotNumeric:
        return False


BOTH = Exercise(
    name="both",
    columns=("dy/dx", "dz/dx"),
    questions=lambda rng: tuple(at(x, 2 * x, 2 * x * np.cos(x * x)) for x in spread(rng, 0.4, 2.4)),
    misconceptions=(
        Misconception(
            "TAPE_ALREADY_USED",
            _used_twice,
            _("the tape was asked twice, and an ordinary one answers once. Make it with persistent=True."),
        ),
        Misconception(
            "TARGETS_SUMMED",
            lambda evidence: all(map(_is_the_sum, evidence.outcomes)),
            _("this is dy/dx + dz/dx: given a list of targets, a tape adds up. Ask it twice instead."),
        ),
        mistaken(
            "SWAPPED",
            lambda x: (2 * x * np.cos(x * x), 2 * x),
            _("both are there, the other way round: dy/dx comes first."),
        ),
        mistaken(
            "WRONG_SOURCE",
            lambda x: (2 * x, np.cos(x * x)),
            _("the second is dz/dy. Its source should be x, not y."),
        ),
        mistaken(
            "WRONG_SOURCE",
            lambda x: (np.cos(x * x), 2 * x * np.cos(x * x)),
            _("the first is dz/dy. Wanted is dy/dx."),
        ),
        mistaken(
            "SAME_TARGET",
            lambda x: (2 * x, 2 * x),
            _("both are dy/dx. The second target is z."),
        ),
        mistaken(
            "SAME_TARGET",
            lambda x: (2 * x * np.cos(x * x), 2 * x * np.cos(x * x)),
            _("both are dz/dx. The first target is y."),
        ),
        mistaken(
            "VALUE_NOT_DERIVATIVE",
            lambda x: (x * x, np.sin(x * x)),
            _("these are y and z, not their gradients."),
        ),
    ),
    hints=(
        _("Copy the cell with the persistent tape, and make its x from `start`."),
        _(
            "After the `with` block ask twice, with target y and with target z, and return the two with a comma between."
        ),
        _("return tape.gradient(y, x), tape.gradient(z, x)     # of a tf.GradientTape(persistent=True)"),
    ),
    right=_("one recording, two questions."),
)
