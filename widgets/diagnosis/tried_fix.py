"""A change of the learner's line, tried on a copy of their code, where running that again can do no harm.

Only code that computes is run again: operations of TensorFlow and NumPy on what it makes itself. What draws random
numbers, prints, changes a Variable or a list from outside, or is long, is left alone.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import textwrap
import types
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.common.numbers import text_of
from widgets.diagnosis import model
from widgets.diagnosis.code_fix import DiffLine, code_fix
from widgets.diagnosis.model import Finding
from widgets.diagnosis.source_code import root_of
from widgets.tape.forward_model import Listing
from widgets.tape.model import CELL, Recording

_TRIED = (model.NONE, model.NAN, model.INF, model.ZERO)
_LONGEST = 300
"""Operations of a run that is short enough to be repeated."""

_LIBRARIES = {"tf": "tensorflow", "tensorflow": "tensorflow", "np": "numpy", "numpy": "numpy", "math": "math"}
_NOT_AGAIN = {
    "compat",
    "config",
    "copyto",
    "data",
    "distribute",
    "experimental",
    "file",
    "fill_diagonal",
    "function",
    "io",
    "keras",
    "load",
    "numpy_function",
    "place",
    "print",
    "put",
    "put_along_axis",
    "putmask",
    "py_function",
    "queue",
    "random",
    "raw_ops",
    "save",
    "saved_model",
    "savetxt",
    "savez",
    "set_printoptions",
    "seterr",
    "summary",
    "train",
}
_NEW_ARRAYS = {"array", "zeros", "ones", "full", "arange", "linspace"}
_FUNCTIONS = {"float", "int", "range", "len", "zip", "list", "tuple", "dict", "sum", "abs", "min", "max", "enumerate"}
_METHODS = {"gradient", "jacobian", "batch_jacobian", "watch", "numpy", "append", "stop_recording", "reset"}
_CHANGING = {"assign", "assign_add", "assign_sub", "append"}
_NODES = (ast.Global, ast.Nonlocal, ast.ClassDef, ast.While, ast.Delete, ast.Await, ast.Yield, ast.AsyncFunctionDef)


def tried(finding: Finding) -> tuple[tuple[DiffLine, ...], str]:
    """Return the change of a finding's line, and what came of trying it.

    Args:
        finding: what was found.

    Returns:
        The lines of the change, and a sentence on the gradient that the changed code has; "" where it was not tried.
        No lines where it was tried, and did not help.
    """
    lines = code_fix(finding)
    run = _run_of(finding.recording) if lines and finding.symptom in _TRIED and len(finding.tensors) == 1 else None
    if run is None:
        return lines, ""
    listing, names = run
    text = _changed(listing, finding, lines)
    if text is None or not _is_harmless(text, names):
        return lines, ""
    with contextlib.suppress(Exception):
        value = _gradient_of(text, names, finding)
        is_better = value is not None and not (value.has_nan or (value.statistics and value.statistics.inf))
        is_zero = value is not None and value.statistics and value.statistics.zeros == value.size
        if not is_better or (is_zero and finding.symptom == model.ZERO) or value is None:
            return (), ""
        return lines, _("Tried: the gradient is now {gradient}.").format(gradient=text_of(value))
    return lines, ""


def _run_of(recording: Recording) -> tuple[Listing, Mapping[str, Any]] | None:
    """Return the code of the latest recording and the names it has; None of any other, or of a long one."""
    from widgets.tape.past_logs import latest  # here, since facts are explained without the recorder

    last = latest()
    if last is None or last.recording is not recording or recording.error or len(recording.entries) > _LONGEST:
        return None
    if recording.title == CELL:
        from IPython.core.getipython import get_ipython

        shell = get_ipython()
        cells = [one for one in recording.listings if one.name == CELL and one.first == 1]
        return (cells[0], dict(shell.user_ns)) if shell is not None and len(cells) == 1 else None
    function = last.function
    if not isinstance(function, types.FunctionType) or not recording.listings:
        return None
    names = dict(function.__globals__)
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        names[name] = cell.cell_contents
    return recording.listings[0], names


def _changed(listing: Listing, finding: Finding, lines: tuple[DiffLine, ...]) -> str | None:
    """Return the code with the change, as it can be run; None if the change is not in it, or not at one line alone."""
    old = next(text.strip() for mark, text in lines if mark in " -")
    new = next((text.strip() for mark, text in lines if mark == "+"), "")
    at = [nth for nth, line in enumerate(listing.lines) if line.strip() == old]
    if len(at) != 1 or len(lines) != 2:
        return None
    code, nth = list(listing.lines), at[0]
    indent = code[nth][: len(code[nth]) - len(code[nth].lstrip())]
    if lines[0][0] == "-":
        code[nth] = indent + new
    else:
        following = next((line for line in code[nth + 1 :] if line.strip()), "")
        code.insert(nth + 1, following[: len(following) - len(following.lstrip())] + new)
    text = textwrap.dedent("\n".join(code))
    if finding.recording.title == CELL:
        return text
    tree = ast.parse(text)
    is_function = len(tree.body) == 1 and isinstance(tree.body[0], ast.FunctionDef)
    return f"{text}\n{tree.body[0].name}()" if is_function else None  # type: ignore[attr-defined]


def _is_harmless(text: str, names: Mapping[str, Any]) -> bool:
    """Whether code only computes, with what it makes itself and what it reads."""
    nodes = [*ast.walk(ast.parse(text))]
    own = _made_here(nodes, names)
    functions = {one.name for one in nodes if isinstance(one, ast.FunctionDef)}
    for node in nodes:
        if isinstance(node, _NODES) or (isinstance(node, ast.FunctionDef) and node.decorator_list):
            return False
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
            if any(one.split(".")[0] not in _LIBRARIES.values() for one in modules):
                return False
        is_item = isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(node.ctx, ast.Load)
        is_outside = isinstance(node, ast.AugAssign) and root_of(node.target) not in own
        if is_item or is_outside or (isinstance(node, ast.Call) and not _may_run(node, own, functions, names)):
            return False
    return True


def _made_here(nodes: Sequence[ast.AST], names: Mapping[str, Any]) -> set[str]:
    """Return the names that never hold anything but what the code makes anew: not `w = model_w`, not `for w in ws`."""
    made = {
        target for one in nodes if isinstance(one, ast.Assign) and _is_new(one.value, names) for target in one.targets
    }
    made_or_changed = made | {one.target for one in nodes if isinstance(one, ast.AugAssign)}
    stores = [one for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)]
    return {one.id for one in stores if one in made} - {one.id for one in stores if one not in made_or_changed}


def _is_new(value: ast.AST, names: Mapping[str, Any]) -> bool:
    """Whether an expression makes a new object, which changes with nobody else's."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        library = names.get(root_of(value.func))
        return library is tf or (library is np and value.func.attr in _NEW_ARRAYS)
    return isinstance(value, (ast.Constant, ast.BinOp, ast.List, ast.ListComp))


