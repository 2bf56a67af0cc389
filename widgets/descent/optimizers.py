"""The optimizers to descend with: one record each, from which menus, labels, copied code, and test parameters come.

To add one to the menu, append an `Optimizer` to `_RECORDS`, and a row to `OPTIMIZERS` in tests/descent/learner.py. Any
other of Keras' is known by its name, or comes as an instance.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.common.catalogue import _
from widgets.common.errors import FunctionError

KerasOptimizer: TypeAlias = Any
"""A `tf.keras.optimizers.Optimizer`."""

Schedule: TypeAlias = Any
"""A `tf.keras.optimizers.schedules.LearningRateSchedule`."""

LEARNING_RATE = "«learning_rate»"
"""The placeholder for the learning rate in an optimizer's code."""


@dataclasses.dataclass(frozen=True)
class Optimizer:
    """One of Keras' optimizers with its settings.

    Attributes:
        name: what `descend(optimizer=...)` and the trait `optimizer` take.
        label: what a learner reads in the menu, in the learner's language.
        keras_class: a class in `tf.keras.optimizers` (https://keras.io/api/optimizers/).
        options: its keyword arguments besides the learning rate.
        is_plain: whether an update is exactly learning rate × gradient. The compiled loop writes such an update out,
            and 1/λ and 2/λ are limits of this rule only.
        schedule: of the learning rate, where an instance came with one.
    """

    name: str
    label: str
    keras_class: Callable[..., KerasOptimizer]
    options: Mapping[str, object] = dataclasses.field(default_factory=dict)
    is_plain: bool = False
    schedule: Schedule | None = None

    @property
    def is_elementwise(self) -> bool:
        """Whether each number is updated by itself, by exact arithmetic, so that one object can serve many paths."""
        return self.keras_class.__name__ in _ELEMENTWISE and not (_TOGETHER & set(self.options))

    @property
    def adds_sparse_gradients(self) -> bool:
        """Whether a row's several gradients, where f looks it up several times, act as their sum.

        Other optimizers of Keras' square each of them by itself.
        """
        return self.keras_class is tf.keras.optimizers.SGD

    def create(self, learning_rate: float | Schedule) -> KerasOptimizer:
        """Return a new Keras optimizer with this learning rate, or with a schedule of it."""
        return self.keras_class(learning_rate=learning_rate, **self.options)

    @property
    def code(self) -> str:
        """Python code that creates the optimizer, with LEARNING_RATE in place of the learning rate."""
        return self.code_with(None)

    def code_with(self, schedule: Schedule | None) -> str:
        """Return the code with a schedule that begins at LEARNING_RATE: this one, or else the optimizer's own."""
        schedule = self.schedule if schedule is None else schedule
        return self.code_at(LEARNING_RATE if schedule is None else _schedule_code(schedule))

    def code_at(self, rate: str) -> str:
        """Return Python code that creates the optimizer, whose learning rate is this code."""
        arguments = [f"learning_rate={rate}", *(f"{key}={value!r}" for key, value in self.options.items())]
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


