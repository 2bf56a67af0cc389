"""The exercises of lesson 02, what the tape watches. Every number due is a closed form in NumPy's float64."""

from widgets.exercises.lesson_02.missing_gradients import REPAIRED, TOTAL, ZERO_OR_NONE
from widgets.exercises.lesson_02.watched_sources import READS, WATCH_ALL

EXERCISES = (WATCH_ALL, READS, REPAIRED, TOTAL, ZERO_OR_NONE)
