"""The exercises of lesson 07, minimize. Every number due is NumPy's, in float64; none is a tape's."""

from widgets.exercises.lesson_07.minimize_loop import MAKE_STEP, UNTIL
from widgets.exercises.lesson_07.minimize_step import GRADIENTS, MINIMIZE

EXERCISES = (GRADIENTS, MINIMIZE, MAKE_STEP, UNTIL)