_ELEMENTWISE = {"Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "Lion", "Nadam", "RMSprop", "SGD"}
_TOGETHER = {"clipnorm", "global_clipnorm", "use_ema", "gradient_accumulation_steps", "loss_scale_factor"}
"""Settings by which numbers are updated together, or not at each step."""

_NOT_ALONE = {"LossScaleOptimizer", "MultiOptimizer", "Optimizer", "OptimizerMap", "ScheduleFreeAdamW"}
"""Classes that only wrap another optimizer, or want to be told when a run ends."""

_others: dict[str, Optimizer] = {}
"""Those that were asked for besides the menu's, by name: a run that is kept has only the name of its optimizer."""


def keras_names() -> dict[str, Any]:
    """Return Keras' classes of optimizers by the names that are taken for them: "adagrad", "adamw"."""
    found = {name: kind for name, kind in vars(tf.keras.optimizers).items() if isinstance(kind, type)}
    return {name.lower(): kind for name, kind in sorted(found.items()) if name not in _NOT_ALONE}


def optimizer_named(optimizer: object) -> Optimizer:
    """Return the record of an optimizer.

    Args:
        optimizer: a name in OPTIMIZERS, one of Keras' classes by name, as in "adagrad", or such a class or an instance
            of one: its settings are taken, itself is left as it is.

    Returns:
        The record.

    Raises:
        FunctionError: it is something else; the message lists all names.
    """
    if isinstance(optimizer, str):
        name = optimizer.replace("_", "").lower()
        for known in (optimizer, name):
            if record := OPTIMIZERS.get(known) or _others.get(known):
                return record
        if name in (classes := keras_names()):
            return _others.setdefault(name, Optimizer(name, classes[name].__name__, classes[name]))
    if isinstance(optimizer, type) and optimizer in keras_names().values():
        return optimizer_named(optimizer.__name__)
    if isinstance(optimizer, tf.keras.optimizers.Optimizer):
        return _record_of(optimizer)
    names = ", ".join(f'"{known}"' for known in [*OPTIMIZERS, *sorted(keras_names().keys() - OPTIMIZERS.keys())])
    raise FunctionError(
        _(
            "optimizer must be one of {names}, or one of Keras' objects, for example "
            "tf.keras.optimizers.Adam(beta_1=0.8); got {optimizer!r}."
        ).format(names=names, optimizer=optimizer)
    )


def is_optimizer(name: str) -> bool:
    """Return whether an optimizer has this name."""
    try:
        return bool(optimizer_named(name))
    except FunctionError:
        return False


def _record_of(optimizer: KerasOptimizer) -> Optimizer:
    """Return the record of a Keras optimizer: what it is in the menu, or by its class and the settings it was given."""
    kind, config = type(optimizer), _settings(optimizer)
    try:
        usual = _settings(kind())
    except TypeError:  # a class of the learner's own may need more
        usual = {}
    options = {name: value for name, value in config.items() if name not in usual or usual[name] != value}
    schedule = getattr(optimizer, "_learning_rate", None)
    schedule = schedule if isinstance(schedule, tf.keras.optimizers.schedules.LearningRateSchedule) else None
    for record in OPTIMIZERS.values():
        if schedule is None and (record.keras_class, dict(record.options)) == (kind, options):
            return record
    written = ", ".join(f"{name}={value!r}" for name, value in options.items())
    label = f"{kind.__name__}({written})" if written else kind.__name__
    name = f"{label}, {type(schedule).__name__} {id(schedule)}" if schedule else label
    is_plain = kind is tf.keras.optimizers.SGD and not options
    return _others.setdefault(name, Optimizer(name, label, kind, options, is_plain, schedule))


def _settings(optimizer: KerasOptimizer) -> dict[str, object]:
    return {name: value for name, value in optimizer.get_config().items() if name not in ("name", "learning_rate")}


def _schedule_code(schedule: Schedule) -> str:
    """Return Python code that creates a schedule that begins at LEARNING_RATE."""
    config, kind = dict(schedule.get_config()), type(schedule)
    usual = {name: one.default for name, one in inspect.signature(kind).parameters.items()}
    written = {name: repr(value) for name, value in config.items() if name != "name" and usual.get(name, ...) != value}
    if "initial_learning_rate" in config:
        written["initial_learning_rate"] = LEARNING_RATE
    elif isinstance(schedule, tf.keras.optimizers.schedules.PiecewiseConstantDecay):
        parts = [value / config["values"][0] for value in config["values"]]
        written["values"] = f"[rate * part for rate in [{LEARNING_RATE}] for part in {parts}]"
    is_kerass = vars(tf.keras.optimizers.schedules).get(kind.__name__) is kind
    arguments = ", ".join(f"{name}={value}" for name, value in written.items())
    return f"{'tf.keras.optimizers.schedules.' if is_kerass else ''}{kind.__name__}({arguments})"


class RatePerPath(tf.keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]  # Keras has no types
    """A learning rate for each path, the same at each step, or a row of them for each step.

    Keras multiplies a row with the gradients of all paths.

    Args:
        shape: of a row.
        is_scheduled: whether there is one for each step.
    """

    def __init__(self, shape: tuple[int, ...], is_scheduled: bool = False) -> None:
        dtype, self._is_scheduled = tf.keras.backend.floatx(), is_scheduled
        self.rates = tf.Variable(np.ones((1, *shape), dtype), trainable=False, shape=(None, *shape))

    def __call__(self, step: Tensor) -> Tensor:
        """Return the rates at a step, in the dtype in which Keras would keep one."""
        rates = self.rates.read_value()
        return rates[tf.convert_to_tensor(step)] if self._is_scheduled else rates[0]

    def get_config(self) -> dict[str, object]:
        """Return what a copy needs."""
        return {"shape": tuple(self.rates.shape[1:]), "is_scheduled": self._is_scheduled}
