"""`order_lines(...)` in a notebook: the lines of a program to be put in order with the mouse, by buttons or by keys."""

import json

import traitlets
from IPython.display import display

from widgets import exercises
from widgets.common.widget import SLIDING, View
from widgets.exercises.line_order import order_text
from widgets.exercises.ordering_labels import WORDS
from widgets.exercises.predict_widget import is_notebook


class LineOrder(View, bundle="lines"):
    """Lines to be put in order: what `order_lines("loop_order")` shows and returns, and `check` takes as the answer.

    Traits: `order`, the numbers of the lines that are in the program, in their order; `facts` (JSON text).
    """

    facts = traitlets.Unicode("{}").tag(sync=True)
    order = traitlets.List(traitlets.Int()).tag(**SLIDING)

    def __init__(self, name):
        self.name, self.program = name, exercises.EXERCISES[name].program
        parts = {"head": self.program.head, "lines": self.program.lines, "tail": self.program.tail}
        super().__init__(facts=json.dumps({"name": name, "words": WORDS} | parts, ensure_ascii=False))

    @traitlets.validate("order")
    def _each_line_once(self, proposal):
        """Keep the lines that there are, each where it comes first."""
        return [n for n in dict.fromkeys(proposal["value"]) if 1 <= n <= len(self.program.lines)]

    def _wait_for_predictions(self):
        """Never lock an exercise."""

    @property
    def title(self):
        """What is put in order."""
        return self.name

    @property
    def text(self):
        """The text twin: the lines to choose from, or the program as it stands."""
        return order_text(self.name, self.program, self.order or ...)

    def _twins(self):
        """Return the text, which says all."""
        return {"text/plain": self.text}


def order_lines(name, value=...):
    """Put lines in order; in a notebook, by a widget where no order is given yet."""
    if value is not ... or not is_notebook() or getattr(exercises.EXERCISES.get(name), "program", None) is None:
        return exercises.order_lines(name, value)
    order = LineOrder(name)
    display(order)
    return order


order_lines.__doc__ = exercises.order_lines.__doc__  # one text, and the whole of it
