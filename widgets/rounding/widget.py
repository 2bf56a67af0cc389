"""`PrecisionMicroscope`: zoom on the number line from a whole run of SGD down to single floats."""

import math

import numpy as np
import traitlets

from widgets.common.catalogue import _
from widgets.common.function_checks import FLOATS
from widgets.common.widget import SLIDING, View
from widgets.rounding.figure import precision_picture
from widgets.rounding.payload import lower, pack
from widgets.rounding.runs import RATES, magnify
from widgets.rounding.sentences import magnified_twin, title
from widgets.rounding.text import rate_text


class PrecisionMicroscope(View, bundle="microscope"):
    """See why a run of SGD stalls: `PrecisionMicroscope(f)`, `PrecisionMicroscope(f, start=3.0, learning_rate=0.1)`.

    `f` is a function of one number, `start` where every run begins, `learning_rates` the rates of the slider (1 to 25;
    `learning_rate` is added to them), `iterations` the steps of each run. All is computed here, once, in both dtypes.

    Traits, to be read, set and observed:
        `step`: how many steps are taken (0 to `iterations`); it starts where the run stalls.
        `learning_rate`: that of the run, one of `learning_rates`.
        `dtype`: "float32" or "float64".
        `zoom`: from 0.0, the whole run, to 1.0, ten floats.
        `next_rate`: where the run has stalled, a learning rate to try for one more step, or None.
    Raises FunctionError for a function, start, rate or number of iterations that cannot be used.
    """

    facts = traitlets.Unicode("{}").tag(sync=True)
    runs = traitlets.Bytes(b"").tag(sync=True)
    step = traitlets.Int(0).tag(**SLIDING)
    learning_rate = traitlets.Float(0.01).tag(**SLIDING)
    dtype = traitlets.Enum(FLOATS, "float32").tag(sync=True)
    zoom = traitlets.Float(0.0).tag(**SLIDING)
    next_rate = traitlets.Float(None, allow_none=True).tag(**SLIDING)

    def __init__(self, f, start=0.0, learning_rate=0.01, *, learning_rates=RATES, iterations=10_000, dtype="float32"):
        self.magnified = magnify(f, start, [learning_rate, *np.ravel(learning_rates)], iterations)
        super().__init__(facts=lower(self.magnified), runs=pack(self.magnified), dtype=dtype)
        self.learning_rate = float(learning_rate)
        self.step = self._rests_at()

    @property
    def run(self):
        """The Run that is shown."""
        return self.magnified.run(self.dtype, self.learning_rate)

    @property
    def tried(self):
        """The learning rate that is tried for one more step, or None: there is one only where the run has stalled."""
        has_stalled = self.run.stalled_at is not None and self.step >= self._rests_at()
        return self.next_rate if has_stalled and self.next_rate != self.learning_rate else None

    def _rests_at(self):
        return self.magnified.iterations if self.run.stalled_at is None else self.run.stalled_at - 1

    @traitlets.validate("step")
    def _within_the_run(self, proposal):
        return min(max(proposal["value"], 0), self.magnified.iterations)

    @traitlets.validate("zoom")
    def _from_the_run_to_its_floats(self, proposal):
        if math.isnan(proposal["value"]):
            raise traitlets.TraitError(
                _("zoom must be a number from 0.0 (the whole run) to 1.0 (ten floats); got nan.")
            )
        return min(max(proposal["value"], 0.0), 1.0)

    @traitlets.validate("learning_rate", "next_rate")
    def _one_of_the_rates(self, proposal):
        value, rates = proposal["value"], self.magnified.rates
        found = [rate for rate in rates if value is not None and math.isclose(rate, value, rel_tol=1e-6)]
        if value is not None and not found:
            raise traitlets.TraitError(
                _("{name} must be one of {rates}; got {value}. Give others as learning_rates=[...].").format(
                    name=proposal["trait"].name, rates=", ".join(map(rate_text, rates)), value=value
                )
            )
        return found[0] if found else None

    @property
    def title(self):
        """What is under the microscope."""
        return title(self.magnified)

    @property
    def text(self):
        """The text twin: the step that is shown, its numbers, and where each run stalls."""
        return magnified_twin(self.magnified, self.run, self.step, self.tried)

    def figure(self):
        """Return the step that is shown as a matplotlib Figure, for print."""
        return precision_picture(self.magnified, self.run, self.step, self.tried)
