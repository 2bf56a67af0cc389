"""The statements of the learner's code: which one a line belongs to, and the function and the loop around it."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from widgets.tape.forward_model import Listing, Place

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


@dataclass(frozen=True)
class Statement:
    """A statement; of one with a block, such as `with`, its head.

    Attributes:
        place: where it stands; its text is the whole statement on one line.
        function: the function that it is in, as (listing, line); at the top of a cell, only its listing.
        name: that function's name; "" at the top of a cell.
        loop: the line where the loop around it begins; 0 outside of loops.
    """

    place: Place
    function: tuple[int, ...]
    name: str = ""
    loop: int = 0


class Statements:
    """Finds the statement of a place in the learner's code.

    Args:
        listings: the code.
    """

    def __init__(self, listings: Sequence[Listing]) -> None:
        self._lines = [_statements(index, listing) for index, listing in enumerate(listings)]

    def first_function(self) -> tuple[int, ...]:
        """Return the first function of the first listing, which is what was recorded unless that was a cell."""
        found = (one.function for one in self._lines[0].values() if len(one.function) > 1) if self._lines else ()
        return next(iter(found), (0,))

    def at(self, place: Place | None) -> Statement | None:
        """Return the statement of a place; None where the place is not known."""
        return self.on_line(place.listing, place.line) if place else None

    def on_line(self, listing: int, line: int) -> Statement | None:
        """Return the statement of a line; None where there is none."""
        return self._lines[listing].get(line)


def _statements(index: int, listing: Listing) -> dict[int, Statement]:
    """Return the statement of each line; in code that Python cannot parse, each line is one."""
    found = {
        listing.first + offset: Statement(_place(index, listing, offset, offset), (index,))
        for offset in range(len(listing.lines))
    }
    try:
        tree = ast.parse(textwrap.dedent("\n".join(listing.lines)))
    except (SyntaxError, ValueError):  # half an expression, as around a lambda; a magic of IPython
        return found
    shared: set[tuple[int, tuple[ast.stmt, ...]]] = set()
    margin = len(listing.lines[0]) - len(textwrap.dedent("\n".join(listing.lines)).split("\n", maxsplit=1)[0])
    for node, end, around in _heads(tree.body, ()):
        if (node.lineno, around) in shared:  # after a semicolon: what stands on one line is one
            continue
        shared.add((node.lineno, around))
        functions = [one for one in around if isinstance(one, _FUNCTIONS)]
        inner = around[around.index(functions[-1]) :] if functions else around
        bytes_before = listing.lines[node.lineno - 1][margin:].encode()[: node.col_offset]
        column = margin + len(bytes_before.decode(errors="ignore"))
        statement = Statement(
            place=_place(index, listing, node.lineno - 1, end - 1, column),
            function=(index, listing.first + functions[-1].lineno - 1) if functions else (index,),
            name=functions[-1].name if functions else "",
            loop=next((listing.first + one.lineno - 1 for one in inner if isinstance(one, _LOOPS)), 0),
        )
        found.update((listing.first + line - 1, statement) for line in range(node.lineno, end + 1))
    return found


def _heads(
    body: Iterable[ast.AST], around: tuple[ast.stmt, ...]
) -> Iterator[tuple[ast.stmt, int, tuple[ast.stmt, ...]]]:
    """Yield (statement, the last line of its head, the statements around it), outer ones first."""
    for node in body:
        if not isinstance(node, ast.stmt):  # a handler of exceptions, a case of a match
            yield from _heads(_blocks(node), around)
            continue
        blocks = _blocks(node)
        end = node.end_lineno or node.lineno
        yield node, max(node.lineno, min((_first(one) - 1 for one in blocks), default=end)), around
        yield from _heads(blocks, (*around, node))


def _blocks(node: ast.AST) -> list[ast.AST]:
    """Return the statements directly inside a statement."""
    names = ("body", "orelse", "finalbody", "handlers", "cases")
    return [one for name in names for one in getattr(node, name, []) if isinstance(one, ast.AST)]


def _first(node: ast.AST) -> int:
    """Return the line on which a statement begins; a decorator is part of it."""
    marks = [*getattr(node, "decorator_list", []), getattr(node, "pattern", node)]
    return min(int(mark.lineno) for mark in marks)


def _place(index: int, listing: Listing, begin: int, end: int, column: int = 0) -> Place:
    lines = listing.lines[begin : end + 1]
    text = lines[0].rstrip() if lines else ""
    column = max(column, len(text) - len(text.lstrip()))
    is_one_line = begin == end
    return Place(
        listing=index,
        line=listing.first + begin,
        column=column if is_one_line else -1,
        end=len(text) if is_one_line else -1,
        text=" ".join(text[column:].split()) if is_one_line else " ".join(" ".join(lines).split()),
    )
