"""Where the learner's code stands while it runs: its frames, and the layers and modules around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import CodeType, FrameType, MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from widgets.tape.scope_model import ScopeKind


class PastFrame(NamedTuple):
    """What is kept of a frame when its recording is over: the code alone, since a frame keeps all its variables."""

    f_code: CodeType
    f_locals: Mapping[str, Any] = MappingProxyType({})
    f_globals: Mapping[str, Any] = MappingProxyType({})


Frame: TypeAlias = FrameType | PastFrame


class CodeLocation(NamedTuple):
    """Where the learner's code stood: a frame, and the byte offset of the instruction in its code."""

    frame: Frame
    instruction: int


def frames_at(locations: Iterable[CodeLocation | None]) -> list[Frame]:
    """Return the frames of locations, each once, in order."""
    return list({id(at.frame): at.frame for at in locations if at}.values())


Position: TypeAlias = tuple[str, int, int | None, int | None, int | None]
"""A file, and a stretch of it: first line, last line, first column, end column (in UTF-8 bytes; None: not known)."""


@dataclass(frozen=True, eq=False)
class RunningScope:
    """A layer, loss, optimizer, metric or module whose method is running; `outer` is what runs around it.

    Attributes:
        kind: what it is.
        owner: the object itself, or the name of a plain loss function.
        outer: the scope around it, None at the top.
    """

    kind: ScopeKind
    owner: Any
    outer: RunningScope | None
