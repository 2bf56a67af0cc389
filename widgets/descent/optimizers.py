"""The optimizers to descend with: one record each, from which menus, labels, copied code, and test parameters come.

To add one, append an `Optimizer` to `_RECORDS`, and a row to `OPTIMIZERS` in tests/descent/learner.py.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.common.catalogue import _
from widgets.common.errors import FunctionError

KerasOptimizer: TypeAlias = Any
"""A `tf.keras.optimizers.Optimizer`."""

LEARNING_RATE = "«learning_rate»"
"""The placeholder for the learning rate in an optimizer's code."""


@dataclasses.dataclass(frozen=True)
class Optimizer:
    """One of Keras' optimizers with its settings.

    It must update each number independently of all others, so that one object can serve many paths at once.

    Attributes:
        name: what `descend(optimizer=...)` and the trait `optimizer` take.
        label: what a learner reads in the menu, in the learner's language.
        keras_class: a class in `tf.keras.optimizers` (https://keras.io/api/optimizers/).
        options: its keyword arguments besides the learning rate.
        is_plain: whether an update is exactly learning rate × gradient. The compiled loop writes such an update out,
            and 1/λ and 2/λ are limits of this rule only.
    """

    name: str
    label: str
    keras_class: Callable[..., KerasOptimizer]
    options: Mapping[str, object] = dataclasses.field(default_factory=dict)
    is_plain: bool = False

    def create(self, learning_rate: float | RatePerPath) -> KerasOptimizer:
        """Return a new Keras optimizer with this learning rate, or with a schedule that gives each path its own."""
        return self.keras_class(learning_rate=learning_rate, **self.options)

    @property
    def code(self) -> str:
        """Python code that creates the optimizer, with LEARNING_RATE in place of the learning rate."""
        arguments = [f"learning_rate={LEARNING_RATE}", *(f"{key}={value!r}" for key, value in self.options.items())]
        return f"tf.keras.optimizers.{self.keras_class.__name__}({', '.join(arguments)})"

    @property
    def step_note(self) -> str:
        """What a view says in place of an update's arithmetic where it is not simply learning rate × gradient."""
        return _("{optimizer} computes the update by its own rule").format(optimizer=self.label)


_RECORDS = (
    Optimizer("sgd", _("SGD"), tf.keras.optimizers.SGD, is_plain=True),
    Optimizer("momentum", _("SGD with momentum 0.9"), tf.keras.optimizers.SGD, {"momentum": 0.9}),
    Optimizer(
        "nesterov",
        _("SGD with Nesterov momentum 0.9"),
        tf.keras.optimizers.SGD,
        {"momentum": 0.9, "nesterov": True},
    ),
    Optimizer("rmsprop", _("RMSprop"), tf.keras.optimizers.RMSprop),
    Optimizer("adam", _("Adam"), tf.keras.optimizers.Adam),
)
OPTIMIZERS: Mapping[str, Optimizer] = MappingProxyType({record.name: record for record in _RECORDS})
"""By name, in the order of the menu."""

PLAIN = next(record for record in _RECORDS if record.is_plain)
"""The default: plain gradient descent."""


def optimizer_named(name: object) -> Optimizer:
    """Return the optimizer of this name.

    Raises:
        FunctionError: there is none; the message lists all.
    """
    if isinstance(name, str) and name in OPTIMIZERS:
        return OPTIMIZERS[name]
    names = ", ".join(f'"{known}"' for known in OPTIMIZERS)
    raise FunctionError(_("optimizer must be one of {names}; got {optimizer!r}.").format(names=names, optimizer=name))


class RatePerPath(tf.keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]  # Keras has no types
    """A learning rate for each path. Keras multiplies it with the gradients, whose last axis is that of the paths."""

    def __init__(self, rates: npt.ArrayLike) -> None:
        self.rates = tf.Variable(np.asarray(rates), dtype=tf.keras.backend.floatx(), trainable=False)

    def __call__(self, step: Tensor) -> Tensor:
        """Return the rates, in the dtype in which Keras would keep one."""
        return self.rates

    def get_config(self) -> dict[str, object]:
        """Return what a copy needs."""
        return {"rates": self.rates.numpy().tolist()}
