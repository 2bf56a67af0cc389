"""What the learner's source says of an expression: what it is assigned to, which names it is made of, which stay.

A name here is a piece of source that stands for one object: `x`, `self.w`, `layers[0].kernel`.
"""

from __future__ import annotations

import ast
import dis
import functools
import linecache
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any, TypeAlias

from widgets.tape.places import position
from widgets.tape.running_code import CodeLocation, PastFrame

_Span: TypeAlias = tuple[int | None, ...]
_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


@dataclass(frozen=True)
class Spot:
    """What the source says where one instruction stands.

    Attributes:
        node: the expression that it carries out; None where the source is not known.
        target: what that expression is assigned to.
        loop_target: the target of the `for` that goes through it, less the count of `enumerate`.
        manager: of a context manager in a `with` statement the name after `as`, or its own; else "".
        in_loop: whether its statement stands in a loop.
        takes_item: whether the instruction is a `for` that takes its next item.
    """

    node: ast.expr | None = None
    target: ast.expr | None = None
    loop_target: ast.expr | None = None
    manager: str = ""
    in_loop: bool = False
    takes_item: bool = False


class Sources:
    """The source files of one run, each parsed once."""

    def __init__(self) -> None:
        self._files: dict[str, _SourceFile] = {}
        self._spots: dict[tuple[int, int], Spot] = {}  # by a code's id: codes of two files can be equal
        self._rebound: dict[int, set[str]] = {}

    def _file(self, code: CodeType) -> _SourceFile:
        if code.co_filename not in self._files:
            self._files[code.co_filename] = _parsed("".join(linecache.getlines(code.co_filename)))
        return self._files[code.co_filename]

    def spot(self, at: CodeLocation | None) -> Spot:
        """Return the Spot of a location; an empty one for None."""
        if at is None:
            return Spot()
        code = at.frame.f_code
        key = id(code), at.instruction
        if key not in self._spots:
            self._spots[key] = self._file(code).spot(at)
        return self._spots[key]

    def rebound(self, code: CodeType) -> set[str]:
        """Return the names that need not mean the same all through a code: loop variables, and names bound twice."""
        if id(code) not in self._rebound:
            self._rebound[id(code)] = self._file(code).rebound(code)
        return self._rebound[id(code)]


@functools.lru_cache(maxsize=64)
def _parsed(text: str) -> _SourceFile:
    return _SourceFile(text)


class _SourceFile:
    """The syntax of one file: none where it is not Python, such as a template."""

    def __init__(self, text: str) -> None:
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            tree = ast.Module([], [])
        self._nodes: dict[_Span, ast.expr] = {}
        self._targets: dict[_Span, ast.expr] = {}
        self._loop_targets: dict[_Span, ast.expr] = {}
        self._managers: dict[_Span, list[ast.withitem]] = {}
        self._in_loops: set[_Span] = set()
        self._module, self._functions = _Scope(tree), list[tuple[_Function, _Scope]]()
        self._shared = set[str]()
        for node in ast.walk(tree):
            self._learn(node)

    def _learn(self, node: ast.AST) -> None:
        if isinstance(node, ast.expr):
            self._nodes.setdefault(_span(node), node)
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            self._targets[_span(node.value)] = node.targets[0]
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
            self._targets[_span(node.value)] = node.target
        elif isinstance(node, ast.AugAssign):  # Python gives the whole statement as the place of its operation
            self._targets[_span(node)] = node.target
        elif isinstance(node, ast.With | ast.AsyncWith):  # Python 3.11 gives the whole statement as the place
            self._managers[_span(node)] = node.items
            self._managers |= {_span(item.context_expr): [item] for item in node.items}
        elif isinstance(node, _FUNCTIONS):
            self._functions.append((node, _Scope(node)))
        elif isinstance(node, ast.Global | ast.Nonlocal):
            self._shared.update(node.names)
        if isinstance(node, ast.For | ast.AsyncFor):
            self._loop_targets |= dict.fromkeys((_span(node), _span(node.iter)), _without_count(node))
        if isinstance(node, _LOOPS):
            inside = (child for child in ast.walk(node) if isinstance(child, ast.stmt))
            self._in_loops |= {_span(getattr(child, "value", None) or child) for child in inside}
            self._in_loops |= {_span(child) for child in ast.walk(node) if isinstance(child, ast.AugAssign)}

    def spot(self, at: CodeLocation) -> Spot:
        span, code = position(at)[1:], at.frame.f_code
        manager, items = "", self._managers.get(span, [])
        if items:
            entries = [at.instruction] if len(items) == 1 else with_instructions(code, span)
            number = entries.index(at.instruction) if at.instruction in entries else len(items)
            manager = name_of(items[number].optional_vars or items[number].context_expr) if number < len(items) else ""
        return Spot(
            node=self._nodes.get(span),
            target=self._targets.get(span),
            loop_target=self._loop_targets.get(span),
            manager=manager,
            in_loop=span in self._in_loops,
            takes_item=_name_of_instruction(code, at.instruction) == "FOR_ITER",
        )

    def rebound(self, code: CodeType) -> set[str]:
        line = code.co_firstlineno
        holding = [pair for pair in self._functions if _first_line(pair[0]) <= line <= (pair[0].end_lineno or line)]
        if code.co_name == "<module>" or not holding:
            return self._module.rebound | self._shared
        return max(holding, key=lambda pair: pair[0].lineno)[1].rebound | self._shared


