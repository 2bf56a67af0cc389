"""The exercises of lesson 12, a tape of one's own. Every number due is worked out on paper, in plain floats."""

from widgets.exercises.lesson_12.divide_back import DIVIDE_BACK
from widgets.exercises.lesson_12.my_second import MY_SECOND
from widgets.exercises.lesson_12.my_slope import MY_SLOPE
from widgets.exercises.lesson_12.play_back import PLAY_BACK

EXERCISES = (PLAY_BACK, DIVIDE_BACK, MY_SLOPE, MY_SECOND)
