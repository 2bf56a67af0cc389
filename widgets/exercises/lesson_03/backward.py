"""`backward`: two pullbacks by hand, through z = y³ and y = sin(x)."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, at, mistaken
from widgets.exercises.seeds import spread


def _cube(x):
    """Return the slope of y³ at y = sin(x): what comes out of the first pullback."""
    return 3 * np.sin(x) ** 2


BACKWARD = Exercise(
    name="backward",
    columns=("dz/dy", "dz/dx"),
    questions=lambda rng: tuple(at(x, _cube(x), _cube(x) * np.cos(x)) for x in spread(rng, 0.4, 2.8)),
    misconceptions=(
        mistaken(
            "UPSTREAM_FORGOTTEN",
            lambda x: (_cube(x), np.cos(x)),
            _("the second is cos(x), the sine's own slope. A pullback multiplies it by what it receives: dz/dy."),
        ),
        mistaken(
            "CHAIN_ADDED",
            lambda x: (_cube(x), _cube(x) + np.cos(x)),
            _("the two slopes are added. One behind the other, along one path, they multiply."),
        ),
        mistaken(
            "INNER_FORGOTTEN",
            lambda x: (_cube(x), _cube(x)),
            _("dz/dx is the same as dz/dy here. The sine lies between y and x, and has a slope of its own."),
        ),
        mistaken(
            "PLACE_OF_X",
            lambda x: (3 * x**2, 3 * x**2 * np.cos(x)),
            _("the slope of y³ is taken at x. It is y that goes into the cube, so take it at y = sin(x)."),
        ),
        mistaken(
            "SWAPPED",
            lambda x: (_cube(x) * np.cos(x), _cube(x)),
            _("both are there, the other way round: dz/dy comes first."),
        ),
        mistaken(
            "VALUE_NOT_DERIVATIVE",
            lambda x: (np.sin(x), np.sin(x) ** 3),
            _("these are y and z, the numbers of the way forward. Wanted are those of the way back."),
        ),
    ),
    hints=(
        _("Work out y first: the slopes are taken at the numbers of the way forward."),
        _("The cube receives 1 and hands on 3y². The sine receives that, and hands on that times cos(x)."),
        _("return 3 * y**2, 3 * y**2 * tf.cos(x)     # with y = tf.sin(x)"),
    ),
    right=_("each pullback takes what it receives and multiplies it by the slope of its own entry."),
)
