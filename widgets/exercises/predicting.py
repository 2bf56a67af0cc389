"""Predictions as they stand: what is asked, what the learner committed to, what happened, and who wants to hear of it.

The values are kept in `memory.predictions`; the rest belongs to the session.
"""

import os
from dataclasses import dataclass
from typing import Any

from widgets.common import prediction_gate
from widgets.exercises import fitting, memory

SWITCH = "TAPEDECK_PREDICT"
"""The environment variable by which a teacher turns the lock off, for a class or a whole hub: TAPEDECK_PREDICT=off."""


@dataclass(frozen=True)
class Prediction:
    """One prediction: its form (a number, unless one of the three others is given) and how it stands.

    `value` is `...` until it is committed, `outcome` until it is known.
    """

    name: str
    choices: tuple[str, ...] = ()
    sketch: tuple[float, ...] = ()
    order: tuple[str, ...] = ()
    value: Any = ...
    outcome: Any = ...

    @property
    def kind(self):
        """What the learner is asked for: "choice", "sketch", "order" or "number"."""
        return next((kind for kind in fitting.KINDS if getattr(self, fitting.FIELDS[kind], ())), "number")


_asked = {}  # name -> Prediction without its value, in the order in which they were asked
_skipped = []


def ask(name, **form):
    """Ask for a prediction. One that was committed before stays so. Returns it as it stands."""
    if name not in memory.predictions:
        memory.predictions[name] = ...
    _asked.pop(name, None)
    _asked[name] = Prediction(name, **fitting.form(**form))
    _tell(name)
    return standing(name)


def commit(name, value):
    """Keep what the learner predicts. Raises Unfit, with what to say, if it is no answer to what was asked."""
    memory.predictions[name] = fitting.fit(standing(name), value)
    _tell(name)


def reveal(name, outcome):
    """Put what happened beside a prediction. Returns the prediction as it stands now."""
    asked = standing(name)
    _asked[name] = _with(asked, outcome=fitting.outcome(asked, outcome))
    _tell(name, is_outcome=True)
    return standing(name)


def standing(name):
    """Return a prediction as it stands."""
    return _with(_asked.get(name, Prediction(name)), value=memory.predictions.get(name, ...))


def still_open():
    """Return the names of what was asked in this session and not yet committed, unless the lock is switched off."""
    if _skipped or os.environ.get(SWITCH, "").lower() == "off":
        return ()
    return tuple(name for name in _asked if memory.predictions.get(name) is ...)


def skip():
    """Open what is locked, and lock nothing any more, until the kernel is restarted: a teacher's switch."""
    _skipped.append(True)
    _tell("")


def _tell(name, is_outcome=False):
    prediction_gate.notify(name, is_outcome)


def _with(prediction, **changed):
    return Prediction(**vars(prediction) | changed)


prediction_gate.connect(still_open)
