"""Descend on a learner's f with real tapes and Keras' optimizers, at many learning rates.

Every path is, bit for bit, what the learner's own loop gives: Variables; in each step a tape around y = f(...),
`tape.gradient(y, variables)`, and `optimizer.apply_gradients`; or the note says that last digits may differ. An f that
is a tf.function runs as the Python function that it was made from.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy.typing as npt

from widgets.common.arrays import Tensor
from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.descent.limits import checked_iterations, checked_rates, require_memory
from widgets.descent.losses.loss import loss_of
from widgets.descent.model import Paths
from widgets.descent.optimizers import optimizer_named
from widgets.descent.paths.batching import plan_for
from widgets.descent.paths.path_runs import PathRuns, finished
from widgets.descent.schedules import Rates


def descend(
    f: Callable[..., Tensor],
    start: Any,
    learning_rates: npt.ArrayLike = (),
    iterations: int = 100,
    optimizer: Any = "sgd",
    dtype: Literal["float32", "float64"] | str = "float32",
    *,
    data: Any = None,
    batch_size: int | None = None,
    seed: int | None = None,
    schedule: Any = None,
    **others: Any,
) -> Paths:
    """Run gradient descent on `f` from `start`, once for each learning rate.

    Every number is bit for bit what an eager loop with `tf.GradientTape` and the Keras optimizer computes, unless
    `Paths.note` says "not bit-identical". f is traced into a graph
    (https://www.tensorflow.org/guide/function), and again only when something that it captures has changed; places on
    the paths are compared with f run eagerly. `Paths.how` says how the paths were computed, `Paths.note` why not all
    at once.

    Args:
        f: takes the parameters, Variables or tensors like `start`, and returns one number; both are of `dtype`. With
            `data`, the arrays come after the parameters. Where `start` has Variables that f reads by itself, as a
            Keras model does, f takes the data alone. It may branch in Python, also on tensors.
        start: where the parameters begin: a number, an array, or a list of numbers; a list, tuple, or dict of these;
            Variables, as in `model.trainable_variables`, or the model. They have up to 100,000 numbers in all.
            Variables are left as they were.
        learning_rates: at least one: positive numbers, at most 2,000. As Keras does, each is rounded to float32.
        iterations: steps of every path, 1 to 10,000. (iterations + 1) · rates · numbers is at most 25 million.
        optimizer: one of Keras' optimizers, by name, such as "sgd", "adam" or "adagrad", or an instance, of which the
            settings are taken and each of `learning_rates` replaces the learning rate. By name, settings are Keras'
            defaults, but for "momentum" and "nesterov" (see `widgets.descent.OPTIMIZERS`).
        dtype: "float32" or "float64", of the parameters, y, and the gradient, and of floating-point data.
        data: an array, or a tuple of arrays with a row for each example.
        batch_size: rows in each mini-batch; None: each step sees all data. Every path sees the same batches, those of
            `tf.data.Dataset.from_tensor_slices(data).batch(batch_size)`, epoch after epoch. y is that of the batch.
        seed: if given, each epoch is shuffled as by `.shuffle(len(data), seed=seed)` before `.batch`.
        schedule: of the learning rate, which begins at each of `learning_rates`: "constant"; "cosine", "exponential",
            "inverse time", or "linear", over the iterations; a Keras schedule, of which the initial rate is replaced;
            or a function that returns one for a rate. None: an optimizer's own, taken the same way, or constant.
        **others: none: a name that is not known is answered by those that are.

    Returns:
        Paths with read-only arrays: x of shape (iterations + 1, rates, *dims), y of shape (iterations + 1, rates).
        Parameters of any other structure than a number or a list are one flat x, as `Paths.parameters` says.

    Raises:
        FunctionError: an argument is not as described; or f returns no gradient, or is not finite at the start.

    Example:
        >>> from widgets import descend
        >>> paths = descend(lambda x: x * x - 2.0 * x + 1.0, start=0.0, learning_rates=[0.1, 0.5, 1.0], iterations=100)
        >>> paths.x.shape
        (101, 3)
        >>> [verdict.kind for verdict in paths.verdicts]
        ['approaches', 'lands', 'bounces']
        >>> import tensorflow as tf
        >>> line = lambda w, x, y: tf.reduce_mean(tf.square(w["slope"] * x + w["level"] - y))
        >>> data = [0.0, 1.0, 2.0, 3.0], [1.0, 3.0, 5.0, 7.0]
        >>> fit = descend(line, {"slope": 0.0, "level": 0.0}, [0.1], 200, "adam", data=data, batch_size=2, seed=0)
        >>> fit.parameters.names
        ('slope', 'level')
    """
    refuse_others(others)
    record = optimizer_named(optimizer)
    loss, x = loss_of(f, start, dtype, data, batch_size, seed)
    rates, iterations = checked_rates(learning_rates), checked_iterations(iterations)
    require_memory(iterations, rates.size, x.size)
    scheduled = Rates(rates, record.schedule if schedule is None else schedule, iterations)
    plan = plan_for(loss, x, rates.size, record)
    return finished(PathRuns(loss, plan, x, scheduled, iterations, record))


_MEANT = {"lr": "learning_rates", "learning_rate": "learning_rates", "rates": "learning_rates", "steps": "iterations",
          "epochs": "iterations", "x0": "start", "opt": "optimizer", "batch": "batch_size"}  # fmt: skip


def refuse_others(others: dict[str, Any]) -> None:
    """Raise FunctionError for the first argument of an unknown name: it names what was meant, and all there are."""
    for name in others:
        meant = _MEANT.get(name)
        did_you_mean = "" if meant is None else _("Did you mean {name}?").format(name=meant) + " "
        raise FunctionError(
            _(
                "descend() has no argument {name}. {did_you_mean}For example: "
                "descend(f, start=0.0, learning_rates=[0.1, 0.5], iterations=100)."
            ).format(name=name, did_you_mean=did_you_mean)
        )
