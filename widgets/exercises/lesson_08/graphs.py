"""What several exercises on graphs tell apart: misconceptions about what may stand inside a tf.function."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Misconception
from widgets.exercises.predicates import raised_with, returned

NOT_RETURNED = Misconception(
    "GRAPH_NOT_RETURNED",
    returned(lambda returned: not isinstance(returned, list)),
    _("what came back is no function. Return the inner function itself, with no brackets behind it."),
)
NUMPY_IN_GRAPH = Misconception(
    "NUMPY_IN_GRAPH",
    raised_with("numpy"),
    _("there is no numpy() inside a graph: while Python traces, a tensor has no number yet. Return the tensor itself."),
)
VARIABLE_IN_GRAPH = Misconception(
    "VARIABLE_IN_GRAPH",
    raised_with("singleton tf.Variables"),
    _("a tf.function may not make a new Variable whenever it runs. Make it before, outside, and use it inside."),
)


def no_gradient(sentence):
    """Return the misconception of answers whose first number is None, with what to say about it."""
    return Misconception("CONSTANT_NOT_WATCHED", returned(_begins_with_none), sentence)


def _begins_with_none(returned):
    return isinstance(returned, list) and bool(returned) and returned[0] is None
