"""The exercises of lesson 07, minimize. Every number due is NumPy's, in float64; none is a tape's."""

from widgets.exercises.lesson_07.gradients import GRADIENTS
from widgets.exercises.lesson_07.make_step import MAKE_STEP
from widgets.exercises.lesson_07.minimize import MINIMIZE
from widgets.exercises.lesson_07.until import UNTIL

EXERCISES = (GRADIENTS, MINIMIZE, MAKE_STEP, UNTIL)
