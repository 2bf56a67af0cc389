"""Data that was walked through to its end: an iterator or a generator gives each batch once, and then none."""

from __future__ import annotations

import ast
import re

from widgets.common.catalogue import _
from widgets.diagnosis import habit_causes as causes
from widgets.diagnosis.model import Found
from widgets.diagnosis.raised import Raised
from widgets.diagnosis.source_code import SourceCode
from widgets.diagnosis.target_path import TargetPath

_ONCE = ("zip", "map", "filter", "iter", "enumerate")


def explain_data_end(raised: Raised) -> Found | None:
    """Return a finding if the exception says that an iterator over data has come to its end."""
    is_end = isinstance(raised.exception, StopIteration) or "End of sequence" in raised.message
    if not is_end:
        return None
    named = next(iter(re.findall(r"\bnext\((\w+)\)", raised.line)), "")
    return Found(causes.DATA_ENDED, raised.place, {"name": f"`{named}`" if named else _("The iterator")})


def used_up_data(path: TargetPath, code: SourceCode) -> Found | None:
    """Return a finding if the loop around a backward pass walks again through what can be walked through only once."""
    place = path.backward_pass.place
    tree = code.trees[place.listing] if place and place.listing < len(code.trees) else None
    if place is None or tree is None:
        return None
    number = place.line - code.first_line(place.listing) + 1
    around = [
        one for one in ast.walk(tree) if isinstance(one, ast.For) and one.lineno <= number <= (one.end_lineno or 0)
    ]
    for outer in around:
        for inner in around:
            if inner is outer or inner.lineno <= outer.lineno or not isinstance(inner.iter, ast.Name):
                continue
            made = [one.node for one in code.assignments if one.name == inner.iter.id]
            kind = _kind(made[0], code) if len(made) == 1 else ""
            if kind and getattr(made[0], "lineno", number) < outer.lineno and _rounds(outer.iter, code) > 1:
                facts = {"name": inner.iter.id, "kind": kind}
                return Found(causes.DATA_USED_UP, code.place(inner.iter, place.listing), facts)
    return None


def _kind(made: ast.AST, code: SourceCode) -> str:
    """Return what an expression makes, if that can be walked through only once; else ""."""
    if isinstance(made, ast.GeneratorExp):
        return _("a generator")
    if not isinstance(made, ast.Call) or not isinstance(made.func, ast.Name):
        return ""
    if made.func.id in _ONCE:
        return _("what `{function}` returns").format(function=made.func.id)
    for tree in code.trees:
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.FunctionDef) and node.name == made.func.id:
                own = [one for one in ast.walk(node) if isinstance(one, (ast.Yield, ast.YieldFrom, ast.While))]
                return _("a generator") if own and not any(isinstance(one, ast.While) for one in own) else ""
    return ""


def _rounds(loop: ast.expr, code: SourceCode) -> int:
    """Return how often a loop over `range(n)` goes round, as far as the source tells; 0 if it does not."""
    if not (isinstance(loop, ast.Call) and ast.unparse(loop.func) == "range" and len(loop.args) == 1):
        return 0
    count = loop.args[0]
    if isinstance(count, ast.Name):
        made = [one.node for one in code.assignments if one.name == count.id]
        count = made[0] if len(made) == 1 else count  # type: ignore[assignment]
    return count.value if isinstance(count, ast.Constant) and isinstance(count.value, int) else 0
