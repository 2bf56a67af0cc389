"""What all views share: a picture and a text twin beside the live view, and a page that is alive without a kernel."""

import base64
import io
import pathlib

import anywidget
import traitlets

from widgets.common.locked_figure import locked_picture
from widgets.common.page import write_page
from widgets.common.prediction_gate import Lock
from widgets.exercises import graded

STATIC = pathlib.Path(__file__).parents[1] / "static"
"""Where the built bundles are: a script and a style for each view."""

SLID = {"sync": True, "echo_update": False}
"""Metadata of a trait that slides. Python's echo of an older place would move it back under the learner's hand."""

_QUICKLY = {"compress_level": 1}  # takes half as long as the usual 6, for 4 % more bytes


class View(anywidget.AnyWidget):
    """A live view of facts: `class TapeDeck(View, bundle="deck")` shows itself by `static/deck.js` and `deck.css`.

    A view has `title` (a line of text), `text` (its twin: deterministic, complete) and `figure()` (for print). All its
    other traits are public, and the whole contract between Python and the browser.

    Shown while a prediction is open, a view is `locked`: instead of its content it says what to predict first, and it
    opens when the learner commits (`widgets.exercises.predict` says how a teacher switches that off).
    """

    locked = traitlets.Unicode("").tag(sync=True)
    alive = traitlets.Bool(True, read_only=True).tag(sync=True)
    problem = traitlets.Unicode("").tag(sync=True)
    _lock = Lock()

    def __init_subclass__(cls, bundle=None, **options):
        if bundle:  # none in the classes that traitlets makes of ours when it adds traits
            cls._bundle = bundle
            cls._esm, cls._css = STATIC / f"{bundle}.js", STATIC / f"{bundle}.css"
        super().__init_subclass__(**options)

    def save_html(self, path):
        """Write the view as one file that needs no kernel and no network. Returns the path."""
        return write_page(path, self.title, STATIC / self._bundle, self._page_state())

    def _page_state(self):
        """Return what a page's model starts with: trait to value. What only a kernel could answer is left out."""
        inherited = set(anywidget.AnyWidget.class_trait_names())
        own = [name for name in self.trait_names(sync=True) if name not in inherited and not name.startswith("_")]
        return {name: getattr(self, name) for name in own} | {"locked": "", "alive": False, "problem": ""}

    def __str__(self):
        return self.text

    def _repr_mimebundle_(self, **kwargs):
        """Show the live view; the picture and the twin are for places without widgets, and what nbval compares."""
        self._wait_for_predictions()
        bundle, metadata = super()._repr_mimebundle_(**kwargs)
        return bundle | self._twins(), metadata

    def _wait_for_predictions(self):
        """Lock the view if a prediction is open, until it is committed. What it waited for before counts no more."""
        self._lock.leave()
        self._lock = Lock(lambda says: self.set_trait("locked", says))

    def _twins(self):
        """Return what is shown where there are no widgets. Of a locked view nothing is given away there either.

        A grader looks at no picture: none is drawn for it.
        """
        text = {"text/plain": self.locked or self.text}
        if graded.is_on():
            return text
        return text | {"image/png": png_of(locked_picture(self._lock.says) if self.locked else self.figure())}


def png_of(figure):
    """Return a figure as a mime bundle has it."""
    png = io.BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None}, pil_kwargs=_QUICKLY)
    return base64.b64encode(png.getvalue()).decode()