def _may_run(call: ast.Call, own: set[str], functions: set[str], names: Mapping[str, Any]) -> bool:
    function, root = call.func, root_of(call.func)
    if isinstance(function, ast.Name):
        return function.id in functions or (function.id in _FUNCTIONS and function.id not in names)
    if not isinstance(function, ast.Attribute):
        return False
    if function.attr in _CHANGING:
        return root in own
    if root in _LIBRARIES and isinstance(names.get(root, np), types.ModuleType):
        is_told_where = any(one.arg in ("out", None) for one in call.keywords)
        return not is_told_where and _NOT_AGAIN.isdisjoint(ast.unparse(function).split("."))
    return function.attr in _METHODS


def _gradient_of(text: str, names: Mapping[str, Any], finding: Finding) -> Any:
    """Return the gradient that changed code has where the finding's was, as a Value; None if there is none."""
    from widgets.tape.past_logs import latest_kept  # here, since facts are explained without the recorder
    from widgets.tape.recorder import Recorder

    recording = finding.recording
    asked = [one for one in recording.sources if one.backward_pass == finding.backward_pass]
    nth = next(index for index, one in enumerate(asked) if one.tensor == finding.tensors[0])
    with latest_kept():
        recorder = Recorder(recording.title)
        namespace = {"__builtins__": builtins, **names}
        with recorder:
            exec(compile(text, "<tried>", "exec"), namespace)
        new = recorder.recording()
    passes = [index for index, one in enumerate(new.backward_passes) if not one.caller]
    before = [index for index, one in enumerate(recording.backward_passes) if not one.caller]
    if len(passes) != len(before):
        return None
    index = passes[before.index(finding.backward_pass)]
    sources = [one for one in new.sources if one.backward_pass == index]
    return sources[nth].gradient if len(sources) == len(asked) else None
