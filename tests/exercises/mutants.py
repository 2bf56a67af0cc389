"""Errors planted in a right answer: one for each place where a learner may make one, by the syntax tree of its source.

Each kind is a function from a tree to the changes that can be made in it; a change is (place, what is put there).
"""

import ast
import copy
from typing import NamedTuple

MOST = 2
"""Of one kind in one answer, the first and the last: all of them would take minutes, and show little more."""

SUBTLE, GROSS = 1.01, 2.0
ARITHMETIC = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
ASSIGNING = {"assign_sub": "assign_add", "assign_add": "assign_sub"}


class Mutant(NamedTuple):
    """A changed answer: what kind of error, the line it is in as it now reads, and the whole source."""

    kind: str
    line: str
    source: str

    def __str__(self):
        return f"{self.kind}: {self.line}"


def mutants(source):
    """Return the Mutants of an answer's source, each once and a few of each kind; a `def` line stays as it is."""
    tree = ast.parse(source)
    before, found = ast.unparse(tree), {}
    for kind, changes in KINDS.items():
        changed = [ast.unparse(ast.fix_missing_locations(_with(tree, *change))) for change in changes(tree)]
        new = [text for text in dict.fromkeys(changed) if text not in (before, *found)]
        found |= {text: Mutant(kind, _changed_line(before, text), text) for text in _spread(new)}
    return list(found.values())


def _spread(texts):
    """Return MOST of them at most: the first, the last, and some from between."""
    if len(texts) <= MOST:
        return texts
    return [texts[round(number * (len(texts) - 1) / (MOST - 1))] for number in range(MOST)]


def _with(tree, old, new):
    """Return a copy of a tree with one node in another's place, found by where it stands."""
    place = next(number for number, node in enumerate(ast.walk(tree)) if node is old)
    twin = copy.deepcopy(tree)
    return _Put(list(ast.walk(twin))[place], copy.deepcopy(new)).visit(twin)


class _Put(ast.NodeTransformer):
    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else self.generic_visit(node)


def _changed_line(before, after):
    """Return the first line that is not as it was."""
    lines = before.splitlines()
    return next((line.strip() for line in after.splitlines() if line not in lines), "lines in another order")


def _all(tree, kind):
    return [node for node in ast.walk(tree) if isinstance(node, kind)]


def _calls(tree, *names):
    """Return the calls of methods with one of these names: `tape.gradient(...)`."""
    return [call for call in _all(tree, ast.Call) if getattr(call.func, "attr", "") in names]


def _results(tree):
    """Return the expressions whose value the answer is: what is returned, or put into a name or a widget's trait."""
    returned = [node.value for node in _all(tree, ast.Return) if node.value is not None]
    return returned or [node.value for node in tree.body if isinstance(node, ast.Assign)]


def _parts(result):
    """Return the expressions in a result that stand for one number each."""
    return result.elts if isinstance(result, ast.Tuple | ast.List) else [result]


def _times(node, factor):
    return ast.BinOp(node, ast.Mult(), ast.Constant(factor))


def sign(tree):
    """Yield + for -, and a minus in front of each result; a step that adds for one that subtracts."""
    for node in _all(tree, ast.BinOp):
        if isinstance(node.op, ast.Add | ast.Sub):
            yield node, ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
    for node in _all(tree, ast.UnaryOp):
        if isinstance(node.op, ast.USub):
            yield node, node.operand
    for call in _calls(tree, *ASSIGNING):
        yield call.func, ast.Attribute(call.func.value, ASSIGNING[call.func.attr], call.func.ctx)
    for part in (part for result in _results(tree) for part in _parts(result)):
        yield part, ast.UnaryOp(ast.USub(), part)


def factor(tree):
    """Yield a product without one of its factors, a division for it, and each result doubled or a little too large."""
    for node in _all(tree, ast.BinOp):
        if isinstance(node.op, ast.Mult | ast.Div):
            yield node, node.left
            yield node, ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
        if isinstance(node.op, ast.Pow):
            yield node, node.left
    for part in (part for result in _results(tree) for part in _parts(result)):
        yield part, _times(part, GROSS)
        yield part, _times(part, SUBTLE)


def wrong_source(tree):
    """Yield a gradient with respect to its target, and one of its source."""
    for call in _calls(tree, "gradient", "jacobian", "batch_jacobian"):
        if len(call.args) >= 2:
            target, source, *rest = call.args
            yield call, ast.Call(call.func, [target, target, *rest], call.keywords)
            yield call, ast.Call(call.func, [source, source, *rest], call.keywords)


def constant_result(tree):
    """Yield 0 and 1 in place of each result."""
    for part in (part for result in _results(tree) for part in _parts(result)):
        for number in (0.0, 1.0):
            yield part, ast.Constant(number)


def missing_watch(tree):
    """Yield a constant for a Variable, no `watch`, and a tape's block without its last line, which comes after it."""
    for call in _calls(tree, "Variable"):
        constant = ast.Attribute(call.func.value, "constant", call.func.ctx)
        yield call, ast.Call(constant, call.args[:1], [])
    for call in _calls(tree, "watch"):
        yield call, ast.Constant(None)
    for block in _all(tree, ast.With):
        last = block.body[-1]
        kept = block.body[:-1] or [ast.Pass()]
        yield block, [ast.With(block.items, kept), last]


def swapped(tree):
    """Yield results, arguments and operands in the other order."""
    for node in _all(tree, ast.Tuple | ast.List):
        if isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
            yield node, type(node)(node.elts[::-1], node.ctx)
    for call in _all(tree, ast.Call):
        if len(call.args) > 1 and not any(isinstance(part, ast.Starred) for part in call.args):
            yield call, ast.Call(call.func, [call.args[1], call.args[0], *call.args[2:]], call.keywords)
    for node in _all(tree, ast.BinOp):
        if isinstance(node.op, ast.Sub | ast.Div | ast.Pow):
            yield node, ast.BinOp(node.right, node.op, node.left)


def value_changed(tree):
    """Yield other numbers and switches for those that are written out."""
    for node in _all(tree, ast.Constant):
        if isinstance(node.value, bool):
            yield node, ast.Constant(not node.value)
        elif isinstance(node.value, int | float):
            yield node, ast.Constant(node.value + 1)
            yield node, ast.Constant(-node.value)


KINDS = {
    "sign": sign,
    "factor": factor,
    "wrong source": wrong_source,
    "constant result": constant_result,
    "missing watch": missing_watch,
    "swapped": swapped,
    "value changed": value_changed,
}
