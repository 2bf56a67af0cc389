"""Where the tensors of a recording stand in a drawn graph: columns by depth, rows so that edges stay short."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Graph:
    """Tensors placed at (column, row). An edge is (source, made, bends): the spots it passes so as to cross no node."""

    spots: dict[int, tuple[float, float]]
    edges: tuple[tuple[int, int, tuple], ...]
    columns: int
    rows: int


def layout(recording, largest):
    """Return the Graph of the first `largest` tensors that entries made and used."""
    edges = dict.fromkeys(
        (source, made)
        for entry in drawn(recording)
        for made in entry.outputs
        for source in entry.inputs
        if source != made
    )
    met = list(dict.fromkeys(number for edge in edges for number in edge))[:largest]
    depth = _depths(met, [edge for edge in edges if edge[0] in met and edge[1] in met])
    chains = {edge: _chain(*edge, depth) for edge in edges if edge[0] in met and edge[1] in met}
    spots = _spots(depth, chains.values())
    rows = {}
    for column, _ in spots.values():
        rows[column] = rows.get(column, 0) + 1
    return Graph(
        spots={number: spots[number] for number in met},
        edges=tuple((*edge, tuple(spots[stop] for stop in chain[1:-1])) for edge, chain in chains.items()),
        columns=len(rows),
        rows=max(rows.values(), default=0),
    )


def _chain(source, made, depth):
    """Return the stops of an edge: its two tensors, and between them a place kept free in every column it crosses."""
    bends = [(source, made, column) for column in range(depth[source] + 1, depth[made])]
    for bend in bends:
        depth[bend] = bend[2]
    return [source, *bends, made]


def _spots(depth, chains):
    """Return (column, row) for every stop; in each column by the mean row of what it comes from."""
    before = {}
    for chain in chains:
        for source, stop in zip(chain, chain[1:], strict=False):
            before.setdefault(stop, []).append(source)
    order, spots = {stop: index for index, stop in enumerate(depth)}, {}
    for column in sorted(set(depth.values())):
        stops = [stop for stop in depth if depth[stop] == column]
        stops.sort(key=lambda stop: (_mean_row(before.get(stop, []), spots), order[stop]))
        spots |= {stop: (column, row - (len(stops) - 1) / 2) for row, stop in enumerate(stops)}
    return spots


def _mean_row(sources, spots):
    rows = [spots[source][1] for source in sources if source in spots]
    return sum(rows) / len(rows) if rows else 0


def drawn(recording):
    """Return the entries worth drawing: those on a tape, or all where no tape recorded any."""
    return [entry for entry in recording.entries if entry.recorded_by] or recording.entries


def _depths(numbers, edges):
    """Return each tensor's column: after all it is made from; what is made from nothing, just before its first use."""
    inputs, users = {}, {}
    for source, made in edges:
        inputs.setdefault(made, []).append(source)
        users.setdefault(source, []).append(made)
    depth = {}
    for number in _in_order(numbers, inputs):
        depth[number] = 1 + max((depth[source] for source in inputs.get(number, [])), default=-1)
    for number in numbers:
        if number not in inputs and number in users:
            depth[number] = min(depth[made] for made in users[number]) - 1
    return depth


def _in_order(numbers, inputs):
    """Yield tensors after their inputs. What goes round in a circle is taken as it comes."""
    done = set()
    waiting = list(numbers)
    while waiting:
        ready = [n for n in waiting if done.issuperset(inputs.get(n, []))] or waiting[:1]
        inputs[ready[0]] = [source for source in inputs.get(ready[0], []) if source in done]
        yield from ready
        done.update(ready)
        waiting = [n for n in waiting if n not in done]
