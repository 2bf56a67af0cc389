"""Whose work an op is: the scopes of a recording, and which of its entries are plumbing, and for what."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from widgets.tape.call_stack import OwnerName, owner_name
from widgets.tape.forward_model import Entry, Plumbing
from widgets.tape.running_code import RunningScope
from widgets.tape.scope_model import Scope, ScopeKind

_OPS: dict[Plumbing, tuple[str, ...]] = {
    "read": ("ReadVariableOp",),
    "assign": ("AssignVariableOp", "AssignAddVariableOp", "AssignSubVariableOp"),
    "cast": ("Cast",),
    "shape": ("Shape", "ShapeN", "Size", "Rank", "StridedSlice", "BroadcastArgs", "BroadcastGradientArgs"),
    "handle": ("VarHandleOp", "VarIsInitializedOp", "IsResourceInitialized", "NoOp", "AnonymousIteratorV3"),
}
_PLUMBING_OPS: dict[str, Plumbing] = {op: kind for kind, ops in _OPS.items() for op in ops}
_INSIDES: dict[ScopeKind, Plumbing] = {"optimizer": "optimizer", "metric": "metric", "initializer": "initializer"}


class Scopes:
    """Gives each running scope its index; the same object that is called again in the same place keeps it."""

    def __init__(self) -> None:
        self.facts: list[Scope] = []
        self._indices: dict[tuple[str, str | OwnerName | int, int], int] = {}
        self._held: list[object] = []  # owners, so that their ids stay their own

    def index(self, scope: RunningScope | None) -> int:
        """Return the index of a scope; -1 for None."""
        if scope is None:
            return -1
        outer = self.index(scope.outer)
        is_named = isinstance(scope.owner, (str, OwnerName))
        key = scope.kind, scope.owner if is_named else id(scope.owner), outer
        if key not in self._indices:
            self._indices[key] = len(self.facts)
            self._held.append(scope.owner)
            named = owner_name(scope.owner)
            self.facts.append(Scope(scope.kind, named.name, named.class_name, outer, named.is_regularized))
        return self._indices[key]


def with_plumbing(entries: Sequence[Entry], scopes: Sequence[Scope]) -> tuple[Entry, ...]:
    """Return the entries, each said to be plumbing or not, and for which entry it works.

    Args:
        entries: all entries of a recording, in order of time.
        scopes: its scopes.

    Returns:
        The same entries with `plumbing` and `serves` filled in.
    """
    kinds = _kinds(entries, scopes)
    user: dict[int, int] = {}  # tensor → the first entry that takes it and means something
    found = []
    for entry, kind in zip(reversed(entries), reversed(kinds), strict=True):
        serves = min((user[tensor] for tensor in entry.outputs if tensor in user), default=-1) if kind else -1
        end = serves if kind else entry.index
        if end >= 0:
            user.update((tensor, end) for tensor in entry.inputs)
        found.append(dataclasses.replace(entry, plumbing=kind, serves=serves) if kind else entry)
    return tuple(reversed(found))


def _kinds(entries: Sequence[Entry], scopes: Sequence[Scope]) -> list[Plumbing]:
    insides = [_inside(index, scopes) for index in range(len(scopes))]
    shapes = {tensor for entry in entries if entry.op in _OPS["shape"] for tensor in entry.outputs}
    return [_kind(entry, insides[entry.scope] if entry.scope >= 0 else "", shapes) for entry in entries]


def _inside(index: int, scopes: Sequence[Scope]) -> Plumbing:
    """Return whose inside a scope is, also by what runs around it: "" for a layer's own calculation."""
    while index >= 0:
        if kind := _INSIDES.get(scopes[index].kind):
            return kind
        index = scopes[index].outer
    return ""


def _kind(entry: Entry, inside: Plumbing, shapes: set[int]) -> Plumbing:
    if inside:
        return inside
    if entry.op == "StridedSlice" and not shapes.intersection(entry.inputs[:1]):
        return ""  # a slice of the learner's own tensor
    return _PLUMBING_OPS.get(entry.op, "")
