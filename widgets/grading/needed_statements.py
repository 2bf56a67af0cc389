"""Leaves out of a lesson's own cells what no answer can notice: decks, plots, experiments with what nothing else uses.

A statement stays if it binds a name that is needed, if it could change an object that is needed, or anything that
belongs to the whole process (a seed, a setting, a file). What cannot be told counts as if it could. Learners' answers
stay as they are, and where one of them looks names up in ways that its text does not show, everything stays.
"""

from __future__ import annotations

import ast
import collections
import dataclasses
import functools
import symtable
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from widgets.common.notebook_text import source_of
from widgets.grading.advisories import is_setting, parsed
from widgets.grading.model import Notebook, ReferenceExercise

_WORLD = "the whole process"  # stands for it among the names, and is always needed

_REFLECTION = {"eval", "exec", "compile", "globals", "locals", "vars", "dir", "setattr", "delattr", "__import__"}
_LOOKUPS = {"get_ipython", "exit", "quit", "__main__", "__globals__", "__builtins__", "modules"}
_LOOKUPS |= {"f_globals", "f_locals", "f_back", "_getframe", "currentframe", "user_ns", "import_module", "getsource"}
_PLAIN_MODULES = {*sys.stdlib_module_names, "tensorflow", "numpy", "matplotlib", "keras", "IPython", "widgets"}
"""Importing one of these changes nothing, and takes time."""

_ONLY_SHOW = {"widgets", "matplotlib", "IPython"}
"""What is called in these modules shows something, and changes at most what it is given."""

_HARMLESS_CALLS = {"print", "default_rng"}
"""A call with one of these prints, or draws numbers from a generator that nobody else has."""

_SHOWING_MAGICS = ("%%tape", "%load_ext widgets")


_LOAD_MAGIC: dict[str, Any] = {
    "id": "load",
    "cell_type": "code",
    "source": "%load_ext widgets",
    "metadata": {},
    "execution_count": None,
    "outputs": [],
}


@dataclasses.dataclass(frozen=True)
class _Statement:
    """One statement of a cell that the lesson gave, or the whole of a cell that cannot be divided.

    Attributes:
        source: its text.
        binds: the names that it binds or deletes, and those of objects of which it sets a part.
        uses: the names that it uses, in functions also those that they use when they are called.
        touches: those of them that a call may be there to change, and those that have settings.
        modules: what it imports from.
        is_definition: whether it only binds a function, which runs later.
        is_constant: whether what it binds is a function, a module or a number, which nothing can change.
    """

    source: str
    binds: frozenset[str]
    uses: frozenset[str]
    touches: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    is_definition: bool = False
    is_constant: bool = False


def without_unneeded(notebook: Notebook, exercises: Sequence[ReferenceExercise]) -> Notebook:
    """Return a notebook without the statements that make no difference to some answers; itself, if there are none.

    Args:
        notebook: as nbformat's JSON, with the answers in it.
        exercises: those that the answers are to.

    Returns:
        The notebook, without texts.
    """
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    answers = {one.name for one in exercises}
    checks = {one.check for one in exercises}
    learners = [source_of(cell) for cell in cells if cell["id"] in answers]
    if not all(map(_shows_what_it_looks_up, learners)):
        return notebook
    asked = [one.expression for one in exercises]
    given = {cell["id"]: _divided(source_of(cell)) for cell in cells if cell["id"] not in {*answers, *checks}}
    own = [one for source in (*learners, *asked) for one in _divided(source)]
    kept = _kept([one for found in given.values() for one in found], own)
    found = [_LOAD_MAGIC] if any("%%tape" in source for source in learners) else []
    for cell in cells:
        if cell["id"] not in given:
            found.append(cell)
        elif staying := [one.source for one in given[cell["id"]] if one in kept]:
            found.append({**cell, "source": "\n".join(staying)})
    return {**notebook, "cells": found}


def _kept(given: Sequence[_Statement], own: Sequence[_Statement]) -> set[_Statement]:
    """Return the given statements that may matter to a learner's own."""
    binders = collections.defaultdict(list)
    for one in (*given, *own):
        for name in one.binds:
            binders[name].append(one)
    changeable = {_WORLD, *(name for name, found in binders.items() if not all(one.is_constant for one in found))}
    elsewhere = {name for one in given if one.modules - _ONLY_SHOW for name in one.binds}
    reach = {one: _reach(one, binders, elsewhere) for one in given}
    needed, kept = {_WORLD, *(name for one in own for name in one.uses)}, set[_Statement]()
    while new := {
        one
        for one in given
        if one not in kept and (one.binds & needed or (not one.is_definition and reach[one] & needed & changeable))
    }:
        kept |= new
        needed |= {name for one in new for name in one.uses}
    return kept


def _reach(start: _Statement, binders: Mapping[str, Sequence[_Statement]], elsewhere: Collection[str]) -> set[str]:
    """Return the names of all objects that a statement could get hold of, through others that hold them, too."""
    found, waiting = set[str](), [start]
    while waiting:
        one = waiting.pop()
        if not one.touches.isdisjoint(elsewhere):
            found.add(_WORLD)
        new = one.uses - found
        found |= new
        waiting += [binder for name in new for binder in binders[name]]
    return found


