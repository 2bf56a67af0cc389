"""The causes of exceptions that a habit from elsewhere leads to: another library's methods, a call that gives two."""

from __future__ import annotations

from widgets.diagnosis.cause import Cause
from widgets.diagnosis.cause import deferred as _

FROM_PYTORCH = Cause(
    code="FROM_PYTORCH",
    cause=_("`{name}` is a method of PyTorch. TensorFlow's {kind} has no `{name}`."),
    repair=_("{way}"),
    lesson="07",
)
CLIP_RETURNS_TWO = Cause(
    code="CLIP_RETURNS_TWO",
    cause=_(
        "`tf.clip_by_global_norm` returns two things, the list of clipped gradients and their norm, and `{name}` holds "
        "both."
    ),
    repair=_("Unpack them: `{name}, _ = tf.clip_by_global_norm(...)`."),
    lesson="07",
)
PAIRS_NESTED = Cause(
    code="PAIRS_NESTED",
    cause=_("The gradients and the Variables are in one more list each, so the zip makes one pair of two lists."),
    repair=_("Zip the lists themselves, without the extra brackets: `{optimizer}.apply_gradients({pairs})`."),
    lesson="07",
)
PAIRS_OF_NAMES = Cause(
    code="PAIRS_OF_NAMES",
    cause=_("A zip of dictionaries pairs their keys, which are strings, and not the gradients and the Variables."),
    repair=_("Pair the values by their keys: `[(gradients[key], variables[key]) for key in variables]`."),
    lesson="07",
)
WEIGHTS_AS_NUMPY = Cause(
    code="WEIGHTS_AS_NUMPY",
    cause=_("`get_weights()` returns copies of the weights as NumPy arrays, which a tape cannot follow."),
    repair=_("Ask for the Variables themselves: `{name}.trainable_variables`."),
    lesson="02",
)
NOTHING_RETURNED = Cause(
    code="RETURNS_NOTHING",
    cause=_("`{function}` has no return statement, so it returns None, where Keras needs {needed}."),
    repair=_("End `{function}` with a return statement: `return {value}`."),
)

NOT_APPLIED = Cause(
    code="NOT_APPLIED",
    cause=_(
        "The gradients are computed and never used: nothing changed in {count} rounds, and `{optimizer}` took no step."
    ),
    repair=_("After `tape.gradient`, take the step: `{optimizer}.apply_gradients(zip(gradients, {variables}))`."),
    lesson="07",
)
NO_SUCH_LOSS = Cause(
    code="NO_SUCH_LOSS",
    cause=_("Keras has no loss that is called `{name}`."),
    repair=_(
        'Use one such as `"mse"`, `"binary_crossentropy"` or `"sparse_categorical_crossentropy"`. Accuracy is a '
        'metric, which has no gradient: `metrics=["accuracy"]`.'
    ),
    lesson="11",
)
NOT_IN_XLA = Cause(
    code="NOT_IN_XLA",
    cause=_("XLA (`jit_compile=True`) cannot compile `{op}`."),
    repair=_(
        "Leave out `jit_compile=True`, or move what needs `{op}`, such as `tf.py_function`, out of this function."
    ),
    lesson="08",
)
MADE_EACH_ROUND = Cause(
    code="MADE_EACH_ROUND",
    cause=_(
        "`{name}` is made anew in each round, so each step starts at the first value again and nothing is learned."
    ),
    repair=_("Make Variables and models once, before the loop."),
    lesson="07",
)
OPTIMIZER_IN_LOOP = Cause(
    code="OPTIMIZER_IN_LOOP",
    cause=_(
        "`{name}` is made anew in each round, so what it remembers of earlier steps (momentum, averages) is lost every "
        "time."
    ),
    repair=_("Make the optimizer once, before the loop."),
    lesson="07",
)
DATA_ENDED = Cause(
    code="DATA_USED_UP",
    cause=_("{name} has no batch left: an iterator gives each batch once, and does not start again."),
    repair=_(
        "Loop over the dataset itself, `for x, y in dataset:`, which starts anew each time; or make it endless with "
        "`dataset.repeat()`."
    ),
)
DATA_USED_UP = Cause(
    code="DATA_USED_UP",
    cause=_(
        "`{name}` is {kind}, which can be walked through only once: from the second round of the outer loop on, it "
        "gives no batch, so nothing is trained."
    ),
    repair=_("Make it a list, `{name} = list(...)`, or make it anew inside the outer loop."),
)
NOT_IN_MODULE = Cause(
    code="MISSPELT",
    cause=_("`{owner}` has no `{name}`. It has `{right}`."),
    repair=_("Write `{right}` in place of `{name}`."),
)
CLASS_NOT_IN_MODULE = Cause(
    code="MISSPELT",
    cause=_("`{owner}` has no `{name}`. It has `{right}`."),
    repair=_("Write `{right}`. A name that begins with a capital is a class: make one first, as in `{right}()`."),
)

_BACKWARD = _("Compute the loss under `with tf.GradientTape() as tape:`, then ask `tape.gradient(loss, variables)`.")
_STEP = _("Take the step with `optimizer.apply_gradients(zip(gradients, variables))`.")
_CLEAR = _("Leave it out: `tape.gradient` returns new gradients each time and adds nothing up.")
_GRADIENT = _("A Variable keeps no gradient: use what `tape.gradient(loss, variables)` returns.")
_NUMBER = _("Use `float(x)` or `x.numpy()` for the number, outside the tape.")
_STOP = _("Use `tf.stop_gradient(x)`.")
_MODE = _("Keras models have no such mode: pass `training=True` or `training=False` where the model is called.")
_WATCH = _("Make it a `tf.Variable`, or call `tape.watch(x)` in the block.")
_SHAPE = _("Use `tf.reshape(x, shape)`; `tf.squeeze` and `x[:, None]` take away or add an axis.")

PYTORCH_METHODS = {
    "backward": _BACKWARD,
    "step": _STEP,
    "zero_grad": _CLEAR,
    "grad": _GRADIENT,
    "item": _NUMBER,
    "detach": _STOP,
    "train": _MODE,
    "eval": _MODE,
    "parameters": _("Use `model.trainable_variables`."),
    "requires_grad_": _WATCH,
    "requires_grad": _WATCH,
    "view": _SHAPE,
    "unsqueeze": _SHAPE,
    "squeeze": _SHAPE,
    "state_dict": _("Use `model.get_weights()`, or `model.save_weights(path)`."),
}
"""Methods that TensorFlow's tensors, Variables, models and optimizers do not have, and what to use."""
