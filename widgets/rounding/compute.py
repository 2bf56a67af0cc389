"""One step of SGD looked at float by float: is the update large enough to move x to another float?

`x - update` is rounded to the nearest float. An update of less than half a tick (half a ULP) rounds back to x itself;
at exactly half, the nearest float whose last bit is 0 wins. That is why a run stalls.
"""

import dataclasses

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.common.function_checks import checked, floating
from widgets.rounding.ticks import in_half_ticks, is_denormal, neighbours, tick


@dataclasses.dataclass(frozen=True)
class Precision:
    """One step of SGD at one x; or many, where each field is an array of shape (steps,). `at(index)` gives one.

    All numbers are of the run's dtype. From TensorFlow's own run: `value`, `gradient`, `learning_rate`
    (as the optimizer uses it: Keras keeps it in float32), `update` (their product), `next_x`. About the floats round x:
    `below` and `above`, its neighbours; `ulp`, the distance to the one that the update points to; `half_ulp` (which
    rounds to 0 where ulp is the smallest number of the dtype).
    `share` is the update's length in halves of a ULP (exact, or inf), `threshold` the rate at which the update would be
    half a ULP: half_ulp / |gradient|, rounded; inf where the gradient is 0. `tie`: it is exactly half a ULP.
    `flushed`: TensorFlow took a denormal number for 0, so that half a ULP is not what decides.
    """

    x: np.floating
    value: np.floating
    gradient: np.floating
    learning_rate: np.floating
    update: np.floating
    next_x: np.floating
    below: np.floating
    above: np.floating
    ulp: np.floating
    half_ulp: np.floating
    share: np.floating
    threshold: np.floating
    tie: bool
    flushed: bool

    @property
    def dtype(self):
        """The name of the run's dtype: "float32" or "float64"."""
        return self.x.dtype.name

    @property
    def moves(self):
        """Whether the step leads to another number than x. From nan to nan is no move."""
        return (self.next_x != self.x) & ~(np.isnan(self.next_x) & np.isnan(self.x))

    def at(self, index):
        """Return one step of many."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return Precision(**{name: column[index] if np.ndim(column) else column for name, column in fields.items()})


def precision(f, x, learning_rate, dtype="float32"):
    """Return the Precision of one step of `tf.keras.optimizers.SGD` on `f`, run by TensorFlow in `dtype`.

    Args:
        f: a function of one number, as `checked` takes it.
        x: where to look: one finite number.
        learning_rate: a number above 0. Keras keeps it in float32 and casts it to the variable's dtype.
        dtype: "float32" or "float64".

    Raises:
        FunctionError: f, x, the rate or the dtype cannot be used; the message says what can.
    """
    x = tf.Variable(checked(f, floating(x, dtype, "x", ranks=(0,)), dtype))
    optimizer = tf.keras.optimizers.SGD(usable_rate(learning_rate))
    with tf.GradientTape() as tape:
        value = tf.convert_to_tensor(f(x))
    gradient = tf.convert_to_tensor(tape.gradient(value, x))
    before, rate = x.numpy(), tf.cast(tf.convert_to_tensor(optimizer.learning_rate), x.dtype)
    optimizer.apply_gradients([(gradient, x)])
    run = (value, gradient, rate, tf.multiply(gradient, rate), x)
    return looked_at(before, *(tensor.numpy() for tensor in run))


def usable_rate(learning_rate):
    """Return a learning rate as a Python float; raise FunctionError unless it is a finite number above 0."""
    rate = float(floating(learning_rate, "float32", "learning_rate", ranks=(0,)))
    if rate < np.finfo(np.float32).smallest_normal:
        raise FunctionError(
            _("learning_rate must be above 0, in float32 too, for example learning_rate=0.01; got {rate}.").format(
                rate=learning_rate
            )
        )
    return float(learning_rate)


def looked_at(x, value, gradient, learning_rate, update, next_x):
    """Return the Precision of steps that TensorFlow ran, from NumPy scalars or arrays of one float dtype."""
    below, above = neighbours(x)
    # Where the product is 0, the gradient tells which way the step would have gone.
    ulp, two = tick(x, -np.where(update == 0, gradient, update)), x.dtype.type(2)
    with np.errstate(under="ignore", divide="ignore", invalid="ignore", over="ignore"):
        half = ulp / two
        threshold = np.where(gradient == 0, x.dtype.type(np.inf), half / np.abs(gradient))[()]
        flushed = is_denormal(x) | is_denormal(gradient) | is_denormal(gradient * learning_rate)
        flushed |= is_denormal(x - update) | ((update == 0) & (gradient != 0))
        tie = two * np.abs(update) == ulp
    ticks = (below, above, ulp, half, in_half_ticks(update, ulp), threshold, tie, flushed)
    return Precision(x, value, gradient, learning_rate, update, next_x, *ticks)
