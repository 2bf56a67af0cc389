"""Python that ran once, while a `tf.function` was traced, and what makes TensorFlow trace it again and again.

https://www.tensorflow.org/guide/function#limitations
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from widgets.common import catalogue
from widgets.diagnosis import training_causes as causes
from widgets.diagnosis.cause import deferred as _
from widgets.diagnosis.model import Found
from widgets.diagnosis.source_code import SourceCode, names_in, parse_expression, root_of
from widgets.tape.forward_model import Place, Trace
from widgets.tape.model import Recording

OFTEN = 3
"""So many traces that differ in one way only are one cause, not chance."""

_KEEP = _("Return the tensor from the function, and append what each call returns, outside.")
_COUNT = _("Count in a `tf.Variable` with `assign_add`, or outside the function.")
_RANDOM = _("Use `tf.random`, which draws anew in each call, or pass the number as an argument.")
_TIME = _("Read the clock outside the function.")
_PRINT = _("Use `tf.print`, which prints in each call.")
_OF_KERAS = {"learning_rate", "lr", "trainable", "training", "momentum"}
_SPEC = re.compile(r"TensorSpec\(shape=\(([^)]*)\), dtype=(tf\.\w+)(?:, name='(\w+)')?")


def python_that_ran_once(recording: Recording, code: SourceCode) -> Iterator[Found]:
    """Yield what a `tf.function` that was called several times did in Python, and so only once."""
    for function, index in _traced(recording, code):
        if _calls(recording, function.name) < 2 and not _is_in_fit(recording, code, function, index):
            continue
        own = _own_names(function)
        for node in _statements(function):
            way = _way(node, own) or _kept_result(node, own)
            if way:
                text = " ".join(ast.unparse(node).split())
                yield Found(causes.RAN_ONCE, code.place(node, index), {"text": text, "way": catalogue._(way)})
        yield from _baked_in(code, function, index, own)
        yield from _baked_attributes(code, function, index, own)


def _traced(recording: Recording, code: SourceCode) -> Iterator[tuple[ast.FunctionDef, int]]:
    """Yield the functions of the source that TensorFlow traced, and their listings."""
    traced = {trace.function for trace in recording.traces} | {"train_step"}
    for index, tree in enumerate(code.trees):
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.FunctionDef) and node.name in traced:
                yield node, index


def _calls(recording: Recording, function: str) -> int:
    return sum(entry.op == function for entry in recording.entries if entry.graph)


def _is_in_fit(recording: Recording, code: SourceCode, function: ast.FunctionDef, index: int) -> bool:
    """Whether a `train_step` ran inside the graph that `fit` made of it."""
    if function.name != "train_step" or not any(scope.kind == "fit" for scope in recording.scopes):
        return False
    first, last = code.place(function, index).line, code.place(function.body[-1], index).line
    places = (entry.place for entry in recording.entries if entry.inside >= 0 and entry.place)
    return any(one.listing == index and first <= one.line <= last for one in places)


def _statements(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield the nodes of a function, without what its inner functions hold."""
    waiting: list[ast.AST] = [*reversed(function.body)]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            waiting += reversed([*ast.iter_child_nodes(node)])


