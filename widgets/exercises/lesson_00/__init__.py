"""The exercises of lesson 00, start here: three small ones, to meet the three kinds of answers."""

from widgets.exercises.lesson_00.at_two import AT_TWO
from widgets.exercises.lesson_00.came_back import CAME_BACK
from widgets.exercises.lesson_00.double import DOUBLE

EXERCISES = (CAME_BACK, DOUBLE, AT_TWO)
