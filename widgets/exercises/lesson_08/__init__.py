"""The exercises of lesson 08, the tape in tf.function. Every number due is from paper or NumPy; none is a tape's."""

from widgets.exercises.lesson_08.graph_gradients import SLOPE_AND_VALUE, STEADY
from widgets.exercises.lesson_08.graph_training import MAKE_TRAIN

EXERCISES = (SLOPE_AND_VALUE, STEADY, MAKE_TRAIN)
