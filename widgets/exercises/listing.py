"""A Parsons problem as text: the lines to choose from with their numbers, or the program that an order of them makes."""

from widgets.common.catalogue import _
from widgets.exercises.lines import Unordered, read_lines


def listing(name, program, answer):
    """Return the program that an answer makes; without one, the lines that there are; or why it is no answer."""
    if answer is ...:
        return _offered(name, program)
    try:
        chosen = read_lines(program, answer)
    except Unordered as unordered:
        said = _("{name}: there is no such line, or it is there twice: {line}.")
        return said.format(name=name, line=unordered)
    return "\n".join([_("{name}: your program").format(name=name), *_indented(program.whole(chosen))])


def _offered(name, program):
    numbered = [f"{number:>4}  {line}" for number, line in enumerate(program.lines, 1)]
    return "\n".join(
        [
            _("{name}: no order yet. This is the beginning and the end of a program:").format(name=name),
            *_indented([*program.head, "    ...", *program.tail]),
            _("Put lines from here between them. Not every line belongs:"),
            *numbered,
            _("In code, give their numbers in order: {call}.").format(call=f'order_lines("{name}", [3, 1, 2])'),
        ]
    )


def _indented(lines):
    return [f"      {line}" for line in lines]
