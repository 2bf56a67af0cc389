"""The exercises of lesson 03, playing it backward. Every number due is a closed form in NumPy's float64."""

from widgets.exercises.lesson_03.chain_rule import BACKWARD, PATHS
from widgets.exercises.lesson_03.gradient_checking import CENTRAL
from widgets.exercises.lesson_03.jacobian_rows import PART, ROWS

EXERCISES = (BACKWARD, PATHS, PART, CENTRAL, ROWS)
