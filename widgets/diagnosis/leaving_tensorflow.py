"""Where a value leaves TensorFlow in the learner's source: no tape records what happens there."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from widgets.diagnosis.source_code import SourceCode, mentions, names_mentioned, root_of

_METHODS = {
    "numpy",
    "numpy_function",
    "item",
    "tolist",
    "predict",
    "predict_on_batch",
    "convert_to_numpy",
    "get_weights",
}
_FUNCTIONS = {"float", "int", "complex"}
_SHAPES = {"shape", "ndim", "dtype", "get_shape", "size", "rank", "len"}
_MODULES = {"np", "numpy", "math", "cmath", "scipy"}


def leaves_tensorflow(code: SourceCode, target: ast.AST, source: ast.AST | None) -> tuple[ast.AST, int] | None:
    """Find where a value leaves TensorFlow between a source and a target: in `float(x)`, in NumPy, in `x.numpy()`.

    A tape records nothing there, so it is the learner's source that tells. Asked only where the recording shows no
    path at all.

    Args:
        code: the learner's source.
        target: the expression that was differentiated.
        source: the expression of the source; None where any name may be the one that left.

    Returns:
        The call through which the target left TensorFlow and its listing (-1: in `target` itself); None if there is
        none to be seen.
    """
    return _Leaving(code, source).through(target)


class _Leaving:
    def __init__(self, code: SourceCode, source: ast.AST | None) -> None:
        self._code = code
        self._outside = _FUNCTIONS | _imported(code)
        self._any_name = source is None
        self._dependent = mentions(source) if source is not None else set()
        for name, node, _listing in code.assignments:
            is_list = isinstance(node, ast.Attribute) and node.attr.endswith(("variables", "weights"))
            if name in self._dependent and is_list:  # what a model computes depends on its weights
                self._dependent |= mentions(node)
        self._left: dict[str, tuple[ast.AST, int]] = {}
        while self._learns_more():
            pass

    def through(self, node: ast.AST, listing: int = -1) -> tuple[ast.AST, int] | None:
        """Return where an expression left TensorFlow, None if it did not."""
        for one in ast.walk(node):
            if isinstance(one, ast.Call) and self._leaves(one) and self._depends(self._arguments(one)):
                return one, listing
        return next((self._left[name] for name in sorted(mentions(node)) if name in self._left), None)

    @staticmethod
    def _arguments(call: ast.Call) -> list[ast.expr]:
        """Return what a call computes with: its arguments, and the x of `x.numpy()`."""
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        is_method = isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS
        return [*given, call.func.value] if is_method and isinstance(call.func, ast.Attribute) else given

    def _depends(self, nodes: Sequence[ast.AST]) -> bool:
        """Say whether any of these depends on the source."""
        names = {name for node in nodes for name in names_mentioned([*_values(node)])}
        return bool(names) and (self._any_name or not names.isdisjoint(self._dependent | self._left.keys()))

    def _leaves(self, call: ast.Call) -> bool:
        if isinstance(call.func, ast.Attribute):
            is_constant = call.func.attr == "constant" and root_of(call.func) in ("tf", "tensorflow")
            return call.func.attr in _METHODS or is_constant or root_of(call.func) in self._outside
        return isinstance(call.func, ast.Name) and call.func.id in self._outside

    def _learns_more(self) -> bool:
        """Go through all assignments once; say whether something new was learned."""
        before = len(self._left), len(self._dependent)
        for name, node, listing in self._code.assignments:
            if name not in self._left and (where := self.through(node, listing)):
                self._left[name] = where
            elif name and (self._any_name or not self._dependent.isdisjoint(names_mentioned([*_values(node)]))):
                self._dependent.add(name)
        return before != (len(self._left), len(self._dependent))


def _values(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of an expression, without what is only asked for its shape or dtype: no value is in that."""
    function = node.func if isinstance(node, ast.Call) else None
    asking = (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )
    if (isinstance(node, ast.Attribute) and node.attr in _SHAPES) or asking in _SHAPES:
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _values(child)


def _imported(code: SourceCode) -> set[str]:
    """Return the names that stand for modules or functions outside TensorFlow."""
    outside, inside = set(_MODULES), set[str]()
    for tree in filter(None, code.trees):
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                module = getattr(node, "module", None)
                for alias in node.names:
                    is_outside = (module or alias.name).split(".")[0] in _MODULES
                    (outside if is_outside else inside).add(alias.asname or alias.name.split(".")[0])
    return outside - inside
