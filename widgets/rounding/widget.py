"""`PrecisionMicroscope`: zoom on the number line from a whole run of SGD down to single floats."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import traitlets
from matplotlib.figure import Figure

from widgets.common.arrays import Tensor, Variable
from widgets.common.catalogue import _
from widgets.common.deprecation import RenamedAttribute
from widgets.common.functions import FLOATS
from widgets.common.widget import SLIDING, View
from widgets.rounding.figure import precision_figure
from widgets.rounding.float_steps import RATES, compute_runs
from widgets.rounding.model import DType, PrecisionRun
from widgets.rounding.payload import facts_payload, runs_payload
from widgets.rounding.text import microscope_text, rate_text, title


def _flat(learning_rates: Sequence[float]) -> npt.NDArray[Any]:
    """Return numbers as one row; rows of different lengths stay what they are, and are refused as no numbers."""
    try:
        return np.ravel(learning_rates)
    except ValueError:
        return np.array([learning_rates], dtype=object)


class PrecisionMicroscope(View):
    """See why a run of SGD stalls, with a zoom from the whole run down to the floats around x.

    All runs are computed once, in both dtypes, when the widget is made.

    Args:
        f: a function of one number that returns one number.
        start: where every run starts.
        learning_rate: that of the run that is shown first.
        learning_rates: the learning rates of the slider, 1 to 25; `learning_rate` is added to them.
        iterations: the number of steps of each run.
        dtype: "float32" or "float64".

    Attributes:
        step: how many steps are taken, 0 to `iterations`; it starts where the run stalls.
        learning_rate: that of the run that is shown, one of the slider's.
        dtype: "float32" or "float64".
        zoom: from 0.0, the whole run, to 1.0, ten floats.
        next_rate: where the run has stalled, a learning rate to try for one more step, or None.
        computed: all runs, a `widgets.rounding.model.PrecisionRuns`.

    Raises:
        FunctionError: the function, the start, a learning rate or the number of iterations cannot be used.

    Example:
        >>> from widgets import PrecisionMicroscope
        >>> scope = PrecisionMicroscope(lambda x: x**2 - 2 * x + 1, learning_rates=[0.1], iterations=1_000)
        >>> scope.step, scope.run.stalled_at
        (659, 660)
    """

    _bundle = "microscope"

    facts = traitlets.Unicode("{}").tag(sync=True)
    runs = traitlets.Bytes(b"").tag(sync=True)
    step = traitlets.Int(0).tag(**SLIDING)
    learning_rate = traitlets.Float(0.01).tag(**SLIDING)
    dtype = traitlets.Enum(FLOATS, "float32").tag(sync=True)
    zoom = traitlets.Float(0.0).tag(**SLIDING)
    next_rate = traitlets.Float(None, allow_none=True).tag(**SLIDING)

    magnified = RenamedAttribute("computed")
    tried = RenamedAttribute("trial_rate")

    def __init__(
        self,
        f: Callable[[Variable], Tensor],
        start: float = 0.0,
        learning_rate: float = 0.01,
        *,
        learning_rates: Sequence[float] = RATES,
        iterations: int = 10_000,
        dtype: DType = "float32",
    ) -> None:
        self.computed = compute_runs(f, start, [learning_rate, *_flat(learning_rates)], iterations)
        super().__init__(facts=facts_payload(self.computed), runs=runs_payload(self.computed), dtype=dtype)
        self.learning_rate = float(learning_rate)
        self.step = self._last_step()

    @property
    def run(self) -> PrecisionRun:
        """The run that is shown."""
        return self.computed.run(self.dtype, self.learning_rate)

    @property
    def trial_rate(self) -> float | None:
        """The learning rate that is tried for one more step, or None: there is one only where the run has stalled."""
        has_stalled = self.run.stalled_at is not None and self.step >= self._last_step()
        return self.next_rate if has_stalled and self.next_rate != self.learning_rate else None

    def _last_step(self) -> int:
        """Return after how many steps x no longer changes."""
        return self.computed.iterations if self.run.stalled_at is None else self.run.stalled_at - 1

    @traitlets.validate("step")
    def _within_the_run(self, proposal: dict[str, Any]) -> int:
        return int(min(max(proposal["value"], 0), self.computed.iterations))

    @traitlets.validate("zoom")
    def _within_the_zoom(self, proposal: dict[str, Any]) -> float:
        if math.isnan(proposal["value"]):
            raise traitlets.TraitError(
                _("zoom must be a number from 0.0 (the whole run) to 1.0 (ten floats); got nan.")
            )
        return float(min(max(proposal["value"], 0.0), 1.0))

    @traitlets.validate("learning_rate", "next_rate")
    def _one_of_the_rates(self, proposal: dict[str, Any]) -> float | None:
        value, rates = proposal["value"], self.computed.rates
        found = [rate for rate in rates if value is not None and math.isclose(rate, value, rel_tol=1e-6)]
        if value is not None and not found:
            raise traitlets.TraitError(
                _("{name} must be one of {rates}; got {value}. Give others as learning_rates=[...].").format(
                    name=proposal["trait"].name, rates=", ".join(map(rate_text, rates)), value=value
                )
            )
        return found[0] if found else None

    @property
    def title(self) -> str:  # type: ignore[override]  # a property where the base class has an attribute
        """What is under the microscope, in a line."""
        return title(self.computed)

    @property
    def text(self) -> str:  # type: ignore[override]
        """The microscope as plain text: the step that is shown, its numbers, and where each run stalls."""
        return microscope_text(self.computed, self.run, self.step, self.trial_rate)

    def figure(self) -> Figure:
        """Return the step that is shown as a matplotlib figure, for print."""
        return precision_figure(self.computed, self.run, self.step, self.trial_rate)
