"""The descent explorer: slide the learning rate and the iterations, and see what becomes of the path."""

import numpy as np
import traitlets

from widgets.common.widget import View
from widgets.descent import labels as words
from widgets.descent.code import filled, template
from widgets.descent.engine import descend
from widgets.descent.figure import picture
from widgets.descent.kept_runs import MOST, checked_run, fits, parting, run_of
from widgets.descent.loss_surface import survey
from widgets.descent.payload import FIRST, kept_steps, lowered, packed
from widgets.descent.rates import with_rate
from widgets.descent.settings import FIELDS, YOURS, Settings

LONGEST = 1000
"""Iterations of each path, unless more are asked for."""

_SET = (*FIELDS, "learning_rate", "iterations")  # what a change of may ask for numbers that are not there


class DescentExplorer(Settings, View, bundle="descent"):
    """Watch gradient descent on a function of one number or of two: `DescentExplorer(f, start=0.0)`.

    Every path is computed before anything slides: one for each learning rate of the slider, LONGEST steps each.

    Traits: `learning_rate` (float above 0; one that the slider has not takes the place of its neighbour), `iterations`
    (int, 0 to 10,000), `optimizer` ("sgd", "momentum", "nesterov", "rmsprop", "adam"), `dtype` ("float32", "float64"),
    `function` ("yours", or a name in LANDSCAPES), `start` (a number, or a list of two), `logarithmic` (bool),
    `opened` (bool: the last step, moment by moment), `kept` (at most three runs to compare with), `problem` (what was
    wrong with what a field last asked for). What cannot be is refused with a TraitError, and nothing changes.
    Attributes: `paths`, `ground`, `code` (the run shown, as TensorFlow code), `text`.
    Raises FunctionError for an f that cannot be descended on, and says why.
    """

    facts = traitlets.Unicode().tag(sync=True)
    first = traitlets.Bytes().tag(sync=True)
    rest = traitlets.Bytes().tag(sync=True)
    wants_rest = traitlets.Bool(False).tag(sync=True)
    logarithmic = traitlets.Bool(False).tag(sync=True)
    opened = traitlets.Bool(False).tag(sync=True)
    kept = traitlets.List(traitlets.Dict(), maxlen=MOST).tag(sync=True)

    def __init__(self, f, start=0.0, **traits):
        self.ground, self.paths, self._shown = None, None, {}
        super().__init__(f, start, **traits)
        self._compute()
        rates = self.ground.rates
        if "learning_rate" not in traits and not rates[0] <= self.learning_rate <= rates[-1]:
            self.learning_rate = float(rates[len(rates) // 2])  # the usual one is absurd for this f

    @traitlets.validate("kept")
    def _runs(self, proposal):
        return [checked_run(run) for run in proposal["value"]]

    @traitlets.observe(*_SET)
    def _keep_up(self, change):
        """Compute what is not there yet. Most positions of the sliders are."""
        if self.paths is not None and change["name"] == "function" and not self._is_there():
            self.start = self.landscape.start
        if self.paths is None or self._is_there():
            return
        try:
            self._compute()
        except Exception as error:  # a learner's f may raise anything, even far from the start
            self._restore({change["name"]: change["old"]} | {name: self._shown[name] for name in FIELDS})
            raise traitlets.TraitError(str(error)) from error

    def _restore(self, values):
        paths, self.paths = self.paths, None  # so that nothing is computed meanwhile
        with self.cross_validation_lock:  # what was right before needs no check, which might fail now
            for name, value in values.items():
                setattr(self, name, value)
        self.paths = paths

    def _is_there(self):
        is_same = all(getattr(self, name) == self._shown[name] for name in FIELDS)
        return is_same and self.learning_rate in self.paths.learning_rates and self.iterations in self._steps

    def _compute(self):
        f, start, dtype = self.landscape.f, self.start, self.dtype
        changed = {name for name in FIELDS if getattr(self, name) != self._shown.get(name)}
        is_new = bool(changed & {"function", "dtype"}) or not self.ground.holds(start)
        ground = survey(f, start, dtype) if is_new else self.ground
        rates, longest = with_rate(ground.rates, self.learning_rate), max(LONGEST, self.iterations)
        paths = descend(f, start, rates, longest, self.optimizer, dtype)
        if "function" in changed or not all(fits(run, paths) for run in self.kept):
            self.kept = []  # a run on other ground is nothing to compare with
        self.ground, self.paths, self._steps = ground, paths, kept_steps(longest, self.iterations)
        self._shown = {name: getattr(self, name) for name in FIELDS}
        self._hand_over()

    def _hand_over(self):
        with self.hold_sync():
            self.facts = lowered(self.paths, self.ground, self._steps, self._more())
            self.first = packed(self.paths, self._steps[:FIRST])
            self.rest = self._rest if self.wants_rest else b""

    @traitlets.observe("wants_rest")
    def _send_the_rest(self, _change):
        self.rest = self._rest

    @property
    def _rest(self):
        """The numbers of the later steps, packed when they are asked for: the first picture does not wait for them."""
        return packed(self.paths, self._steps[FIRST:]) if self.paths else b""

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
        kept = [(words.kept_run(run), parting(run, self.paths, self._at, self._steps)) for run in self.kept]
        return words.explorer_twin(self.paths, self.ground.bands, self._at, self.iterations, kept)

    def figure(self):
        """Return the run shown as a matplotlib Figure, for print."""
        return picture(self.paths, self.ground, self._at, self.iterations, self.logarithmic)

    def keep(self):
        """Keep the run shown, to compare others with it, as the button does. Of four runs the oldest goes."""
        run = run_of(self.paths, self._at, self._steps, str(self.start))
        self.kept = [*self.kept, run][-MOST:]

    def _page_state(self):
        return super()._page_state() | {"rest": self._rest, "wants_rest": True, "asked": {}, "answered": 0}
