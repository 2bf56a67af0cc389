"""Predictions as they stand: what is asked for and in which form, what the learner committed to, and what happened.

Committed values are kept in the learner's progress file; everything else belongs to the session.
"""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from widgets.answers.answer_numbers import format_number
from widgets.common import prediction_gate
from widgets.common.catalogue import _
from widgets.exercises import progress_clock, progress_store
from widgets.exercises.progress_schema import predicted
from widgets.exercises.sketches import curve_of, is_points

SWITCH = "TAPEDECK_PREDICT"
"""The environment variable by which a teacher turns the lock off, for a class or a whole hub: TAPEDECK_PREDICT=off."""

Kind: TypeAlias = Literal["number", "choice", "sketch", "order"]


class InvalidPrediction(ValueError):
    """A value is not a prediction of the form that was asked for; the message says what would be."""


@dataclass(frozen=True)
class Form:
    """What a prediction has to look like: a number (or any text), unless one of these is given.

    Attributes:
        choices: the texts to choose from.
        sketch: the range of the plane to draw in: lowest and highest x, lowest and highest y.
        order: the texts to put in order.
    """

    choices: tuple[str, ...] = ()
    sketch: tuple[float, ...] = ()
    order: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """What the learner is asked for."""
        if self.choices:
            return "choice"
        if self.sketch:
            return "sketch"
        return "order" if self.order else "number"


def make_form(choices: Sequence[str] = (), sketch: Sequence[float] = (), order: Sequence[str] = ()) -> Form:
    """Return the form that `predict` was given; raise ValueError for what cannot be asked for together, or at all."""
    form = Form(_texts(choices), _plane(sketch), _texts(order))
    if sum(map(bool, (form.choices, form.sketch, form.order))) > 1:
        raise ValueError(_("predict() takes one of choices=, sketch= and order=, not several."))
    return form


def _texts(several: object) -> tuple[str, ...]:
    if isinstance(several, str) or not isinstance(several, Iterable):
        raise ValueError(_("choices= and order= take several texts, for example ('above', 'below')."))
    return tuple(map(str, several))


def _plane(sketch: Sequence[float]) -> tuple[float, ...]:
    """Return (low, high, bottom, top). Without the last two, y reaches as far above and below 0 as x is wide."""
    message = _("sketch= takes the lowest and the highest x, and optionally y: (-1, 1) or (-1, 1, 0, 5); got {sketch}.")
    try:
        numbers = tuple(map(float, sketch))
    except (TypeError, ValueError) as error:
        raise ValueError(message.format(sketch=repr(sketch))) from error
    if not numbers:
        return ()
    if len(numbers) not in (2, 4) or not all(map(math.isfinite, numbers)):
        raise ValueError(message.format(sketch=repr(sketch)))
    low, high, *rest = numbers
    bottom, top = rest or (low - high, high - low)
    if not (low < high and bottom < top):
        raise ValueError(_("sketch=(low, high) takes the lower number first."))
    return low, high, bottom, top


def validate(form: Form, value: Any) -> Any:
    """Return a value as a prediction of this form, or raise InvalidPrediction if it is not one."""
    if form.kind == "number":
        return value
    return {"choice": _choice, "sketch": _curve, "order": _order}[form.kind](form, value)


def _choice(form: Form, value: Any) -> str:
    if str(value) not in form.choices:
        choices = ", ".join(f'"{choice}"' for choice in form.choices)
        raise InvalidPrediction(_("choose one of {choices}, not {value}.").format(choices=choices, value=repr(value)))
    return str(value)


def _order(form: Form, value: Any) -> list[str]:
    lines = list(map(str, value)) if isinstance(value, list | tuple) else []
    if sorted(lines) != sorted(form.order):
        raise InvalidPrediction(_("give a list with each of these once: {lines}.").format(lines=", ".join(form.order)))
    return lines


def _curve(form: Form, value: Any) -> list[tuple[float, float]]:
    low, high, *_rest = form.sketch
    if not is_points(value) or len(value) < 2:
        raise InvalidPrediction(_("a curve is a list of points, each with its x and its y: [(0, 1), (1, 0)]."))
    points = sorted((float(x), float(y)) for x, y in value)
    if not (low <= points[0][0] and points[-1][0] <= high):
        text = _("keep x between {low} and {high}.")
        raise InvalidPrediction(text.format(low=format_number(low), high=format_number(high)))
    return points


