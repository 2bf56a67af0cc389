"""The source of a class, also of one that a notebook's cell defines: Python's `inspect` looks for a file alone."""

from __future__ import annotations

import ast
import inspect
import linecache
import textwrap
import types


def first_method(kind: type) -> types.FunctionType | None:
    """Return a method that a class defines itself, or None."""
    methods = (inspect.unwrap(one) for one in vars(kind).values() if inspect.isfunction(one))
    return next((one for one in methods if one.__qualname__.startswith(kind.__qualname__)), None)


def class_source(kind: type) -> str | None:
    """Return the lines that define a class; None where they are not known, as of one without a method."""
    method = first_method(kind)
    if method is None:
        return None
    lines = linecache.getlines(method.__code__.co_filename)
    try:
        tree = ast.parse("".join(lines))
    except (SyntaxError, ValueError):
        return None
    place = method.__code__.co_firstlineno
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__ and node.lineno <= place <= node.end_lineno:  # type: ignore[operator]  # parsed nodes have ends
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            return textwrap.dedent("".join(lines[first - 1 : node.end_lineno])).rstrip()
    return None
