"""The graph of a `tf.function`: the ops inside the one entry that called it."""

import re

import numpy as np
import tensorflow as tf

from widgets.tape.forward_model import GraphOp, Trace


def plain_name(op):
    """Return what a learner calls an op: `f` for the `__forward_f_17` that TensorFlow made of a `tf.function`."""
    found = re.fullmatch(r"__(?:forward|inference)_(?:__backward_)?(.+?)_\d+(?:_\d+)?", op)
    return found[1] if found else op


def traced(graph, place):
    """Return the Trace of a finished graph; None for what is no call of a `tf.function`: a loop in one, a pullback."""
    signature = getattr(graph, "structured_input_signature", None)
    if signature is None or graph.name.startswith("__") or hasattr(graph.outer_graph, "structured_input_signature"):
        return None
    arguments = tf.nest.flatten(signature)
    tensors = tuple(str(argument) for argument in arguments if isinstance(argument, tf.TypeSpec))
    values = tuple(_plain(argument) for argument in arguments if not isinstance(argument, tf.TypeSpec))
    return Trace(graph.name, tensors, values, place)


def _plain(value):
    """Return a Python value as text; of an object only its kind: its text may differ from run to run."""
    return repr(value) if isinstance(value, (bool, int, float, str, np.generic)) else type(value).__name__


def opened(definition):
    """Return the ops of a FunctionDef, each after those it reads from (empty for None: a plain op)."""
    if definition is None:
        return ()
    arguments = [GraphOp(argument.name, "Argument", ()) for argument in definition.signature.input_arg]
    number = {argument.name: index for index, argument in enumerate(arguments)}
    nodes = list(_in_order(definition.node_def, set(number)))
    number |= {node.name: index for index, node in enumerate(nodes, len(arguments))}
    return (*arguments, *(GraphOp(node.name, node.op, _inputs(node, number)) for node in nodes))


def _inputs(node, number):
    return tuple(number[name] for name in map(_producer, node.input) if name in number)


def _producer(reference):
    """Return the node name in an input reference such as `mul:z:0` or `^control`."""
    return reference.removeprefix("^").split(":")[0]


def _in_order(nodes, known):
    """Yield nodes after the nodes they read from (a FunctionDef promises no order)."""
    waiting = list(nodes)
    names = known | {node.name for node in waiting}
    while waiting:
        ready = [n for n in waiting if all(_producer(i) in known or _producer(i) not in names for i in n.input)]
        yield from ready
        known = known | {node.name for node in ready}
        waiting = [node for node in waiting if node.name not in known]
        if not ready:  # a cycle cannot be drawn in order; say the rest as it stands
            yield from waiting
            return
