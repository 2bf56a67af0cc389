"""Solutions run by `pytest solutions` have a home of their own, as all tests do: their answers are nobody's progress."""

They are in English, whatever language this machine speaks.
"""

import os
import tempfile

_HOME = tempfile.TemporaryDirectory(prefix="tapedeck-", ignore_cleanup_errors=True)
os.environ["TAPEDECK_HOME"] = _HOME.name
os.environ["TAPEDECK_LANG"] = "en"
