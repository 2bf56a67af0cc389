"""`ExecutionRace`: the same minimisation run eagerly, in a tf.function, retraced, and with XLA, on this machine."""

import dataclasses
import threading

import traitlets

from widgets.common.catalogue import _
from widgets.common.errors import as_trait_error
from widgets.common.widget import View
from widgets.race.compute import KINDS, NOT_RUN, Result, stopped
from widgets.race.cooperative_runner import Driver, TrackError
from widgets.race.figure import race_picture
from widgets.race.payload import lower, lower_standings
from widgets.race.running import line_up, rate_in, run, time_in
from widgets.race.text import race_twin, title


class ExecutionRace(View, bundle="race"):
    """See what tracing and compiling are worth: `ExecutionRace(f)`, then Start, `race.start()` or `race.run()`.

    Gradient descent on `f` (a scalar or vector argument; one number as its value) from `start`, in "float32" or
    "float64". `seconds` is about the time that each of the four contestants gets. `race` holds the measured facts.

    Traits, to be read, set and observed:
        `racing`: True while it runs. Set it to start or stop the race; a second start changes nothing.
        `progress`: from 0.0 to 1.0.
        `learning_rate`, `seconds`: when they change, what was measured is forgotten. Not while it runs.
    Raises FunctionError for a function, start or setting that cannot be used.
    """

    facts = traitlets.Unicode("{}").tag(sync=True)
    standings = traitlets.Unicode("{}").tag(sync=True)
    progress = traitlets.Float(0.0).tag(sync=True)
    racing = traitlets.Bool(False).tag(sync=True)
    learning_rate = traitlets.Float(0.1)
    seconds = traitlets.Float(1.5)

    def __init__(self, f, start=0.0, learning_rate=0.1, *, seconds=1.5, dtype="float32"):
        self.race = line_up(f, start, learning_rate, seconds, dtype)
        self._function, self._driver = f, Driver(self._measure, self._show)
        # JupyterLab may have messages handled in a thread of their own, beside the one that the race runs in.
        self._turns = threading.RLock()
        shown = {"facts": lower(self.race), "standings": lower_standings(self.race)}
        super().__init__(learning_rate=self.race.learning_rate, seconds=self.race.seconds, **shown)

    def start(self):
        """Start the race, and return at once where a notebook's loop can go on with it."""
        self.racing = True

    def stop(self):
        """Stop the race at the next chance; what has been measured stays."""
        self.racing = False

    def run(self):
        """Run the race to its end and return its facts. An interrupt stops it.

        Raises TrackError while the race of another widget runs.
        """
        self._driver.finish()
        return self.race

    def close(self):
        """Stop the race and close the view."""
        if self.comm is not None:
            self._driver.stop()
        super().close()

    def set_state(self, sync_data):
        """Take what the browser sends, in one go."""
        with self._turns:
            super().set_state(sync_data)

    def _measure(self):
        for race in run(self._function, self.race):
            self.race = race
            yield race

    def _show(self):
        """Tell the views how the race stands."""
        with self._turns, self.hold_sync():
            self.racing = self._driver.is_running
            if not self.racing:
                self.race = stopped(self.race)
            self.facts, self.standings, self.progress = lower(self.race), lower_standings(self.race), self.race.progress

    @traitlets.observe("racing")
    def _start_or_stop(self, change):
        if change["new"] == self._driver.is_running:
            return
        self.problem = ""
        try:
            self._driver.start() if change["new"] else self._driver.stop()
        except TrackError as error:
            self.problem, self.racing = str(error), False

    @traitlets.validate("progress")
    def _share(self, proposal):
        return min(max(proposal["value"], 0.0), 1.0)

    @traitlets.validate("learning_rate", "seconds")
    def _settings(self, proposal):
        if self._driver.is_running:
            raise traitlets.TraitError(_("Settings cannot change while the race runs. Stop it first."))
        if proposal["trait"].name == "seconds":
            return as_trait_error(time_in, proposal["value"])
        return as_trait_error(rate_in, self.race.dtype, proposal["value"])

    @traitlets.observe("learning_rate", "seconds")
    def _line_up_anew(self, change):
        blank = {"state": NOT_RUN, "results": tuple(map(Result, KINDS))}
        self.race = dataclasses.replace(self.race, **{change["name"]: change["new"]}, **blank)
        self._show()

    def _page_state(self):
        return super()._page_state() | {"racing": False, "standings": lower_standings(stopped(self.race))}

    @property
    def title(self):
        """What is raced."""
        return title(self.race)

    @property
    def text(self):
        """The text twin: deterministic until the race has run, then with this machine's times."""
        return race_twin(self.race)

    def figure(self):
        """Return the race as it stands as a matplotlib Figure, for print."""
        return race_picture(self.race)
