"""Which entries are one layer: a Keras layer, a `tf.Module`, a loss, an optimizer, or a function of the learner's."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterator, Mapping, Sequence

from widgets.common.catalogue import _
from widgets.deck.grouping import Group
from widgets.deck.line_groups import (
    Run,
    call_of,
    calls_function,
    is_apart,
    long_loops_folded,
    numbered,
    rounds_of,
    runs_of,
    without_unfinished,
)
from widgets.deck.source_statements import Statements
from widgets.tape.forward_model import Entry
from widgets.tape.model import CELL, Recording
from widgets.tape.scope_model import Scope, ScopeKind

_AROUND: tuple[ScopeKind, ...] = ("initializer", "fit", "evaluate", "predict")
"""Scopes that are no box: what is inside them may be."""

_Path = tuple[int, ...]
"""Scopes inside each other, the outermost first."""

_Classes = tuple[str, ...]
"""Their classes."""


def layer_groups(recording: Recording, statements: Statements, most: int) -> list[Group]:
    """Return the entries of a recording as layers.

    A model, or another layer of layers, is opened into those if it is the only one, and as long as there are at most
    `most` groups. What no layer ran is grouped by the learner's function that ran it, or by line in the main code.

    Args:
        recording: the recording, without its plumbing.
        statements: the statements of its code.
        most: how many groups are seen at once.

    Returns:
        The groups.
    """
    layers = _Layers(recording, statements)
    groups = layers.groups()
    while layers.open_outermost():
        finer = layers.groups()
        if len(finer) > most and layers.seen_before > 1:
            break
        groups = finer
    return groups


class _Layers:
    """Groups the entries of one recording, with some of its layers opened."""

    def __init__(self, recording: Recording, statements: Statements) -> None:
        self._recording, self._statements = recording, statements
        self._paths = [_path(recording, index) for index in range(len(recording.scopes))]
        self._opened: set[int] = set()
        self._main = _main_functions(recording, statements)
        self._owners = self._classes_around()
        inner = {entry.scope for entry in recording.entries if entry.scope >= 0}
        self._children: dict[int, set[int]] = {}
        for scope in inner:
            path = self._paths[scope]
            for outer, child in zip(path, path[1:], strict=False):
                self._children.setdefault(outer, set()).add(child)
        self._direct = {self._paths[scope][-1] for scope in inner if self._paths[scope]}
        self.seen_before = 0

    def open_outermost(self) -> bool:
        """Open the layers of layers that are boxes now, but not a layer with one cell; False if there are none."""
        boxes = {box for entry in self._recording.entries if (box := self._box(entry.scope)) >= 0} - self._opened
        self.seen_before = sum(self._recording.scopes[box].kind == "layer" for box in boxes)
        found = {box for box in boxes if len(self._children.get(box, ())) > (box in self._direct)}
        self._opened |= found
        return bool(found)

    def _box(self, scope: int) -> int:
        """Return the outermost scope around an entry that is not opened, or the innermost one; -1 for none."""
        path = self._paths[scope] if scope >= 0 else ()
        return next((one for one in path if one not in self._opened), path[-1] if path else -1)

    def _classes_around(self) -> dict[Hashable, _Classes]:
        """Return for each function of the learner's the classes around all that it ran: it is a part of those."""
        found: dict[Hashable, _Classes] = dict.fromkeys(self._main, ())
        for entry in self._recording.entries:
            if statement := self._statements.at(entry.place):
                path = self._paths[entry.scope] if entry.scope >= 0 else ()
                classes = tuple(self._recording.scopes[scope].class_name for scope in path)
                before = found.get(statement.function, classes)
                found[statement.function] = before[: _common(before, classes)]
        return found

    def _key(self, entry: Entry) -> Hashable:
        box, statement = self._box(entry.scope), self._statements.at(entry.place)
        if box >= 0:
            return "scope", box, self._line_of_call(entry, box)
        if statement is None or calls_function(entry):
            return None
        if statement.function in self._main:
            return "line", statement.place.listing, statement.place.line
        return "function", statement.function

    def _line_of_call(self, entry: Entry, box: int) -> Hashable:
        """Return the line that called a layer: on another line, it is another call. None in the layer's own code."""
        statement = self._statements.at(entry.place)
        if statement is None:
            return None
        is_own = len(self._owners[statement.function]) >= len(self._paths[box])
        if is_own and box not in self._opened:
            return None
        return statement.place.listing, statement.place.line

    def groups(self) -> list[Group]:
        """Return the groups: a layer that is called again, or a function, is another one."""
        runs = [part for run in runs_of(self._recording, self._key) for part in self._calls(run)]
        numbers = numbered((run[0].index, self._name(run)) for run in runs)
        groups = (self._group(several, numbers) for several in long_loops_folded(self._recording, runs, self._key))
        return without_unfinished(self._recording, groups, self._statements)

    def _name(self, run: Run) -> Hashable:
        """Return what a run has in common with others of the same title."""
        box, statement = self._box(run[0].scope), self._statements.at(run[0].place)
        if run[0].backward_pass >= 0:
            return call_of(self._recording, run[0])
        if box >= 0 and box not in self._opened:
            return box
        if statement and box < 0 and statement.function not in self._main:
            return statement.function
        return statement.place if statement else None

    def _calls(self, run: Run) -> Iterator[Run]:
        """Yield the calls of which a run consists: each begins with the op that the first began with."""
        statement = self._statements.at(run[0].place)
        if self._box(run[0].scope) < 0 and statement and statement.function in self._main:
            yield from rounds_of(run, self._statements)
            return
        begins = [0]
        if self._begins_calls(run[0]):
            begins = [
                index
                for index, entry in enumerate(run)
                if (entry.op, entry.place, entry.scope) == (run[0].op, run[0].place, run[0].scope)
                and (index == 0 or entry.place != run[index - 1].place or entry.scope >= 0)
            ]
        yield from (run[start:end] for start, end in zip(begins, [*begins[1:], len(run)], strict=True))

    def _begins_calls(self, first: Entry) -> bool:
        """Say whether the op that a layer or function began with is one that it runs once."""
        if first.backward_pass >= 0 or is_apart(first):
            return False
        statement, box = self._statements.at(first.place), self._box(first.scope)
        if box < 0:
            is_function = statement is not None and statement.function not in self._main
            return statement is not None and is_function and not statement.loop
        tensors = self._recording.tensors
        reads_own = first.scope == box and any(tensors[tensor].kind == "variable" for tensor in first.inputs)
        return reads_own and box not in self._opened and self._line_of_call(first, box) is not None

    def _group(self, runs: Sequence[Run], numbers: Mapping[int, tuple[int, int]]) -> Group:
        group = self._unnumbered(runs)
        nth, of = numbers.get(group.members[0], (0, 0)) if len(runs) == 1 else (0, 0)
        return dataclasses.replace(group, times=len(runs), nth=nth, of=of)

    def _unnumbered(self, runs: Sequence[Run]) -> Group:
        members = [entry for run in runs for entry in run]
        indices, first, last = tuple(entry.index for entry in members), members[0], members[-1]
        if is_apart(first):
            return Group(indices)
        box, statement = self._box(first.scope), self._statements.at(first.place)
        if first.backward_pass >= 0:
            return Group(indices, call_of(self._recording, first), "", first.place)
        if box >= 0 and (box not in self._opened or len(members) > 1 or not last.place or not last.place.text):
            scope = self._recording.scopes[box]
            place = next((one.place for one in members if self._line_of_call(one, box)), first.place)
            title, kind = scope_name(scope)
            return Group(indices, title, kind, place, box)
        if statement and box < 0 and statement.function not in self._main:
            return Group(indices, f"{statement.name}()", "", last.place)
        if len(members) == 1 or statement is None:
            return Group(indices)
        whole = last.place if last.place and last.place.text else statement.place
        return Group(indices, whole.text, "", whole, box)


