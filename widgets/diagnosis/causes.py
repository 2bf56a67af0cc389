"""The causes that a diagnosis can name: one `Cause` for each, which holds all that is said of it.

To add a cause: declare it here, in `error_causes` (of exceptions) or in `training_causes` (of code that runs and still
does not learn), and return it where it is found. Words in braces, as in `{shape}`, are filled in from
`Finding.facts`. Those without a code say what is known where no code fits. Nothing is guessed.
"""

from __future__ import annotations

from widgets.diagnosis.cause import Cause
from widgets.diagnosis.cause import deferred as _

CONSTANT_NOT_WATCHED = Cause(
    code="CONSTANT_NOT_WATCHED",
    cause=_("The source is a plain tensor, and the tape was not told to watch it before it was used."),
    repair=_("Call `tape.watch(x)` as the first line of the `with` block, or make x a `tf.Variable`."),
    lesson="02",
    exercise="watch_all",
)
NOT_TRAINABLE = Cause(
    code="NOT_TRAINABLE",
    cause=_("A Variable with `trainable=False` is not watched automatically."),
    repair=_("Watch it with `tape.watch`, or make it trainable if it is to be learned."),
    lesson="02",
    exercise="reads",
)
OUTSIDE_TAPE = Cause(
    code="OUTSIDE_TAPE",
    cause=_("A calculation between source and target ran outside the `with` block, so the tape did not record it."),
    repair=_("Move the whole calculation, from the source to the target, into the `with` block."),
    lesson="02",
    exercise="repaired",
)
LEFT_TENSORFLOW = Cause(
    code="LEFT_TENSORFLOW",
    cause=_("The value was converted to a Python or NumPy number, and a tape records only TensorFlow operations."),
    repair=_("Stay in TensorFlow: `tf.sin` instead of `np.sin`, and x itself instead of `float(x)` or `x.numpy()`."),
    lesson="02",
    exercise="repaired",
)
REASSIGNED_VARIABLE = Cause(
    code="REASSIGNED_VARIABLE",
    cause=_("The Variable's name was reassigned to a plain tensor, as in `x = x - step`, and that is not watched."),
    repair=_("Change the Variable instead of replacing it: `x.assign_sub(step)`."),
    lesson="02",
    exercise="repaired",
)
INTEGER_DTYPE = Cause(
    code="INTEGER_DTYPE",
    cause=_("The calculation uses integers, and functions of integers have no derivative."),
    repair=_("Use floats: write 3.0 instead of 3, and keep the dtype float32 from the source to the target."),
    lesson="02",
    exercise="repaired",
)
NOT_DIFFERENTIABLE = Cause(
    code="NOT_DIFFERENTIABLE",
    cause=_("TensorFlow has no gradient for an operation between source and target, such as rounding or comparing."),
    repair=_("Use a smooth operation instead, such as `tf.sigmoid` for a comparison."),
    lesson="02",
    exercise="repaired",
)
NO_PATH = Cause(
    code="NO_PATH",
    cause=_("No operation that TensorFlow ran connects the source to the target."),
    repair=_(
        "Check that target and source are the ones you mean; if they are meant to be unconnected, "
        '`unconnected_gradients="zero"` returns 0 instead of None.'
    ),
    lesson="02",
    exercise="zero_or_none",
)
ASSIGNED_IN_TAPE = Cause(
    code="ASSIGNED_IN_TAPE",
    cause=_("The value was assigned to a Variable, and gradients don't flow through `assign`."),
    repair=_("Calculate with the tensor itself, and assign it to the Variable after `tape.gradient`."),
    lesson="02",
    exercise="total",
)
TAPE_ALREADY_USED = Cause(
    code="TAPE_ALREADY_USED",
    cause=_("The tape was already used for a gradient, and a tape that is not persistent can be used only once."),
    repair=_(
        "Ask for all gradients at once, `tape.gradient(y, [a, b])`, or use `tf.GradientTape(persistent=True)` "
        "and `del tape` when you are done."
    ),
    lesson="03",
    exercise="rows",
)
INNER_GRADIENT_OUTSIDE_OUTER_TAPE = Cause(
    code="INNER_GRADIENT_OUTSIDE_OUTER_TAPE",
    cause=_("The first gradient was computed outside the `with` block of the outer tape, which did not record it."),
    repair=_("Call `gradient` of the inner tape inside the `with` block of the outer tape."),
    lesson="04",
    exercise="curvature",
)
TARGET_SUMMED = Cause(
    code="TARGET_SUMMED",
    cause=_("The target holds several numbers, and the gradient is that of their sum."),
    repair=_("For the derivative of each number use `tape.jacobian`; for a loss, reduce it with `tf.reduce_mean`."),
    lesson="03",
    exercise="rows",
)
NAN_ZERO_TIMES_INF = Cause(
    code="NAN_ZERO_TIMES_INF",
    cause=_("A gradient of 0 was multiplied by inf, the slope of a logarithm or square root at 0, and 0 · inf is NaN."),
    repair=_(
        "Keep the input away from that point with `tf.where` inside as well as outside, `tf.maximum(x, tiny)`, "
        "or `tf.math.divide_no_nan`."
    ),
    lesson="09",
    exercise="x_log_x",
)
UNKNOWN_KERAS_VARIABLE = Cause(
    code="UNKNOWN_KERAS_VARIABLE",
    cause=_("The optimizer was built for other Variables: it keeps a state for each, and has none for this one."),
    repair=_("Make a new optimizer for the new Variables, or pass it all Variables at its first step."),
    lesson="07",
    exercise="make_step",
)
RETRACED = Cause(
    code="RETRACED",
    cause=_("A `tf.function` was retraced many times, because each new Python value makes a new graph."),
    repair=_("Pass tensors, such as `tf.constant(0.1)` instead of 0.1, or a `tf.Variable` for a value that changes."),
    lesson="08",
    exercise="steady",
)
STOPPED_GRADIENT = Cause(
    code="STOPPED_GRADIENT",
    cause=_("The gradient was stopped on purpose, by `tf.stop_gradient` or in a `tape.stop_recording()` block."),
    repair=_("Remove the `stop_gradient`, or move the part that needs a gradient outside it."),
    lesson="09",
    exercise="straight_through",
)

