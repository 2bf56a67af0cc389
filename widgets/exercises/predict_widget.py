"""`predict(...)` in a notebook: where no prediction is given in code, a form to make one with the mouse or by keys."""

import traitlets
from IPython import get_ipython
from IPython.display import display

from widgets import exercises
from widgets.common import prediction_gate
from widgets.common.widget import View, png_of
from widgets.exercises import messages as saying
from widgets.exercises import predicting
from widgets.exercises.figure import sketch_picture
from widgets.exercises.fitting import Unfit, number_in
from widgets.exercises.prediction_payload import lower, lower_standing


class PredictionForm(View, bundle="prediction"):
    """A prediction to commit to, and later what happened beside it: what `predict("slope at 0", ...)` shows.

    Traits: `facts` (what is asked) and `standing` (how it stands), JSON texts; `asked`, what the form wants to commit:
    `value`, and a `number` that is higher each time; `answered`, the highest number that was dealt with.
    """

    facts = traitlets.Unicode("{}").tag(sync=True)
    standing = traitlets.Unicode("{}").tag(sync=True)
    asked = traitlets.Dict().tag(sync=True)
    answered = traitlets.Int(0).tag(sync=True)

    def __init__(self, name):
        self.name, asked = name, predicting.standing(name)
        super().__init__(facts=lower(asked), standing=lower_standing(asked))
        self._forget = prediction_gate.subscribe(self._hear)

    def close(self):
        """Close the view: it hears no more of its prediction."""
        self._forget()
        super().close()

    @property
    def prediction(self):
        """The Prediction as it stands."""
        return predicting.standing(self.name)

    def _hear(self, name, is_outcome):
        """Follow what becomes of the prediction. A true curve is seen best beside the sketch, where it is asked for."""
        if name == self.name:
            self.facts, self.standing = lower(self.prediction), lower_standing(self.prediction)
            if is_outcome and is_notebook() and self.figure():
                display(self)

    @traitlets.observe("asked")
    def _commit(self, change):
        """Commit to what the form has sent; what does not fit becomes `problem`, and stays in the form to be mended."""
        value, number = change["new"].get("value"), change["new"].get("number", 0)
        if number <= self.answered:
            return
        try:
            predicting.commit(self.name, number_in(value) if self.prediction.kind == "number" else value)
            self.problem = ""
        except Unfit as unfit:
            self.problem = str(unfit)
        self.answered = number

    def _wait_for_predictions(self):
        """Never lock the form itself."""

    @property
    def title(self):
        """What is predicted."""
        return self.name

    @property
    def text(self):
        """The text twin: what `predict` and `check` print."""
        asked = self.prediction
        if asked.outcome is ...:
            return saying.prediction(asked.name, asked.value)
        return saying.comparison(asked.name, asked.value, asked.outcome)

    def figure(self):
        """Return a sketch as a matplotlib Figure, with the true curve once it is known; None for all other kinds."""
        asked = self.prediction
        return sketch_picture(asked) if asked.kind == "sketch" and asked.value is not ... else None

    def _twins(self):
        """Return the text, which says all; only a curve is seen better than read."""
        figure = self.figure()
        return {"text/plain": self.text} | ({"image/png": png_of(figure)} if figure else {})


_forms = {}  # name of a prediction -> its form: what is asked once more is shown in the same one


def predict(name, value, **form):
    """Keep a prediction; in a notebook, ask for one that is not given yet by a form."""
    if not is_notebook():
        exercises.predict(name, value, **form)
        return
    if value is not ...:
        exercises.predict(name, value, **form)
    else:
        predicting.ask(name, **form)
    if name not in _forms:
        _forms[name] = PredictionForm(name)
    if value is ...:
        display(_forms[name])


def is_notebook():
    """Whether something is there to show a form: a terminal only reads text."""
    return hasattr(get_ipython(), "kernel")


predict.__doc__, predict.skip = exercises.predict.__doc__, predicting.skip  # one text, and the whole of it
