"""The exercises of lesson 05, gradient descent. Every number due is NumPy's, in float64; none is a tape's."""

from widgets.practice.lesson_05.bounce import BOUNCE
from widgets.practice.lesson_05.land import LAND
from widgets.practice.lesson_05.largest import LARGEST
from widgets.practice.lesson_05.train import TRAIN
from widgets.practice.lesson_05.walk import WALK

EXERCISES = (WALK, TRAIN, LAND, LARGEST, BOUNCE)
