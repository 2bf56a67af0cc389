"""The exercises of lesson 06, when float32 stops. What float32 does is worked out in NumPy's float32, by hand."""

from widgets.exercises.lesson_06.rounding_errors import HONEST, NEEDED
from widgets.exercises.lesson_06.stalling import AGAIN, STOPS

EXERCISES = (NEEDED, AGAIN, STOPS, HONEST)
