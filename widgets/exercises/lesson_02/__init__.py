"""The exercises of lesson 02, what the tape watches. Every number due is a closed form in NumPy's float64."""

from widgets.exercises.lesson_02.reads import READS
from widgets.exercises.lesson_02.repaired import REPAIRED
from widgets.exercises.lesson_02.total import TOTAL
from widgets.exercises.lesson_02.watch_all import WATCH_ALL
from widgets.exercises.lesson_02.zero_or_none import ZERO_OR_NONE

EXERCISES = (WATCH_ALL, READS, REPAIRED, TOTAL, ZERO_OR_NONE)
