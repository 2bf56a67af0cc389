"""Gradient descent as frozen facts: paths, verdicts on them, what float32 does to a step, and how fast it all runs."""

from widgets.descent.comparing import first_difference
from widgets.descent.engine import descend
from widgets.descent.facts import Paths
from widgets.descent.precision import Precision, precision
from widgets.descent.verdicts import Verdict

__all__ = ["Paths", "Precision", "Verdict", "descend", "first_difference", "precision"]
