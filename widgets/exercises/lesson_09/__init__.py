"""The exercises of lesson 09, steering gradients. Values and slopes due are from paper; none is a tape's."""

from widgets.exercises.lesson_09.clip_together import CLIP_TOGETHER
from widgets.exercises.lesson_09.reverse import REVERSE
from widgets.exercises.lesson_09.safe_norm import SAFE_NORM
from widgets.exercises.lesson_09.straight_through import STRAIGHT_THROUGH
from widgets.exercises.lesson_09.x_log_x import X_LOG_X

EXERCISES = (STRAIGHT_THROUGH, REVERSE, CLIP_TOGETHER, X_LOG_X, SAFE_NORM)
"""The order is that of the lesson."""
