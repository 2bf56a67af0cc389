"""How precisely a run of gradient descent can move in floating point: `precision()` and PrecisionMicroscope."""
