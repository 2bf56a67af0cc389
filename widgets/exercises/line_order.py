"""Parsons problems: a program whose lines are to be put in order, judged by what it does when it is run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from widgets.answers.line_programs import InvalidOrder, NotAList, Program, read_lines
from widgets.common.catalogue import _
from widgets.exercises.exercise import shuffled
from widgets.exercises.misconceptions import raised, wrong_behavior
from widgets.exercises.shared_misconceptions import NOT_LINES


@dataclass(frozen=True)
class ProgramWithAnswer(Program):
    """A program with one right order of its lines, for the last hint: a learner's process never gets it.

    Attributes:
        answer: the order.
    """

    answer: tuple[str, ...]

    @property
    def described(self) -> tuple[Any, ...]:
        """The program without the answer, as it is handed over."""
        return self.name, self.head, self.lines, self.tail


def program(
    name: str, head: tuple[str, ...], answer: tuple[str, ...], others: tuple[str, ...], tail: tuple[str, ...]
) -> ProgramWithAnswer:
    """Return a program whose lines, those of the answer and `others`, are shuffled by its name."""
    return ProgramWithAnswer(name, head, tuple(shuffled(name, [*answer, *others])), tail, answer)


def order_text(name: str, program: Program, answer: object) -> str:
    """Return the program that an answer makes, or the lines to choose from if it is `...`, or why it is not an order."""
    if answer is ...:
        return _lines_to_choose_from(name, program)
    try:
        chosen = read_lines(program, answer)
    except NotAList as invalid:
        message = _("{name}: an order is a list of the lines' numbers, such as [3, 1, 2]; got {kind}.")
        return message.format(name=name, kind=invalid)
    except InvalidOrder as invalid:
        message = _("{name}: this line does not exist, or it is there twice: {line}.")
        return message.format(name=name, line=invalid)
    return "\n".join([_("{name}: your program").format(name=name), *_indented(program.whole(chosen))])


def _lines_to_choose_from(name: str, program: Program) -> str:
    numbered = [f"{number:>4}  {line}" for number, line in enumerate(program.lines, 1)]
    return "\n".join(
        [
            _("{name}: no order yet. The program begins and ends like this:").format(name=name),
            *_indented([*program.head, "    ...", *program.tail]),
            _("Choose the lines in between from these. Some of them do not belong:"),
            *numbered,
            _("In code, give their numbers in order: {call}.").format(call=f'order_lines("{name}", [3, 1, 2])'),
        ]
    )


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"      {line}" for line in lines]


MISCONCEPTIONS_OF_ANY_ORDER = (
    wrong_behavior(
        NOT_LINES,
        raised(InvalidOrder.__name__, NotAList.__name__),
        _("this exercise asks for lines in order: a list of their numbers, each at most once, like [3, 1, 2]."),
    ),
    wrong_behavior(
        "DOES_NOT_PARSE",
        raised("SyntaxError", "IndentationError"),
        _(
            "Python cannot parse this program. After a line that ends in a colon, the next line must be indented; nowhere "
            "else may the indentation grow."
        ),
        cause=_("In this order, the lines are not a program that Python can read."),
        repair=_("Put an indented line under each line that ends in a colon, and none where there is no such line."),
    ),
    wrong_behavior(
        "USED_BEFORE_MADE",
        raised("NameError", "UnboundLocalError"),
        _(
            "a name is used before the line that defines it. Read the program from the top to see which line is missing."
        ),
        cause=_("A name is used before the line that makes it."),
        repair=_("Read the program from the top, and make each name before it is used."),
    ),
)
"""What can be wrong with an order of any program's lines, beside the misconceptions of the exercise itself."""
