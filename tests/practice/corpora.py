"""The answers kept for each lesson: which exercises it has, right answers, and wrong ones with the code due to each."""

import contextlib
import io

from widgets.practice import check

from . import answers_01, answers_04, answers_05, answers_06

LESSONS = {"01": answers_01, "04": answers_04, "05": answers_05, "06": answers_06}
NAMES = [name for answers in LESSONS.values() for name in answers.NAMES]
RIGHT = {name: cases for answers in LESSONS.values() for name, cases in answers.RIGHT.items()}
WRONG = {name: cases for answers in LESSONS.values() for name, cases in answers.WRONG.items()}


def said(name, answer):
    """What a check prints."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        check(name, answer)
    return printed.getvalue()