def scope_name(scope: Scope) -> tuple[str, str]:
    """Return what to call a scope, and what it is."""
    if scope.kind in ("loss", "optimizer"):
        return scope.class_name or scope.name, _("loss") if scope.kind == "loss" else _("optimizer")
    return scope.name, scope.class_name


def _path(recording: Recording, scope: int) -> _Path:
    path: list[int] = []
    while scope >= 0:
        if recording.scopes[scope].kind not in _AROUND:
            path.insert(0, scope)
        scope = recording.scopes[scope].outer
    return tuple(path)


def _common(one: _Classes, other: _Classes) -> int:
    """Return how many classes two paths have in common, from outside."""
    pairs = zip(one, other, strict=False)
    return next((index for index, (mine, theirs) in enumerate(pairs) if mine != theirs), min(len(one), len(other)))


def _main_functions(recording: Recording, statements: Statements) -> set[Hashable]:
    """Return the functions that are not boxes: what was recorded, a cell's own lines, and where a tape is used."""
    steps = (step for step in recording.steps if step.kind not in ("entry", "pullback"))
    used = (statement for step in steps if (statement := statements.at(step.place)))
    main: set[Hashable] = {statement.function for statement in used}
    main.update((index,) for index in range(len(recording.listings)))
    if recording.title != CELL:
        main.add(statements.first_function())
    return main