def _own_names(function: ast.FunctionDef) -> set[str]:
    """Return the names that a function gives values to itself."""
    arguments = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
    elsewhere = {
        name for one in ast.walk(function) if isinstance(one, (ast.Nonlocal, ast.Global)) for name in one.names
    }
    stored = {one.id for one in ast.walk(function) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return arguments | (stored - elsewhere)


def _way(node: ast.AST, own: set[str]) -> str:
    """Return how to do for each call what a piece of Python does once; "" for what is no such thing."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call = node.value
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("append", "extend"):
            return _KEEP if root_of(call.func) not in own else ""
        is_print = isinstance(call.func, ast.Name) and call.func.id == "print"
        return (
            _PRINT if is_print and any(not isinstance(one, (ast.Constant, ast.JoinedStr)) for one in call.args) else ""
        )
    if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)) and _is_number(node.value):
        target = node.target
        is_outside = isinstance(target, ast.Attribute) or (isinstance(target, ast.Name) and target.id not in own)
        return _COUNT if is_outside else ""
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        if re.match(r"(np|numpy)\.random\.|random\.(random|uniform|gauss|randint|choice)$", called):
            return _RANDOM
        return _TIME if called in ("time.time", "time.perf_counter", "datetime.now") else ""
    return ""


def _kept_result(node: ast.AST, own: set[str]) -> str:
    """Return how to keep a tensor that is put into an object of outside: `history[0] = loss` runs once."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return ""
    target, made = node.targets[0], ast.unparse(node.value)
    is_outside = isinstance(target, (ast.Subscript, ast.Attribute)) and root_of(target) not in own - {"self"}
    is_made_here = re.search(r"Variable\(|layers\.|add_weight", made)  # as where weights are made at the first call
    return _KEEP if is_outside and not is_made_here and names_in(node.value) & (own - {"self"}) else ""


def _baked_attributes(code: SourceCode, function: ast.FunctionDef, index: int, own: set[str]) -> Iterator[Found]:
    """Yield a finding for a Python number in an attribute that is changed between two calls of the function."""
    for node in _statements(function):
        if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        name = ast.unparse(node)
        if not re.fullmatch(r"\w+\.\w+", name) or node.attr in _OF_KERAS or root_of(node) in own - {"self"}:
            continue
        if any(_is_changed_between(code, tree, node.attr, function.name) for tree in code.trees if tree):
            yield Found(causes.BAKED_IN, code.place(node, index), {"name": name})


def _is_changed_between(code: SourceCode, tree: ast.AST, attribute: str, function: str) -> bool:
    """Whether a loop that calls a function, or a callback's `on_...`, gives an attribute a new number."""
    for around in ast.walk(tree):
        is_loop = isinstance(around, (ast.For, ast.While))
        is_callback = isinstance(around, ast.FunctionDef) and re.match("on_(epoch|batch|train_batch)_", around.name)
        if not is_loop and not is_callback:
            continue
        inside = [*ast.walk(around)]
        called = {getattr(one.func, "id", getattr(one.func, "attr", "")) for one in inside if isinstance(one, ast.Call)}
        if is_loop and function not in called:
            continue
        loops = [one for one in ast.walk(tree) if isinstance(one, ast.For)]
        counted = {name for one in loops if "range(" in ast.unparse(one.iter) for name in names_in(one.target)}
        arguments = {one.arg for one in around.args.args} if isinstance(around, ast.FunctionDef) else set()
        for node in inside:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            if not isinstance(node, (ast.Assign, ast.AugAssign)) or not isinstance(target, ast.Attribute):
                continue
            is_the_same = isinstance(node, ast.Assign) and is_loop and not names_in(node.value)
            if (
                target.attr == attribute
                and not is_the_same
                and _is_of_numbers(node.value, counted | (arguments - {"self", "logs"}))
            ):
                return True
    return False


def _is_of_numbers(node: ast.AST, counted: set[str]) -> bool:
    """Whether an expression is Python arithmetic of numbers, loop counters, and `min`, `max`, `float` ..."""
    functions = {"min", "max", "float", "int", "abs", "round"}
    kinds = (ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.expr_context, ast.Call, ast.Name)
    nodes = [*ast.walk(node)]
    return names_in(node) <= counted | functions and all(isinstance(one, kinds) for one in nodes)


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool)


def _baked_in(code: SourceCode, function: ast.FunctionDef, index: int, own: set[str]) -> Iterator[Found]:
    """Yield a finding for a Python number of the enclosing code that is changed after the function is defined."""
    tree = code.trees[index]
    if tree is None:
        return
    read = [one for one in _statements(function) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)]
    inside = {id(one) for one in ast.walk(function)}
    for name in dict.fromkeys(one.id for one in read if one.id not in own):
        made = [
            one.node
            for one in code.assignments
            if one.listing == index and one.name == name and id(one.node) not in inside
        ]
        later = [one for one in made if getattr(one, "lineno", 0) > function.lineno]
        is_plain = all(_is_arithmetic(one.value if isinstance(one, ast.AugAssign) else one, name) for one in made)
        if made and later and is_plain and len(made) > 1:
            use = next(one for one in read if one.id == name)
            yield Found(causes.BAKED_IN, code.place(use, index), {"name": name})


