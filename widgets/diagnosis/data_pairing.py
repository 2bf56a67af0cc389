"""Data that does not belong together: inputs shuffled without their labels, batches of different size in one mean.

What a loop over data does wrong in this way shows in no operation, so it is the learner's source that tells: said only
where that names the labels, and, of means, where the numbers of the recorded rounds bear it out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from widgets.diagnosis import loss_causes as causes
from widgets.diagnosis.model import Found
from widgets.diagnosis.source_code import SourceCode, names_in, root_of
from widgets.diagnosis.target_path import TargetPath

_LABELS = re.compile(r"(^|_)(y|ys|yb|by|labels?|lab|targets?|truth)(_?(train|true|batch|data|\d+))*$")
_ORDER = re.compile(r"permutation\(|shuffle\((tf\.range|np\.arange|range|list\(range)|random\.sample\(range")
_WHOLE = re.compile(r"(tf|np|numpy)\.random\.(shuffle|permutation)\((?!tf\.range|np\.arange|range|len|\d)(\w+)\)$")
_ENOUGH = 0.1
"""Two means that differ by less than this part tell the same."""


def shuffled_apart(code: SourceCode) -> Iterator[Found]:
    """Yield where inputs are put into another order than their labels."""
    yield from _zipped_apart(code)
    orders = _orders(code)
    used = [one for one in _taken(code) if names_in(one[0]) & orders or _ORDER.search(ast.unparse(one[0]))]
    roots = {name for _node, _index, name in used}
    in_place = [(node, index, name) for node, index, name in _shuffled_in_place(code) if name not in orders]
    shuffled = {name for _node, _index, name in in_place}
    labels = _labels_beside(code, roots | shuffled)
    if len(roots) == 1 and labels and not _LABELS.search(next(iter(roots))):
        node, index, name = used[0]
        yield Found(causes.SHUFFLED_APART, code.place(node, index), {"one": f"`{name}`", "other": f"`{labels[0]}`"})
    elif len(shuffled) == 1 and not roots and labels and not _LABELS.search(next(iter(shuffled))):
        node, index, name = in_place[0]
        yield Found(causes.SHUFFLED_APART, code.place(node, index), {"one": f"`{name}`", "other": f"`{labels[0]}`"})


def _zipped_apart(code: SourceCode) -> Iterator[Found]:
    """Yield a zip of two datasets, the second of labels, that were shuffled one by one."""
    for index, node in _nodes(code):
        if not isinstance(node, ast.Call) or not ast.unparse(node.func).endswith("Dataset.zip") or not node.args:
            continue
        parts = node.args[0].elts if isinstance(node.args[0], ast.Tuple) else node.args
        texts = [_traced_back(code, part) for part in parts]
        if len(parts) != 2:
            continue
        of_labels = any(_LABELS.search(name) for name in re.findall(r"\w+", texts[1]))
        shuffles = [".shuffle(" in text for text in texts]
        if of_labels and any(shuffles) and not (all(shuffles) and all("seed=" in text for text in texts)):
            names = [f"`{ast.unparse(part)}`" for part in (parts if shuffles[0] else reversed(parts))]
            yield Found(causes.SHUFFLED_APART, code.place(node, index), {"one": names[0], "other": names[1]})


def _traced_back(code: SourceCode, part: ast.expr) -> str:
    """Return the text of an expression, with what its name was made from."""
    made = [ast.unparse(one.node) for one in code.assignments if one.name == root_of(part)]
    return " ".join([ast.unparse(part), *made])


def _nodes(code: SourceCode) -> Iterator[tuple[int, ast.AST]]:
    for index, tree in enumerate(code.trees):
        yield from ((index, node) for node in ast.walk(tree)) if tree else ()


def _orders(code: SourceCode) -> set[str]:
    """Return the names that stand for a random order of positions, or for a part of one."""
    found = set[str]()
    for name, node, _listing in code.assignments:
        text = ast.unparse(node)
        if _ORDER.search(text) and not _WHOLE.search(text):
            found.add(name)
    ranges = {a.name for a in code.assignments if re.match(r"(np\.arange|list\(range|range)\(", ast.unparse(a.node))}
    found |= {name for _node, _index, name in _shuffled_in_place(code) if name in ranges}
    for name, node, _listing in code.assignments:
        if isinstance(node, ast.Subscript) and root_of(node) in found:
            found.add(name)
    return found


def _taken(code: SourceCode) -> Iterator[tuple[ast.AST, int, str]]:
    """Yield what is taken from an array by positions: `x[order]`, `tf.gather(x, order)`; and the array's name."""
    for index, node in _nodes(code):
        array: ast.AST | None = None
        if isinstance(node, ast.Subscript) and isinstance(node.slice, (ast.Name, ast.Subscript, ast.Call)):
            array = node.value
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("tf.gather", "np.take") and len(node.args) > 1:
            array = node.args[0]
        if isinstance(array, ast.Name):
            yield node, index, array.id


