"""A function, its derivatives by nested tapes, and central differences beside them, as frozen facts."""

from widgets.common.errors import FunctionError
from widgets.common.function_checks import checked
from widgets.common.titles import title_of
from widgets.derivatives.derivatives import derivatives
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
