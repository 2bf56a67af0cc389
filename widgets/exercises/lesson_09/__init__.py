"""The exercises of lesson 09, steering gradients. Values and slopes due are from paper; none is a tape's."""

from widgets.exercises.lesson_09.custom_gradients import REVERSE, STRAIGHT_THROUGH
from widgets.exercises.lesson_09.gradient_clipping import CLIP_TOGETHER
from widgets.exercises.lesson_09.safe_gradients import SAFE_NORM, X_LOG_X

EXERCISES = (STRAIGHT_THROUGH, REVERSE, CLIP_TOGETHER, X_LOG_X, SAFE_NORM)
