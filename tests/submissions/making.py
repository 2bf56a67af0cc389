"""Submissions made from the files of this folder: each changes a few cells of a notebook that is right elsewhere."""

import copy
import dataclasses
import json
import re
from pathlib import Path

FOLDER = Path(__file__).parent
_BLOCK = re.compile(r"^```(\w+) (\S+)(?: (again))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_CELL_TYPES = {"python": "code", "markdown": "markdown"}
_MARKERS = ("### BEGIN SOLUTION", "### END SOLUTION")


@dataclasses.dataclass(frozen=True)
class Block:
    """A change to one cell: `kind` is "python", "markdown", "json" or "deleted"; `cell` its grade_id, or "+"."""

    kind: str
    cell: str
    again: bool
    text: str


@dataclasses.dataclass(frozen=True)
class Row:
    """One behaviour: its name, the verdict that its exercise should get, and what it changes."""

    name: str
    verdict: str
    blocks: tuple[Block, ...]

    @property
    def exercise(self):
        """The exercise that it answers."""
        (name,) = {block.cell.removeprefix("check-") for block in self.blocks if block.cell != "+"}
        return name


def rows():
    """Return every Row of this folder by its name, such as "wrong--replaces_print"."""
    paths = sorted(FOLDER.glob("*--*.md"))
    return {path.stem: _row(path.stem, path.read_text("utf-8")) for path in paths}


def _row(name, text):
    blocks = (Block(kind, cell, bool(again), body) for kind, cell, again, body in _BLOCK.findall(text))
    return Row(name, name.split("--")[0].replace("_", " "), tuple(blocks))


def solved(solution):
    """Return a learner's notebook with all the answers of a solution, and none of the marks round them."""
    notebook = copy.deepcopy(solution)
    for cell in notebook["cells"]:
        lines = "".join(cell["source"]).splitlines(keepends=True)
        cell["source"] = [line for line in lines if line.strip() not in _MARKERS]
    return notebook


def changed(notebook, rows, words):
    """Return a copy of a notebook that does what all these rows do, with `words` for the words that they leave open."""
    notebook = copy.deepcopy(notebook)
    for row in rows:
        for block in row.blocks:
            _CHANGES[block.kind](notebook["cells"], block, _filled(block.text, words).removesuffix("\n"))
    return notebook


def _filled(text, words):
    return re.sub(r"\b(MARKER|FOLDER|HOME|REFERENCE|LISTENER)\b", lambda found: str(words[found[0]]), text)


def _write(cells, block, text):
    if block.cell == "+":
        cells.append({"cell_type": "code", "id": f"own-{len(cells)}", "metadata": {}, "outputs": [], "source": text})
        return
    cell = _named(cells, block.cell)
    if block.again:
        cells.insert(cells.index(cell), cell := copy.deepcopy(cell))
    cell.update(source=text, cell_type=_CELL_TYPES[block.kind])


def _update(cells, block, text):
    _named(cells, block.cell).update(json.loads(text))


def _delete(cells, block, _text):
    cells.remove(_named(cells, block.cell))


_CHANGES = {"python": _write, "markdown": _write, "json": _update, "deleted": _delete}


def _named(cells, name):
    return next(cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade_id") == name)
