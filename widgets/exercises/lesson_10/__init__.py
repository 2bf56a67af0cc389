"""The exercises of lesson 10, beyond one parameter. Every number due is NumPy's, in float64; none is a tape's."""

from widgets.exercises.lesson_10.best_rate import BEST_RATE
from widgets.exercises.lesson_10.cool import COOL
from widgets.exercises.lesson_10.epoch import EPOCH
from widgets.exercises.lesson_10.roll import ROLL

EXERCISES = (BEST_RATE, ROLL, EPOCH, COOL)
