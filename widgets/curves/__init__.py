"""A function, its derivatives by nested tapes, and central differences beside them, as frozen facts."""

from widgets.curves.derivatives import derivatives
from widgets.curves.facts import Curves, Differences, Point, Spot
from widgets.curves.functions import FunctionError, checked, title_of
from widgets.curves.tower import derivatives_at

__all__ = [
    "Curves",
    "Differences",
    "FunctionError",
    "Point",
    "Spot",
    "checked",
    "derivatives",
    "derivatives_at",
    "title_of",
]
