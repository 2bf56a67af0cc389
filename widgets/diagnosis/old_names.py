"""Names of TensorFlow 1 and Keras 2 that are gone, and what took their place.

From https://www.tensorflow.org/guide/migrate/upgrade and the tables of `tf_upgrade_v2`.
"""

from __future__ import annotations

import re

from widgets.common import catalogue
from widgets.diagnosis.cause import Cause
from widgets.diagnosis.cause import deferred as _

NO_TF_GRADIENTS = Cause(
    code="NO_TF_GRADIENTS",
    cause=_("`tf.gradients` is from TensorFlow 1. It works only in graphs, and this code runs eagerly."),
    repair=_("Compute the target under `with tf.GradientTape() as tape:`, then call `tape.gradient(y, x)`."),
)
NO_MINIMIZE = Cause(
    code="OPTIMIZER_METHOD_GONE",
    cause=_("`{method}` is gone: optimizers had it in Keras 2, and those of Keras 3 do not have {method}."),
    repair=_(
        "Compute the loss under a tape, then take the step with `apply_gradients`: "
        "`{optimizer}.apply_gradients(zip(tape.gradient(loss, variables), variables))`."
    ),
    lesson="07",
)
OLD_ARGUMENT = Cause(
    code="OLD_ARGUMENT",
    cause=_("`{name}` is a name from Keras 2. Optimizers of Keras 3 call it `{right}`."),
    repair=_("Write `{right}` in place of `{name}`."),
)
OLD_NAME = Cause(
    code="OLD_NAME",
    cause=_("`{name}` is from TensorFlow 1, and TensorFlow 2 does not have it."),
    repair=_("Use {right}."),
)

_MATH = ("log", "is_nan", "is_inf", "lgamma", "erf", "segment_sum", "cross", "conj", "real", "imag", "angle", "ceil")
_RANDOM = {"random_normal": "normal", "random_uniform": "uniform", "truncated_normal": "truncated_normal"}
_OTHERS = {
    "div": "tf.math.divide",
    "assign": "variable.assign(value)",
    "assign_add": "variable.assign_add(value)",
    "assign_sub": "variable.assign_sub(value)",
    "set_random_seed": "tf.random.set_seed",
    "to_float": "tf.cast(x, tf.float32)",
    "to_int32": "tf.cast(x, tf.int32)",
    "matrix_inverse": "tf.linalg.inv",
    "diag": "tf.linalg.diag",
    "layers": "tf.keras.layers",
    "losses": "tf.keras.losses",
    "get_variable": "tf.Variable",
    "gradients": "tf.GradientTape",
}
_GRAPHS = (
    "Session",
    "InteractiveSession",
    "placeholder",
    "global_variables_initializer",
    "initialize_all_variables",
    "get_default_graph",
    "get_default_session",
    "reset_default_graph",
    "variable_scope",
    "trainable_variables",
    "ConfigProto",
    "contrib",
    "app",
    "flags",
)
_EAGER = _(
    "eager code in its place: an operation runs as soon as it is called, a `tf.Variable` has its value at once, and "
    "`tf.GradientTape` gives gradients. There are no sessions, placeholders or collections"
)
_OPTIMIZER = _("an optimizer of Keras, such as `tf.keras.optimizers.SGD`, with a tape and `apply_gradients`")
_TAPE = _("a `tf.GradientTape`: compute the target in its `with` block, then call `tape.gradient`")


def right_name(line: str, module: str, name: str) -> tuple[str, str]:
    """Return an old name in full, and what to use now; ("", "") for a name that never was.

    Args:
        line: the learner's line.
        module: "tensorflow" or "keras".
        name: the attribute that the module does not have.

    Returns:
        Such as ("tf.log", "`tf.math.log`").
    """
    full = next(iter(re.findall(rf"[\w.]*\b{re.escape(name)}\b", line)), name)
    if name.endswith("Optimizer"):
        return full, catalogue._(_OPTIMIZER)
    if module == "keras":
        return (full, catalogue._(_TAPE)) if name in ("gradients", "function") else ("", "")
    if name in _GRAPHS:
        return full, catalogue._(_EAGER)
    if name in _MATH:
        return full, f"`tf.math.{name}`"
    if name in _RANDOM:
        return full, f"`tf.random.{_RANDOM[name]}`"
    return (full, f"`{_OTHERS[name]}`") if name in _OTHERS else ("", "")
