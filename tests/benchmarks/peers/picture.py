"""What each technique draws, computed before anything slides: the curve of x² − 2x + 1 and a path for each rate."""

import numpy as np

from widgets import descend
from widgets.descent.surface.stability import slider_rates

START, ITERATIONS = 0.0, 100
RATES = slider_rates()
LABELS = [f"{rate:.3g}" for rate in RATES]
FIRST = len(RATES) // 2  # where sliders stand at first
SIZE = (10.0, 3.1)  # inches of 100 pixels, for both plots together
X, Y = (-0.5, 2.5), (-0.1, 2.2)  # what the plots show of x and of y


def f(x):
    """The parabola of the lessons: its minimum is 0, at x = 1."""
    return x * x - 2.0 * x + 1.0


CURVE_X = np.linspace(*X, 301)
CURVE_Y = f(CURVE_X)
STEPS = np.arange(ITERATIONS + 1)
_paths = descend(f, START, RATES, ITERATIONS)


def path(index):
    """Return x and y of the path at a position of the slider, each of shape (iterations + 1,)."""
    return _paths.x[:, index], _paths.y[:, index]
