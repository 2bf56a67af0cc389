"""The exercises of lesson 05, gradient descent. Every number due is NumPy's, in float64; none is a tape's."""

from widgets.exercises.lesson_05.learning_rates import BOUNCE, LAND, LARGEST
from widgets.exercises.lesson_05.loop_order import LOOP_ORDER
from widgets.exercises.lesson_05.training_loop import TRAIN, WALK

EXERCISES = (WALK, LOOP_ORDER, TRAIN, LAND, LARGEST, BOUNCE)
