"""What can be said where no code fits: what is known, and what may help. Nothing is guessed."""

from widgets.common.catalogue import _
from widgets.diagnosis import error_patterns as errors
from widgets.diagnosis import nan_gradient as numbers
from widgets.diagnosis import none_gradient as nothing
from widgets.tape.text import RecordingText


def cause(finding):
    """Return what is known of a finding without a code, "" if nothing is."""
    named = RecordingText(finding.recording).tensor_name(finding.tensors[0]) if finding.tensors else ""
    return _causes().get(finding.known, "").format(tensor=named)


def advice(finding):
    """Return what may help with a finding that has no code, "" if nothing is known to."""
    return _advice().get(finding.known, "")


def _causes():
    return {
        nothing.UNSEEN: _("Part of what this tape recorded ran before the recording, so the cause is not seen here."),
        nothing.TOLD: _("The tape was made with `watch_accessed_variables=False`: it watches only what it is told to."),
        nothing.INSIDE: _("The way ends inside this `tf.function`, where the recording has no numbers."),
        nothing.RESET: _("`tape.reset()` made the tape forget what it had recorded."),
        nothing.UNKNOWN: _("The recording does not show the cause."),
        numbers.MADE: _("This is where the first nan was made out of ordinary numbers."),
        numbers.GIVEN: _("The nan was there before: {tensor} already holds one."),
        numbers.HIDDEN: _("This gives nan here. Even where `tf.where` does not choose it, its gradient takes part."),
        numbers.BACKWARD: _("The values are ordinary numbers. The nan was made when this was played back."),
        numbers.UNKNOWN: _("The recording does not show where the nan was made."),
        errors.NO_GRADIENTS: _("A gradient was None, and something calculated with it."),
        errors.NO_MINIMIZE: _("Optimizers of Keras 3 have no `minimize`."),
        errors.NOT_A_TENSOR: _("A tape can be asked about tensors and Variables only, not about Python's own numbers."),
        errors.WATCHED_A_NUMBER: _("A tape can watch tensors. A Python number cannot be watched."),
        errors.STRINGS: _("A text stands where TensorFlow needs a number."),
        errors.WIDTHS: _("Numbers of different precision met. TensorFlow does not convert them by itself."),
        errors.VARIABLE_INSIDE: _("A `tf.Variable` was made anew inside a `tf.function`."),
    }


def _advice():
    return {
        nothing.UNSEEN: _("Put `%%tape` on a cell that holds the whole calculation, from the source to the gradient."),
        nothing.TOLD: _("Call `tape.watch(x)` first thing inside the `with` block."),
        nothing.INSIDE: _("Call the function without `tf.function` once: then the recording shows every operation."),
        nothing.RESET: _("Calculate after the reset all that the gradient is to pass through, and watch again."),
        numbers.MADE: _("Look at what went in: the log or the root of a negative number, inf - inf, 0 / 0."),
        numbers.GIVEN: _("Look for where it comes from: the data, or a step that diverged."),
        numbers.HIDDEN: _("Put a harmless value in before: `tf.math.log(tf.where(x > 0, x, 1.0))`."),
        errors.NO_GRADIENTS: _("Put `%%tape` on the cell: the deck then says why the gradient is None."),
        errors.NO_MINIMIZE: _("Ask a tape for the gradient, then call `optimizer.apply_gradients([(gradient, x)])`."),
        errors.NOT_A_TENSOR: _("Make it a `tf.Variable` or a watched `tf.constant` before it is used."),
        errors.WATCHED_A_NUMBER: _("Make a tensor of it first: `x = tf.constant(3.0)`."),
        errors.STRINGS: _("Make numbers of text with `float(...)` or `tf.strings.to_number` before you calculate."),
        errors.WIDTHS: _("Use one dtype throughout, or convert with `tf.cast(x, tf.float32)`."),
        errors.VARIABLE_INSIDE: _("Make it once, outside, and let the function use it."),
    }