# A gradient is None, and no code fits.
PAUSED_TAPES = Cause(
    cause=_("TensorFlow pauses all tapes here, as it does in `tf.init_scope`, so nothing was recorded."),
    repair=_("Do the calculation, tape and all, outside of this scope."),
)
BEFORE_RECORDING = Cause(
    cause=_("Part of what this tape recorded ran before the recording, so the cause cannot be seen here."),
    repair=_("Put `%%tape` on a cell that holds the whole calculation, from the source to the gradient."),
)
NO_AUTOMATIC_WATCHING = Cause(
    cause=_("The tape was made with `watch_accessed_variables=False`, so it watches only what you tell it to watch."),
    repair=_("Call `tape.watch(x)` as the first line of the `with` block."),
)
INSIDE_FUNCTION = Cause(
    cause=_("The connection ends inside this `tf.function`, and the recording has no numbers from there."),
    repair=_("Call the function once without `tf.function`: then the recording shows every operation."),
)
KERAS_STATE = Cause(
    code="KERAS_STATE",
    cause=_(
        "`{name}` is not trainable: Keras keeps it itself, such as the moving averages of batch normalization or the "
        "state of random numbers. No gradient belongs to it."
    ),
    repair=_("Ask only for what is trained: `model.trainable_variables` in place of `model.variables`."),
)
UNUSED_WEIGHT = Cause(
    code="NO_PATH",
    cause=_("The target does not depend on {source}: no operation that TensorFlow ran connects the two."),
    repair=_(
        "If this part is not used here on purpose, ask only for the weights that are used, or skip the others: "
        "`[(g, v) for g, v in zip(gradients, variables) if g is not None]`."
    ),
    lesson="02",
)
UNUSED_SOURCE = Cause(
    code="NO_PATH",
    cause=_("`{source}` takes part in no operation: the target was computed without it."),
    repair=_("Compute the target from `{source}` itself, and not from what it was made of."),
    lesson="02",
)
TAPE_RESET = Cause(
    cause=_("`tape.reset()` discarded what the tape had recorded."),
    repair=_("After the reset, watch the source again and repeat the calculation."),
)
UNKNOWN = Cause(cause=_("The recording does not show the cause."))

