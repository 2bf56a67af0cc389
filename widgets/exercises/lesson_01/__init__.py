"""The exercises of lesson 01, the tape. Every number due is a closed form in NumPy's float64."""

from widgets.exercises.lesson_01.asking_a_tape import BOTH, DERIVATIVE
from widgets.exercises.lesson_01.first_gradients import BY_HAND, FLAT, WAVE

EXERCISES = (FLAT, WAVE, BY_HAND, BOTH, DERIVATIVE)
