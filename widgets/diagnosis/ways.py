"""The way back from tensors through the operations that they were made from."""


def way_to(recording, numbers):
    """Return the entries that tensors, by number, were made from, in order. A read of a Variable begins the way."""
    makers = {number: entry for entry in recording.entries for number in entry.outputs}
    waiting, way = list(numbers), {}
    while waiting:
        entry = makers.get(waiting.pop())
        if entry is not None and entry.index not in way:
            way[entry.index] = entry
            waiting += entry.inputs
    return [way[index] for index in sorted(way)]
