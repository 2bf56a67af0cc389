"""A traced graph, made to compute what the same code computes eagerly."""

_PAIR = 2


def in_order(definition):
    """Make every AddN of three or more an AddN of pairs, from left to right. Return whether there was any.

    Eagerly, a tape adds up a number's gradients from left to right. In a graph, AddN may begin with whichever input's
    memory it can reuse, and a + b + c then has other last bits. The sum of two does not mind their order.
    """
    long = [node for node in definition.node if node.op == "AddN" and node.attr["N"].i > _PAIR]
    for node in long:
        _split(definition, node)
    return bool(long)


def _split(definition, node):
    first, *rest = [name for name in node.input if not name.startswith("^")]
    controls = [name for name in node.input if name.startswith("^")]
    for nth, name in enumerate(rest[:-1]):
        pair = definition.node.add()
        pair.CopyFrom(node)
        pair.name = f"{node.name}/from_left_{nth}"
        first = _become_sum(pair, first, name, controls)
    _become_sum(node, first, rest[-1], controls)


def _become_sum(node, left, right, controls):
    node.attr["N"].i = _PAIR
    del node.input[:]
    node.input.extend([left, right, *controls])
    return node.name
