"""The answers kept for each lesson: which exercises it has, right answers, and wrong ones with the code due to each."""

import contextlib
import importlib
import io

from widgets.answers.handed_over import built
from widgets.answers.plain_values import as_plain
from widgets.exercises.checks import check
from widgets.exercises.exercise import generator
from widgets.exercises.registry import EXERCISES
from widgets.exercises.registry import LESSONS as EXERCISES_OF

LESSONS = {number: importlib.import_module(f"tests.exercises.answers_{number}") for number in EXERCISES_OF}
NAMES = [name for answers in LESSONS.values() for name in answers.NAMES]
RIGHT = {name: cases for answers in LESSONS.values() for name, cases in answers.RIGHT.items()}
WRONG = {name: cases for answers in LESSONS.values() for name, cases in answers.WRONG.items()}


def asked(name):
    """The questions that a check asks."""
    return EXERCISES[name].questions(generator(name))


def handed_over(thing):
    """What an answer gets in place of something that a question gives."""
    return built(as_plain(thing.described))


def said(name, answer):
    """What a check prints."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        check(name, answer)
    return printed.getvalue()
