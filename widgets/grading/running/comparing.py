"""What a check printed of an answer beside what it printed of the reference: are the numbers the same?

This happens outside of the kernel, on text: nothing that an answer puts in a check's place has a say in it.
"""

import math
import re

from widgets.common.grader_protocol import ABSOLUTE, RELATIVE

_NUMBER = re.compile(r"(?<![\w.])(-?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|inf|nan))(?!\w)")

_ROOM = 2
"""How many times as far apart as a check allows. The check itself compares with its witness, and says so in words; the
reference's numbers, which are all that is known here, are rounded themselves."""

MOST_NOISE = 50_000
"""Lines that something else may have printed around a check's own: more would keep the grader for minutes."""


def snapped(printed, due):
    """Return `due` if all its lines stand in `printed`, in their order and with numbers near enough; else `printed`.

    Lines between them are not compared: a thread that an answer left running may print what it likes. But a line like
    one of those with other numbers is an answer, too: whoever prints every possible one does not have the right one.
    """
    lines, wanted = printed.splitlines(), [_Line(want) for want in due.splitlines()]
    if len(lines) > len(wanted) + MOST_NOISE:
        return printed
    lines = [_Line(line) for line in lines]
    if any(_contradicts(line, wanted) for line in lines):
        return printed
    rest = iter(lines)
    ends = {0: str.endswith, len(wanted) - 1: str.startswith}  # where something may be printed on the same line
    found = (any(_agree(line, want, ends.get(place)) for line in rest) for place, want in enumerate(wanted))
    return due if all(found) else printed


class _Line:
    """A line, and what it says between its numbers, however many spaces there are; `numbers` are texts."""

    def __init__(self, text):
        parts = [" ".join(part.split()) for part in _NUMBER.split(text)]
        self.text, self.words, self.numbers = text, parts[::2], parts[1::2]


def _contradicts(line, wanted):
    alike = [want for want in wanted if want.words == line.words]
    return bool(alike) and not any(_agree(line, want) for want in alike)


def _agree(line, wanted, end=None):
    if end is not None and end(line.text, wanted.text):
        return True
    return line.words == wanted.words and all(map(_is_same, line.numbers, wanted.numbers))


def _is_same(number, due):
    return number == due or near(float(number), float(due))


def near(number, due):
    """Whether two numbers are the same as far as a check can tell."""
    if math.isinf(due):
        return number == due
    return abs(number - due) <= _ROOM * (ABSOLUTE + RELATIVE * abs(due))
