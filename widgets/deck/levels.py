"""The levels on which a recording can be seen: lines of code, layers, operations, and all steps.

Each is a shorter Recording of the same run, and positions count the steps of the whole one. A level that says no more
than the next finer one is left out. A level is put together when somebody looks at it: of a long run few are.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from widgets.deck.folding import Folded, folded, unfolded
from widgets.deck.grouping import Group, grouped
from widgets.deck.layer_groups import layer_groups
from widgets.deck.line_groups import call_groups, line_groups
from widgets.deck.source_statements import Statements
from widgets.tape.model import Recording

LevelKey: TypeAlias = Literal["lines", "layers", "ops", "all"]

FEWEST = 3
"""Rows that say something, at least."""

FEWEST_OF_ALL = 2
"""Rows of a level that is there at all."""

MOST = 14
"""Rows that are seen at once."""


AT_ONCE = 3_000
"""Rows of all the levels that a deck has from the start. It asks for more levels when somebody chooses them."""


@dataclass(frozen=True)
class Level:
    """A recording as it is seen on one level.

    Attributes:
        key: which level.
        rows: the number of ops, or of boxes, that are shown.
        has_layers: whether a layer, a loss, or an optimizer ran.
    """

    key: LevelKey
    rows: int
    has_layers: bool
    _put_together: Callable[[], Folded] = field(repr=False)

    @functools.cached_property
    def shown(self) -> Folded:
        """The shorter recording."""
        return self._put_together()


def levels(recording: Recording) -> tuple[Level, ...]:
    """Return the levels of a recording that differ, the coarsest first; the last is the whole recording.

    There is always a level of operations: the whole recording, where that is nothing but operations.
    """
    short = folded(recording)
    statements = Statements(recording.listings)
    has_layers = any(entry.scope >= 0 for entry in short.recording.entries)
    told = {step.subject for step in short.recording.steps if step.kind == "entry"}

    def level(key: LevelKey, groups: Sequence[Group]) -> Level:
        rows = sum(group.members[-1] in told for group in groups)
        return Level(key, rows, has_layers, functools.partial(grouped, short, groups))

    calls = call_groups(short.recording)
    layers = layer_groups(short.recording, statements, MOST)
    lines = line_groups(short.recording, statements)
    is_grouped = any(group.title for group in calls)
    ops = level("ops", calls) if is_grouped else Level("ops", len(told), has_layers, lambda: short)
    found = [level("lines", lines), level("layers", layers)]
    if len(lines) == len(layers):  # where there are no layers, they are the same
        found.pop(0 if has_layers else 1)
    found = [one for one in found if FEWEST_OF_ALL <= one.rows < ops.rows]
    if short.recording is recording and not is_grouped:
        return (*found, ops)
    rows = sum(step.kind == "entry" for step in recording.steps)
    return (*found, ops, Level("all", rows, has_layers, functools.partial(unfolded, recording)))


def opening_level(some: Sequence[Level]) -> Level:
    """Return the level that a reader sees first.

    Where layers, losses or optimizers ran, that is the level of layers; else the operations themselves; another one
    if that has too few rows to say something, or too many to be seen at once.
    """
    by_key = {level.key: level for level in some}
    ops = by_key["ops"]
    order: Sequence[LevelKey] = ("layers", "lines", "ops") if ops.has_layers else ("ops", "lines", "layers")
    wanted = [by_key[key] for key in order if key in by_key]
    telling = [level for level in wanted if level.rows >= FEWEST]
    return next(
        (level for level in telling if level.rows <= MOST), min(telling, key=lambda level: level.rows, default=ops)
    )


def levels_at_once(some: Sequence[Level]) -> list[Level]:
    """Return the levels that a deck has from the start: that on which it opens, and the coarsest ones of a long run."""
    opening, room = opening_level(some), AT_ONCE
    found = []
    for level in some:
        room -= level.rows
        if level is opening or room >= 0:
            found.append(level)
    return found
