"""Gradient descent: `descend` computes Paths at many learning rates, bit for bit as an eager loop, and judges each."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from widgets.descent.engine import descend
    from widgets.descent.model import Paths, first_difference
    from widgets.descent.optimizers import OPTIMIZERS, Optimizer
    from widgets.descent.verdicts import VERDICTS, Verdict, VerdictKind

__all__ = [
    "OPTIMIZERS",
    "VERDICTS",
    "Optimizer",
    "Paths",
    "Verdict",
    "VerdictKind",
    "descend",
    "first_difference",
]

_HOMES = {"descend": "engine", "Paths": "model", "first_difference": "model"} | dict.fromkeys(
    ("OPTIMIZERS", "Optimizer"), "optimizers"
)


def __getattr__(name: str) -> Any:
    """Look a name up when it is first used (PEP 562): who needs the verdicts alone does without TensorFlow."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name, obj=None)
    return getattr(importlib.import_module(f"{__name__}.{_HOMES.get(name, 'verdicts')}"), name)
