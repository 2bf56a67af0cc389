"""The exercises of lesson 01, the tape. Every number due is a closed form in NumPy's float64."""

from widgets.exercises.lesson_01.both import BOTH
from widgets.exercises.lesson_01.by_hand import BY_HAND
from widgets.exercises.lesson_01.derivative import DERIVATIVE
from widgets.exercises.lesson_01.flat import FLAT
from widgets.exercises.lesson_01.wave import WAVE

EXERCISES = (FLAT, WAVE, BY_HAND, BOTH, DERIVATIVE)
