"""A function, its derivatives by nested tapes, and central differences beside them, as frozen facts."""

from widgets.derivatives.derivatives import derivatives
from widgets.derivatives.functions import FunctionError, checked, title_of
from widgets.derivatives.model import Curves, Differences, Point, Spot
from widgets.derivatives.tower import derivatives_at

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
