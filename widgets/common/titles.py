"""What to call a function in a title: its name, or the text of a lambda."""

from __future__ import annotations

import ast
import functools
import linecache
import sys
import types
from collections.abc import Callable
from typing import Any

LONGEST = 60
"""Characters of a lambda's text at most."""


def title_of(f: Callable[..., Any]) -> str:
    """Return a function's name; of a lambda, the text of its body where it can be found, else "f"."""
    if isinstance(f, functools.partial):
        return title_of(f.func)
    f = getattr(f, "python_function", f)  # what a tf.function was made from
    name: str = getattr(f, "__name__", type(f).__name__)
    if name != "<lambda>":
        return name
    text = " ".join((body_of(f) or "f").split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def body_of(f: Callable[..., Any]) -> str | None:
    """Return the source text of a lambda's body, or None: its file may be gone, or two lambdas share a line."""
    code = f.__code__
    source = "".join(linecache.getlines(code.co_filename))
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError):
        return None
    bodies = [node.body for node in nodes if isinstance(node, ast.Lambda) and node.lineno == code.co_firstlineno]
    if len(bodies) > 1:
        bodies = _containing(bodies, code)
    return ast.get_source_segment(source, bodies[0]) if len(bodies) == 1 else None


def _containing(bodies: list[ast.expr], code: types.CodeType) -> list[ast.expr]:
    """Return, of lambdas on one line, the innermost that holds the last instruction with a place in the source."""
    if sys.version_info < (3, 11):  # Python 3.10 keeps no columns
        return []
    places = [((line, column), (last, end)) for line, last, column, end in code.co_positions() if column is not None]
    spans = [place for place in places if place[0] < place[1]]
    if not spans:  # Python 3.12 gives no place to what only returns a constant
        return [body for body in bodies if isinstance(body, ast.Constant)]
    begin, stop = spans[-1]
    holding = [b for b in bodies if (b.lineno, b.col_offset) <= begin and stop <= (b.end_lineno, b.end_col_offset)]
    return sorted(holding, key=lambda body: body.col_offset)[-1:]