def parse_typed_number(text: str) -> float:
    """Return the number that was typed into a field, or raise InvalidPrediction if it is not one."""
    try:
        return float(text.strip().replace("\u2212", "-"))
    except ValueError as error:
        message = _("{text} is not a number. Write one like -2 or 0.5.")
        raise InvalidPrediction(message.format(text=repr(text))) from error


def outcome_in_form(form: Form, predicted: Any, happened: Any) -> Any:
    """Return what happened in the form of the prediction: beside a sketch, a function becomes its curve."""
    if happened is ... or not (form.kind == "sketch" or is_points(predicted)):
        return happened
    low, high = form.sketch[:2] or _range_of(predicted)
    return curve_of(happened, low, high)


def _range_of(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    xs = [x for x, _y in points]
    return min(xs), max(xs)


@dataclass(frozen=True)
class Prediction:
    """One prediction.

    Attributes:
        name: what is predicted.
        form: what the learner is asked for.
        value: what was committed, `...` until then.
        outcome: what happened, `...` until it is known.
    """

    name: str
    form: Form = Form()
    value: Any = ...
    outcome: Any = ...


_asked: dict[str, Prediction] = {}  # by name, in the order in which they were asked for; their values are in _values
_values: dict[str, Any] = {}  # by name, as they were given, which may be more than a file can hold
_skipped: list[bool] = []


def ask(
    name: str, *, choices: Sequence[str] = (), sketch: Sequence[float] = (), order: Sequence[str] = ()
) -> Prediction:
    """Ask for a prediction.

    Args:
        name: what is predicted.
        choices: the texts to choose from.
        sketch: the range of x, and optionally that of y, of a curve.
        order: the texts to put in order.

    Returns:
        The prediction as it stands: one that was committed before stays committed.
    """
    form = make_form(choices, sketch, order)
    _asked.pop(name, None)
    _asked[name] = Prediction(name, form)
    progress_clock.moment(("prediction", name))  # from here on the learner may think about it
    prediction_gate.notify(name, False)
    return current(name)


def commit(name: str, value: Any) -> None:
    """Keep what the learner predicts, or raise InvalidPrediction if it is not what was asked for."""
    _values[name] = validate(current(name).form, value)
    progress_store.update(predicted(str(name), _values[name]))
    prediction_gate.notify(name, False)


def reveal(name: str, outcome: Any) -> Prediction:
    """Put what happened beside a prediction, and return it as it stands now."""
    asked = current(name)
    _asked[name] = dataclasses.replace(asked, outcome=outcome_in_form(asked.form, asked.value, outcome))
    prediction_gate.notify(name, True)
    return current(name)


def current(name: str) -> Prediction:
    """Return a prediction as it stands."""
    return dataclasses.replace(_asked.get(name, Prediction(name)), value=value_of(name))


def value_of(name: str) -> Any:
    """Return what was committed in this session, or else in an earlier one; `...` if nothing was."""
    return _values[name] if name in _values else progress_store.load().predictions.get(name, ...)


def names() -> tuple[str, ...]:
    """Return the names of all predictions that were asked for or committed, in this session or an earlier one."""
    return tuple({**progress_store.load().predictions, **_asked, **_values})


def still_open() -> tuple[str, ...]:
    """Return the names of what was asked for in this session and is not committed, unless the lock is switched off."""
    if _skipped or os.environ.get(SWITCH, "").lower() == "off":
        return ()
    return tuple(name for name in _asked if value_of(name) is ...)


def skip() -> None:
    """Unlock everything, and lock nothing until the kernel is restarted: a teacher's switch."""
    _skipped.append(True)
    prediction_gate.notify("", False)


def forget_session() -> None:
    """Forget what belongs to this session, as the end of the kernel would."""
    _asked.clear()
    _values.clear()
    _skipped.clear()
    progress_clock.forget_session()


prediction_gate.connect(still_open)
