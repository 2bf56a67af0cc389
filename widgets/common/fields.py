"""The fields of a view: a value's text, an edited text as a value again, and requests for what only Python can check.

Requests are asked and answered through synced traits. anywidget's `experimental.invoke` and `command` would do the same
by messages; it is marked experimental, and a message is lost where a trait's state is not: while the kernel is busy,
and in a saved page.
"""

from __future__ import annotations

import ast
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf
import traitlets

from widgets.common.arrays import Array
from widgets.common.catalogue import _
from widgets.common.widget import View


class ArgumentError(ValueError):
    """A text that is not a value of its argument's kind. The message says what is accepted, with an example."""


def prepared(value: Any) -> Any:
    """Return what the function gets for a value given to TapeDeck: floats and lists of floats become tensors.

    A tensor can be watched, a Python float cannot. Integers, booleans and strings stay what they are.
    """
    if isinstance(value, float) or (isinstance(value, (list, tuple, np.ndarray)) and _is_floating(value)):
        return tf.constant(value, tf.float64 if isinstance(value, np.ndarray) and value.dtype == np.float64 else None)
    return value


def text_of_argument(value: Any) -> str:
    """Return the text that a field shows for a value."""
    if isinstance(value, (tf.Tensor, tf.Variable)):
        return str(_shortest(value.numpy()).tolist())
    return str(value)


def _shortest(numbers: Any) -> Array:
    """Return floating-point numbers as the float64 with the fewest digits that is still the same number: 0.1."""
    array: Array = np.asarray(numbers)
    if not tf.as_dtype(array.dtype).is_floating:
        return array
    shortest: Array = np.array([float(str(number)) for number in array.ravel()])
    return shortest.reshape(array.shape)


def parsed(name: str, text: str, like: Any) -> Any:
    """Return a field's text as a value.

    Args:
        name: the argument's name, for the message.
        text: what was typed.
        like: a value of the kind that is wanted, its dtype included.

    Returns:
        A value of that kind.

    Raises:
        ArgumentError: `text` is not such a value.
    """
    if isinstance(like, str):
        return text
    try:
        value = _literal(text.strip())
        if isinstance(like, tf.Variable):
            return tf.Variable(tf.constant(value, like.dtype), trainable=like.trainable)
        if isinstance(like, tf.Tensor):
            return tf.constant(value, like.dtype)
        if type(value) is not type(like):
            raise TypeError
        return value
    except (ValueError, TypeError, SyntaxError, OverflowError, MemoryError, RecursionError, tf.errors.OpError) as error:
        raise ArgumentError(
            _("{name} = {text!r} is not understood. It takes {kind}, for example {example}.").format(
                name=name, text=text, kind=_kind(like), example=text_of_argument(like)
            )
        ) from error


def _literal(text: str) -> Any:
    """Read a number (also `nan`, `-inf`, `1e-3`), a list of numbers, or True and False."""
    try:
        return ast.literal_eval(text)
    except ValueError:
        return float(text)


def _is_floating(values: Any) -> bool:
    try:
        return np.asarray(values).dtype.kind == "f"
    except ValueError:  # rows of different lengths: the function may take such a list, a tensor cannot
        return False


def _kind(like: Any) -> str:
    if isinstance(like, (tf.Tensor, tf.Variable)):
        dtype = like.dtype.name
        return (
            _("numbers ({dtype})").format(dtype=dtype)
            if like.shape.rank
            else _("a number ({dtype})").format(dtype=dtype)
        )
    names = {int: _("an integer"), bool: _("True or False"), list: _("a list"), tuple: _("a tuple")}
    return names.get(type(like), type(like).__name__)


class FieldRequests(View):
    """A view with fields whose values Python checks: what cannot be becomes `problem`, and stays in its field.

    A subclass names its FIELDS, and overrides `_set_field` where a value must be read first.

    Attributes:
        FIELDS: the names that can be asked for, in the order in which they are set.
        asked: for each field that asks, its value and a number that is higher each time: `{"start": ["0.5", 3]}`.
        answered: the highest number that was dealt with. A busy kernel gets to know of several requests at once, or of
            one again, which is not done twice.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ()

    asked = traitlets.Dict().tag(sync=True)
    answered = traitlets.Int(0).tag(sync=True)

    def _set_field(self, name: str, value: Any) -> None:
        """Set what a field asks for; a TraitError or ValueError says why it cannot be."""
        setattr(self, name, value)

    @traitlets.observe("asked")
    def _answer_fields(self, change: dict[str, Any]) -> None:
        asked = _numbered(change["new"])
        new = {name: value for name, (value, number) in asked.items() if number > self.answered}
        if new:
            refusals = [self._refusal(name, new[name]) for name in self.FIELDS if name in new]
            self.problem = " ".join(filter(None, refusals))
            self.answered = max(number for _value, number in asked.values())

    def _refusal(self, name: str, value: Any) -> str:
        try:
            self._set_field(name, value)
        except (traitlets.TraitError, ValueError) as error:
            return str(error)
        except KeyboardInterrupt:  # of what the value led to; the view must not wait for an answer
            return _("Interrupted: {name} stays as it was.").format(name=name)
        return ""

    def _page_state(self) -> dict[str, Any]:
        return super()._page_state() | {"asked": {}, "answered": 0}


def _numbered(asked: dict[str, Any]) -> dict[str, tuple[Any, int]]:
    """Return what is asked as (value, number) by field; a form of version 0.1 sent one `number` beside its value."""
    number = asked.get("number")
    if isinstance(number, int):
        return {name: (value, number) for name, value in asked.items() if name != "number"}
    return asked
