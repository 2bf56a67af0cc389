"""One path of the learner's own eager loop, which can be left after each step, and ends where f raises an exception."""

from __future__ import annotations

import contextlib

import numpy as np
import tensorflow as tf

from widgets.common.arrays import Array, Floats
from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.descent.losses.loss import Loss
from widgets.descent.losses.parameters import shown
from widgets.descent.optimizers import KerasOptimizer


class EagerPath:
    """A path, step by step. The learner's own Variables have its numbers while it takes a step, and not between steps.

    Args:
        loss: the learner's function.
        start: where the path begins.
        optimizer: takes the steps.
        is_strict: whether a FunctionError, which says that f returns no number or has no gradient, is raised at any
            step, as it is at the start; otherwise it ends the path as any other exception does.

    Attributes:
        problem: the exception of f that ended the path, or None.
    """

    def __init__(self, loss: Loss, start: Floats, optimizer: KerasOptimizer, is_strict: bool = True) -> None:
        self._loss, self._optimizer, self._is_strict = loss, optimizer, is_strict
        is_own = bool(loss.parameters.variables)
        self._variables = None if is_own else [tf.Variable(part) for part in loss.parameters.split_array(start)]
        self._x: Array = np.array(start)
        self._steps: list[tuple[Array, Array, Array]] = []
        self.problem: Exception | None = None

    @property
    def points(self) -> int:
        """How many points are known, the start among them."""
        return len(self._steps)

    @property
    def columns(self) -> list[Array]:
        """The points that are known: x, (points, *dims), y, (points,), and the gradient, like x."""
        return [np.stack(column) for column in zip(*self._steps, strict=True)]

    def take_step(self) -> None:
        """Compute y and the gradient at the next point, and where it leads."""
        variables = contextlib.nullcontext(self._variables) if self._variables else self._loss.live(self._x)
        with variables as live:
            try:
                y, gradients = self._loss.eager_step(live, len(self._steps))
                if any(gradient is None for gradient in gradients):
                    said = _("f has no gradient at x = {x}, which the path reached.")
                    raise FunctionError(said.format(x=shown(self._x)))
            except Exception as error:  # a learner's f may raise anything; ours says that f returned no number
                if not self._steps or (self._is_strict and isinstance(error, FunctionError)):
                    raise
                self.problem, (x, y, _gradient) = error, self._steps[0]
                self._steps.append((self._x, np.full_like(y, np.nan), np.full_like(x, np.nan)))
                return
            step = self._x, np.asarray(y), self._loss.flat(gradients)
            self._optimizer.apply_gradients(zip(gradients, live, strict=True))
            self._x = self._loss.flat(live)
        self._steps.append(step)
