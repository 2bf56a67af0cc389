"""Where the learner's code stood while a `tf.function` was traced: AutoGraph runs a rewritten copy of it.

AutoGraph (https://www.tensorflow.org/guide/function#autograph_transformations) compiles the copy from a file of its own
and keeps a map from its lines to the learner's. Which expression on the line it is, is found by comparing the two
syntax trees with AutoGraph's calls taken out.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import linecache
import sys
import threading
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import Any, TypeAlias

from widgets.tape.places import is_learners
from widgets.tape.running_code import CodeLocation
from widgets.tape.source_names import with_instructions

Span: TypeAlias = tuple[int, int, int, int]
"""First line, last line, first column, end column."""

_GENERATED = "__autograph_generated_file"
_CONVERTER = "converted_call"
"""The function of AutoGraph's in whose frame the copy runs."""


class MappedFrame:
    """The frame of a copy, with the code of the learner's own function."""

    def __init__(self, frame: FrameType, code: CodeType) -> None:
        self._frame, self.f_code = frame, code

    @property
    def f_locals(self) -> Any:
        """The names and values of the copy, which are those of the original."""
        return self._frame.f_locals

    @property
    def f_globals(self) -> dict[str, Any]:
        """The names of the module."""
        return self._frame.f_globals


class TracePlaces:
    """Finds the learner's place on the stack, also inside AutoGraph's copies."""

    def __init__(self) -> None:
        self._frames: dict[tuple[int, int], tuple[Any, FrameType]] = {}
        self._originals: dict[str, tuple[CodeType, Any] | None] = {}
        self._found: dict[tuple[CodeType, int], tuple[CodeType, int] | None] = {}

    def location(self, frame: FrameType | None) -> CodeLocation | None:
        """Return the innermost place of the learner's, from `frame` up the stack."""
        while frame is not None:
            if is_converted(frame):
                found = None
                with contextlib.suppress(Exception):  # a fault of ours costs the place, and not the learner's run
                    found = self._original(frame)
                if found:
                    return CodeLocation(self._mapped(frame, found[0]), found[1])
            elif is_learners(frame):
                return CodeLocation(frame, frame.f_lasti)
            frame = frame.f_back
        return None

    def _mapped(self, frame: FrameType, code: CodeType) -> Any:
        key = id(frame), id(code)
        if key not in self._frames:
            self._frames[key] = MappedFrame(frame, code), frame
        return self._frames[key][0]

    def _original(self, frame: FrameType) -> tuple[CodeType, int] | None:
        """Return the learner's code and the instruction that a copy's frame is at."""
        file = frame.f_code.co_filename
        if file not in self._originals:
            self._originals[file] = _converted_in(frame)
        converted = self._originals[file]
        if converted is None:
            return None
        key = frame.f_code, frame.f_lasti
        if key not in self._found:
            self._found[key] = _in_original(frame, *converted)
        return self._found[key]


def is_converted(frame: FrameType) -> bool:
    """Say whether a frame runs a copy that AutoGraph made."""
    return _GENERATED in frame.f_code.co_filename


def _converted_in(frame: FrameType) -> tuple[CodeType, Any] | None:
    """Return the code of the function that a frame runs a copy of, and AutoGraph's map of lines."""
    file = frame.f_code.co_filename
    if found := _converter_on(frame.f_back, file):
        return found
    # A strategy of `tf.distribute` runs a part of the copy in a thread of its own, while the one around it waits.
    here = threading.get_ident()
    waiting = (top for thread, top in sys._current_frames().items() if thread != here)
    return next(filter(None, (_converter_on(top, file) for top in waiting)), None)


def _converter_on(frame: FrameType | None, file: str) -> tuple[CodeType, Any] | None:
    """Return the same from the frame of AutoGraph's converter on a stack, if it has made the copy in this file."""
    while frame is not None:
        if frame.f_code.co_name == _CONVERTER:
            names = frame.f_locals
            copy: Any = names.get("converted_f")
            if getattr(getattr(copy, "__code__", None), "co_filename", None) == file:
                return names["target_entity"].__code__, copy.ag_source_map
        frame = frame.f_back
    return None


def _in_original(frame: FrameType, code: CodeType, lines: Any) -> tuple[CodeType, int] | None:
    span = _span_at(frame)
    line = span[0] if span else frame.f_lineno
    origin = lines.get((frame.f_code.co_filename, line))
    if origin is None or not is_learners_file(origin.loc.filename):
        return None
    node = _expression_at(frame.f_code.co_filename, span) if span else None
    wanted = node and ast.dump(_without_autograph(node))
    spans = _spans(origin.loc.filename, code.co_firstlineno).get(wanted or "", [])
    near = [one for one in spans if one[0] <= origin.loc.lineno <= one[1]] or spans
    near = sorted(near, key=lambda one: abs(one[0] - origin.loc.lineno))
    if node and span and len(near) > 1 and near[0][0] == near[1][0]:  # the same twice on one line
        nth = _nth_on_line(frame.f_code.co_filename, span, wanted or "")
        near = [one for one in near if one[0] == near[0][0]][nth:] or near
    for one in near:
        for inner, index, there in _instructions(code):
            if there == one:
                return inner, index
    if span and not node and (found := _with_item(frame, span, code, origin.loc.lineno)):
        return found
    return _widest_on(code, origin.loc.lineno)


