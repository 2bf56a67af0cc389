"""Parsons problems: a program whose lines are to be put in order, judged by what it does when it is run."""

from __future__ import annotations

import linecache
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import tensorflow as tf
from traitlets import HasTraits

from widgets.common.catalogue import _
from widgets.exercises.exercise import shuffled
from widgets.exercises.misconceptions import raised, wrong_behavior
from widgets.exercises.shared_misconceptions import NOT_LINES


class InvalidOrder(ValueError):
    """An answer is not an order of these lines; the message is the part of it that is not a line, or that comes twice."""


class NotAList(InvalidOrder):
    """An answer is not a list at all; the message is its type."""


@dataclass(frozen=True)
class Program:
    """A program without its middle, which the learner puts together from `lines`. Not all of them belong.

    Attributes:
        name: the function that the program defines.
        head: the lines before the learner's.
        lines: the lines to choose from, indented as in the program, in an order that is the same for everyone: their
            numbers, from 1, are part of the exercise.
        tail: the lines after the learner's.
        answer: one right order, for the last hint.
    """

    name: str
    head: tuple[str, ...]
    lines: tuple[str, ...]
    tail: tuple[str, ...]
    answer: tuple[str, ...]

    def whole(self, chosen: Sequence[str]) -> list[str]:
        """Return the lines of the program with the chosen ones between head and tail."""
        return [*self.head, *chosen, *self.tail]

    def define(self, chosen: Sequence[str]) -> Callable[..., Any]:
        """Run the definition with the chosen lines, which must be ours, and return the function."""
        lines = [line + "\n" for line in self.whole(chosen)]
        filename = f"<{self.name}>"
        linecache.cache[filename] = (sum(map(len, lines)), None, lines, filename)
        names: dict[str, Any] = {"tf": tf}
        exec(compile("".join(lines), filename, "exec"), names)
        function: Callable[..., Any] = names[self.name]
        return function


def program(
    name: str, head: tuple[str, ...], answer: tuple[str, ...], others: tuple[str, ...], tail: tuple[str, ...]
) -> Program:
    """Return a Program whose lines, those of the answer and `others`, are shuffled by its name."""
    return Program(name, head, tuple(shuffled(name, [*answer, *others])), tail, answer)


def by_running(program: Program) -> Callable[..., Any]:
    """Return how an order of lines is run: the program is called with what each question gives. No line at all is `...`."""

    def use(answer: object, *given: object) -> object:
        chosen = read_lines(program, answer)
        return program.define(chosen)(*given) if chosen else ...

    return use


def read_lines(program: Program, answer: Any) -> tuple[str, ...]:
    """Return the lines that an answer chooses.

    Args:
        program: the program that the lines belong to.
        answer: a list of the lines' numbers or texts, or a widget with such a list in its trait `order`.

    Returns:
        The chosen lines, in the answer's order.

    Raises:
        InvalidOrder: if part of it is not a line, or a line comes twice; NotAList if it has no parts.
    """
    has_order = isinstance(answer, HasTraits) and answer.has_trait("order")
    parts = answer.order if has_order else answer
    if not isinstance(parts, list | tuple):
        raise NotAList(type(answer).__name__)
    places = [_place(program, part) for part in parts]
    for place in places:
        if places.count(place) > 1:
            raise InvalidOrder(program.lines[place].strip())
    return tuple(program.lines[place] for place in places)


def _place(program: Program, part: object) -> int:
    """Return the index of a line given by its number or text. Its indentation matters only if another line has its text."""
    if not isinstance(part, str):
        return _numbered(program, part)
    for stripped in (str.rstrip, str.strip):
        for place, line in enumerate(program.lines):
            if stripped(line) == stripped(part):
                return place
    raise InvalidOrder(part[:80])


def _numbered(program: Program, part: Any) -> int:
    try:
        number = operator.index(part)
    except Exception as error:  # a learner's own object may do anything when it is read
        raise InvalidOrder(type(part).__name__) from error
    if isinstance(part, bool) or not 1 <= number <= len(program.lines):
        raise InvalidOrder(str(part))
    return number - 1


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
