"""`TapeDeck`: a recording as a live view, with a picture and a plain text beside it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import traitlets
from matplotlib.figure import Figure

from widgets.common.catalogue import _
from widgets.common.fields import ArgumentError, parsed, prepared
from widgets.common.widget import SLIDING, View
from widgets.deck.added_tape import can_be_taped, with_tape
from widgets.deck.array_arguments import argument_text, array_facts, is_array, random_like, seed_in
from widgets.deck.grids import Grids
from widgets.deck.levels import Level, levels, levels_at_once
from widgets.deck.payload import deck_payload
from widgets.deck.text import deck_text
from widgets.tape.failures import RecordingError
from widgets.tape.model import Recording


class TapeDeck(View):
    """Play a `tf.GradientTape` forward and backward, one step at a time.

    `TapeDeck(f)` records a call of `f()`; `TapeDeck(f, x=3.0)` records `f(x=3.0)` and has a field for x; editing it
    records again. An array has a grid of fields, and new random numbers. An exception that `f` raises is shown on the
    deck. Where `f` has no tape, the deck offers one. `TapeDeck(recording)` shows a recording.

    Args:
        function: the function to record, or a Recording.
        **arguments: what the function is called with. Floats and lists of floats become float32 tensors, float64
            arrays become float64 tensors, so that a tape can watch them; other values stay what they are.

    Attributes:
        recording: the facts that are shown, a `Recording`.
        position: how many steps have been played, 0 to the number of steps. Set it to go there.
        arguments: the fields' texts by name. Set it to record again. "random 3" is an array of random numbers from the
            seed 3.
        taped: whether the function is recorded with a tape around it, which watches its floating-point arguments.
        stretch: how many pixels taller than usual the deck is.
        problem: why the last value typed into a field was refused, or "".
        wanted: the array whose numbers the view asks for, by its index among the payload's grids; -1 for none.
        numbers: the answer to that.
        asked_level: a level of a long run that the view asks for, since it has only some from the start.

    Raises:
        TypeError: `function` is neither a function nor a Recording, or it cannot be called with these arguments.
        RecordingError: the deck was made inside another recording.

    Example:
        >>> import tensorflow as tf
        >>> from widgets import TapeDeck
        >>> def slope(x):
        ...     with tf.GradientTape() as tape:
        ...         tape.watch(x)
        ...         y = x**2
        ...     return tape.gradient(y, x)
        >>> deck = TapeDeck(slope, x=3.0)
        >>> float(deck.recording.result)
        6.0
        >>> deck.arguments = {"x": "-1.0"}
        >>> float(deck.recording.result)
        -2.0
    """

    _bundle = "deck"

    facts = traitlets.Unicode("{}").tag(sync=True)
    position = traitlets.Int(0).tag(**SLIDING)
    stretch = traitlets.Int(0, min=0).tag(**SLIDING)
    wanted = traitlets.Int(-1).tag(**SLIDING)
    numbers = traitlets.Dict().tag(sync=True)
    asked_level = traitlets.Unicode("").tag(**SLIDING)
    arguments = traitlets.Dict(value_trait=traitlets.Unicode(), key_trait=traitlets.Unicode()).tag(sync=True)

    arrays = traitlets.Dict().tag(sync=True)
    can_be_taped = traitlets.Bool(False).tag(sync=True)
    taped = traitlets.Bool(False).tag(sync=True)

    def __init__(self, function: Callable[..., Any] | Recording, **arguments: Any) -> None:
        if not (callable(function) or isinstance(function, Recording)):
            raise TypeError(
                _("TapeDeck() takes a function or a recording, as in TapeDeck(f, x=3.0); got {kind}.").format(
                    kind=type(function).__name__
                )
            )
        self._function = function
        _require_arguments(function, arguments)
        self._values = {name: prepared(value) for name, value in arguments.items()}
        self._seeds: dict[str, int] = {}
        self._sent: list[Level] = []  # the levels that the view has
        self.recording = self._record(self._values)
        super().__init__(**self._state())

    @traitlets.observe("wanted")
    def _send_numbers(self, change: dict[str, Any]) -> None:
        """Send all numbers of the array that the deck asks for."""
        if change["new"] >= 0:
            from widgets.deck.full_values import full_values  # here, since few are asked for

            self.numbers = full_values(self._grids, change["new"])

    @traitlets.observe("asked_level")
    def _send_level(self, change: dict[str, Any]) -> None:
        """Send one more level."""
        asked = [level for level in self._levels if level.key == change["new"] and level not in self._sent]
        if asked:
            self._sent = [level for level in self._levels if level in (*self._sent, *asked)]
            self.facts = deck_payload(self.recording, self._grids, self._levels, self._sent)

    def _record(self, values: dict[str, Any]) -> Recording:
        if isinstance(self._function, Recording):
            return self._function
        from widgets.tape.recorder import record  # here, since a recording is shown without the recorder

        return record(with_tape(self._function, values) if self.taped else self._function, **values)

    def _state(self) -> dict[str, Any]:
        """Return the traits that follow from the recording and its arguments."""
        self._grids, self._levels = Grids(self.recording), levels(self.recording)
        self._sent = levels_at_once(self._levels)
        arrays = {name: value for name, value in self._values.items() if is_array(value)}
        is_function = not isinstance(self._function, Recording)
        return {
            "facts": deck_payload(self.recording, self._grids, self._levels, self._sent),
            "asked_level": "",
            "arguments": self._texts(),
            "arrays": {name: array_facts(value, self._seeds.get(name)) for name, value in arrays.items()},
            "can_be_taped": self.taped or (is_function and can_be_taped(self.recording, self._values)),
        }

    def _texts(self) -> dict[str, str]:
        return {name: argument_text(value) for name, value in self._values.items()}

    @traitlets.validate("position")
    def _within_the_steps(self, proposal: dict[str, Any]) -> int:
        return int(min(max(proposal["value"], 0), len(self.recording.steps)))

    @traitlets.observe("arguments")
    def _record_edited(self, change: dict[str, Any]) -> None:
        """Record with an edited argument. A text that is not understood only sets `problem`."""
        texts: dict[str, str] = change["new"]
        if texts == self._texts():
            self.problem = ""
            return
        try:
            values = {name: self._edited(name, texts.get(name)) for name in self._values}
            self._record_again(values)
        except (ArgumentError, RecordingError) as error:
            self.problem = str(error)

    @traitlets.observe("taped")
    def _record_taped(self, _change: dict[str, Any]) -> None:
        """Record with a tape around the function, or without it."""
        if hasattr(self, "recording"):
            self._record_again(self._values)

    def _record_again(self, values: dict[str, Any]) -> None:
        recording = self._record(values)
        changed = {name for name, value in values.items() if value is not self._values[name]}
        self._seeds = {name: seed for name, seed in self._seeds.items() if name not in changed}
        self._seeds |= {name: seed for name in changed if (seed := seed_in(self.arguments.get(name, ""))) is not None}
        self._values, self.recording, self.problem = values, recording, ""
        state = self._state() | {"wanted": -1, "numbers": {}}
        if not self._seeds.keys() & changed:
            del state["arguments"]  # as they were typed
        with self.hold_sync():
            for name, value in state.items():
                self.set_trait(name, value)
            self.position = self.position  # within the new number of steps

    def _edited(self, name: str, text: str | None) -> Any:
        value = self._values[name]
        if text is None or text == argument_text(value):
            return value
        seed = seed_in(text) if is_array(value) else None
        return parsed(name, text, value) if seed is None else random_like(value, seed)

    @property
    def title(self) -> str:  # type: ignore[override]  # a property where the base class has an attribute
        """What was recorded, in a line."""
        return self.recording.title

    @property
    def text(self) -> str:  # type: ignore[override]
        """The deck as plain text: every step in order, the sources with their gradients, large arrays, notes."""
        return deck_text(self.recording, self._levels)

    def figure(self) -> Figure:
        """Return the recording as a matplotlib figure, for print."""
        from widgets.deck.figure import deck_figure  # here, since a locked deck, or a graded one, needs no picture

        return deck_figure(self.recording, self._levels)

    def _page_state(self) -> dict[str, Any]:
        facts = {}
        if len(self._sent) < len(self._levels):  # a page has no kernel to ask
            facts["facts"] = deck_payload(self.recording, self._grids, self._levels)
        return super()._page_state() | {"arguments": {}, "arrays": {}, "can_be_taped": False} | facts


def _require_arguments(function: Callable[..., Any] | Recording, arguments: dict[str, Any]) -> None:
    """Raise TypeError if a function does not take these arguments by name, or needs more."""
    try:
        signature = inspect.signature(function)  # type: ignore[arg-type]  # a Recording has none
        parameters = signature.parameters
    except Exception:  # nor have some builtins; and an object may answer anything that it is asked
        return
    if any(one.kind is one.POSITIONAL_ONLY for one in parameters.values()):
        return
    try:
        signature.bind(**arguments)
    except TypeError as error:
        called = getattr(function, "__name__", "f")
        called = called if called.isidentifier() else "f"
        named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
        needed = [one.name for one in parameters.values() if one.default is one.empty and one.kind in named]
        raise TypeError(
            _("TapeDeck() cannot call {call}: {why}. Give each argument by name, as in {example}.").format(
                call=f"{called}({', '.join(parameters)})",
                why=error,
                example=f"TapeDeck({', '.join([called, *(f'{name}=3.0' for name in needed)])})",
            )
        ) from None
