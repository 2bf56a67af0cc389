"""The exercises of lesson 12, a tape of one's own. Every number due is worked out on paper, in plain floats."""

from widgets.exercises.lesson_12.own_tape import DIVIDE_BACK, MY_SECOND, MY_SLOPE
from widgets.exercises.lesson_12.playback_by_hand import PLAY_BACK

EXERCISES = (PLAY_BACK, DIVIDE_BACK, MY_SLOPE, MY_SECOND)
