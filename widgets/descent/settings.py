"""The traits of the descent explorer, which are its contract with the browser, and what each of them may be set to."""

from __future__ import annotations

from typing import Any, ClassVar

import traitlets

from widgets.common.catalogue import _
from widgets.common.errors import as_trait_error
from widgets.common.fields import FieldRequests
from widgets.common.functions import FLOATS
from widgets.common.widget import SLIDING
from widgets.descent.kept_runs import MAX_KEPT, checked_run
from widgets.descent.limits import MAX_ITERATIONS, checked_iterations, checked_rates
from widgets.descent.losses.landscapes import LANDSCAPES
from widgets.descent.optimizers import PLAIN, optimizer_named
from widgets.descent.schedules import CONSTANT, schedule_named, schedule_text

OWN = "yours"
"""The name of the learner's own function among those to choose from."""

RATE = 0.1
"""The learning rate to begin with, unless it does not work for f and none was chosen."""


class Settings(FieldRequests):
    """What a learner chooses, what Python answers, and what is refused; `DescentExplorer` says what each trait is."""

    _settings: ClassVar[tuple[str, ...]] = (
        "start",
        "learning_rate",
        "iterations",
        "optimizer",
        "schedule",
        "decay_steps",
        "dtype",
        "function",
        "series",
        "logarithmic",
        "opened",
        "kept",
    )
    # start last: it is one of the function's
    COMPUTED: ClassVar[tuple[str, ...]] = ("function", "optimizer", "schedule", "decay_steps", "dtype", "start")

    learning_rate = traitlets.Float(RATE).tag(**SLIDING)
    iterations = traitlets.Int(30).tag(**SLIDING)
    optimizer: Any = traitlets.TraitType(PLAIN.name).tag(sync=True)
    schedule: Any = traitlets.TraitType(CONSTANT).tag(sync=True)
    decay_steps = traitlets.Int(0).tag(sync=True)
    dtype = traitlets.Enum(FLOATS, "float32").tag(sync=True)
    function = traitlets.Enum([OWN, *LANDSCAPES], OWN).tag(sync=True)
    start: Any = traitlets.TraitType(0.0).tag(sync=True)  # not Any, whose None no validator would see
    facts = traitlets.Unicode().tag(sync=True)
    first = traitlets.Bytes().tag(sync=True)
    rest = traitlets.Bytes().tag(sync=True)
    wants_rest = traitlets.Bool(False).tag(sync=True)
    series = traitlets.Enum(["loss", "norm", "rate", "parameters"], "loss").tag(sync=True)
    logarithmic = traitlets.Bool(False).tag(sync=True)
    opened = traitlets.Bool(False).tag(sync=True)
    kept: Any = traitlets.List(traitlets.Dict(), maxlen=MAX_KEPT).tag(sync=True)

    @traitlets.validate("learning_rate")
    def _check_learning_rate(self, proposal: dict[str, Any]) -> float:
        return float(as_trait_error(checked_rates, proposal["value"])[0])

    @traitlets.validate("iterations")
    def _check_iterations(self, proposal: dict[str, Any]) -> int:
        count = proposal["value"]
        return 0 if count == 0 and count is not False else as_trait_error(checked_iterations, count)

    @traitlets.validate("optimizer")
    def _check_optimizer(self, proposal: dict[str, Any]) -> str:
        return as_trait_error(optimizer_named, proposal["value"]).name

    @traitlets.validate("schedule")
    def _check_schedule(self, proposal: dict[str, Any]) -> str:
        return as_trait_error(schedule_named, proposal["value"])

    @traitlets.validate("decay_steps")
    def _check_decay_steps(self, proposal: dict[str, Any]) -> int:
        if (count := proposal["value"]) in range(1, MAX_ITERATIONS + 1):
            return int(count)
        message = _("decay_steps must be an integer from 1 to {most:,}, for example 100; got {found}.")
        raise traitlets.TraitError(message.format(most=MAX_ITERATIONS, found=count))

    @traitlets.validate("kept")
    def _check_kept(self, proposal: dict[str, Any]) -> Any:
        return [checked_run(run) for run in proposal["value"]]

    @property
    def details(self) -> str:
        """What a run is computed with beyond the rate, the optimizer, the dtype, and the start, as text."""
        return self._details_with(schedule_of(self.optimizer, self.schedule, self.decay_steps))

    def _details_with(self, schedule: str) -> str:
        """Return the details of a run that has another schedule, as `schedule_of` calls it."""
        return schedule


def schedule_of(optimizer: str, schedule: str, decay_steps: int) -> str:
    """Return a run's schedule as text: "cosine over 30 iterations", or the optimizer's own; "" for a constant rate."""
    own = optimizer_named(optimizer).schedule
    return type(own).__name__ if schedule == CONSTANT and own is not None else schedule_text(schedule, decay_steps)
