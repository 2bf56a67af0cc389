"""How a batch of submissions is graded: one frozen record that every part of the grader gets."""

from __future__ import annotations

import dataclasses
import secrets
from pathlib import Path

from widgets.grading.sandbox.limits import Limits

BWRAP = "bwrap"
FORKED = "forked"
NONE = "none"
SANDBOXES = (BWRAP, FORKED, NONE)
"""Where answers run: each kernel in a sandbox of its own; in one forked from a process with TensorFlow; in none."""

INTERRUPTED = 130
"""The exit status that a shell expects of a command that Ctrl-C ended."""


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is the same for every submission of a batch.

    Attributes:
        sandbox: one of SANDBOXES. NONE is only for a file of one's own.
        limits: what one kernel may use.
        workers: how many submissions are graded at a time.
        seed: what the checks draw their questions from: any text. It is secret and never shown.
        reference: the folder with `solutions/` and `lessons/`; None for the one that `lessons()` finds.
        out: the folder that the verdicts are kept in; None where they are only shown.
        regrade: whether submissions are graded again although their verdicts are kept.
    """

    sandbox: str = BWRAP
    limits: Limits = dataclasses.field(default_factory=Limits)
    workers: int = 1
    seed: str = dataclasses.field(default_factory=lambda: secrets.token_hex(16), repr=False)
    reference: Path | None = None
    out: Path | None = None
    regrade: bool = False
