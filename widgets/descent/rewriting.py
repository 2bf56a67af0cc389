"""A traced graph, made to compute what the same code computes eagerly, or the same in less time."""

import functools

_GROUP = 8


def in_order(definition):
    """Make every AddN of three or more tensors many of two, in the order in which it adds eagerly.

    The tape adds up a number's gradients by AddN. In a graph that may begin with whichever input's memory it can
    reuse, and a + b + c then has other last bits. The sum of two does not mind their order.
    """
    for node in [node for node in definition.node if node.op == "AddN" and len(node.input) > 2]:
        names = [name for name in node.input if not name.startswith("^")]
        controls = [name for name in node.input if name.startswith("^")]
        *others, last = _eager_order(names)
        total, last = _sum(definition, node, others), _sum(definition, node, [last])
        node.attr["N"].i = 2
        del node.input[:]
        node.input.extend([total, last, *controls])


def _eager_order(names):
    """Return names, and lists of names that are added up first: AddN adds to what is left over groups of eight."""
    first = len(names) % _GROUP
    first = first + _GROUP if first < 2 else first
    return [*names[:first], *(names[at : at + _GROUP] for at in range(first, len(names), _GROUP))]


def _sum(definition, node, names):
    """Add up names, and lists of names before that, from left to right; return the name of the sum."""
    names = [_sum(definition, node, name) if isinstance(name, list) else name for name in names]
    return functools.reduce(functools.partial(_pair, definition, node), names)


def _pair(definition, node, left, right):
    """Add the sum of two to the definition; return its name."""
    pair = definition.node.add()
    pair.CopyFrom(node)
    pair.name = f"{node.name}/pair_{len(definition.node)}"
    pair.attr["N"].i = 2
    del pair.input[:]
    pair.input.extend([left, right])
    return pair.name


def cheaper(definition, names, kind):
    """Make the operations of these names, which are powers with a constant exponent, a cheaper `kind` of one input."""
    for node in definition.node:
        if node.name in names:
            node.op = kind
            del node.input[1:]


def prune(definition, names):
    """Take out what the nodes of these names do not need."""
    inputs = {node.name: [name.removeprefix("^").partition(":")[0] for name in node.input] for node in definition.node}
    needed, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting.extend(inputs[name])
    for at in reversed(range(len(definition.node))):
        if definition.node[at].name not in needed:
            del definition.node[at]
