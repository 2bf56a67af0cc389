"""Gradient descent: `descend` computes Paths at many learning rates, bit for bit as an eager loop, and judges each.

losses              a learner's loss, its parameters, and its data
paths               many paths of it at once, with the bits that each has alone
surface             what the paths run on: f on a grid, minima, curvature
engine              `descend`: a loss, rates, and an optimizer in; Paths (model) out, judged by verdicts and trajectory
sweeps              `sweep`: descents as a table; sweep_table
widget              `DescentExplorer`: computation and part_by_part fill it, payload and view_words are what it sends to
                    view; text and figure are its twins; what_if and kept_runs are the runs to compare with
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.common.lazy_names import lazy_names

if TYPE_CHECKING:
    from widgets.descent.engine import descend
    from widgets.descent.model import Paths, first_difference
    from widgets.descent.optimizers import OPTIMIZERS, Optimizer
    from widgets.descent.sweep_table import Sweep
    from widgets.descent.sweeps import sweep
    from widgets.descent.verdicts import VERDICTS, Verdict, VerdictKind

__all__ = [
    "OPTIMIZERS",
    "VERDICTS",
    "Optimizer",
    "Paths",
    "Sweep",
    "Verdict",
    "VerdictKind",
    "descend",
    "first_difference",
    "sweep",
]

# Who needs the verdicts alone does without TensorFlow.
__getattr__ = lazy_names(
    __name__,
    {"descend": "engine", "Paths": "model", "first_difference": "model", "Sweep": "sweep_table", "sweep": "sweeps"}
    | dict.fromkeys(("OPTIMIZERS", "Optimizer"), "optimizers")
    | dict.fromkeys(("VERDICTS", "Verdict", "VerdictKind"), "verdicts"),
)
