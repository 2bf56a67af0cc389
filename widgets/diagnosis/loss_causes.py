"""The causes of losses that are computed without an error, and are not what was meant."""

from __future__ import annotations

from widgets.diagnosis.cause import Cause
from widgets.diagnosis.cause import deferred as _

BROADCAST = Cause(
    code="BROADCAST",
    cause=_(
        "{left} and {right} were broadcast to a {result} matrix: each prediction is compared with every label, not "
        "with its own."
    ),
    repair=_("Give both the same shape, with `y[:, None]` or `tf.squeeze(prediction, axis=-1)`."),
)
PROBABILITIES_AS_LOGITS = Cause(
    code="PROBABILITIES_AS_LOGITS",
    cause=_(
        "The loss expects logits and applies {function} itself, but it is given probabilities: {function} is applied "
        "twice, which flattens the gradients."
    ),
    repair=_("Give the loss the logits: leave out the first `{first}`, or use the loss with `from_logits=False`."),
)
LOGITS_AS_PROBABILITIES = Cause(
    code="LOGITS_AS_PROBABILITIES",
    cause=_(
        "The loss expects probabilities between 0 and 1, but the outputs go from {minimum} to {maximum}: they are "
        "logits, and what lies outside is clipped and has no gradient."
    ),
    repair=_("Use the loss with `from_logits=True`, or end the model with a sigmoid or softmax."),
)
SOFTMAX_OF_ONE = Cause(
    code="SOFTMAX_OF_ONE",
    cause=_("A softmax over a single unit is always 1, whatever the weights are: each prediction is the same."),
    repair=_("Use a sigmoid for one unit, or give the softmax one unit for each class."),
)
LABELS_OUT_OF_RANGE = Cause(
    code="LABELS_OUT_OF_RANGE",
    cause=_("Binary cross-entropy expects labels between 0 and 1, but they go from {minimum} to {maximum}."),
    repair=_("Encode the labels as 0 and 1, or use the sparse categorical loss for class numbers."),
)
LABELS_NOT_ONE_HOT = Cause(
    code="LABELS_NOT_ONE_HOT",
    cause=_("This cross-entropy expects one-hot rows that add up to 1, but a row of the labels adds up to {total}."),
    repair=_("Use `tf.one_hot(y, classes)`, or the sparse loss for class numbers."),
)
TRAINING_FLAG = Cause(
    code="TRAINING_FLAG",
    cause=_(
        "The model was called without `training=True` while it was trained, so {layers} ran as at inference: batch "
        "normalization never updates its moving averages, and dropout is off."
    ),
    repair=_("Pass `training=True` where the model is called inside the tape, and not where it is evaluated."),
)
LOSSES_LEFT_OUT = Cause(
    code="LOSSES_LEFT_OUT",
    cause=_("A layer has {penalty}, which Keras puts into `model.losses`, and this loss does not include it."),
    repair=_("Add it inside the block: `loss += tf.add_n(model.losses)`."),
)
WRONG_AXIS = Cause(
    code="WRONG_AXIS",
    cause=_(
        "The probabilities, of shape {shape}, add up to 1 over {axes}, and the labels over the last axis: the examples "
        "of the batch compete with each other, instead of the classes of each example."
    ),
    repair=_("Normalize over the classes, the last axis: `tf.nn.softmax(logits, axis=-1)`."),
)
SUM_OF_SOFTMAX = Cause(
    code="SUM_OF_SOFTMAX",
    cause=_(
        "The probabilities of a softmax always add up to 1, so their sum (or mean) is constant, and its gradient is 0 "
        "up to rounding."
    ),
    repair=_("Use the probability of one class, such as `p[:, k]`, or its logarithm, in place of the sum."),
)
SUMMED_OVER_BATCH = Cause(
    code="WRONG_AXIS",
    cause=_(
        "This adds up over the first axis: {shape} became {result}, one number for each column, in which all examples "
        "of the batch are mixed. For the loss, one number for each example is needed."
    ),
    repair=_("Reduce over the last axis, `axis=-1`, and take the mean over the batch at the end."),
)
UNIT_COLUMNS = Cause(
    code="WRONG_AXIS",
    cause=_(
        "The columns of this {shape} array were normalized to length 1, each over all examples of the batch; the rows, "
        "which are compared with each other, were not."
    ),
    repair=_("Normalize each row: `tf.math.l2_normalize(x, axis=-1)`."),
)
TARGET_OUT_OF_RANGE = Cause(
    code="TARGET_OUT_OF_RANGE",
    cause=_(
        "The output comes from a {function}, so it stays between {low} and {high}, but the targets go from {minimum} "
        "to {maximum}: it can never reach them."
    ),
    repair=_("Leave out the activation of the last layer, or scale the targets to that range."),
)
IMAGINARY_LOST = Cause(
    code="IMAGINARY_LOST",
    cause=_("`tf.cast` from {dtype} to real numbers drops the imaginary part, which is not 0 here."),
    repair=_("Use `tf.abs(z)` for the size, or `tf.math.real(z)` and `tf.math.imag(z)` for the two parts."),
)
MAXIMIZED = Cause(
    code="MAXIMIZED",
    cause=_(
        "The target is minus an error, and each step makes it smaller, so the error itself grows: the target went from "
        "{first} to {last}."
    ),
    repair=_("Remove the minus sign: the error is what should get smaller."),
    lesson="05",
)
LIKELIHOOD_FALLS = Cause(
    code="MAXIMIZED",
    cause=_(
        "The target is the log-probability of the labels without a minus sign, and each step makes it smaller: it went "
        "from {first} to {last}."
    ),
    repair=_("Put a minus sign before it, or use a cross-entropy of Keras, which has it."),
    lesson="05",
)
SHUFFLED_APART = Cause(
    code="SHUFFLED_APART",
    cause=_("This puts {one} into a new order, and {other} stays as it was: each input meets the label of another."),
    repair=_(
        "Use one order for both: `order = np.random.permutation(n)`, then `x[order]` and `y[order]`; or shuffle one "
        "`tf.data.Dataset.from_tensor_slices((x, y))`."
    ),
    lesson="11",
)
LAST_BATCH = Cause(
    code="LAST_BATCH",
    cause=_(
        "The mean of the batch means counts the last batch, of {last} examples, as much as one of {size}: it is "
        "{seen}, and the mean over all examples is {true}."
    ),
    repair=_(
        "Weigh each loss by its batch size (`keras.metrics.Mean` takes `sample_weight`), or use `drop_remainder=True`."
    ),
)
NAN_IN_DATA = Cause(
    code="NAN_IN_DATA",
    cause=_(
        "The data contains NaN: {count} of the {size} numbers of {tensor}. One is enough to make the loss NaN, and "
        "after one step all weights."
    ),
    repair=_("Look for it with `np.isnan(x)`, and remove or fill in those rows before training."),
    lesson="09",
)
UNTRACKED_WEIGHT = Cause(
    code="NOT_TRACKED",
    cause=_(
        "`{name}` takes part in the loss and is never trained: Keras does not track a plain `tf.Variable` of a layer "
        "or model, so `trainable_variables` misses it."
    ),
    repair=_("Create it with `self.add_weight(...)`, or as a `keras.Variable`."),
)

OF_THE_LOSS = (
    BROADCAST,
    PROBABILITIES_AS_LOGITS,
    LOGITS_AS_PROBABILITIES,
    SOFTMAX_OF_ONE,
    LABELS_OUT_OF_RANGE,
    LABELS_NOT_ONE_HOT,
    TRAINING_FLAG,
    LOSSES_LEFT_OUT,
    WRONG_AXIS,
    SUMMED_OVER_BATCH,
    UNIT_COLUMNS,
    TARGET_OUT_OF_RANGE,
    SHUFFLED_APART,
    LAST_BATCH,
    UNTRACKED_WEIGHT,
)
"""Causes that come of nothing else, and so may stand beside another."""
