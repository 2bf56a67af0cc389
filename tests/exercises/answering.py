"""The exercises of a lesson as its script has them: the answer, the check, and what both need of the cells above."""

import ast
import itertools
import linecache
import symtable
from typing import NamedTuple

from widgets.authoring import notebooks

_numbers = itertools.count()


class Answered(NamedTuple):
    """An exercise of a lesson: its name, its reference answer, the cell that checks it, and statements they rest on."""

    name: str
    answer: str
    check: str
    before: str

    def handed_over(self, names):
        """Return what the check is given: the value of its second argument."""
        call = next(node for node in ast.walk(ast.parse(self.check)) if _is_check(node))
        return eval(ast.unparse(call.args[1]), names)


def execute(source, names):
    """Run source as a cell is run: with lines that AutoGraph, tracebacks and `inspect` can read."""
    filename = f"<cell {next(_numbers)}>"
    linecache.cache[filename] = len(source), None, source.splitlines(keepends=True), filename
    exec(compile(source, filename, "exec"), names)


def exercises(path):
    """Return every Answered of the script at `path`."""
    notebook, _stubs = notebooks.read_script(path)
    cells = [(cell, _plain(cell.source)) for cell in notebook.cells if cell.cell_type == "code"]
    sources = {cell.id: source for cell, source in cells}
    checks = [cell.id for cell, _ in cells if cell.id.startswith("check-")]
    return [_answered(check.removeprefix("check-"), sources) for check in checks]


def uses(source):
    """Return the names that a cell takes from outside its functions."""
    return _used(_plain(source))


def binds(source):
    """Return the names that a cell binds."""
    return set().union(*map(_bound, ast.parse(_plain(source)).body))


def _answered(name, sources):
    before = itertools.takewhile(lambda item: item[0] != name, sources.items())
    answer, check = sources[name], sources[f"check-{name}"]
    return Answered(name, answer, check, _needed([source for _, source in before], answer, check))


def _plain(source):
    """Return a cell's source without its magics."""
    return "\n".join(line for line in source.splitlines() if not line.startswith("%"))


def _needed(cells, *users):
    """Return the statements of cells that bind what `users` use, and what these use in turn; nothing else is run."""
    wanted = set().union(*map(_used, users))
    kept = []
    for statement in reversed([statement for source in cells for statement in ast.parse(source).body]):
        if _bound(statement) & wanted:
            kept.append(ast.unparse(statement))
            wanted |= _used(kept[-1])
    return "\n".join(reversed(kept))


def _used(source):
    """Return the names that source takes from outside its functions."""
    return set(_names(symtable.symtable(source, "", "exec")))


def _names(table):
    inside = table.get_type() != "module"
    yield from (name.get_name() for name in table.get_symbols() if name.is_referenced() and inside <= name.is_global())
    for child in table.get_children():
        yield from _names(child)


def _bound(statement):
    """Return the names that a statement binds, or gives an attribute to."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in statement.names}
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    stored = [node for node in ast.walk(statement) if isinstance(getattr(node, "ctx", None), ast.Store)]
    return {node.id for target in stored for node in ast.walk(target) if isinstance(node, ast.Name)}


def _is_check(node):
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "check" and len(node.args) == 2
