"""The exercises of lesson 10, beyond one parameter. Every number due is NumPy's, in float64; none is a tape's."""

from widgets.exercises.lesson_10.mini_batches import EPOCH
from widgets.exercises.lesson_10.momentum_and_schedules import COOL, ROLL
from widgets.exercises.lesson_10.surfaces import BEST_RATE

EXERCISES = (BEST_RATE, ROLL, EPOCH, COOL)
