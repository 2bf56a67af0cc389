"""What can be set on a descent: each setting refuses what cannot be, before anything has changed."""

import numpy as np
import tensorflow as tf
import traitlets

from widgets.common.arguments import ArgumentError, parsed
from widgets.common.errors import as_trait_error
from widgets.common.function_checks import FLOATS
from widgets.common.widget import SLIDING
from widgets.descent.labels import OPTIMIZERS
from widgets.descent.landscapes import LANDSCAPES, Landscape
from widgets.descent.loss_surface import drawable
from widgets.descent.validation import iterations_asked, rates_asked

YOURS = "yours"
"""The name of the learner's own function among those to choose from."""

FIELDS = ("function", "optimizer", "dtype", "start")
"""What a view's fields can ask for, in the order in which it is done: a start is one of the function."""


class Settings(traitlets.HasTraits):
    """The settings of a descent as traits. What is refused is a TraitError with FunctionError's message.

    `asked` is how a view's fields ask: name to a value (a start as text) and a number that is higher each time. What
    cannot be becomes `problem` then. `answered` is the highest number that was dealt with: a busy kernel gets to know
    of several questions at once, or of one again.
    """

    learning_rate = traitlets.Float(0.1).tag(**SLIDING)
    iterations = traitlets.Int(30).tag(**SLIDING)
    optimizer = traitlets.Enum(list(OPTIMIZERS), "sgd").tag(sync=True)
    dtype = traitlets.Enum(FLOATS, "float32").tag(sync=True)
    function = traitlets.Enum([YOURS, *LANDSCAPES], YOURS).tag(sync=True)
    start = traitlets.TraitType(0.0).tag(sync=True)  # not Any, whose None no validator would see
    asked = traitlets.Dict().tag(sync=True)
    answered = traitlets.Int(0).tag(sync=True)

    def __init__(self, f, start, **traits):
        drawable(f, start, traits.get("dtype", "float32"))
        self._own = Landscape(f, start)
        super().__init__(start=LANDSCAPES.get(traits.get("function"), self._own).start, **traits)

    @property
    def landscape(self):
        """The function that is descended on, with the start that goes with it."""
        return self._landscape(self.function)

    def _landscape(self, name):
        return self._own if name == YOURS else LANDSCAPES[name]

    @traitlets.validate("learning_rate")
    def _a_rate(self, proposal):
        return float(as_trait_error(rates_asked, proposal["value"])[0])

    @traitlets.validate("iterations")
    def _a_count(self, proposal):
        count = proposal["value"]
        return 0 if count == 0 and count is not False else as_trait_error(iterations_asked, count)

    @traitlets.validate("start")
    def _a_start(self, proposal):
        as_trait_error(drawable, self.landscape.f, proposal["value"], self.dtype)
        return np.asarray(proposal["value"]).tolist()

    @traitlets.validate("dtype")
    def _numbers_that_f_takes(self, proposal):
        as_trait_error(drawable, self.landscape.f, self.start, proposal["value"])
        return proposal["value"]

    @traitlets.validate("function")
    def _a_function_that_takes_the_numbers(self, proposal):
        chosen = self._landscape(proposal["value"])
        as_trait_error(drawable, chosen.f, chosen.start, self.dtype)
        return proposal["value"]

    @traitlets.observe("asked")
    def _answer(self, change):
        """Do what fields ask for; where it cannot be done, what was typed stays in the field."""
        new = {name: value for name, (value, number) in change["new"].items() if number > self.answered}
        if new:
            refusals = [self._refusal(name, new[name]) for name in FIELDS if name in new]
            self.problem = " ".join(filter(None, refusals))
            self.answered = max(number for _value, number in change["new"].values())

    def _refusal(self, name, value):
        """Set what was asked for. Returns why it cannot be, or ""."""
        try:
            setattr(self, name, self._read(value) if name == "start" else value)
        except (traitlets.TraitError, ArgumentError) as error:
            return str(error)
        return ""

    def _read(self, text):
        """Return the start that was typed: a number, or numbers in brackets."""
        return parsed("start", str(text), tf.constant(self.start, tf.float64)).numpy().tolist()
