"""Solutions run by `pytest solutions` have a home of their own, as in all tests: their answers are nobody's progress."""

import os
import tempfile

_HOME = tempfile.TemporaryDirectory(prefix="tapedeck-", ignore_cleanup_errors=True)
os.environ["TAPEDECK_HOME"] = _HOME.name
