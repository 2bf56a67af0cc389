"""A function, its derivatives by nested tapes, and central differences beside them, as frozen facts."""

from widgets.curves.functions import FunctionError, checked, title_of

__all__ = ["FunctionError", "checked", "title_of"]
