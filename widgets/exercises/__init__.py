"""Exercises: predict, answer, be told at once whether that is right and if not, why not; ask for a hint."""

from widgets.exercises.checks import check, hint
from widgets.exercises.judgement import judge
from widgets.exercises.registry import EXERCISES, LESSON_OF, LESSONS

__all__ = ["EXERCISES", "LESSONS", "LESSON_OF", "check", "hint", "judge"]
