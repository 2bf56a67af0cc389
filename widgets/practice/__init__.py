"""Practice: what passes between a learner and an exercise. Predict, answer, be told at once; ask for a hint."""

import importlib
import pkgutil

from widgets.practice import memory, saying
from widgets.practice.judging import judge

_FOLDERS = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name.startswith("lesson_"))
LESSONS = tuple(importlib.import_module(f"{__name__}.{folder}") for folder in _FOLDERS)
EXERCISES = {exercise.name: exercise for lesson in LESSONS for exercise in lesson.EXERCISES}


def check(name, answer):
    """Print what an answer does at seeded inputs and whether that is right, and if not, why not.

    Under the name of a prediction, print the prediction beside what happened. Never raises for a wrong answer.
    """
    if name in EXERCISES:
        print(saying.judgement(EXERCISES[name], judge(EXERCISES[name], answer)))
    elif name in memory.predictions:
        print(saying.comparison(name, memory.predictions[name], answer))
    else:
        print(saying.unknown(name, [*EXERCISES, *memory.predictions]))


def hint(name):
    """Print a hint: a nudge at first, more the second time, a worked line the third."""
    if name in EXERCISES:
        print(saying.hint(EXERCISES[name], memory.ask_hint(name)))
    else:
        print(saying.unknown(name, list(EXERCISES)))


def predict(name, value):
    """Keep a prediction, to be put beside what happens by `check(name, outcome)`."""
    memory.predictions[name] = value
    print(saying.prediction(name, value))
