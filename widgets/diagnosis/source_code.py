"""The learner's source: what a name is made from, and what a gradient is asked of."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from widgets.tape.forward_model import Listing, Place
from widgets.tape.model import Recording, Source

_ADDING = {
    "append",
    "extend",
    "insert",
    "add",
    "update",
    "write",
    "assign",
    "assign_add",
    "assign_sub",
    "set_weights",
}
"""Methods that put their arguments into the object they belong to."""

_ASKING = {"gradient", "jacobian", "batch_jacobian"}
"""Methods of a tape that ask for gradients. A plain name may stand for one."""

_COMMENT = re.compile(r"(^|\s)#.*", re.MULTILINE)

_LIBRARIES = {"tf", "tensorflow", "keras", "np", "numpy", "math"}
"""Names whose attributes are not the learner's."""


class Assignment(NamedTuple):
    """`name` is made from `node`, in the listing with this index; "" for what is not a name."""

    name: str
    node: ast.AST
    listing: int


class SourceCode:
    """The listings of a recording as syntax trees.

    Args:
        listings: `Recording.listings`, and perhaps `Recording.helpers` behind them.

    Attributes:
        trees: one for each listing, None where it cannot be parsed.
        assignments: every name and what it is made from, in order of the text: also the parameters of the learner's
            functions, their results, and lists that are added to.
    """

    def __init__(self, listings: Sequence[Listing]) -> None:
        self._listings = listings
        self.trees = [_tree(listing) for listing in listings]
        self.assignments = [
            Assignment(name, node, index)
            for index, tree in enumerate(self.trees)
            if tree is not None
            for name, node in _assignments(tree, self.trees)
        ]

    @property
    def texts(self) -> list[str]:
        """The text of each listing, without comments."""
        return [_COMMENT.sub("", "\n".join(listing.lines)) for listing in self._listings]

    def first_line(self, listing: int) -> int:
        """Return the number of the first line of a listing."""
        return self._listings[listing].first

    def line(self, place: Place) -> str:
        """Return the text of the line of a Place."""
        listing = self._listings[place.listing]
        return "".join(listing.lines[place.line - listing.first :][:1]).strip()

    def place(self, node: ast.AST, listing: int) -> Place:
        """Return the Place of an expression or statement."""
        line = getattr(node, "lineno", 1) + self._listings[listing].first - 1
        column, end = self._columns(node, listing)
        return Place(listing, line, column, end, text=" ".join(ast.unparse(node).split()))

    def _columns(self, node: ast.AST, listing: int) -> tuple[int, int]:
        """Return where a piece of syntax begins and ends in its line; -1 and -1 if it has several lines."""
        if not isinstance(node, (ast.expr, ast.stmt)) or node.lineno != node.end_lineno:
            return -1, -1
        text = self._listings[listing].lines[node.lineno - 1]
        indent = _indent_of(self._listings[listing])
        columns = (node.col_offset, node.end_col_offset or 0)  # in bytes of UTF-8
        starts = (len(text[indent:].encode()[:column].decode(errors="ignore")) for column in columns)
        return indent + next(starts), indent + next(starts)


def parse_expression(text: str) -> ast.expr | None:
    """Return a piece of source as syntax, None if it is not an expression."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None


def names_in(node: ast.AST) -> set[str]:
    """Return the names that a piece of syntax mentions."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def mentions(node: ast.AST) -> set[str]:
    """Return all names that a piece of syntax may be about: also those of attributes and methods, and of calls.

    Calling an object runs its `__call__`, or a Keras model's `call`.
    """
    return names_mentioned([*ast.walk(node)])


def names_mentioned(nodes: Sequence[ast.AST]) -> set[str]:
    """Return the same of a selection of nodes."""
    names = {one.id for one in nodes if isinstance(one, ast.Name)}
    attributes = {one.attr for one in nodes if isinstance(one, ast.Attribute) and root_of(one) not in _LIBRARIES}
    calls = {"__call__", "call"} if any(isinstance(one, ast.Call) for one in nodes) else set()
    return names | attributes | calls


