"""Gradient descent as frozen facts: paths, verdicts on them, what float32 does to a step, and how fast it all runs."""

from widgets.descent.comparing import first_difference
from widgets.descent.engine import descend
from widgets.descent.model import Paths
from widgets.descent.verdicts import Verdict
from widgets.precision.compute import Precision, precision

__all__ = ["Paths", "Precision", "Verdict", "descend", "first_difference", "precision"]
