"""What floating point does to gradient descent: `precision()` and PrecisionMicroscope.

The folder is not called `precision`, so that `widgets.precision` is always the function.
"""

from widgets.rounding.float_steps import precision
from widgets.rounding.model import Precision

__all__ = ["Precision", "precision"]
