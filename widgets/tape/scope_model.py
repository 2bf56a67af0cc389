"""The facts of whose work an op is: layers, losses, metrics and optimizers, and what an optimizer's step changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from widgets.tape.forward_model import Value

ScopeKind: TypeAlias = Literal["", "layer", "loss", "metric", "optimizer", "initializer", "fit", "evaluate", "predict"]


@dataclass(frozen=True)
class Scope:
    """What ran around an op: a Keras layer or `tf.Module`, a loss, a metric, an optimizer, or Keras's `fit`.

    Attributes:
        kind: which of these.
        name: its own name, such as "dense_1"; the function's name for a plain loss function.
        class_name: its class, such as "Dense"; "" for a plain function.
        outer: the scope around it, by index in `Recording.scopes`; -1 at the top.
        is_regularized: whether it is a layer with a regularizer, whose penalty is in `model.losses`.
    """

    kind: ScopeKind
    name: str
    class_name: str
    outer: int = -1
    is_regularized: bool = False


@dataclass(frozen=True)
class ParameterChange:
    """What an optimizer's step did to one Variable.

    Attributes:
        tensor: the Variable, by index in `Recording.tensors`.
        before: its value before the step; None if the recording has not seen it.
        after: its value after the step; None if it cannot be told from what was seen.
    """

    tensor: int
    before: Value | None
    after: Value | None


@dataclass(frozen=True)
class OptimizerStep:
    """One call of a Keras optimizer's `apply` or `apply_gradients`.

    Attributes:
        scope: the optimizer, by index in `Recording.scopes`.
        first: the first entry that it ran, by index in `Recording.entries`.
        last: the last one.
        parameters: the Variables that it changed, its own state left out.
    """

    scope: int
    first: int
    last: int
    parameters: tuple[ParameterChange, ...]