def root_of(node: ast.AST) -> str:
    """Return the name that a chain of attributes, items and calls begins with, "" if it does not begin with one."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _indent_of(listing: Listing) -> int:
    """Return how many letters `textwrap.dedent` takes from each line of a listing."""
    before, after = listing.lines, textwrap.dedent("\n".join(listing.lines)).split("\n")
    return max((len(old) - len(new) for old, new in zip(before, after, strict=False) if new), default=0)


def _tree(listing: Listing) -> ast.Module | None:
    try:
        return ast.parse(textwrap.dedent("\n".join(listing.lines)))
    except SyntaxError:  # part of a longer statement, as a lambda may be
        return None


def _assignments(tree: ast.Module, trees: Sequence[ast.Module | None]) -> Iterator[tuple[str, ast.AST]]:
    functions = {
        node.name: node
        for other in trees
        if other is not None
        for node in ast.walk(other)
        if isinstance(node, ast.FunctionDef)
    }
    for node in ast.walk(tree):
        yield from _assigned(node)
        if isinstance(node, ast.FunctionDef):
            yield from ((node.name, one) for one in ast.walk(node) if isinstance(one, ast.Return))
        if isinstance(node, ast.Call):
            yield from _passed(node, functions)


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _matched(target, node.value)
    elif isinstance(node, ast.AugAssign):
        yield root_of(node.target), node
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
        yield root_of(node.target), node.value
    elif isinstance(node, (ast.For, ast.comprehension)):
        yield from _matched(node.target, node.iter)


def _matched(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.AST]]:
    """Yield each name of `a, b = c, d` with its own value, or with all where they cannot be told apart."""
    if not isinstance(target, (ast.Tuple, ast.List)):
        yield root_of(target), value
        return
    values = [value] * len(target.elts)
    if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
        values = value.elts
    for one, its_value in zip(target.elts, values, strict=True):
        yield from _matched(one, its_value)


def _passed(call: ast.Call, functions: dict[str, ast.FunctionDef]) -> Iterator[tuple[str, ast.AST]]:
    """Yield what a call makes: the parameters of one of the learner's functions, or a list that is added to."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in _ADDING:
        yield root_of(call.func), call
    if isinstance(call.func, ast.Name) and call.func.id in functions:
        parameters = [argument.arg for argument in functions[call.func.id].args.args]
        yield from zip(parameters, call.args, strict=False)
        yield from ((keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg)


class GradientCall:
    """One source of one backward pass, as the call has it.

    Args:
        recording: the recording.
        source: one of its sources.

    Attributes:
        target: the expression of the target, None where it is not known.
        source: the expression of the source, None likewise.
        targets: the target's tensors, by index in `Recording.tensors`.
        others: the tensors of the sources that share its expression, as in `model.trainable_variables`.
    """

    def __init__(self, recording: Recording, source: Source) -> None:
        backward_pass = recording.backward_passes[source.backward_pass]
        self._place = backward_pass.place
        self.target, expression = (None, None) if backward_pass.caller else call_arguments(self._place)
        sources = [one for one in recording.sources if one.backward_pass == source.backward_pass]
        nth = next(index for index, one in enumerate(sources) if one is source)
        self.source = _nth(expression, nth, len(sources))
        is_shared = self.source is expression
        self.others = [one.tensor for one in sources if one is not source] if is_shared else []
        # The backward pass of a Jacobian starts from rows, which have no name.
        self.targets = backward_pass.targets if backward_pass.call == "gradient" else self._named_targets(recording)

    def _named_targets(self, recording: Recording) -> tuple[int, ...]:
        name = self.target.id if isinstance(self.target, ast.Name) else None
        return tuple(index for index, tensor in enumerate(recording.tensors) if tensor.name == name)

    def place(self, code: SourceCode, node: ast.AST, listing: int) -> Place | None:
        """Return the Place of a piece of syntax; one in the call itself (listing -1) has the call's."""
        return self._place if listing < 0 else code.place(node, listing)


def call_arguments(place: Place | None) -> tuple[ast.expr | None, ast.expr | None]:
    """Return the expressions for target and sources in a call's text, None for what is not there."""
    call = parse_expression(place.text if place else "")
    if not isinstance(call, ast.Call) or getattr(call.func, "attr", "gradient") not in _ASKING:
        return None, None  # of `fit`, say
    by_name = {keyword.arg: keyword.value for keyword in call.keywords}
    given: list[ast.expr | None] = [*call.args, None, None]
    return by_name.get("target", given[0]), by_name.get("sources", given[1])


def _nth(expression: ast.expr | None, nth: int, count: int) -> ast.expr | None:
    """Return the expression for the nth of several sources: its own in a list, or that of all."""
    if isinstance(expression, (ast.List, ast.Tuple)) and len(expression.elts) == count:
        return expression.elts[nth]
    return expression
