"""A function, its derivatives by nested tapes, and central differences beside them, as frozen facts."""

from widgets.derivatives.derivatives import derivatives
from widgets.derivatives.model import Curves, Differences, Point, Spot
from widgets.derivatives.nested_tapes import derivatives_at

__all__ = ["Curves", "Differences", "Point", "Spot", "derivatives", "derivatives_at"]
