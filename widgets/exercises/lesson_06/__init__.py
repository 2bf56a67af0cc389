"""The exercises of lesson 06, when float32 stops. What float32 does is worked out in NumPy's float32, by hand."""

from widgets.exercises.lesson_06.again import AGAIN
from widgets.exercises.lesson_06.honest import HONEST
from widgets.exercises.lesson_06.needed import NEEDED
from widgets.exercises.lesson_06.stops import STOPS

EXERCISES = (NEEDED, AGAIN, STOPS, HONEST)
