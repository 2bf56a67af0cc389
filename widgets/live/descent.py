"""The descent explorer: slide the learning rate and the iterations, and see what becomes of the path."""

import numpy as np
import traitlets

from widgets.descent.engine import descend
from widgets.descent.ground import survey
from widgets.descent.rates import with_rate
from widgets.live.descending import FIRST, kept_steps, lowered, packed
from widgets.live.settings import YOURS, Settings
from widgets.live.view import View
from widgets.pictures.descent import picture
from widgets.words import explorer as words
from widgets.words.code import filled, template

LONGEST = 1000
"""Iterations of each path, unless more are asked for."""


class DescentExplorer(Settings, View, bundle="descent"):
    """Watch gradient descent on a function of one number or of two: `DescentExplorer(f, start=0.0)`.

    Every path is computed before anything slides: one for each learning rate of the slider, LONGEST steps each.

    Traits: `learning_rate` (float above 0; one that the slider has not takes the place of its neighbour), `iterations`
    (int, 0 to 10,000), `optimizer` ("sgd", "momentum", "nesterov", "rmsprop", "adam"), `dtype` ("float32", "float64"),
    `function` ("yours", or a name in LANDSCAPES), `start` (a number, or a list of two), `logarithmic` (bool),
    `opened` (bool: the last step, moment by moment), `kept` (at most three runs to compare with), `problem` (what was
    wrong with the last start that was typed). What cannot be is refused with a TraitError, and nothing changes.
    Attributes: `paths`, `ground`, `code` (the run shown, as TensorFlow code), `text`.
    Raises FunctionError for an f that cannot be descended on, and says why.
    """

    facts = traitlets.Unicode().tag(sync=True)
    first = traitlets.Bytes().tag(sync=True)
    rest = traitlets.Bytes().tag(sync=True)
    wants_rest = traitlets.Bool(False).tag(sync=True)
    logarithmic = traitlets.Bool(False).tag(sync=True)
    opened = traitlets.Bool(False).tag(sync=True)
    kept = traitlets.List(traitlets.Dict(), maxlen=3).tag(sync=True)

    def __init__(self, f, start=0.0, **traits):
        self.ground = self.paths = None
        super().__init__(f, start, **traits)
        self._compute()

    @traitlets.observe("function")
    def _change_ground(self, _change):
        """Another function begins at its own start, and nothing that was kept can be compared with it."""
        self.kept, self.ground, self.paths = [], None, None
        self.start = self.landscape.start
        self._compute()

    @traitlets.observe("optimizer", "dtype", "start", "learning_rate", "iterations")
    def _compute_anew(self, change):
        """Compute what is not there yet. Most positions of the sliders are."""
        if self.paths is None:
            return
        is_there = {"learning_rate": self.learning_rate in self.paths.learning_rates}
        is_there["iterations"] = self.iterations <= self.paths.iterations
        if not is_there.get(change["name"], False):
            self._compute()

    def _compute(self):
        f, start = self.landscape.f, self.start
        if self.ground is None or not self.ground.holds(start):
            self.ground = survey(f, start, self.dtype)
        rates = with_rate(self.ground.rates, self.learning_rate)
        self.paths = descend(f, start, rates, max(LONGEST, self.iterations), self.optimizer, self.dtype)
        steps = kept_steps(self.paths.iterations)
        self._rest = packed(self.paths, steps[FIRST:])
        with self.hold_sync():
            self.facts = lowered(self.paths, self.ground, self._more())
            self.first = packed(self.paths, steps[:FIRST])
            self.rest = self._rest if self.wants_rest else b""

    @traitlets.observe("wants_rest")
    def _send_the_rest(self, _change):
        self.rest = self._rest

    def _more(self):
        choices = words.choices(YOURS, self._own.f)
        return {"start": str(self.start), "choices": choices, "code": self._template()}

    def _template(self):
        return template(self.landscape.f, self.start, words.CODES[self.optimizer], self.dtype)

    @property
    def _at(self):
        return int(np.flatnonzero(self.paths.learning_rates == self.learning_rate)[0])

    @property
    def code(self):
        """The run shown as TensorFlow code that reproduces it."""
        return filled(self._template(), self.learning_rate, self.iterations)

    @property
    def title(self):
        """What is descended on."""
        return words.WORDS["Gradient descent on {title}"].format(title=self.paths.title)

    @property
    def text(self):
        """The text twin: every verdict, the bands, the run shown, and where the kept runs part from it."""
        kept = [(words.kept_run(run), np.frombuffer(run["x"], run["dtype"])) for run in self.kept]
        return words.explorer_twin(self.paths, self.ground.bands, self._at, self.iterations, kept)

    def figure(self):
        """Return the run shown as a matplotlib Figure, for print."""
        return picture(self.paths, self.ground, self._at, self.iterations, self.logarithmic)

    def _page_state(self):
        return super()._page_state() | {"rest": self._rest, "wants_rest": True, "asked": {}}