# A gradient is NaN, and no code fits.
NAN_MADE = Cause(
    cause=_("This operation made the first NaN out of ordinary numbers."),
    repair=_("Check its inputs: the logarithm or square root of a negative number, inf - inf, and 0 / 0 are NaN."),
)
NAN_GIVEN = Cause(
    cause=_("The NaN was there before: {tensor} already contains one."),
    repair=_("Find out where it comes from: the data, or a step that diverged."),
)
NAN_OVERFLOW = Cause(
    cause=_(
        "A number grew too large for its dtype here and became inf, and 0 · inf, inf - inf, and inf / inf are NaN."
    ),
    repair=_(
        "Keep the input small, as with `tf.minimum(x, 80.0)` before `tf.exp`, or use a function that cannot overflow: "
        "`tf.nn.softplus`, `tf.nn.softmax`, `tf.reduce_logsumexp`, or a loss with `from_logits=True`."
    ),
)
RAN_AWAY = Cause(
    code="DIVERGES",
    cause=_("From round to round the largest number grew, from {first} to {last}: training diverges."),
    repair=_("Use a smaller learning rate, or clip the gradients with `tf.clip_by_norm`."),
    lesson="05",
)
NAN_HIDDEN = Cause(
    cause=_("This operation returns NaN. Its gradient takes part even where `tf.where` does not choose its result."),
    repair=_("Replace the bad inputs with a harmless value first: `tf.math.log(tf.where(x > 0, x, 1.0))`."),
)
NAN_BACKWARD = Cause(cause=_("All values are ordinary numbers. The backward pass of this operation made the NaN."))
NAN_UNKNOWN = Cause(cause=_("The recording does not show where the NaN was made."))

# An error, and no code fits.
NO_GRADIENTS = Cause(
    cause=_("A gradient was None, and the code tried to calculate with it."),
    repair=_("Put `%%tape` on the cell: the deck then says why the gradient is None."),
)
NOT_A_TENSOR = Cause(
    code="NOT_A_TENSOR",
    cause=_("A tape can differentiate only tensors and Variables, not Python numbers or NumPy arrays."),
    repair=_("Make it a `tf.Variable` or a watched `tf.constant` before it is used."),
)
WATCHED_A_NUMBER = Cause(
    code="WATCHED_A_NUMBER",
    cause=_("A tape can watch only tensors and Variables, not Python numbers."),
    repair=_("Make it a tensor first: `x = tf.constant(3.0)`."),
)
STRINGS = Cause(
    cause=_("TensorFlow got a string where it needs a number."),
    repair=_("Convert strings to numbers with `float(...)` or `tf.strings.to_number` before you calculate."),
)
FLOAT_WIDTHS = Cause(
    cause=_("Two float dtypes of different precision met, and TensorFlow does not convert them automatically."),
    repair=_("Use one dtype everywhere, or convert with `tf.cast(x, tf.float32)`."),
)
SHAPES_ALIGNED = Cause(
    code="SHAPES_DIFFER",
    cause=_(
        "These shapes met here: {shapes}. They are compared from the last axis on, and {one} and {other} are neither "
        "equal nor 1."
    ),
    repair=_("Check which axis is which; `x[:, tf.newaxis]` gives a vector a second axis."),
)
SHAPES_MULTIPLIED = Cause(
    code="INNER_SIZES_DIFFER",
    cause=_(
        "These shapes met here: {shapes}. A matrix product needs as many columns on the left as rows on the right, "
        "not {one} and {other}."
    ),
    repair=_("Check the order of the two, or transpose one with `tf.transpose`."),
)
SHAPES_MET = Cause(cause=_("These shapes met here: {shapes}."))
SOURCE_CHANGED = Cause(
    code="SOURCE_CHANGED",
    cause=_("The file {file} was changed after it was loaded: the lines that it has now are not those that ran."),
    repair=_("Restart the kernel, or load the file again with `importlib.reload`, and then run and record it again."),
)
ANY_ERROR = Cause()
"""An exception that none of the patterns fits: it is shown as it is."""

CAUSES = tuple(cause for cause in [*globals().values()] if isinstance(cause, Cause) and cause.exercise)
"""The causes that an exercise practices, in their order: the table that lessons, exercises and graders read."""

CAUSE_OF = {cause.code: cause for cause in CAUSES}
"""Each of them by its code."""
