"""When something is done about an item, an exercise or a prediction: the day, and the seconds since the last time.

The time of day is kept nowhere. Where the last thing was done is known to this kernel only, and ends with it.
"""

from __future__ import annotations

import time
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date

LONGEST_PAUSE_S = 300.0
"""A longer time in which nothing is done about an item is a pause, and does not count."""

_last: dict[Hashable, float] = {}  # by item: when something was done about it, on a clock that nobody can set


@dataclass(frozen=True)
class Moment:
    """When something was done about an item.

    Attributes:
        day: as in "2026-11-30", on the learner's calendar.
        seconds: since the last time; None if that was a pause ago, in another kernel, or never.
    """

    day: str
    seconds: float | None = None


def moment(item: Hashable) -> Moment:
    """Return the Moment of what is done about an item now, and remember it."""
    now = time.monotonic()
    passed = now - _last.get(item, float("-inf"))
    _last[item] = now
    return Moment(date.today().isoformat(), passed if passed <= LONGEST_PAUSE_S else None)


def forget_session() -> None:
    """Forget what was done in this session, as the end of the kernel would."""
    _last.clear()
