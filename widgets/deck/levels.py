"""The levels on which a recording can be seen: lines of code, layers, operations, and all steps.

Each is a shorter Recording of the same run, and positions count the steps of the whole one. A level that says no more
than the next finer one is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Level:
    """A recording as it is seen on one level.

    Attributes:
        key: which level.
        shown: the shorter recording.
    """

    key: LevelKey
    shown: Folded

    @property
    def rows(self) -> int:
        """The number of ops, or of boxes, that are shown."""
        return sum(step.kind == "entry" for step in self.shown.recording.steps)


def levels(recording: Recording) -> tuple[Level, ...]:
    """Return the levels of a recording that differ, the coarsest first; the last is the whole recording.

    There is always a level of operations: the whole recording, where that is nothing but operations.
    """
    short, whole = folded(recording), Level("all", unfolded(recording))
    statements = Statements(recording.listings)
    calls = call_groups(short.recording)
    layers = layer_groups(short.recording, statements, MOST)
    lines = line_groups(short.recording, statements)
    ops = Level("ops", grouped(short, calls) if _titled(calls) else short)
    found = [Level("lines", grouped(short, lines)), Level("layers", grouped(short, layers))]
    if len(lines) == len(layers):  # where there are no layers, they are the same
        found.pop(0 if _has_layers(ops) else 1)
    found = [level for level in found if FEWEST_OF_ALL <= level.rows < ops.rows]
    return (*found, ops) if ops.shown.recording is recording else (*found, ops, whole)


def _titled(groups: Iterable[Group]) -> bool:
    return any(group.title for group in groups)


def opening_level(some: Sequence[Level]) -> Level:
    """Return the level that a reader sees first.

    Where layers, losses or optimizers ran, that is the level of layers; else the operations themselves; another one
    if that has too few rows to say something, or too many to be seen at once.
    """
    by_key = {level.key: level for level in some}
    ops = by_key["ops"]
    order: Sequence[LevelKey] = ("layers", "lines", "ops") if _has_layers(ops) else ("ops", "lines", "layers")
    wanted = [by_key[key] for key in order if key in by_key]
    telling = [level for level in wanted if level.rows >= FEWEST]
    return next(
        (level for level in telling if level.rows <= MOST), min(telling, key=lambda level: level.rows, default=ops)
    )


def _has_layers(ops: Level) -> bool:
    """Say whether a layer, a loss, or an optimizer ran."""
    return any(entry.scope >= 0 for entry in ops.shown.recording.entries)