def _name_of_instruction(code: CodeType, instruction: int) -> str:
    return dis.opname[code.co_code[instruction]]


def with_instructions(code: CodeType, span: _Span) -> list[int]:
    """Return the instructions that enter the context managers of a `with` statement, in order."""
    entering = ("BEFORE_WITH", "BEFORE_ASYNC_WITH", "SETUP_WITH", "SETUP_ASYNC_WITH")
    found = [index for index in range(0, len(code.co_code), 2) if _name_of_instruction(code, index) in entering]
    return [index for index in found if position(CodeLocation(PastFrame(code), index))[1:] == span]


class _Scope:
    """Which names a function, or a module, binds more than once, or in a loop."""

    def __init__(self, top: ast.Module | _Function) -> None:
        bound: Counter[str] = Counter()
        self.rebound: set[str] = set()
        if isinstance(top, _FUNCTIONS):
            every = [*top.args.posonlyargs, *top.args.args, *top.args.kwonlyargs, top.args.vararg, top.args.kwarg]
            bound.update(argument.arg for argument in every if argument)
        for node in _inside(top):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                bound[node.id] += 1
            elif isinstance(node, ast.comprehension):
                self.rebound |= _bound_in(node.target)
            elif isinstance(node, _LOOPS):
                self.rebound |= _bound_in(node)
        self.rebound |= {name for name, times in bound.items() if times > 1}


def _bound_in(node: ast.AST) -> set[str]:
    names = (name for name in ast.walk(node) if isinstance(name, ast.Name))
    return {name.id for name in names if not isinstance(name.ctx, ast.Load)}


def _inside(top: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a scope, those of functions inside left out."""
    waiting = list(ast.iter_child_nodes(top))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _FUNCTIONS):
            waiting += ast.iter_child_nodes(node)


def _first_line(node: _Function) -> int:
    decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
    return min(each.lineno for each in (node, *decorators))


def _without_count(loop: ast.For | ast.AsyncFor) -> ast.expr:
    is_enumerated = isinstance(loop.iter, ast.Call) and name_of(loop.iter.func) == "enumerate"
    if is_enumerated and isinstance(loop.target, ast.Tuple) and len(loop.target.elts) == 2:
        return loop.target.elts[1]
    return loop.target


def _span(node: ast.expr | ast.stmt) -> _Span:
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset


def name_of(node: ast.AST | None) -> str:
    """Return the source of an expression that stands for one object, such as `layers[0].kernel`; "" of any other."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = name_of(node.value)
        return owner and f"{owner}.{node.attr}"
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        owner, key = name_of(node.value), node.slice.value
        is_steady = isinstance(key, str) or (isinstance(key, int) and key >= 0)
        return f"{owner}[{key!r}]" if owner and is_steady else ""
    return ""


def root_name(name: str) -> str:
    """Return the variable that a name begins with: `model` of `model.layers[0]`."""
    return name.split(".")[0].split("[")[0]


def leaves(node: ast.expr | None) -> list[ast.expr] | None:
    """Return the parts of a list, tuple or dict in the order of `tf.nest.flatten`; None where they cannot be told."""
    if node is None or isinstance(node, ast.Starred):
        return None
    if isinstance(node, ast.Dict):
        pairs = [
            (key.value, value)
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant)
        ]
        if len(pairs) < len(node.keys) or len({type(key) for key, _value in pairs}) > 1:
            return None
        by_key: dict[Any, ast.expr] = dict(pairs)
        parts = [by_key[key] for key in sorted(by_key)]
    elif isinstance(node, ast.List | ast.Tuple):
        parts = node.elts
    else:
        return [node]
    found = [leaves(part) for part in parts]
    return None if None in found else [leaf for part in found if part for leaf in part]


def names_in(node: ast.AST) -> set[str]:
    """Return the names that an expression is made of: `self.w`, `self`, and `x` of `self.w * x`."""
    return {name_of(node), *(name for child in ast.iter_child_nodes(node) for name in names_in(child))} - {""}
