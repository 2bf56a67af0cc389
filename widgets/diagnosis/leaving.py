"""Where a value leaves TensorFlow on its way from a source to a target: in `float(x)`, in NumPy, in `x.numpy()`.

The tape sees nothing there, so it is the learner's source that tells. It is only asked where the recording shows
no way at all.
"""

import ast

from widgets.diagnosis.source_code import mentions, root_of

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
_MODULES = {"np", "numpy", "math", "cmath", "scipy"}


def leaving(code, target, source):
    """Return (node, listing) of the call through which the target left TensorFlow, None if the source shows none.

    `target` and `source` are expressions; without a source any name may be what left.
    """
    return _Leaving(code, source).through(target)


class _Leaving:
    def __init__(self, code, source):
        self._code = code
        self._outsiders = _FUNCTIONS | _imported(code)
        self._depends = mentions(source) if source is not None else _Any()
        self._left = {}
        while self._once_more():
            pass

    def through(self, node, listing=-1):
        """Return where an expression left TensorFlow, None if it did not."""
        for one in ast.walk(node):
            if isinstance(one, ast.Call) and self._leaves(one) and self._mentions_source(one):
                return one, listing
        return next((self._left[name] for name in sorted(mentions(node)) if name in self._left), None)

    def _mentions_source(self, call):
        """Whether what the call is given depends on the source: its arguments, and the x of `x.numpy()`."""
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        given += [call.func.value] if isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS else []
        return any(name in self._depends or name in self._left for part in given for name in mentions(part))

    def _leaves(self, call):
        if isinstance(call.func, ast.Attribute):
            is_constant = call.func.attr == "constant" and root_of(call.func) in ("tf", "tensorflow")
            return call.func.attr in _METHODS or is_constant or root_of(call.func) in self._outsiders
        return isinstance(call.func, ast.Name) and call.func.id in self._outsiders

    def _once_more(self):
        """Go through all that is made once; say whether something new was learned."""
        before = len(self._left), len(self._depends)
        for name, node, listing in self._code.made:
            if name not in self._left and (where := self.through(node, listing)):
                self._left[name] = where
            elif name and any(one in self._depends for one in mentions(node)):
                self._depends.add(name)
        return before != (len(self._left), len(self._depends))


class _Any(set):
    """Every name."""

    def __contains__(self, name):
        return True


def _imported(code):
    """Return the names that stand for modules or functions outside TensorFlow."""
    found, inside = set(_MODULES), set()
    for tree in filter(None, code.trees):
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                module = getattr(node, "module", None)
                for alias in node.names:
                    outside = (module or alias.name).split(".")[0] in _MODULES
                    (found if outside else inside).add(alias.asname or alias.name.split(".")[0])
    return found - inside
