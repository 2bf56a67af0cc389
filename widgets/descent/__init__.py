"""Gradient descent: `descend` computes Paths at many learning rates, bit for bit as an eager loop, and judges each."""

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
