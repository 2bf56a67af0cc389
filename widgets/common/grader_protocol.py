"""What checks and the grader have agreed on. The grader does not import the checks: that would bring TensorFlow."""

import os

RELATIVE = ABSOLUTE = 1e-4  # a right float32 answer is within about 1e-6 of a float64 witness for numbers near 1

GRADING = "TAPEDECK_GRADING"
"""The environment variable that makes checks print for a grader, if it is set to anything."""

CODE, NO_ANSWER = "code: ", "NO_ANSWER"
"""How the last line for a grader begins, and what it says of an exercise that is not attempted."""


def is_grading() -> bool:
    """Whether a grader reads what checks print."""
    return bool(os.environ.get(GRADING))