def _is_arithmetic(node: ast.AST, name: str) -> bool:
    """Whether an expression is made of numbers, and perhaps of the name itself."""
    kinds = (ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Load)
    nodes = [*ast.walk(node)]
    has_numbers = all(not isinstance(one, ast.Constant) or _is_number(one) for one in nodes)
    return has_numbers and names_in(node) <= {name} and all(isinstance(one, (*kinds, ast.Name)) for one in nodes)


def retraced(recording: Recording, code: SourceCode, names: Iterable[str]) -> Iterator[Found]:
    """Yield a finding for each of some functions that was traced often for shapes alone, or for nothing new at all."""
    wanted = set(names)
    groups: dict[tuple[str, int, Any], list[Trace]] = {}
    for trace in recording.traces:
        if trace.function in wanted:
            groups.setdefault((trace.function, trace.definition, trace.values), []).append(trace)
    for (function, *_rest), traces in groups.items():
        kinds = list(dict.fromkeys(trace.tensors for trace in traces))
        if len(kinds) >= OFTEN and (found := _by_shape(function, kinds, traces)):
            yield found
        elif len(kinds) == 1 and len(traces) >= OFTEN and _is_made_in_a_loop(code, traces):
            facts = {"function": function, "count": str(len(traces))}
            yield Found(causes.MADE_ANEW, traces[-1].place, facts)


def _is_made_in_a_loop(code: SourceCode, traces: Sequence[Trace]) -> bool:
    """Whether the loop in which a function is called makes that function, too, by `def` or by a call."""
    place = traces[0].place
    if place is None or any(trace.place != place for trace in traces):
        return False
    called = parse_expression(place.text)
    name = ast.unparse(called.func) if isinstance(called, ast.Call) else ""
    tree = code.trees[place.listing]
    for loop in ast.walk(tree) if tree else ():
        if isinstance(loop, (ast.For, ast.While)) and loop.body:
            first, last = code.place(loop, place.listing).line, code.place(loop, place.listing).line
            last += (loop.end_lineno or loop.lineno) - loop.lineno
            if first <= place.line <= last and any(_makes(one, name) for one in ast.walk(loop)):
                return True
    return False


def _makes(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.FunctionDef):
        return node.name == name
    is_call = isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
    return is_call and any(isinstance(one, ast.Name) and one.id == name for one in node.targets)  # type: ignore[attr-defined]


def _by_shape(function: str, kinds: Sequence[tuple[str, ...]], traces: Sequence[Trace]) -> Found | None:
    specs = [[_SPEC.search(text) for text in kind] for kind in kinds]
    if len({len(one) for one in specs}) > 1 or any(spec is None for one in specs for spec in one):
        return None
    shapes = [[spec[1] for spec in one if spec] for one in specs]
    varying = [nth for nth in range(len(shapes[0])) if len({one[nth] for one in shapes}) > 1]
    dtypes = [[spec[2] for spec in one if spec] for one in specs]
    if not varying or any(one != dtypes[0] for one in dtypes):
        return None
    first = specs[0][varying[0]]
    argument = f"`{first[3]}`" if first and first[3] else catalogue._("an argument")
    signature = ", ".join(
        f"tf.TensorSpec({_common([one[nth] for one in shapes])}, {dtypes[0][nth]})" for nth in range(len(shapes[0]))
    )
    facts = {"function": function, "count": str(len(traces)), "argument": argument, "signature": signature}
    return Found(causes.RETRACED_SHAPES, _place(traces), facts)


def _common(shapes: Sequence[str]) -> str:
    """Return the shape that several have in common, with None where they differ."""
    sizes = [[size.strip() for size in one.split(",") if size.strip()] for one in shapes]
    if len({len(one) for one in sizes}) > 1:
        return "None"
    return "[" + ", ".join(one[0] if len(set(one)) == 1 else "None" for one in zip(*sizes, strict=True)) + "]"


def _place(traces: Sequence[Trace]) -> Place | None:
    return traces[min(OFTEN, len(traces)) - 1].place
