"""Where the tensors of a recording stand in a drawn graph: columns by depth, rows so that edges stay short.

This is a layered layout (https://en.wikipedia.org/wiki/Layered_graph_drawing) in one pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from widgets.tape.forward_model import Entry
from widgets.tape.model import Recording

Spot: TypeAlias = tuple[int, float]
"""Column and row."""

Edge: TypeAlias = tuple[int, int]
"""A tensor, and one that an entry made of it."""

_Stop: TypeAlias = int | tuple[int, int, int]
"""What takes a place in a column: a tensor, or the bend of an edge (source, made, column) that crosses it."""


@dataclass(frozen=True)
class Graph:
    """A recording's graph, placed.

    Attributes:
        spots: where each tensor stands.
        edges: (source, made, bends): the bends are spots that the edge passes so as to cross no node.
        columns: the number of columns.
        rows: the most spots in a column.
    """

    spots: dict[int, Spot]
    edges: tuple[tuple[int, int, tuple[Spot, ...]], ...]
    columns: int
    rows: int


def layout(recording: Recording, largest: int) -> Graph:
    """Return the Graph of the first `largest` tensors that entries made and used."""
    edges = dict.fromkeys(
        (source, made)
        for entry in drawn_entries(recording)
        for made in entry.outputs
        for source in entry.inputs
        if source != made
    )
    tensors = list(dict.fromkeys(tensor for edge in edges for tensor in edge))[:largest]
    shown = [edge for edge in edges if edge[0] in tensors and edge[1] in tensors]
    depth: dict[_Stop, int] = dict(_depths(tensors, shown).items())
    chains = {edge: _chain(*edge, depth) for edge in shown}
    spots = _spots(depth, chains.values())
    rows = Counter(column for column, _row in spots.values())
    return Graph(
        spots={tensor: spots[tensor] for tensor in tensors},
        edges=tuple((*edge, tuple(spots[stop] for stop in chain[1:-1])) for edge, chain in chains.items()),
        columns=len(rows),
        rows=max(rows.values(), default=0),
    )


def _chain(source: int, made: int, depth: dict[_Stop, int]) -> list[_Stop]:
    """Return the stops of an edge: its two tensors, and between them a place kept free in every column it crosses."""
    bends = [(source, made, column) for column in range(depth[source] + 1, depth[made])]
    depth |= {bend: bend[2] for bend in bends}
    return [source, *bends, made]


def _spots(depth: Mapping[_Stop, int], chains: Iterable[list[_Stop]]) -> dict[_Stop, Spot]:
    """Return (column, row) for every stop; in each column by the mean row of what it comes from."""
    before: dict[_Stop, list[_Stop]] = {}
    for chain in chains:
        for source, stop in zip(chain, chain[1:], strict=False):
            before.setdefault(stop, []).append(source)
    order = {stop: index for index, stop in enumerate(depth)}
    spots: dict[_Stop, Spot] = {}
    for column in sorted(set(depth.values())):
        stops = [stop for stop in depth if depth[stop] == column]
        stops.sort(key=lambda stop: (_mean_row(before.get(stop, []), spots), order[stop]))
        spots |= {stop: (column, row - (len(stops) - 1) / 2) for row, stop in enumerate(stops)}
    return spots


def _mean_row(sources: Iterable[_Stop], spots: Mapping[_Stop, Spot]) -> float:
    rows = [spots[source][1] for source in sources if source in spots]
    return sum(rows) / len(rows) if rows else 0


def drawn_entries(recording: Recording) -> Sequence[Entry]:
    """Return the entries worth drawing: those on a tape, or all where no tape recorded any."""
    return [entry for entry in recording.entries if entry.recorded_by] or recording.entries


def _depths(tensors: Sequence[int], edges: Iterable[Edge]) -> dict[int, int]:
    """Return each tensor's column: after all it is made from; what is made from nothing, just before its first use."""
    inputs: dict[int, list[int]] = {}
    users: dict[int, list[int]] = {}
    for source, made in edges:
        inputs.setdefault(made, []).append(source)
        users.setdefault(source, []).append(made)
    depth: dict[int, int] = {}
    for tensor in _in_order(tensors, inputs):
        depth[tensor] = 1 + max((depth[source] for source in inputs.get(tensor, [])), default=-1)
    for tensor in tensors:
        if tensor not in inputs and tensor in users:
            depth[tensor] = min(depth[made] for made in users[tensor]) - 1
    return depth


def _in_order(tensors: Iterable[int], inputs: dict[int, list[int]]) -> Iterator[int]:
    """Yield tensors in topological order. A cycle is cut at its first tensor, by removing the inputs not yet done."""
    done: set[int] = set()
    waiting = list(tensors)
    while waiting:
        ready = [n for n in waiting if done.issuperset(inputs.get(n, []))] or waiting[:1]
        inputs[ready[0]] = [source for source in inputs.get(ready[0], []) if source in done]
        yield from ready
        done.update(ready)
        waiting = [n for n in waiting if n not in done]
