"""Gradient descent as frozen facts: paths, verdicts on them, what float32 does to a step, and how fast it all runs."""

from widgets.descent.comparing import first_difference
from widgets.descent.engine import descend
from widgets.descent.model import Paths
from widgets.descent.verdicts import Verdict

__all__ = ["Paths", "Verdict", "descend", "first_difference"]
