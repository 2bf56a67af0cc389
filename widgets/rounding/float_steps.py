"""Steps of SGD, float by float: is the update large enough to move x to another float? One step, or whole runs.

`x - update` is rounded to the nearest float. An update of less than half a ULP rounds back to x itself, and a tie goes
to the float whose last bit is 0: IEEE 754's default rounding, https://en.wikipedia.org/wiki/IEEE_754#Rounding_rules.
That is why a run stalls.

The floats are those of the number format. TensorFlow's kernels use all of them except the ones closest to 0: they
flush subnormal numbers (https://en.wikipedia.org/wiki/Subnormal_number) to 0.

A run is cut where it stalls, since every later step is the same; and of a long run, not every step is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Floats, Tensor, Variable
from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.common.functions import FLOATS, checked, floating
from widgets.common.numbers import is_subnormal
from widgets.descent import Paths, descend
from widgets.rounding.model import DType, Number, Precision, PrecisionRun, PrecisionRuns

Outcome: TypeAlias = Literal[
    "moves",
    "moves far",
    "tie, moves",
    "tie, stays",
    "rounds back",
    "gradient is 0",
    "taken for 0",
    "overflows",
    "no longer finite",
]
"""What a step of SGD comes to."""

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
MOVES, MOVES_FAR, TIE_MOVES, TIE_STAYS, ROUNDS_BACK, FLAT, FLUSHED, OVERFLOWS, NOT_FINITE = OUTCOMES

FAR = 10_000
"""Half ULPs. A longer update moves x far, and nobody needs to count them."""

RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
MAX_RATES = 25

DENSE, STRIDE, AROUND = 1_000, 10, 3
"""All of the first 1,000 steps are kept, then every tenth, and three on each side of where a run is cut."""


def precision(f: Callable[[Variable], Tensor], x: float, learning_rate: float, dtype: DType = "float32") -> Precision:
    """Run one step of `tf.keras.optimizers.SGD` and look at it among the floats.

    Args:
        f: a function of one number that returns one number.
        x: where to look: one finite number.
        learning_rate: a number above 0. Keras keeps it in float32 and casts it to the variable's dtype
            (https://keras.io/api/optimizers/sgd/).
        dtype: "float32" or "float64".

    Returns:
        The step, with the floats around x.

    Raises:
        FunctionError: f, x, the learning rate or the dtype cannot be used; the message says what can.

    Example:
        >>> from widgets import precision
        >>> step = precision(lambda x: x**2 - 2 * x + 1, x=0.999998569, learning_rate=0.01)
        >>> bool(step.moves), round(float(step.share), 2)
        (False, 0.96)
    """
    variable = tf.Variable(checked(f, floating(x, dtype, "x", ranks=(0,)), dtype))
    optimizer = tf.keras.optimizers.SGD(checked_rate(learning_rate))
    with tf.GradientTape() as tape:
        value = tf.convert_to_tensor(f(variable))
    gradient = tf.convert_to_tensor(tape.gradient(value, variable))
    before, rate = variable.numpy(), tf.cast(tf.convert_to_tensor(optimizer.learning_rate), variable.dtype)
    optimizer.apply_gradients([(gradient, variable)])
    run = (value, gradient, rate, tf.multiply(gradient, rate), variable)
    return precision_of(before, *(tensor.numpy() for tensor in run))


def checked_rate(learning_rate: Any) -> float:
    """Return a learning rate as a Python float; raise FunctionError unless it is a finite number above 0."""
    rate = float(floating(learning_rate, "float32", "learning_rate", ranks=(0,), example="0.01"))
    if rate < np.finfo(np.float32).smallest_normal:
        raise FunctionError(
            _("learning_rate must be above 0, in float32 too, for example learning_rate=0.01; got {rate}.").format(
                rate=learning_rate
            )
        )
    return float(learning_rate)


def precision_of(
    x: Number, value: Number, gradient: Number, learning_rate: Number, update: Number, next_x: Number
) -> Precision:
    """Return the Precision of steps that TensorFlow ran, from NumPy floats or arrays of one dtype."""
    below, above = neighbors(x)
    # Where the product is 0, the gradient tells which way the step would have gone.
    downhill: Number = np.where(update == 0, gradient, update)
    ulp, two = ulp_towards(x, -downhill), x.dtype.type(2)
    with np.errstate(under="ignore", divide="ignore", invalid="ignore", over="ignore"):
        half = ulp / two
        share = two * (np.abs(update) / ulp)  # exact, since a ULP is a power of two
        threshold = np.where(gradient == 0, x.dtype.type(np.inf), half / np.abs(gradient))[()]
        flushed = is_subnormal(x) | is_subnormal(gradient) | is_subnormal(gradient * learning_rate)
        flushed |= is_subnormal(x - update) | ((update == 0) & (gradient != 0))
        tie = two * np.abs(update) == ulp
    floats = (below, above, ulp, half, share, threshold, tie, flushed)
    return Precision(x, value, gradient, learning_rate, update, next_x, *floats)


def outcome(facts: Precision) -> Any:
    """Return which of the OUTCOMES a step comes to; for many steps, an array of them."""
    conditions: dict[Outcome, Any] = {
        NOT_FINITE: ~np.isfinite(facts.x),
        OVERFLOWS: ~np.isfinite(facts.next_x),
        FLAT: facts.gradient == 0,
        FLUSHED: facts.flushed & ~facts.moves,
        TIE_MOVES: facts.tie & facts.moves,
        TIE_STAYS: facts.tie,
        ROUNDS_BACK: ~facts.moves,
        MOVES_FAR: facts.share >= FAR,
    }
    return np.select(list(conditions.values()), list(conditions), MOVES)[()]


def neighbors(x: Number) -> tuple[Number, Number]:
    """Return the floats next to x, below and above. Beyond the largest comes inf; nan has only nan."""
    infinity = x.dtype.type(np.inf)
    with np.errstate(over="ignore", under="ignore"):  # inf and subnormal numbers are what is asked for there
        return np.nextafter(x, -infinity), np.nextafter(x, infinity)


def ulp_towards(x: Number, direction: Number) -> Number:
    """Return the distance from x to its neighbor below where `direction` is below 0, else to the one above.

    Below a power of two, floats are half as far apart as above it. Beyond the largest float their spacing would go on
    as before it, which is what decides whether a sum rounds to inf. For inf and nan there is no distance: nan.
    """
    below, above = neighbors(x)
    with np.errstate(invalid="ignore", over="ignore", under="ignore"):
        down, up = x - below, above - x
        up, down = np.where(np.isinf(up), down, up), np.where(np.isinf(down), up, down)
    distance = np.where(np.signbit(direction) & (direction != 0), down, up).astype(x.dtype)
    return np.where(np.isfinite(x), distance, x.dtype.type(np.nan))[()]


def floats_around(x: Number, count: int) -> Floats:
    """Return the floats from `count` below x to `count` above it, rising: shape (2 * count + 1,)."""
    below, above = [x], [x]
    for _step in range(count):
        below.append(neighbors(below[-1])[0])
        above.append(neighbors(above[-1])[1])
    return np.array(below[:0:-1] + above)


def compute_runs(
    f: Callable[[Variable], Tensor], start: float = 0.0, rates: Iterable[float] = RATES, iterations: int = 10_000
) -> PrecisionRuns:
    """Run plain SGD on `f`, in float32 and in float64, as `widgets.descend` does.

    Args:
        f: a function of one number that returns one number.
        start: where every run starts.
        rates: one or more learning rates.
        iterations: the number of steps of each run.

    Returns:
        A run for each learning rate and dtype.

    Raises:
        FunctionError: f, the start, a learning rate or the number of iterations cannot be used.
    """
    rates = _checked_rates(rates)
    starts = {dtype: floating(start, dtype, ranks=(0,)) for dtype in FLOATS}
    paths = {dtype: descend(f, starts[dtype], rates, iterations, dtype=dtype) for dtype in FLOATS}
    kept = _steps_to_keep(paths.values())
    runs = {dtype: tuple(_run(paths[dtype], i, kept) for i in range(len(rates))) for dtype in FLOATS}
    return PrecisionRuns(paths["float32"].title, float(start), rates, paths["float32"].iterations, runs)


def _checked_rates(rates: Iterable[Any]) -> tuple[float, ...]:
    # Keras keeps a learning rate in float32: two that are the same there are one.
    unique = tuple(sorted({np.float32(rate): rate for rate in map(checked_rate, rates)}.values()))
    if not 0 < len(unique) <= MAX_RATES:
        raise FunctionError(
            _("learning_rates must be 1 to {most} numbers, for example [0.001, 0.01, 0.1]; got {count}.").format(
                most=MAX_RATES, count=len(unique)
            )
        )
    return unique


def _steps_to_keep(paths: Iterable[Paths]) -> npt.NDArray[np.int64]:
    """Return the steps that are kept of every run, rising: also those around each end, in either dtype."""
    paths = list(paths)
    last = paths[0].iterations
    kept = {*range(min(DENSE, last) + 1), *range(0, last + 1, STRIDE)}
    for end in (_end(path, index) for path in paths for index in range(len(path.learning_rates))):
        kept.update(range(max(0, end - AROUND), min(last, end + AROUND) + 1))
    return np.array(sorted(kept))


def _run(paths: Paths, index: int, kept: npt.NDArray[np.int64]) -> PrecisionRun:
    """Return one run, cut where x stops changing."""
    steps, rates = kept[kept <= _end(paths, index)], paths.learning_rates
    facts = _steps(paths.x[steps, index], paths.y[steps, index], paths.gradient[steps, index], rates[[index]])
    x, value, gradient = (np.repeat(column[-1:], len(rates)) for column in (facts.x, facts.value, facts.gradient))
    return PrecisionRun(float(rates[index]), steps, facts, paths.stalled_at[index], _steps(x, value, gradient, rates))


def _end(paths: Paths, index: int) -> int:
    """Return after how many steps x stops changing: where it stalls, or is nan, or else after the last."""
    stalled_at = paths.stalled_at[index]
    if stalled_at is not None:
        return int(stalled_at) - 1
    lost = np.flatnonzero(np.isnan(paths.x[:, index]))
    return int(lost[0]) if lost.size else int(paths.iterations)


def _steps(x: Floats, value: Floats, gradient: Floats, rates: Floats) -> Precision:
    """Return the Precision of one SGD step from each x. TensorFlow multiplies and subtracts, as its optimizer does."""
    rate = tf.cast(tf.broadcast_to(tf.cast(rates, tf.float32), x.shape), x.dtype)
    update = tf.multiply(gradient, rate)
    return precision_of(x, value, gradient, rate.numpy(), update.numpy(), tf.subtract(x, update).numpy())
