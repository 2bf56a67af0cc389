"""The exercises of lesson 08, the tape in tf.function. Every number due is from paper or NumPy; none is a tape's."""

from widgets.exercises.lesson_08.make_train import MAKE_TRAIN
from widgets.exercises.lesson_08.slope_and_value import SLOPE_AND_VALUE
from widgets.exercises.lesson_08.steady import STEADY

EXERCISES = (SLOPE_AND_VALUE, STEADY, MAKE_TRAIN)
