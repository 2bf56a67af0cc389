"""The exercises of lesson 03, playing it backward. Every number due is a closed form in NumPy's float64."""

from widgets.exercises.lesson_03.backward import BACKWARD
from widgets.exercises.lesson_03.central import CENTRAL
from widgets.exercises.lesson_03.part import PART
from widgets.exercises.lesson_03.paths import PATHS
from widgets.exercises.lesson_03.rows import ROWS

EXERCISES = (BACKWARD, PATHS, PART, CENTRAL, ROWS)
