"""Parsons problems: a program whose lines are to be put in order, judged by what it does when it is run."""

import linecache
import operator
from dataclasses import dataclass

import tensorflow as tf
from traitlets import HasTraits

from widgets.common.catalogue import _
from widgets.exercises.exercise import Misconception
from widgets.exercises.seeds import shuffled


class Unordered(ValueError):
    """This is no order of these lines; its message says which part of it is none of them, or comes twice."""


@dataclass(frozen=True)
class Program:
    """A program without its lines: `head` and `tail` stay where they are, `lines` are offered, and not all belong.

    `lines` are shuffled, the same way for everyone: their numbers, from 1, are part of the exercise. Their indentation
    goes with them. `name` is the function that the program defines; `answer` is one right order, for the last hint.
    """

    name: str
    head: tuple[str, ...]
    lines: tuple[str, ...]
    tail: tuple[str, ...]
    answer: tuple[str, ...]

    def whole(self, chosen):
        """Return the lines of the program with these between head and tail."""
        return [*self.head, *chosen, *self.tail]

    def define(self, chosen):
        """Run the definition with these lines; return the function. Only lines of ours are ever run."""
        lines = [line + "\n" for line in self.whole(chosen)]
        place = f"<{self.name}>"
        linecache.cache[place] = (sum(map(len, lines)), None, lines, place)
        names = {"tf": tf}
        exec(compile("".join(lines), place, "exec"), names)
        return names[self.name]


def program(name, head, answer, others, tail):
    """Return a Program whose lines, those that belong and `others`, are shuffled by its name."""
    return Program(name, head, tuple(shuffled(name, [*answer, *others])), tail, answer)


def by_running(program):
    """Return how an order of lines is put to use: the program is run with what each question gives."""

    def use(answer, *given):
        chosen = read_lines(program, answer)
        return program.define(chosen)(*given) if chosen else ...

    return use


def read_lines(program, answer):
    """Return the lines that an answer chooses: numbers, texts, or a widget's `order`. Raises Unordered."""
    parts = answer.order if isinstance(answer, HasTraits) and answer.has_trait("order") else answer
    if not isinstance(parts, list | tuple):
        raise Unordered(type(answer).__name__)
    places = [_place(program, part) for part in parts]
    for place in places:
        if places.count(place) > 1:
            raise Unordered(program.lines[place].strip())
    return tuple(program.lines[place] for place in places)


def _place(program, part):
    """Return where a line is, given by its number or its text. The spaces before it matter only between namesakes."""
    if not isinstance(part, str):
        return _numbered(program, part)
    for reading in (str.rstrip, str.strip):
        found = [place for place, line in enumerate(program.lines) if reading(line) == reading(part)]
        if found:
            return found[0]
    raise Unordered(part[:80])


def _numbered(program, part):
    try:
        number = operator.index(part)
    except Exception as error:  # a learner's own object may do anything when it is read
        raise Unordered(type(part).__name__) from error
    if isinstance(part, bool) or not 1 <= number <= len(program.lines):
        raise Unordered(str(part))
    return number - 1


def _all_stopped_with(*kinds):
    return lambda evidence: all(
        outcome.fault is not None and outcome.fault.kind in kinds for outcome in evidence.outcomes
    )


OF_ANY_ORDER = (
    Misconception(
        "NOT_LINES",
        _all_stopped_with("Unordered"),
        _("this exercise asks for lines in order: a list of their numbers, each at most once, like [3, 1, 2]."),
    ),
    Misconception(
        "DOES_NOT_PARSE",
        _all_stopped_with("SyntaxError", "IndentationError"),
        _(
            "Python cannot read this program. Under a line that ends in a colon an indented line has to follow, and above an "
            "indented line there has to be such a line."
        ),
    ),
    Misconception(
        "USED_BEFORE_MADE",
        _all_stopped_with("NameError", "UnboundLocalError"),
        _("a name is used before the line that makes it. Read the program from the top, and look for what is missing."),
    ),
)