def _nth_on_line(file: str, span: Span, wanted: str) -> int:
    """Return how many expressions with the same meaning stand before one on its line of a copy."""
    on_line = {there: node for there, node in _expressions(file).items() if there[0] == span[0] and there[2] < span[2]}
    return sum(ast.dump(_without_autograph(node)) == wanted for node in on_line.values())


def _with_item(frame: FrameType, span: Span, code: CodeType, line: int) -> tuple[CodeType, int] | None:
    """Return the instruction that enters what a copy enters, for a `with` statement of several items."""
    copies = with_instructions(frame.f_code, span)
    if frame.f_lasti not in copies:
        return None
    for inner, _, there in _instructions(code):
        if there[0] == line and len(entries := with_instructions(inner, there)) == len(copies):
            return inner, entries[copies.index(frame.f_lasti)]
    return None


def is_learners_file(file: str) -> bool:
    """Say whether a file is the learner's own code."""
    from widgets.tape.places import is_library

    return not is_library(file)


def _span_at(frame: FrameType) -> Span | None:
    if sys.version_info < (3, 11):
        return None
    return next((span for _, index, span in _instructions(frame.f_code, False) if index == frame.f_lasti), None)


def _instructions(code: CodeType, nested: bool = True) -> Iterator[tuple[CodeType, int, Span]]:
    """Yield the instructions of a function and of those inside it: the code, the offset, the span in the source."""
    if sys.version_info >= (3, 11):
        for number, (line, last, column, end) in enumerate(code.co_positions()):
            if line is not None and last is not None and column is not None and end is not None:
                yield code, 2 * number, (line, last, column, end)
    for constant in code.co_consts if nested else ():
        if isinstance(constant, CodeType):
            yield from _instructions(constant)


def _widest_on(code: CodeType, line: int) -> tuple[CodeType, int] | None:
    """Return the instruction that stands for most of a line."""
    on_line = [(end - column, inner, index) for inner, index, (a, _, column, end) in _instructions(code) if a == line]
    if on_line:
        _, inner, index = max(on_line, key=lambda one: one[0])
        return inner, index
    return next(((code, start + 1) for start, _, there in code.co_lines() if there == line), None)  # the line alone


@functools.lru_cache(maxsize=64)
def _expressions(file: str) -> dict[Span, ast.expr]:
    tree = ast.parse("".join(linecache.getlines(file)))
    return {_span(node): node for node in ast.walk(tree) if isinstance(node, ast.expr)}


def _expression_at(file: str, span: Span) -> ast.expr | None:
    try:
        return _expressions(file).get(span)
    except SyntaxError:
        return None


def _span(node: ast.expr) -> Span:
    return node.lineno, node.end_lineno or node.lineno, node.col_offset, node.end_col_offset or 0


@functools.lru_cache(maxsize=64)
def _spans(file: str, first: int) -> dict[str, list[Span]]:
    """Return where each expression stands, by its text as a tree, in the function that begins at a line."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except SyntaxError:
        return {}
    found: dict[str, list[Span]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            found.setdefault(ast.dump(node), []).append(_span(node))
    return found


class _Stripper(ast.NodeTransformer):
    """Takes what AutoGraph writes out of an expression.

    That is `ag__.ld(x)`, `ag__.autograph_artifact(lambda x: y)`, and `ag__.converted_call(f, args, kwargs, scope)`.
    """

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = node.func
        if not (isinstance(name, ast.Attribute) and isinstance(name.value, ast.Name) and name.value.id == "ag__"):
            return node
        if name.attr in ("ld", "autograph_artifact") and node.args:
            return node.args[0]
        if name.attr == _CONVERTER and len(node.args) >= 2 and isinstance(node.args[1], ast.Tuple):
            return ast.Call(node.args[0], node.args[1].elts, _keywords(node.args[2]) if len(node.args) > 2 else [])
        return node


def _keywords(node: ast.expr) -> list[ast.keyword]:
    return node.keywords if isinstance(node, ast.Call) else []


def _without_autograph(node: ast.expr) -> ast.AST:
    import copy

    stripped: ast.AST = _Stripper().visit(copy.deepcopy(node))
    return stripped
