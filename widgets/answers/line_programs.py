"""Programs whose lines are to be put in order, and how a chosen order is run. The right order is not among it."""

from __future__ import annotations

import linecache
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from traitlets import HasTraits


class InvalidOrder(ValueError):
    """An answer is not an order of these lines; the message is what is not a line, or comes twice."""


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
    """

    name: str
    head: tuple[str, ...]
    lines: tuple[str, ...]
    tail: tuple[str, ...]

    def whole(self, chosen: Sequence[str]) -> list[str]:
        """Return the lines of the program with the chosen ones between head and tail."""
        return [*self.head, *chosen, *self.tail]

    def define(self, chosen: Sequence[str]) -> Callable[..., Any]:
        """Run the definition with the chosen lines, which must be ours, and return the function."""
        lines = [line + "\n" for line in self.whole(chosen)]
        filename = f"<{self.name}>"
        linecache.cache[filename] = (sum(map(len, lines)), None, lines, filename)
        import tensorflow as tf  # here: who only judges an order does without

        names: dict[str, Any] = {"tf": tf}
        exec(compile("".join(lines), filename, "exec"), names)
        function: Callable[..., Any] = names[self.name]
        return function


def run_order(answer: object, program: Sequence[Any], *given: object) -> object:
    """Call the program that an order of lines makes with what a question hands over. No line at all is `...`."""
    parts = Program(*program)
    chosen = read_lines(parts, answer)
    return parts.define(chosen)(*given) if chosen else ...


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
    """Return the index of a line given by its number or text; indentation matters only if two have the same text."""
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
