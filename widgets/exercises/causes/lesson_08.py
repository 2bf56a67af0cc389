"""The misconceptions that lesson 08 treats: what may stand in a tf.function, and how often it is traced."""

from widgets.common.catalogue import _
from widgets.diagnosis.cause import Row

ROWS = (
    Row(
        code="NUMPY_IN_GRAPH",
        cause=_("`.numpy()` was called inside a `tf.function`, where a tensor has no number yet."),
        repair=_("Return the tensor, and call `.numpy()` on what the function gives back."),
        lesson="08",
        exercise="slope_and_value",
    ),
    Row(
        code="GRAPH_NOT_RETURNED",
        cause=_("Something else came back where a function was asked for."),
        repair=_("Return the inner function by its name, with no brackets behind it."),
        lesson="08",
        exercise="slope_and_value",
    ),
    Row(
        code="VARIABLE_IN_GRAPH",
        cause=_("A `tf.function` makes a new Variable whenever it runs, and that it may not."),
        repair=_("Make the Variable once, before the function, and use it inside."),
        lesson="08",
        exercise="make_train",
    ),
    Row(
        code="NUMBER_WATCHED",
        cause=_("A tape was told to watch a Python number."),
        repair=_("Make it a tensor first, with `tf.constant` or `tf.convert_to_tensor`."),
        lesson="08",
        exercise="steady",
    ),
    Row(
        code="UNROLLED",
        cause=_("Python went round the loop while tracing, so the graph has a copy of the body for every round."),
        repair=_("Write `tf.range` in place of `range`: the graph then has a loop of its own."),
        lesson="08",
        exercise="make_train",
    ),
    Row(
        code="STARTS_AGAIN",
        cause=_("Each call begins at the start again, because nothing keeps x between calls."),
        repair=_("Keep x in a `tf.Variable` that is made before the function."),
        lesson="08",
        exercise="make_train",
    ),
)
