"""Predictions as they stand: what is asked for, what the learner committed to, and what happened.

Committed values are kept in the learner's progress file; everything else belongs to the session.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from widgets.common import prediction_gate
from widgets.exercises import progress_store
from widgets.exercises.prediction_forms import Form, make_form, outcome_in_form, validate
from widgets.exercises.progress_schema import predicted

SWITCH = "TAPEDECK_PREDICT"
"""The environment variable by which a teacher turns the lock off, for a class or a whole hub: TAPEDECK_PREDICT=off."""


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


prediction_gate.connect(still_open)
