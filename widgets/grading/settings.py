"""How a batch of submissions is graded, as one frozen fact that every piece of the grader is handed."""

import dataclasses
import secrets
from pathlib import Path

from widgets.grading.sandbox.limits import Limits

BWRAP = "bwrap"
FORKED = "forked"
NONE = "none"
SANDBOXES = (BWRAP, FORKED, NONE)
"""Where answers run: each kernel in a sandbox of its own; the same, forked from one that has TensorFlow; in none."""


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is the same for every submission of a batch.

    Attributes:
        sandbox: one of SANDBOXES. NONE is for one's own file only.
        limits: what one kernel may use.
        workers: how many submissions are graded at a time.
        seed: what the checks draw their questions from; secret, and never shown: any text.
        reference: the folder with `solutions/` and `lessons/`; None for the one that `lessons()` finds.
        out: the folder that the verdicts are kept in; None where they are only shown.
        regrade: whether verdicts that are already kept there are found anew.
    """

    sandbox: str = BWRAP
    limits: Limits = dataclasses.field(default_factory=Limits)
    workers: int = 1
    seed: str = dataclasses.field(default_factory=lambda: secrets.token_hex(16), repr=False)
    reference: Path | None = None
    out: Path | None = None
    regrade: bool = False
