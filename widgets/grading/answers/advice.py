"""What an answer's syntax tree tells beside its verdict: whether it opens a tape where the reference does.

An advisory costs nobody a point, and a false one costs a learner's trust. So it is given only where nothing that the
answer uses could open a tape: what cannot be read, or uses a name from elsewhere, is given the benefit of the doubt.
"""

import ast
import builtins
import warnings

from widgets.grading.facts import NO_TAPE

_TAPE = "GradientTape"
_MOST = 20_000  # characters; Python's parser may run out of stack on a longer line, and takes the grader with it
_LIBRARIES = {"tf", "tensorflow", "np", "numpy", "math", "keras"}
_LOOKING_UP = {"eval", "exec", "compile", "getattr", "globals", "locals", "vars", "__import__"}
_HARMLESS = (_LIBRARIES | set(dir(builtins))) - _LOOKING_UP
_TRAINING = {"fit", "train_step", "train_on_batch", "minimize"}
"""Methods of Keras that open a tape of their own."""


def advise(exercise, source):
    """Return the advisories on an answer's source to an Exercise: (NO_TAPE,) or ()."""
    if not exercise.needs_tape:
        return ()
    tree = parsed(source)
    return (NO_TAPE,) if tree is not None and not _could_open(tree) else ()


def opens_tape(source):
    """Whether a source opens a `tf.GradientTape`, by any name it may have there."""
    tree = parsed(source)
    return tree is not None and _TAPE in _words(tree)


def parsed(source):
    """Return the syntax tree of a source, or None where there is none: IPython's own syntax, a mistake, a bomb."""
    if len(source) > _MOST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a learner's "\d": no concern of the grader's
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _could_open(tree):
    words = _words(tree)
    return _TAPE in words or bool(_TRAINING & words) or bool(_from_elsewhere(tree))


def _words(tree):
    """Return every name, attribute, imported name and text of a tree."""
    return {word for node in ast.walk(tree) for word in _said_by(node)}


def _said_by(node):
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [node.attr]
    if isinstance(node, ast.alias):
        return node.name.split(".")
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def names_in(tree):
    """Return the names that a tree uses, and those that it binds."""
    nodes = list(ast.walk(tree))
    used = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return used, {name for node in nodes for name in _bound_by(node)}


def _from_elsewhere(tree):
    """Return the names that an answer uses and neither binds itself nor gets from a library that opens no tape."""
    used, bound = names_in(tree)
    imported = {name for node in ast.walk(tree) for name in _imported_by(node)}
    return (used - bound - _HARMLESS) | {name for name in imported if name.split(".")[0] not in _LIBRARIES}


def _bound_by(node):
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.alias):
        return [(node.asname or node.name).split(".")[0]]
    return [node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.ExceptHandler) else []


def _imported_by(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []
