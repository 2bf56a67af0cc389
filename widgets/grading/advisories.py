"""What an answer's syntax tree tells: whether it opens a tape, looks into the check, may leave something behind.

An advisory costs nobody a point, and a false one costs a learner's trust. So NO_TAPE is given only where nothing that
the answer uses could open a tape: what cannot be parsed, or uses a name from elsewhere, gets the benefit of the doubt.

LOOKS_INSIDE is given where an answer openly looks for what is right, or for who asks. It finds nothing, since a judge
outside asks; a teacher may want to know all the same.
"""

from __future__ import annotations

import ast
import builtins
import functools
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping

from widgets.grading.advisory_kinds import LOOKS_INSIDE, NO_TAPE
from widgets.grading.model import ReferenceExercise

_TAPE = "GradientTape"
_LONGEST = 20_000  # characters; on more, Python's parser may run out of stack, and takes the grader with it
_LIBRARIES = {"tf", "tensorflow", "np", "numpy", "math", "keras"}
_REFLECTION = {"eval", "exec", "compile", "getattr", "globals", "locals", "vars", "__import__"}
_HARMLESS = (_LIBRARIES | set(dir(builtins))) - _REFLECTION
_TRAINING = {"fit", "train_step", "train_on_batch", "minimize"}
"""Keras methods that open a tape of their own: https://keras.io/api/models/model_training_apis/."""

_PACKAGE = "widgets."
"""What lessons use is in `widgets` itself. Its modules make the checks."""

_STACK = {"_getframe", "_current_frames", "currentframe", "f_back", "tb_frame", "get_objects", "get_referrers"}
_SECRETS = ("TAPEDECK_SEED", "TAPEDECK_GRADING", "widgets.answers", "widgets.exercises", "widgets.grading")
_REACHING = _REFLECTION | {"setattr", "delattr", "open", "input", "get_ipython", "exit", "quit", "breakpoint", "help"}
_SETTINGS = {"config", "backend", "compat", "debugging", "experimental", "mixed_precision", "profiler", "summary"}
_SETTINGS |= {"seterr", "seterrcall", "seed", "register", "load_library", "f_globals", "ctypes", "ctypeslib", "lib"}
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_PLAIN_MODULES = {"cmath", "collections", "dataclasses", "fractions", "functools", "itertools", "operator", "typing"}
_IPYTHON_LINE = re.compile(r"^([ \t]*)(?:[%!?].*|.*\?[ \t]*)$", re.MULTILINE)
_IPYTHON_VALUE = re.compile(r"=[ \t]*[%!][^=\n].*$", re.MULTILINE)


def tape_check(exercise: ReferenceExercise, source: str) -> tuple[str, ...]:
    """Return (NO_TAPE,) for an answer that cannot have used a tape where the reference does, else ()."""
    if not exercise.needs_tape:
        return ()
    tree = parsed(source)
    return (NO_TAPE,) if tree is not None and not _could_open_tape(tree) else ()


def introspection_check(source: str) -> tuple[str, ...]:
    """Return (LOOKS_INSIDE,) for an answer that openly looks into the check that asks it, else ()."""
    tree = parsed(source)
    return (LOOKS_INSIDE,) if tree is not None and any(map(_looks_inside, ast.walk(tree))) else ()


def leaves_nothing_behind(source: str, given: Iterable[str] = ()) -> bool:
    """Return whether an answer, when it runs, can change nothing that another answer meets.

    What is not plainly so counts as if it could: IPython's own syntax, reflection, an attribute that is set, settings.

    Args:
        source: the answer's source.
        given: the names that the lesson's own cells bind.

    Returns:
        True for functions, classes and numbers of plain calculation.
    """
    tree = None if _has_magics(source) else parsed(source)
    if tree is None:
        return False
    bound = {name for node in _outside_functions(tree) for name in _bound_by(node)}
    taken = {*given, *dir(builtins), *_LIBRARIES} - _usual_imports(tree)
    return not bound & taken and all(map(_is_plain, ast.walk(tree)))


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a tree that do not stand in a function or a class."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, _SCOPES):
            yield from _outside_functions(child)


def _has_magics(source: str) -> bool:
    return bool(_IPYTHON_LINE.search(source))


def _usual_imports(tree: ast.Module) -> set[str]:
    """Return the names under which libraries are imported as everybody does, which changes nothing."""
    usual = {"tensorflow": "tf", "numpy": "np", "math": "math", "keras": "keras"}
    names = [alias for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    return {alias.asname or alias.name for alias in names if usual.get(alias.name) == (alias.asname or alias.name)}


def _is_plain(node: ast.AST) -> bool:
    """Return whether a part of a program reads and calculates, and changes at most what it has made itself."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        modules = {name.split(".")[0] for name in _imported_by(node)}
        return modules <= _LIBRARIES | _PLAIN_MODULES and not any(map(is_setting, _words_of_import(node)))
    if isinstance(node, ast.Attribute):
        if not isinstance(node.ctx, ast.Load):
            return isinstance(node.value, ast.Name) and node.value.id == "self"
        return not is_setting(node.attr)
    if isinstance(node, ast.Name):
        return node.id not in _REACHING and not node.id.startswith("__")
    return not isinstance(node, ast.Global | ast.Delete)


def _words_of_import(node: ast.Import | ast.ImportFrom) -> list[str]:
    return [word for alias in node.names for word in alias.name.split(".")]


def is_setting(word: str) -> bool:
    """Return whether an attribute with this name changes how a library works, or could."""
    return word in _SETTINGS or word.startswith(("*", "__", "set_", "enable_", "disable_"))


def opens_tape(source: str) -> bool:
    """Return whether a source opens a `tf.GradientTape`, by any name it may have there."""
    tree = parsed(source)
    return tree is not None and _TAPE in _words(tree)


def missing_names(answers: Mapping[str, str], own: Iterable[str], given: Iterable[str]) -> list[str]:
    """Find the answers that use what only cells of the learner's own define.

    Args:
        answers: the learner's source of each exercise, by name.
        own: the sources of cells that the learner added, or of other answers.
        given: the sources of the lesson's cells.

    Returns:
        The names of these answers.
    """
    theirs = _defined(own) - _defined([*given, *answers.values()])
    return [name for name, source in answers.items() if theirs & names_in_cell(source)[0]]


def _defined(sources: Iterable[str]) -> set[str]:
    return {name for source in sources for name in names_in_cell(source)[1]}


@functools.lru_cache(maxsize=1024)  # a lesson's own cells are asked about for every learner
def names_in_cell(source: str) -> tuple[set[str], set[str]]:
    """Return the names that the Python code in a cell uses, and those that it binds."""
    return _names_in(ast.Module(top_level(source), []))


def top_level(source: str) -> list[ast.stmt]:
    """Return the statements of the Python code in a cell, without IPython's own; [] where it cannot be parsed."""
    tree = parsed(_IPYTHON_VALUE.sub("= None", _IPYTHON_LINE.sub(r"\1pass", source)))
    return tree.body if tree else []


def statements(source: str) -> list[tuple[str, set[str]]]:
    """Return the text of each statement in a cell, and what it defines there, as `names_defined` has it."""
    lines = source.splitlines()
    found = []
    for node in top_level(source):
        first = min(part.lineno for part in (node, *getattr(node, "decorator_list", ())))
        found.append(("\n".join(lines[first - 1 : node.end_lineno]), _defined_by(node)))
    return found


def names_defined(source: str) -> set[str]:
    """Return the names that a cell binds outside its functions, and attributes that it sets: `point.at`."""
    return {name for node in top_level(source) for name in _defined_by(node)}


def _defined_by(node: ast.AST) -> set[str]:
    nodes = [node]
    if not isinstance(node, _SCOPES):
        nodes += _outside_functions(node)
    attributes = {ast.unparse(part) for part in nodes if isinstance(part, ast.Attribute) and _is_set(part)}
    return attributes.union(*map(_bound_by, nodes))


def _is_set(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name)


def parsed(source: str) -> ast.Module | None:
    """Return a source's syntax tree, or None where there is none: IPython's own syntax, a mistake, a parser bomb."""
    if len(source) > _LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a learner's "\d": not the grader's business
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _could_open_tape(tree: ast.Module) -> bool:
    words = _words(tree)
    return _TAPE in words or bool(_TRAINING & words) or bool(_from_elsewhere(tree))


def _words(tree: ast.Module) -> set[str]:
    """Return every name, attribute, imported name and string of a tree."""
    return {word for node in ast.walk(tree) for word in _words_of(node)}


def _words_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [node.attr]
    if isinstance(node, ast.alias):
        return node.name.split(".")
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _names_in(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Return the names that a tree uses, and those that it binds."""
    nodes = list(ast.walk(tree))
    used = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return used, {name for node in nodes for name in _bound_by(node)}


def _from_elsewhere(tree: ast.Module) -> set[str]:
    """Return the names that an answer uses, but neither binds nor gets from a library that opens no tape."""
    used, bound = _names_in(tree)
    imported = {name for node in ast.walk(tree) for name in _imported_by(node)}
    return (used - bound - _HARMLESS) | {name for name in imported if name.split(".")[0] not in _LIBRARIES}


def _bound_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.alias):
        return [(node.asname or node.name).split(".")[0]]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler) and node.name:
        return [node.name]
    return []


def _imported_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def _looks_inside(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.startswith(_PACKAGE) for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return _is_inside(node.module or "", {alias.name for alias in node.names})
    if isinstance(node, ast.Attribute):
        return node.attr in _STACK or (isinstance(node.value, ast.Name) and node.value.id == "widgets")
    return isinstance(node, ast.Constant) and node.value in _SECRETS


def _is_inside(module: str, names: set[str]) -> bool:
    return module.startswith(_PACKAGE) or bool(names & _STACK) or (module == "widgets" and "exercises" in names)
