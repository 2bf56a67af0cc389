"""The exercises of lesson 03, playing it backward. Every number due is a closed form in NumPy's float64."""

from widgets.practice.lesson_03.backward import BACKWARD
from widgets.practice.lesson_03.central import CENTRAL
from widgets.practice.lesson_03.part import PART
from widgets.practice.lesson_03.paths import PATHS
from widgets.practice.lesson_03.rows import ROWS

EXERCISES = (BACKWARD, PATHS, PART, CENTRAL, ROWS)