def _shuffled_in_place(code: SourceCode) -> Iterator[tuple[ast.AST, int, str]]:
    """Yield `np.random.shuffle(x)`, and `x = tf.random.shuffle(x)`, with the name."""
    for index, node in _nodes(code):
        if not isinstance(node, ast.Call) or len(node.args) != 1 or not isinstance(node.args[0], ast.Name):
            continue
        called = ast.unparse(node.func)
        if re.fullmatch(r"(tf\.random|np\.random|numpy\.random|random|rng|generator)\.shuffle", called):
            yield node, index, node.args[0].id


def _labels_beside(code: SourceCode, reordered: set[str]) -> list[str]:
    """Return the names of labels that are used as they are, given the names that were put into a new order."""
    if not reordered or any(_LABELS.search(name) for name in reordered):
        return []
    loaded = [node.id for _index, node in _nodes(code) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    names = [name for name in dict.fromkeys(loaded) if _LABELS.search(name)]
    made = {a.name: names_in(a.node) | _attributes(a.node) for a in code.assignments}
    fresh = [name for name in names if not _depends(name, reordered, made)]
    is_all_fresh = len(fresh) == len(names)
    return fresh if is_all_fresh else []


def _attributes(node: ast.AST) -> set[str]:
    return {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}


def _depends(name: str, reordered: set[str], made: dict[str, set[str]]) -> bool:
    """Whether a name is made from what was put into a new order, perhaps through others, or in a call with it."""
    waiting, seen = [name], set[str]()
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += made.get(one, ())
    return bool(seen & reordered)


def unequal_batches(path: TargetPath, code: SourceCode) -> Iterator[Found]:
    """Yield a mean of batch means in which a small last batch counts as much as the others."""
    recording, place = path.recording, path.backward_pass.place
    if place is None or any(step.kind == "rounds" for step in recording.steps) or not path.is_scalar:
        return
    same = [TargetPath(recording, nth) for nth, one in enumerate(recording.backward_passes) if one.place == place]
    sizes = [_batch_size(one) for one in same]
    end = next((nth for nth, size in enumerate(sizes) if size != sizes[0]), 0)
    if not end or not 0 < sizes[end] <= sizes[0] / 2 or (found := _averaged(path, code)) is None:
        return
    values = [one.value(one.backward_pass.targets[0]) for one in same[: end + 1]]
    if any(value.size != 1 or not value.head for value in values):
        return
    losses, sizes = [float(value.head[0]) for value in values], sizes[: end + 1]
    seen = sum(losses) / len(losses)
    true = sum(loss * size for loss, size in zip(losses, sizes, strict=True)) / sum(sizes)
    if abs(seen - true) > _ENOUGH * abs(true):
        facts = {"last": str(sizes[-1]), "size": str(sizes[0]), "seen": f"{seen:.3g}", "true": f"{true:.3g}"}
        yield Found(causes.LAST_BATCH, code.place(*found), facts)


def _batch_size(path: TargetPath) -> int:
    """Return the length of the first axis that the last mean or sum of a path is taken over; 0 if there is none."""
    means = (path.value(one.inputs[0]).shape for one in reversed(path.entries) if one.op in ("Mean", "Sum"))
    return next((shape[0] or 0 for shape in means if shape), 0)


def _averaged(path: TargetPath, code: SourceCode) -> tuple[ast.AST, int] | None:
    """Return where the source divides the sum of all batch losses by their number, or takes their mean."""
    loss = path.recording.tensors[path.backward_pass.targets[0]].name
    sums, lists = set[str](), set[str]()
    for _index, node in _nodes(code):
        if isinstance(node, ast.AugAssign) and _is_of(node.value, loss):
            sums.add(root_of(node.target))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".append") and _is_of(node.args[0], loss):
            lists.add(root_of(node.func))
    for index, node in _nodes(code):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            is_sum = isinstance(node.left, ast.Call) and ast.unparse(node.left.func) == "sum"
            is_mean = root_of(node.left) in sums or (is_sum and bool(names_in(node.left) & lists))
        else:
            is_call = isinstance(node, ast.Call) and ast.unparse(node.func) in ("np.mean", "tf.reduce_mean")
            is_mean = is_call and root_of(node.args[0]) in lists  # type: ignore[attr-defined]
        if is_mean:
            return node, index
    return None


def _is_of(node: ast.AST, loss: str) -> bool:
    """Whether an expression is about the loss, and does not weigh it."""
    return loss in names_in(node) and not any(isinstance(one, ast.Mult) for one in ast.walk(node))
