"""The former home of `Cause`, for the exercises' tables."""

from widgets.diagnosis.causes import Cause as Row

__all__ = ["Row"]
