"""What a check prints while a grader reads it: numbers as they came back, and the code of what is not right.

A learner is shown four digits, and of a right number those of the witness. A grader compares outside, where no answer
can change how that is done, and needs the number itself.
"""

from widgets.common.grader_protocol import CODE, NO_ANSWER, is_grading
from widgets.exercises.answer_numbers import close, format_number
from widgets.exercises.judgement import RIGHT, WAITING


def written(number, due):
    """Write a number that came back, of which `due` is right: to its last digit for a grader."""
    return repr(float(number)) if is_grading() else format_number(due if close(number, due) else number)


def code_line(judged):
    """Return the line that a grader finds the code in, as a list of none or one."""
    if not is_grading() or judged.status == RIGHT:
        return []
    return [CODE + (NO_ANSWER if judged.status == WAITING else judged.code)]
