"""The misconceptions that lesson 09 treats: stopped, replaced and clipped gradients, and nan at the edge."""

from widgets.common.catalogue import _
from widgets.diagnosis.cause import Row

ROWS = (
    Row(
        code="NOTHING_STOPPED",
        cause=_("x was added and taken away again, and the two cancel on the way back as well."),
        repair=_("Put `tf.stop_gradient` round the part whose gradient should not pass."),
        lesson="09",
        exercise="straight_through",
    ),
    Row(
        code="WRONG_PART_STOPPED",
        cause=_("The gradient was stopped in the part that should let it through."),
        repair=_("Stop the correction, and let the x in front of it go free."),
        lesson="09",
        exercise="straight_through",
    ),
    Row(
        code="VALUE_NOT_CHANGED",
        cause=_("The gradient is as wanted, but the value is still x."),
        repair=_("Add what the value is to change by, inside `tf.stop_gradient`."),
        lesson="09",
        exercise="straight_through",
    ),
    Row(
        code="DECORATOR_FORGOTTEN",
        cause=_(
            "A function with a pullback of its own lacks `@tf.custom_gradient`, so the pullback itself is returned."
        ),
        repair=_("Put `@tf.custom_gradient` on the line above `def`."),
        lesson="09",
        exercise="reverse",
    ),
    Row(
        code="PULLBACK_NOT_A_FUNCTION",
        cause=_("A gradient was returned where TensorFlow wants a function that works it out."),
        repair=_("Define `def pullback(upstream)` inside, and return it beside the value."),
        lesson="09",
        exercise="reverse",
    ),
    Row(
        code="NOT_REVERSED",
        cause=_("The gradient passes as it came."),
        repair=_("Return `-upstream` from the pullback."),
        lesson="09",
        exercise="reverse",
    ),
    Row(
        code="VALUE_REVERSED",
        cause=_("The value was given a minus, where only the gradient should have one."),
        repair=_("Return x as it is; the minus belongs into the pullback."),
        lesson="09",
        exercise="reverse",
    ),
    Row(
        code="PAIR_NOT_LIST",
        cause=_("`tf.clip_by_global_norm` gives a list and a length, and both were handed on."),
        repair=_("Take it apart: `clipped, length = tf.clip_by_global_norm(gradients, limit)`."),
        lesson="09",
        exercise="clip_together",
    ),
    Row(
        code="NOT_CLIPPED",
        cause=_("Gradients that are too long came back as they were."),
        repair=_("Multiply each by the limit over the length of all together."),
        lesson="09",
        exercise="clip_together",
    ),
    Row(
        code="ONE_BY_ONE",
        cause=_("Every number was cut off at the limit by itself, which turns the step into another direction."),
        repair=_("Scale all of them by one factor."),
        lesson="09",
        exercise="clip_together",
    ),
    Row(
        code="EACH_BY_ITSELF",
        cause=_("Each gradient was shortened by its own length, which turns the step into another direction."),
        repair=_("Use one length, that of all gradients together."),
        lesson="09",
        exercise="clip_together",
    ),
    Row(
        code="ALWAYS_SCALED",
        cause=_("Gradients below the limit were made longer."),
        repair=_("Scale only where the length is above the limit: by the smaller of 1 and limit / length."),
        lesson="09",
        exercise="clip_together",
    ),
    Row(
        code="SQUARE_NOT_LENGTH",
        cause=_("The sum of the squares was taken for the length."),
        repair=_("Take the root of it."),
        lesson="09",
        exercise="clip_together",
    ),
    Row(
        code="PYTHON_IF",
        cause=_("A Python `if` was to decide about a tensor of several numbers."),
        repair=_("Use `tf.where`, which decides for each number."),
        lesson="09",
        exercise="x_log_x",
    ),
    Row(
        code="NOTHING_CHOSEN",
        cause=_("The formula was used where it has no value, and gives nan."),
        repair=_("Choose the value there with `tf.where`."),
        lesson="09",
        exercise="x_log_x",
    ),
    Row(
        code="TINY_NUMBER",
        cause=_("A tiny number was added to keep away from 0, and it shows in the value or in the slope."),
        repair=_("Replace what would be 0 by 1 inside, and choose the right value outside, both with `tf.where`."),
        lesson="09",
        exercise="x_log_x",
    ),
    Row(
        code="ROOT_FORGOTTEN",
        cause=_("The square of the length was given for the length."),
        repair=_("Take the root, where it is not 0."),
        lesson="09",
        exercise="safe_norm",
    ),
    Row(
        code="SIZES_ADDED",
        cause=_("The sizes of the numbers were added, which is another kind of length."),
        repair=_("Square them, add, and take the root."),
        lesson="09",
        exercise="safe_norm",
    ),
)
