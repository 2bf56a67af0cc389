"""Practice: what passes between a learner and an exercise. Predict, answer, be told at once; ask for a hint."""

import importlib
import pkgutil

from widgets.exercises import memory, predicting
from widgets.exercises import messages as saying
from widgets.exercises.fitting import Unfit
from widgets.exercises.judgement import judge
from widgets.exercises.line_order import order_text
from widgets.exercises.raising import raise_for_nbgrader

_FOLDERS = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name.startswith("lesson_"))
LESSONS = tuple(importlib.import_module(f"{__name__}.{folder}") for folder in _FOLDERS)
EXERCISES = {exercise.name: exercise for lesson in LESSONS for exercise in lesson.EXERCISES}
LESSON_OF = {exercise.name: lesson.__name__[-2:] for lesson in LESSONS for exercise in lesson.EXERCISES}


def check(name, answer):
    """Print what an answer does at seeded inputs and whether that is right, and if not, why not.

    Under the name of a prediction, print the prediction beside what happened. Never raises for a wrong answer, except
    under nbgrader, to which only an exception counts: a NotRight then comes after the words.
    """
    if name in EXERCISES:
        judged = judge(EXERCISES[name], answer)
        memory.keep_answer(name, judged.status, judged.code)
        print(saying.judgement(EXERCISES[name], judged, LESSON_OF[name]))
        raise_for_nbgrader(EXERCISES[name], judged)
    elif name in memory.predictions:
        happened = predicting.reveal(name, answer)
        print(saying.comparison(name, happened.value, happened.outcome))
    else:
        print(saying.unknown(name, [*EXERCISES, *memory.predictions]))


def hint(name):
    """Print a hint: a nudge at first, more the second time, a worked line the third."""
    if name in EXERCISES:
        print(saying.hint(EXERCISES[name], memory.ask_hint(name)))
    else:
        print(saying.unknown(name, list(EXERCISES)))


def predict(name, value, *, choices=(), sketch=(), order=()):
    """Keep a prediction, to be put beside what happens by `check(name, outcome)`.

    It is a number or a text; one of `choices=("above", "below")`; with `sketch=(low, high)` a curve over that range of
    x, as a list of points (x, y), whose outcome is a function or a list of points; or, with `order=("a", "b", "c")`,
    these in the order in which they come, as a list. `...` is none yet: in a notebook it can then be made with the
    mouse or by keys (`widgets.exercises.predict_widget`), and until it is, decks and pictures shown after it stay locked.
    Locks are off with the environment variable TAPEDECK_PREDICT=off, and after `predict.skip()`.
    """
    predicting.ask(name, choices=choices, sketch=sketch, order=order)
    if value is not ...:
        try:
            predicting.commit(name, value)
        except Unfit as unfit:
            print(saying.unfit(name, unfit))
            return
    print(saying.prediction(name, predicting.standing(name).value))


predict.skip = predicting.skip


def order_lines(name, value=...):
    """Put the lines of a program in order (a Parsons problem): the exercise called `name`, for `check(name, order)`.

    `value` is the order: the numbers of the lines, or the lines as text, in a list. `...` is none yet: in a notebook
    the lines can then be moved with the mouse or by keys (`widgets.exercises.ordering_widget`), and what comes back is the widget.
    """
    program = EXERCISES[name].program if name in EXERCISES else None
    if program is None:
        print(saying.unknown(name, [exercise.name for exercise in EXERCISES.values() if exercise.program]))
    else:
        print(order_text(name, program, value))
    return value
