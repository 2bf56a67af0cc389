"""A traced graph, made to compute what the same code computes eagerly, or the same in less time."""

_PAIR = 2


def in_order(definition):
    """Make every AddN of three or more tensors several of two, from left to right.

    Eagerly, a tape adds up a number's gradients from left to right. In a graph, AddN may begin with whichever input's
    memory it can reuse, and a + b + c then has other last bits. The sum of two does not mind their order.
    """
    for node in [node for node in definition.node if node.op == "AddN" and node.attr["N"].i > _PAIR]:
        first, *rest = node.input
        for nth, name in enumerate(rest[:-1]):
            pair = definition.node.add()
            pair.CopyFrom(node)
            pair.name = f"{node.name}/from_left_{nth}"
            first = _sum_of(pair, first, name)
        _sum_of(node, first, rest[-1])


def _sum_of(node, left, right):
    node.attr["N"].i = _PAIR
    del node.input[:]
    node.input.extend([left, right])
    return node.name


def cheaper(definition, names, kind):
    """Make the operations of these names, which are powers with a constant exponent, a cheaper `kind` of one input."""
    for node in definition.node:
        if node.name in names:
            node.op = kind
            del node.input[1:]
