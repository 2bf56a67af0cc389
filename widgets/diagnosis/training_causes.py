"""The causes of code that runs and does not learn: losses, zero and infinite gradients, steps, tracing."""

from __future__ import annotations

from widgets.diagnosis.cause import Cause
from widgets.diagnosis.cause import deferred as _

# The gradient is exactly 0.
DEAD_RELU = Cause(
    code="DEAD_RELU",
    cause=_(
        "The gradient is exactly 0: all {count} inputs of this ReLU are negative or 0, where its slope is 0 (dead)."
    ),
    repair=_("Start with other weights (random, centered on 0), use a smaller learning rate, or `tf.nn.leaky_relu`."),
)
CLIPPED = Cause(
    code="CLIPPED",
    cause=_(
        "The gradient is exactly 0: all {count} inputs lie beyond the limit here, where the clipped function is flat."
    ),
    repair=_("Widen the limits, or clip the gradients or the Variable after the step instead of the values."),
)
SATURATED = Cause(
    code="SATURATED",
    cause=_("The gradient is exactly 0: this {function} is saturated. Its inputs go from {minimum} to {maximum}."),
    repair=_("Keep its inputs small: scale the data, start with smaller weights, or give the loss the logits."),
)
NOT_CHOSEN = Cause(
    code="NOT_CHOSEN",
    cause=_("The gradient is exactly 0: `tf.where` chose the other branch for every element."),
    repair=_("Check the condition: it does not depend smoothly on its inputs, so no gradient flows through it."),
)
ZERO_FACTOR = Cause(
    code="ZERO_FACTOR",
    cause=_("The gradient is exactly 0, because it is multiplied by {name}, and all its numbers are 0."),
    repair=_("Start with small random weights instead of zeros, and check that the inputs are not all 0."),
)
SAMPLE_CANCELS = Cause(
    code="SAMPLE_CANCELS",
    cause=_(
        "The gradient is exactly 0, because two paths cancel: {left} moves along with {source}, so their difference "
        "does not depend on it."
    ),
    repair=_("Treat the sample as data: wrap it in `tf.stop_gradient(...)` where it is drawn."),
)
FLAT = Cause(
    code="FLAT",
    cause=_("The gradient is exactly 0: `{op}` is flat on both sides of its jump, so its slope is 0 everywhere."),
    repair=_("Use a smooth function with the same ends, such as `tf.tanh(x)`, or the number itself."),
)
FROM_ITSELF = Cause(
    code="SAMPLE_CANCELS",
    cause=_("The gradient is exactly 0, because a number is subtracted from itself here, whatever the weights are."),
    repair=_(
        "One of the two must stay fixed: wrap it in `tf.stop_gradient(...)`, or compute it before, as a constant."
    ),
)
SYMMETRIC = Cause(
    code="SYMMETRIC",
    cause=_(
        "All units of {name} start with the same weights and get the same gradient, so they stay copies of one unit."
    ),
    repair=_("Start with different weights: a random initializer, such as `tf.random.normal`."),
)

# inf and NaN, and the operation that made them.
LOG_OF_NEGATIVE = Cause(
    code="LOG_OF_NEGATIVE",
    cause=_("This took the logarithm of a negative number, {value}, which is NaN: that is not a probability."),
    repair=_(
        "Turn logits into probabilities with `tf.sigmoid` or `tf.nn.softmax` first, or use a loss with "
        "`from_logits=True`; keep other inputs positive with `tf.maximum(x, 1e-7)`."
    ),
    lesson="09",
)
OUTSIDE_DOMAIN = Cause(
    code="OUTSIDE_DOMAIN",
    cause=_("{function} is not defined at {value}, so its result is NaN."),
    repair=_("Keep the input inside {domain}: `tf.clip_by_value` or `tf.maximum`, a small number away from the edge."),
    lesson="09",
)
ZERO_BY_ZERO = Cause(
    code="ZERO_BY_ZERO",
    cause=_("0 was divided by 0 here, which is NaN."),
    repair=_("Use `tf.math.divide_no_nan`, or add a small number such as 1e-7 to the denominator."),
    lesson="09",
)
DIVIDED_BY_ZERO = Cause(
    code="DIVIDED_BY_ZERO",
    cause=_("A number was divided by 0 here, which gives inf, in the value and in its gradient."),
    repair=_("Use `tf.math.divide_no_nan`, or add a small number such as 1e-7 to the denominator."),
    lesson="09",
)
INFINITE_SLOPE = Cause(
    code="INFINITE_SLOPE",
    cause=_("The gradient is inf: the slope of {function} at {value} is infinite (the curve is vertical there)."),
    repair=_("Keep the input away from there, with `tf.maximum(x, 1e-6)` or by adding a small number."),
    lesson="09",
)
OVERFLOW = Cause(
    code="OVERFLOW",
    cause=_("A number grew too large for {dtype} and became inf: this was computed of numbers up to {value}."),
    repair=_(
        "Keep the input small, as with `tf.minimum(x, 80.0)` before `tf.exp`, or use a function that cannot overflow: "
        "`tf.nn.softplus`, `tf.nn.softmax`, `tf.reduce_logsumexp`, or a loss with `from_logits=True`."
    ),
    lesson="09",
)
HALF_OVERFLOW = Cause(
    code="HALF_OVERFLOW",
    cause=_("A number grew too large for {dtype}, whose largest number is {largest}, and became inf."),
    repair=_("Compute this part in float32, `tf.cast(x, tf.float32)`, or scale it down, as with loss scaling."),
    lesson="09",
)

