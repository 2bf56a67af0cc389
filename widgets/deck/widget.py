"""The tape deck: a recording as a live view, with a picture and a text twin beside it."""

import traitlets

from widgets.common.arguments import ArgumentError, parsed, prepared, text_of_argument
from widgets.common.catalogue import _
from widgets.common.widget import SLIDING, View
from widgets.deck.figure import picture
from widgets.deck.payload import lower
from widgets.deck.text import twin
from widgets.tape import Recording, RecordingError, record


class TapeDeck(View, bundle="deck"):
    """Play a tape: `TapeDeck(f)`, `TapeDeck(f, x=3.0)` with a field for x, or `TapeDeck(recording)`.

    Keyword arguments are what `f` is called with: floats and lists of floats become float32 tensors, so that a tape can
    watch them; a field of the deck changes one and records anew. An exception of `f` is shown on the deck.

    Traits: `position` (int, 0 to the number of steps; read, set and observe it), `arguments` (name to text),
    `problem` (what was wrong with the last edit), `facts` (JSON text, what the view plays).
    Raises TypeError for anything but a function or a Recording, RecordingError inside another recording.
    """

    facts = traitlets.Unicode("{}").tag(sync=True)
    position = traitlets.Int(0).tag(**SLIDING)
    arguments = traitlets.Dict(value_trait=traitlets.Unicode(), key_trait=traitlets.Unicode()).tag(sync=True)

    def __init__(self, function, **arguments):
        if not (callable(function) or isinstance(function, Recording)):
            raise TypeError(
                _("TapeDeck() takes a function or a recording, as in TapeDeck(f, x=3.0); got {kind}.").format(
                    kind=type(function).__name__
                )
            )
        self._function = function
        self._values = {name: prepared(value) for name, value in arguments.items()}
        self.recording = self._record(self._values)
        super().__init__(
            facts=lower(self.recording),
            arguments={name: text_of_argument(value) for name, value in self._values.items()},
        )

    def _record(self, values):
        if isinstance(self._function, Recording):
            return self._function
        return record(self._function, **values)

    @traitlets.validate("position")
    def _within_the_steps(self, proposal):
        return min(max(proposal["value"], 0), len(self.recording.steps))

    @traitlets.observe("arguments")
    def _record_anew(self, change):
        """A field was edited. What is not understood changes nothing but `problem`; the text stays in its field."""
        if change["new"] == {name: text_of_argument(value) for name, value in self._values.items()}:
            self.problem = ""
            return
        try:
            values = {name: self._changed(name, change["new"].get(name)) for name in self._values}
            recording = self._record(values)
        except (ArgumentError, RecordingError) as error:
            self.problem = str(error)
            return
        self._values, self.recording, self.problem = values, recording, ""
        with self.hold_sync():
            self.facts = lower(recording)
            self.position = self.position

    def _changed(self, name, text):
        value = self._values[name]
        return value if text in (None, text_of_argument(value)) else parsed(name, text, value)

    @property
    def title(self):
        """What was recorded."""
        return self.recording.title

    @property
    def text(self):
        """The text twin: the same facts as a plain, deterministic listing."""
        return twin(self.recording)

    def figure(self):
        """Return the recording as a matplotlib Figure, for print."""
        return picture(self.recording)

    def _page_state(self):
        return super()._page_state() | {"arguments": {}}
