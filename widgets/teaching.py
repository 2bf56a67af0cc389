"""All that the record of a teacher's own exercise imports: `docs/own_exercises.md` explains it.

from widgets.teaching import OwnExercise, OwnMisconception, spread
"""

from widgets.exercises.exercise import Evidence, Outcome, Rng, spread
from widgets.exercises.misconceptions import diagnosed_as, gave_numbers, raised, raised_with, returned
from widgets.exercises.own_exercise import Given, OwnExercise, OwnMisconception

__all__ = [
    "Evidence",
    "Given",
    "Outcome",
    "OwnExercise",
    "OwnMisconception",
    "Rng",
    "diagnosed_as",
    "gave_numbers",
    "raised",
    "raised_with",
    "returned",
    "spread",
]
