"""What nbgrader makes of a check: it reads no words, and takes a point away for an exception alone.

So a check that nbgrader runs, to grade or to validate, raises after it has said what is not right. A learner's own never
does.
"""

import os

from widgets.common.catalogue import _
from widgets.exercises.judgement import RIGHT

NBGRADER = "NBGRADER_EXECUTION"
"""What nbgrader sets in the kernel's environment: "autograde" or "validate"."""


class NotRight(AssertionError):
    """An answer is not what was asked for. The check has said why, so there is no traceback to read."""

    def _render_traceback_(self):
        """Return the lines that IPython shows for this exception."""
        return [str(self)]


def raise_for_nbgrader(exercise, judged):
    """Raise NotRight where nbgrader runs the check and the answer was not right."""
    if os.environ.get(NBGRADER) and judged.status != RIGHT:
        raise NotRight(_("{name} is not right yet. The check says why.").format(name=exercise.name))