def shared_names(source: str, given: Iterable[str]) -> set[str]:
    """Return the names of objects that can be changed, that cells of the lesson made, and that an answer looks up.

    Args:
        source: of the answer.
        given: the sources of the lesson's cells.

    Returns:
        The names; functions and modules are not among them.
    """
    changeable = {name for cell in given for one in _divided(cell) if not one.is_constant for name in one.binds}
    return changeable & {name for one in _divided(source) for name in one.uses}


def _shows_what_it_looks_up(source: str) -> bool:
    """Whether an answer's text shows every name that it looks up."""
    tree = parsed("\n".join(_without_magics(source)))
    return tree is not None and _divided(source) != (_opaque(source),) and not any(map(_is_lookup, ast.walk(tree)))


def _without_magics(source: str) -> list[str]:
    """Return the lines of a cell, and empty ones in place of the magics that only show something."""
    return ["" if line.strip().startswith(_SHOWING_MAGICS) else line for line in source.splitlines()]


def _is_lookup(node: ast.AST) -> bool:
    names = _REFLECTION | _LOOKUPS
    if isinstance(node, ast.ImportFrom):
        return any(alias.name in {*names, "*"} for alias in node.names) or node.module == "__main__"
    if isinstance(node, ast.Import):
        return any(alias.name == "__main__" for alias in node.names)
    if isinstance(node, ast.Constant):
        return node.value == "__main__"
    if isinstance(node, ast.Attribute):
        return node.attr in _LOOKUPS
    return isinstance(node, ast.Name) and node.id in names


@functools.lru_cache(maxsize=1024)  # a lesson's own cells are asked about for every learner
def _divided(source: str) -> tuple[_Statement, ...]:
    """Return the statements of a cell, without what only shows them."""
    lines = _without_magics(source)
    tree = parsed("\n".join(lines))
    if tree is None:
        return (_opaque(source),)
    starts = [min([one.lineno, *(each.lineno for each in getattr(one, "decorator_list", ()))]) for one in tree.body]
    ends = [one.end_lineno or one.lineno for one in tree.body]
    is_shared = any(start <= end for start, end in zip(starts[1:], ends, strict=False))  # two of them on one line
    parts = (
        [(1, len(lines), tree.body)] if is_shared else [*zip(starts, ends, ([one] for one in tree.body), strict=True)]
    )
    try:
        return tuple(_statement("\n".join(lines[start - 1 : end]), body) for start, end, body in parts)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # of what only the compiler refuses
        return (_opaque(source),)


def _opaque(source: str) -> _Statement:
    return _Statement(source, frozenset(), frozenset({_WORLD}))


def _statement(source: str, body: Sequence[ast.stmt]) -> _Statement:
    table = symtable.symtable(source, "<cell>", "exec")
    nodes = [node for one in body for node in ast.walk(one)]
    changed = {name for node in nodes for name in _changed_parts(node)}
    uses = {one.get_name() for one in table.get_symbols() if one.is_referenced()} | {*_globals_inside(table)}
    only = body[0] if len(body) == 1 else None
    return _Statement(
        source,
        frozenset({one.get_name() for one in table.get_symbols() if one.is_assigned() or one.is_imported()} | changed),
        frozenset(uses | changed | ({_WORLD} if any(map(_changes_the_world, nodes)) else set())),
        frozenset(changed | {name for node in nodes for name in _touched_by(node)}),
        frozenset(name.split(".")[0] for node in nodes for name in _imported_by(node)),
        isinstance(only, ast.FunctionDef) and not only.decorator_list,
        isinstance(only, ast.FunctionDef | ast.Import | ast.ImportFrom) or _is_number(only),
    )


def _globals_inside(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield the names that functions and classes look up outside of themselves."""
    for inner in table.get_children():
        yield from (one.get_name() for one in inner.get_symbols() if one.is_global())
        yield from _globals_inside(inner)


def _is_number(only: ast.stmt | None) -> bool:
    return isinstance(only, ast.Assign) and isinstance(only.value, ast.Constant)


def _changed_parts(node: ast.AST) -> Iterator[str]:
    """Yield the name of the object of which an attribute or an item is set or deleted."""
    if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
        yield _root(node)


def _root(node: ast.AST) -> str:
    """Return the name that an expression begins with; if it begins with none, that of everything."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else _WORLD


def _touched_by(node: ast.AST) -> Iterator[str]:
    """Yield the name that a call begins with of which nobody takes the result, or a setting."""
    if (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and not _HARMLESS_CALLS & {*_attributes(node.value)}
    ):
        yield _root(node.value)
    if isinstance(node, ast.Attribute) and is_setting(node.attr):
        yield _root(node)


def _attributes(node: ast.AST) -> Iterator[str]:
    """Yield the attributes that an expression begins with: those of `a.b().c` are c and b."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        if isinstance(node, ast.Attribute):
            yield node.attr
        node = node.func if isinstance(node, ast.Call) else node.value


def _imported_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or "."] if isinstance(node, ast.ImportFrom) else []


def _changes_the_world(node: ast.AST) -> bool:
    """Whether a part of a statement could change what belongs to no name, or import what could."""
    unknown = {name.split(".")[0] for name in _imported_by(node)} - _PLAIN_MODULES
    return bool(unknown) or isinstance(node, ast.Global) or _is_lookup(node) or _opens_to_write(node)


def _opens_to_write(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open"):
        return False
    modes = [*node.args[1:2], *(one.value for one in node.keywords if one.arg in ("mode", None))]
    return any(not isinstance(mode, ast.Constant) or {*str(mode.value)} & {*"wax+"} for mode in modes)
