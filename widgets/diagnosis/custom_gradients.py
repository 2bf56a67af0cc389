"""What is wrong with a function under `tf.custom_gradient`: https://www.tensorflow.org/api_docs/python/tf/custom_gradient."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from widgets.diagnosis import error_causes as causes
from widgets.diagnosis.error_patterns import fitting
from widgets.diagnosis.model import Found
from widgets.diagnosis.raised import Raised
from widgets.diagnosis.source_code import SourceCode


def explain_custom_gradient(raised: Raised) -> Found | None:
    """Return what is wrong with a gradient function of the learner's; None if it is something else."""
    cause, facts = fitting({type(raised.exception).__name__}, raised.message)
    functions = [*_decorated(raised.code)]
    if cause is causes.BACKWARD_COUNT:
        for function, index in functions:
            if found := _by_keyword(raised.code, function):
                return found
            inner = next((one for one in function.body if isinstance(one, ast.FunctionDef)), None)
            if inner is not None:
                return Found(cause, raised.code.place(_returned(inner) or inner, index), facts)
        return Found(cause, raised.place, facts)
    if isinstance(raised.exception, (TypeError, ValueError)) and _is_about_unpacking(raised.message):
        for function, index in functions:
            returned = _own_return(function)
            if returned is not None and not isinstance(returned.value, ast.Tuple):
                return Found(causes.BACKWARD_MISSING, raised.code.place(returned, index))
    if isinstance(raised.exception, TypeError) and "positional argument" in raised.message:
        for function, index in functions:
            for node in ast.walk(function):
                if isinstance(node, ast.FunctionDef) and node is not function and f"{node.name}()" in raised.message:
                    return Found(causes.BACKWARD_ARGUMENTS, raised.code.place(node, index))
    return None


def _decorated(code: SourceCode) -> Iterator[tuple[ast.FunctionDef, int]]:
    """Yield the functions under `tf.custom_gradient`, and their listings."""
    for index, tree in enumerate(code.trees):
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.FunctionDef) and any(
                "custom_gradient" in ast.unparse(d) for d in node.decorator_list
            ):
                yield node, index


def _is_about_unpacking(message: str) -> bool:
    return "Cannot iterate over a" in message or "to unpack" in message or "non-iterable" in message


def _own_return(function: ast.FunctionDef) -> ast.Return | None:
    return next((node for node in function.body if isinstance(node, ast.Return)), None)


def _returned(function: ast.FunctionDef) -> ast.Return | None:
    return next((node for node in ast.walk(function) if isinstance(node, ast.Return)), None)


def _by_keyword(code: SourceCode, function: ast.FunctionDef) -> Found | None:
    """Return a finding if the function is called with one of its arguments by name."""
    order = [argument.arg for argument in function.args.args]
    for index, tree in enumerate(code.trees):
        for node in ast.walk(tree) if tree else ():
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function.name):
                continue
            given = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg in order}
            rest = order[len(node.args) : len(node.args) + len(given)]
            if not given or set(rest) != set(given):
                continue
            mended = ast.Call(node.func, [*node.args, *(given[name] for name in rest)], [])
            now, then = ast.unparse(node), ast.unparse(mended)
            place = code.place(node, index)
            line = code.line(place)
            mend = (line, line.replace(now, then)) if now in line else None
            facts = {"call": now, "name": f"`{next(iter(given))}`", "mended": then}
            return Found(causes.BACKWARD_KEYWORD, place, facts, mend)
    return None
