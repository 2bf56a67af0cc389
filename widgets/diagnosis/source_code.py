"""The learner's source, as far as a diagnosis needs it: which name is made from which expression."""

import ast
import textwrap
from typing import NamedTuple

from widgets.tape.forward_model import Place

_ADDING = {"append", "extend", "insert", "add", "update", "write", "assign", "assign_add", "assign_sub"}
"""Methods that put their arguments into what they belong to."""


_LIBRARIES = {"tf", "tensorflow", "keras", "np", "numpy", "math"}
"""Names whose attributes are no names of the learner's."""


class Made(NamedTuple):
    """`name` is made from `node`, in the listing with this number."""

    name: str
    node: ast.AST
    listing: int


class Code:
    """The listings of a recording as syntax: `made`, every name and what it is made from, in order of the text."""

    def __init__(self, listings):
        self._listings = listings
        self.trees = [_tree(listing) for listing in listings]
        self.made = [
            Made(name, node, index)
            for index, tree in enumerate(self.trees)
            if tree is not None
            for name, node in _everything_made(tree, self.trees)
        ]

    def place(self, node, listing):
        """Return the Place of a node."""
        line = node.lineno + self._listings[listing].first - 1
        return Place(listing, line, text=" ".join(ast.unparse(node).split()))


def expression(text):
    """Return a piece of source as syntax, None if it is no expression."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None


def names_in(node):
    """Return the names that a piece of syntax mentions."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def mentions(node):
    """Return all names that a piece of syntax may be about: also those of attributes and methods, and what a call is.

    Calling an object runs its `__call__`, or a Keras model's `call`.
    """
    attributes = {
        one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute) and root_of(one) not in _LIBRARIES
    }
    calls = {"__call__", "call"} if any(isinstance(one, ast.Call) for one in ast.walk(node)) else set()
    return names_in(node) | attributes | calls


def root_of(node):
    """Return the name that a chain of attributes, items and calls begins with, "" if it begins with no name."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _tree(listing):
    try:
        return ast.parse(textwrap.dedent("\n".join(listing.lines)))
    except SyntaxError:  # part of a longer statement, as a lambda may be
        return None


def _everything_made(tree, trees):
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
            yield from _called(node, functions)


def _assigned(node):
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _matched(target, node.value)
    elif isinstance(node, ast.AugAssign):
        yield root_of(node.target), node
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
        yield root_of(node.target), node.value
    elif isinstance(node, (ast.For, ast.comprehension)):
        yield from _matched(node.target, node.iter)


def _matched(target, value):
    """Yield each name of `a, b = c, d` with its own value, or with all where they cannot be told apart."""
    if not isinstance(target, (ast.Tuple, ast.List)):
        yield root_of(target), value
        return
    alike = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts)
    for index, one in enumerate(target.elts):
        yield from _matched(one, value.elts[index] if alike else value)


def _called(call, functions):
    """Yield what a call makes: the parameters of a function of the learner's, or a list that is added to."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in _ADDING:
        yield root_of(call.func), call
    if isinstance(call.func, ast.Name) and call.func.id in functions:
        parameters = [argument.arg for argument in functions[call.func.id].args.args]
        yield from zip(parameters, call.args, strict=False)
        yield from ((keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg)
