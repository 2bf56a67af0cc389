"""What can be set on a descent explorer: each setting refuses an impossible value before anything has changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf
import traitlets

from widgets.common.arguments import parsed
from widgets.common.errors import as_trait_error
from widgets.common.field_requests import FieldRequests
from widgets.common.function_checks import FLOATS, Function
from widgets.common.widget import SLIDING
from widgets.descent.engine import checked_iterations, checked_rates
from widgets.descent.landscapes import LANDSCAPES, Landscape
from widgets.descent.loss_surface import plottable_start
from widgets.descent.optimizers import OPTIMIZERS, PLAIN

OWN = "yours"
"""The name of the learner's own function among those to choose from."""


class DescentSettings(FieldRequests):
    """The settings of a descent as traits. What cannot be set raises a TraitError with FunctionError's message.

    Args:
        f: the learner's function.
        start: where it begins.
        **traits: other settings.
    """

    FIELDS = ("function", "optimizer", "dtype", "start")  # start last: it is one of the function's

    learning_rate = traitlets.Float(0.1).tag(**SLIDING)
    iterations = traitlets.Int(30).tag(**SLIDING)
    optimizer = traitlets.Enum(list(OPTIMIZERS), PLAIN.name).tag(sync=True)
    dtype = traitlets.Enum(FLOATS, "float32").tag(sync=True)
    function = traitlets.Enum([OWN, *LANDSCAPES], OWN).tag(sync=True)
    start: Any = traitlets.TraitType(0.0).tag(sync=True)  # not Any, whose None no validator would see

    def __init__(self, f: Function, start: npt.ArrayLike, **traits: Any) -> None:
        plottable_start(f, start, traits.get("dtype", "float32"))
        self._own = Landscape(f, start)
        super().__init__(start=LANDSCAPES.get(traits.get("function", OWN), self._own).start, **traits)

    @property
    def landscape(self) -> Landscape:
        """The function that is descended on, with the start that goes with it."""
        return self._landscape(self.function)

    def _landscape(self, name: str) -> Landscape:
        return self._own if name == OWN else LANDSCAPES[name]

    @traitlets.validate("learning_rate")
    def _check_learning_rate(self, proposal: dict[str, Any]) -> float:
        return float(as_trait_error(checked_rates, proposal["value"])[0])

    @traitlets.validate("iterations")
    def _check_iterations(self, proposal: dict[str, Any]) -> int:
        count = proposal["value"]
        return 0 if count == 0 and count is not False else as_trait_error(checked_iterations, count)

    @traitlets.validate("start")
    def _check_start(self, proposal: dict[str, Any]) -> Any:
        as_trait_error(plottable_start, self.landscape.f, proposal["value"], self.dtype)
        return np.asarray(proposal["value"]).tolist()

    @traitlets.validate("dtype")
    def _check_dtype(self, proposal: dict[str, Any]) -> Any:
        as_trait_error(plottable_start, self.landscape.f, self.start, proposal["value"])
        return proposal["value"]

    @traitlets.validate("function")
    def _check_function(self, proposal: dict[str, Any]) -> Any:
        chosen = self._landscape(proposal["value"])
        as_trait_error(plottable_start, chosen.f, chosen.start, self.dtype)
        return proposal["value"]

    def _set_field(self, name: str, value: Any) -> None:
        """Set what a field asks for. A start was typed: a number, or numbers in brackets."""
        if name == "start":
            value = parsed("start", str(value), tf.constant(self.start, tf.float64)).numpy().tolist()
        super()._set_field(name, value)
