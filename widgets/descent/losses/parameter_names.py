"""What a learner calls the parameters of a loss: the names in its own source, where they are certain."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from widgets.common.arrays import Floats
from widgets.common.numbers import printed

if TYPE_CHECKING:  # who only says names, as a judge of answers does, does without TensorFlow
    from widgets.common.functions import Function
    from widgets.descent.losses.parameters import Parameters

_PLAIN = "x"
_FEW = 3  # names that are written out
_VALUE, _OTHER_VALUE = "y", "f"


class Names(tuple[str, ...]):
    """What the learner calls each number of x.

    Attributes:
        is_value_taken: whether f itself calls something else y, such as its data.
    """

    is_value_taken = False

    @classmethod
    def of(cls, f: Function, parameters: Parameters, start: Floats) -> Names:
        """Return the names as `parameter_names` finds them, of a function that starts somewhere."""
        names = cls(parameter_names(f, parameters, start))
        names.is_value_taken = _VALUE in _arguments(f) or _uses(f, _VALUE)
        return names


def parameter_names(f: Function, parameters: Parameters, start: Floats) -> list[str]:
    """Return a name for each number that f takes.

    A dict, Variables, and arrays name their own. Other names are those that f gives itself, in `w, b = p` or
    `w = p[0]`, each given once; or the name of f's argument with an index.

    Args:
        f: the function.
        parameters: how it takes them.
        start: where they begin: a number, or a list of numbers.

    Returns:
        As many names as there are numbers.

    Example:
        >>> import numpy as np
        >>> from widgets.descent.losses.parameters import Parameters
        >>> def loss(p):
        ...     w, b = p
        ...     return w * w + b * b
        >>> parameter_names(loss, Parameters(((2,),)), np.zeros(2))
        ['w', 'b']
    """
    argument = _argument(f)
    if not parameters.is_flat:
        return list(parameters.names)
    if start.ndim == 0:
        return [argument]
    own = _given_names(f, argument, start.size)
    return [own.get(at, f"{argument}[{at}]") for at in range(start.size)]


def place_text(x: Floats, names: Sequence[str] = ()) -> str:
    """Return a point with its name as tf.print prints it: "x = 1"; of a few numbers with names, "w = 1, b = 2".

    Args:
        x: a number, or a list of numbers.
        names: of its numbers, as `parameter_names` returns them; without any, it is x.

    Returns:
        The text.
    """
    whole = name_of_all(names)
    if whole is not None:
        return f"{whole} = {printed(x)}"
    return ", ".join(f"{name} = {printed(number)}" for name, number in zip(names, x.ravel(), strict=True))


def names_text(names: Sequence[str]) -> str:
    """Return what to call all parameters together: "x", or "w, b"."""
    return name_of_all(names) or ", ".join(names)


def name_of_all(names: Sequence[str]) -> str | None:
    """Return one name for all numbers of a point: that of their array, or x where they are many.

    None where each is told by its own name.
    """
    if len(names) == 1:
        return names[0]
    arrays = {name.partition("[")[0] for name in names}
    if len(arrays) == 1 and all("[" in name for name in names):
        return arrays.pop()
    return None if 0 < len(names) <= _FEW else _PLAIN


def value_name(names: Sequence[str]) -> str:
    """Return what to call y beside parameters: "f" where one of them, or what f computes with, is called y."""
    return _OTHER_VALUE if _VALUE in names or getattr(names, "is_value_taken", False) else _VALUE


def _argument(f: Function) -> str:
    return next(iter(_arguments(f)), _PLAIN)


def _arguments(f: Function) -> list[str]:
    try:
        return list(inspect.signature(f).parameters)
    except (TypeError, ValueError):  # of some builtins it is not known
        return []


def _uses(f: Function, name: str) -> bool:
    """Return whether a function takes something of this name from its surroundings; a variable of its own is not it."""
    code = getattr(f, "__code__", None)
    return code is not None and (name in code.co_freevars or (name in code.co_names and name in f.__globals__))


def _given_names(f: Function, argument: str, size: int) -> dict[int, str]:
    """Return the names of single numbers by their place. None is given where a name stands for two things."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(f)))
    except (OSError, TypeError, SyntaxError):  # no source, or a lambda in the middle of a line
        return {}
    given = list(_assignments(tree, argument, size))
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    sure = {at: name for at, name in given if names.count(name) == 1}
    return sure if len({at for at, _name in given}) == len(given) else {}


def _assignments(tree: ast.AST, argument: str, size: int) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        target, value = node.targets[0], node.value
        if isinstance(target, ast.Tuple) and _is_all(value, argument) and len(target.elts) == size:
            names = [one.id for one in target.elts if isinstance(one, ast.Name)]
            yield from enumerate(names if len(names) == size else [])
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            for one, part in zip(target.elts, value.elts, strict=True):
                yield from _one(one, part, argument, size)
        else:
            yield from _one(target, value, argument, size)


def _one(target: ast.expr, value: ast.expr, argument: str, size: int) -> Iterator[tuple[int, str]]:
    match target, value:
        case ast.Name(id=name), ast.Subscript(value=ast.Name(id=whole), slice=ast.Constant(value=int(at))):
            if whole == argument and 0 <= at < size:
                yield at, name


def _is_all(value: ast.expr, argument: str) -> bool:
    """Return whether an expression is the argument itself, or its numbers as a list."""
    match value:
        case ast.Name(id=name):
            return name == argument
        case ast.Call(func=ast.Attribute(attr="unstack"), args=[ast.Name(id=name)]):
            return name == argument
    return False