# The steps lead nowhere.
DIVERGES = Cause(
    code="DIVERGES",
    cause=_("The loss grew from {first} to {last}: the steps overshoot, so training diverges.{bound}"),
    repair=_("Use a smaller learning rate, or scale the inputs (mean 0, standard deviation 1)."),
    lesson="05",
)
GOES_UPHILL = Cause(
    code="GOES_UPHILL",
    cause=_("Each step adds the gradient, and so goes uphill: the loss grew from {first} to {last}."),
    repair=_("Subtract the gradient: `assign_sub(learning_rate * gradient)`."),
    lesson="05",
)
REWARD_FALLS = Cause(
    code="REWARD_FALLS",
    cause=_("The optimizer goes downhill, so it makes its target smaller: {name} fell from {first} to {last}."),
    repair=_("To make it grow, minimize its negative: differentiate `-{name}`."),
    lesson="05",
)
STEP_ROUNDED_AWAY = Cause(
    code="STEP_ROUNDED_AWAY",
    cause=_(
        "The step is too small for {dtype}: it is less than half the spacing of the numbers near {value}, so nothing "
        "changes."
    ),
    repair=_("Use a larger learning rate, smaller numbers, or float64."),
    lesson="06",
)
TOO_SLOW = Cause(
    code="TOO_SLOW",
    cause=_(
        "The steps are too small: after {count} of them the loss went only from {first} to {last}, and the lowest "
        "point in their direction is more than {times} steps away."
    ),
    repair=_("Use a larger learning rate: multiply it by 10 until the loss falls faster, and go back if it rises."),
    lesson="05",
)
RATE_ZERO = Cause(
    code="RATE_ZERO",
    cause=_("The gradient is not 0, but the step is: the learning rate is 0, so nothing changes."),
    repair=_("Use a learning rate above 0, such as 0.01, and check the schedule."),
    lesson="05",
)
STANDS_STILL = Cause(
    code="STANDS_STILL",
    cause=_("The loss stays at {last}: from step to step it does not change at all."),
    repair=_("Check that the gradients are not 0 or None, that the layers are trainable, and the learning rate."),
)
LOSS_NOT_FINITE = Cause(
    code="LOSS_NOT_FINITE",
    cause=_("The loss is {value} from step {step} on (the first step is 0); the last number before it is {last}."),
    repair=_("Record the step before it with `%%tape`, and explain that: it shows the operation."),
)
FIRST_LOSS_NOT_FINITE = Cause(
    code="LOSS_NOT_FINITE",
    cause=_("The loss is {value} from the very first step, so it comes from the data or the first weights."),
    repair=_("Look for NaN in the data, and record the first step with `%%tape`: its deck shows the operation."),
)
OSCILLATES = Cause(
    code="OSCILLATES",
    cause=_(
        "The loss jumps up and down between {first} and {last} and does not get lower: the steps may be too large."
    ),
    repair=_("Try a smaller learning rate, such as a tenth of it."),
    lesson="05",
)
BOUNCES = Cause(
    code="OSCILLATES",
    cause=_("Each step jumps over the lowest point and the next one jumps back, so the loss stays at {last}."),
    repair=_("Try a smaller learning rate, such as a tenth of it."),
    lesson="05",
)

# Python that ran once.
RAN_ONCE = Cause(
    code="RAN_ONCE",
    cause=_("`{text}` is Python inside a `tf.function`: it ran once, while the function was traced, not in each call."),
    repair=_("{way}"),
    lesson="08",
)
BAKED_IN = Cause(
    code="BAKED_IN",
    cause=_(
        "`{name}` is a Python number. Its value was baked into the graph when the function was traced, so changing it "
        "later has no effect."
    ),
    repair=_("Make it a `tf.Variable` and `assign` to it, or pass it as an argument, as a tensor."),
    lesson="08",
)
RETRACED_SHAPES = Cause(
    code="RETRACED_SHAPES",
    cause=_("`{function}` was retraced {count} times, because each new shape of {argument} makes a new graph."),
    repair=_(
        "Say once which sizes vary: `@tf.function(input_signature=[{signature}])`, or `reduce_retracing=True`; or pad "
        "the batches to one shape."
    ),
    lesson="08",
)
MADE_ANEW = Cause(
    code="MADE_ANEW",
    cause=_("`{function}` was traced {count} times for the same arguments: a new `tf.function` is made in each round."),
    repair=_("Make the `tf.function` once, before the loop, and only call it in the loop."),
    lesson="08",
)

# Right, and still surprising.
CONJUGATE = Cause(
    code="CONJUGATE",
    cause=_("For complex numbers TensorFlow returns the complex conjugate of the derivative."),
    repair=_("Use `tf.math.conj(gradient)` for the derivative of the textbooks."),
)
STILL_RECORDING = Cause(
    code="STILL_RECORDING",
    cause=_(
        "`{call}` is called inside the `with` block, while the tape is still recording: it records the backward pass "
        "itself, which costs time and memory."
    ),
    repair=_("Call it after the block: indent the line less, unless you want second derivatives."),
    lesson="03",
)
CONSTANT_JACOBIAN = Cause(
    code="CONSTANT_JACOBIAN",
    cause=_(
        "The result is all 0, because the target does not depend on {source}: nothing leads from one to the other."
    ),
    repair=_("Check the function that made the target: does it use its argument?"),
)
