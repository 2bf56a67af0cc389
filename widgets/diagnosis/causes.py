"""What a tape itself shows: the codes of `explain`, each with its one cause and its repair."""

from widgets.common.catalogue import _
from widgets.diagnosis.cause import Row

ROWS = (
    Row(
        code="CONSTANT_NOT_WATCHED",
        cause=_("The source is a plain tensor, and the tape was not told to watch it before it was used."),
        repair=_("Call `tape.watch(x)` first thing inside the `with` block, or make x a `tf.Variable`."),
        lesson="02",
        exercise="watch_all",
    ),
    Row(
        code="OUTSIDE_TAPE",
        cause=_("A calculation between source and target ran outside the `with` block, so the tape does not have it."),
        repair=_("Move the whole calculation, from the source to the target, into the `with` block."),
        lesson="02",
        exercise="repaired",
    ),
    Row(
        code="LEFT_TENSORFLOW",
        cause=_(
            "The value left TensorFlow on the way, into Python or NumPy, where no tape can see what happens to it."
        ),
        repair=_("Stay with TensorFlow: `tf.sin` for `np.sin`, the tensor itself for `float(x)` and `x.numpy()`."),
        lesson="02",
        exercise="repaired",
    ),
    Row(
        code="REASSIGNED_VARIABLE",
        cause=_("The name of a Variable was given to a plain tensor, as `x = x - step` does, and that is not watched."),
        repair=_("Change the Variable instead of replacing it: `x.assign_sub(step)`."),
        lesson="02",
        exercise="repaired",
    ),
    Row(
        code="INTEGER_DTYPE",
        cause=_("Integers are involved, and between two of them there is nothing, so there is no slope to speak of."),
        repair=_("Use floats: write 3.0 for 3, and keep the dtype float32 all the way from the source to the target."),
        lesson="02",
        exercise="repaired",
    ),
    Row(
        code="NOT_DIFFERENTIABLE",
        cause=_("TensorFlow has no gradient for an operation on the way: rounding, comparing and choosing jump."),
        repair=_("Use a smooth operation in its place, such as `tf.sigmoid` for a comparison."),
        lesson="02",
        exercise="repaired",
    ),
    Row(
        code="NO_PATH",
        cause=_("No operation that TensorFlow ran leads from the source to the target."),
        repair=_(
            "Check that target and source are the ones you mean; where no way back is what you expect, "
            '`unconnected_gradients="zero"` gives 0 instead of None.'
        ),
        lesson="02",
        exercise="zero_or_none",
    ),
    Row(
        code="ASSIGNED_IN_TAPE",
        cause=_("The value was put into a Variable, which begins anew with it: no gradient passes through `assign`."),
        repair=_("Calculate with the tensor itself, and assign it to the Variable after `tape.gradient`."),
        lesson="02",
        exercise="total",
    ),
    Row(
        code="TAPE_ALREADY_USED",
        cause=_("The tape had been played back already, and a tape that is not persistent is used up then."),
        repair=_(
            "Ask once for all, `tape.gradient(y, [a, b])`, or open it with `tf.GradientTape(persistent=True)` "
            "and `del tape` when you are done."
        ),
        lesson="03",
        exercise="rows",
    ),
    Row(
        code="INNER_GRADIENT_OUTSIDE_OUTER_TAPE",
        cause=_("The first gradient was asked for outside the block of the tape that was to differentiate it again."),
        repair=_("Ask the inner tape inside the `with` block of the outer one."),
        lesson="04",
        exercise="curvature",
    ),
    Row(
        code="TARGET_SUMMED",
        cause=_("The target holds several numbers, and the gradient given is that of their sum."),
        repair=_("For a derivative of each use `tape.jacobian`; for a loss reduce it yourself, by `tf.reduce_mean`."),
        lesson="03",
        exercise="rows",
    ),
    Row(
        code="NAN_ZERO_TIMES_INF",
        cause=_("A slope of 0 met one of inf, as that of a log or a root at 0, and 0 times inf is nan."),
        repair=_(
            "Keep the input away from that point: `tf.where` inside as well as outside, `tf.maximum(x, tiny)`, "
            "or `tf.math.divide_no_nan`."
        ),
        lesson="09",
        exercise="x_log_x",
    ),
    Row(
        code="UNKNOWN_KERAS_VARIABLE",
        cause=_("The optimizer was built for other Variables: it keeps a state for each, and has none for this one."),
        repair=_("Make a new optimizer for the new Variables, or hand it all of them at its first step."),
        lesson="07",
        exercise="make_step",
    ),
    Row(
        code="RETRACED",
        cause=_("A `tf.function` was traced again and again: it makes a new graph for each new Python value."),
        repair=_("Hand it tensors, `tf.constant(0.1)` for 0.1, or a `tf.Variable` for what changes."),
        lesson="08",
        exercise="steady",
    ),
    Row(
        code="STOPPED_GRADIENT",
        cause=_("The way was cut on purpose: by `tf.stop_gradient`, or in a `tape.stop_recording()` block."),
        repair=_("Take the cut away, or move out of it what the gradient is to pass through."),
        lesson="09",
        exercise="straight_through",
    ),
)
TABLE = {row.code: row for row in ROWS}
