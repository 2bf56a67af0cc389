"""`by_hand`: the derivative of z = sin(x²) + 2x, on paper."""

import numpy as np

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, at, mistaken
from widgets.exercises.seeds import spread

BY_HAND = Exercise(
    name="by_hand",
    columns=("dz/dx",),
    questions=lambda rng: tuple(at(x, 2 * x * np.cos(x * x) + 2) for x in spread(rng, 0.4, 3.2)),
    misconceptions=(
        mistaken(
            "ONE_PATH",
            lambda x: 2 * x * np.cos(x * x),
            _("half of it: only the path through the sine. x also reaches z through 2x."),
        ),
        mistaken(
            "ONE_PATH",
            lambda x: 2.0,
            _("half of it: only the path through 2x. x also reaches z through the sine."),
        ),
        mistaken(
            "INNER_FORGOTTEN",
            lambda x: np.cos(x * x) + 2,
            _("cos(x²) is the sine's own slope; the square inside it has a slope too, and the two multiply."),
        ),
        mistaken(
            "INNER_INSIDE",
            lambda x: np.cos(2 * x) + 2,
            _("the slope of the square, 2x, went into the cosine. It belongs in front of it, and x² stays inside."),
        ),
        mistaken(
            "PATHS_MULTIPLIED",
            lambda x: 4 * x * np.cos(x * x),
            _("the two paths are multiplied. Along a path slopes multiply; where paths meet they add."),
        ),
        mistaken(
            "COSINE_SIGN",
            lambda x: -2 * x * np.cos(x * x) + 2,
            _("a minus too many: the derivative of the sine is plus the cosine."),
        ),
        mistaken(
            "VALUE_NOT_DERIVATIVE",
            lambda x: np.sin(x * x) + 2 * x,
            _("this is z itself, not its derivative."),
        ),
        mistaken(
            "X_KEPT",
            lambda x: 2 * x * np.cos(x * x) + 2 * x,
            _("the first path is right. The second is 2x, and its slope is 2 wherever x is."),
        ),
    ),
    hints=(
        _("x reaches z in two ways. Work out the slope of each alone, then add."),
        _("First way, the sine of a square: cos(x²) times 2x, multiplied. Second way: the slope of 2x is 2."),
        _("return 2 * x * tf.cos(x**2) + 2"),
    ),
    right=_("slopes multiply along a path and add where paths meet. That is all a tape does on its way back."),
)
