"""The exercises of lesson 05, gradient descent. Every number due is NumPy's, in float64; none is a tape's."""

from widgets.exercises.lesson_05.bounce import BOUNCE
from widgets.exercises.lesson_05.land import LAND
from widgets.exercises.lesson_05.largest import LARGEST
from widgets.exercises.lesson_05.loop_order import LOOP_ORDER
from widgets.exercises.lesson_05.train import TRAIN
from widgets.exercises.lesson_05.walk import WALK

EXERCISES = (WALK, LOOP_ORDER, TRAIN, LAND, LARGEST, BOUNCE)
