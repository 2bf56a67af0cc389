"""`ExecutionRace`: gradient descent in eager mode, in a `tf.function`, retraced and with XLA, timed on this machine."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator
from typing import Any

import numpy.typing as npt
import traitlets
from matplotlib.figure import Figure

from widgets.common.arrays import Tensor, Variable
from widgets.common.catalogue import _
from widgets.common.cooperative_runner import WorkingView
from widgets.common.errors import as_trait_error
from widgets.common.widget import to_json
from widgets.race import text
from widgets.race.benchmark import checked_learning_rate, checked_seconds, new_race, run_race
from widgets.race.execution_modes import source_code
from widgets.race.figure import race_figure
from widgets.race.model import MODES, NOT_RUN, RUNNING, STOPPED, Race, Result


class AnotherRaceError(RuntimeError):
    """Another race is running: two at once would slow each other down."""

    def __init__(self) -> None:
        super().__init__(_("Another race is running, and both would be slow. Wait until it has ended."))


class ExecutionRace(WorkingView):
    """Measure what tracing and compiling are worth: `ExecutionRace(f)`, then press Start or call `run()`.

    The same gradient descent runs in four execution modes, one after the other: eagerly, in a `tf.function`, in one
    that is traced again and again, and compiled by XLA (https://www.tensorflow.org/guide/function,
    https://www.tensorflow.org/xla). Its time in each is measured on this machine.

    Args:
        f: a function of one scalar or vector that returns one number.
        start: where gradient descent starts: a number or a list of numbers.
        learning_rate: the learning rate of all modes, above 0.
        seconds: about how long each mode runs, from 0.05 to 60.
        dtype: "float32" or "float64".

    Attributes:
        race: the measured facts, a `widgets.race.model.Race`.
        racing: whether it runs. Set it to start or to stop; a second start changes nothing.
        progress: how much of the race is over, from 0.0 to 1.0.
        learning_rate: as given. A new value discards what was measured; it cannot change while the race runs.
        seconds: likewise.

    Raises:
        FunctionError: a function, start or setting cannot be used; the message says what can.

    Example:
        >>> from widgets import ExecutionRace
        >>> race = ExecutionRace(lambda x: x * x, start=1.0, seconds=0.05)
        >>> race.run().state
        'finished'
        >>> race.race.result("tf.function").traces
        1
    """

    _bundle = "race"
    _alone = AnotherRaceError

    facts = traitlets.Unicode("{}").tag(sync=True)
    standings = traitlets.Unicode("{}").tag(sync=True)
    progress = traitlets.Float(0.0).tag(sync=True)
    racing = traitlets.Bool(False).tag(sync=True)
    learning_rate = traitlets.Float(0.1)
    seconds = traitlets.Float(1.5)

    def __init__(
        self,
        f: Callable[[Variable], Tensor],
        start: npt.ArrayLike = 0.0,
        learning_rate: float = 0.1,
        *,
        seconds: float = 1.5,
        dtype: str = "float32",
    ) -> None:
        self.race = new_race(f, start, learning_rate, seconds, dtype)
        self._function = f
        shown = {"facts": settings_payload(self.race), "standings": standings_payload(self.race)}
        super().__init__(learning_rate=self.race.learning_rate, seconds=self.race.seconds, **shown)

    def start(self) -> None:
        """Start the race and return at once; where there is no event loop, as in a script, run it to its end."""
        self.racing = True

    def stop(self) -> None:
        """Stop the race as soon as possible. What has been measured stays."""
        self.racing = False

    def run(self) -> Race:
        """Run the race to its end. An interrupt stops it.

        Returns:
            The measured facts.

        Raises:
            AnotherRaceError: the race of another widget is running.
        """
        self._runner.finish()
        return self.race

    def _work(self) -> Generator[Race, None, None]:
        for race in run_race(self._function, self.race):
            self.race = race
            yield race

    def _show(self) -> None:
        with self._state_lock, self.hold_sync():
            self.racing = self._runner.is_running
            if not self.racing:
                self.race = _stopped(self.race)
            self.facts, self.standings = settings_payload(self.race), standings_payload(self.race)
            self.progress = self.race.progress

    @traitlets.observe("racing")
    def _start_or_stop(self, change: dict[str, Any]) -> None:
        if change["new"] == self._runner.is_running:
            return
        self.problem = ""
        try:
            self._runner.start() if change["new"] else self._runner.stop()
        except AnotherRaceError as error:
            self.problem, self.racing = str(error), False

    @traitlets.validate("progress")
    def _within_the_race(self, proposal: dict[str, Any]) -> float:
        return min(max(float(proposal["value"]), 0.0), 1.0)

    @traitlets.validate("learning_rate", "seconds")
    def _usable_setting(self, proposal: dict[str, Any]) -> float:
        if self._runner.is_running:
            raise traitlets.TraitError(_("Settings cannot change while the race runs. Stop it first."))
        if proposal["trait"].name == "seconds":
            return as_trait_error(checked_seconds, proposal["value"])
        return as_trait_error(checked_learning_rate, self.race.dtype, proposal["value"])

    @traitlets.observe("learning_rate", "seconds")
    def _discard_results(self, change: dict[str, Any]) -> None:
        setting = {change["name"]: change["new"]}
        self.race = dataclasses.replace(self.race, **setting, state=NOT_RUN, results=tuple(map(Result, MODES)))
        self._show()

    def _page_state(self) -> dict[str, Any]:
        return super()._page_state() | {"racing": False, "standings": standings_payload(_stopped(self.race))}

    @property
    def title(self) -> str:  # type: ignore[override]  # a property where the base class has an attribute
        """What is raced, in a line."""
        return text.title(self.race)

    @property
    def text(self) -> str:  # type: ignore[override]
        """The race as plain text: the same every time until it has run, then with the times of this machine."""
        return text.race_text(self.race)

    def figure(self) -> Figure:
        """Return the race as it stands as a matplotlib figure, for print."""
        return race_figure(self.race)


def settings_payload(race: Race) -> str:
    """Return as JSON what stays the same while a race runs: its settings, its modes, and the view's words."""
    modes = [
        {
            "name": text.NAMES[result.mode],
            "description": text.DESCRIPTIONS[result.mode],
            "code": source_code(result.mode, race),
        }
        for result in race.results
    ]
    return to_json({"title": text.title(race), "settings": text.settings(race), "modes": modes, "words": text.CONTROLS})


def standings_payload(race: Race) -> str:
    """Return as JSON how a race stands: all numbers as text, and as seconds to draw bars from."""
    return to_json(
        {
            "state": race.state,
            "summary": text.summary(race),
            "machine": "" if race.state == NOT_RUN else text.machine(race),
            "timeScale": race.time_scale,
            "results": [_result_payload(result) for result in race.results],
        }
    )


def _result_payload(result: Result) -> dict[str, Any]:
    found = result.spread
    return {
        "state": result.state,
        "quartiles": [found.lower, found.median, found.upper] if found else None,
        "first": result.first.seconds if result.first else None,
        "time": text.duration(found.median) if found else "",
        "facts": [
            text.spread(result) or text.pending(result),
            text.first_call(result),
            text.traces(result),
            text.arrival(result),
        ],
        "details": text.details(result),
        "problem": text.failure(result) or text.warning(result),
    }


def _stopped(race: Race) -> Race:
    """Return a race that no longer runs: stopped before its end unless it is finished or was never started."""
    return dataclasses.replace(race, state=STOPPED) if race.state == RUNNING else race
