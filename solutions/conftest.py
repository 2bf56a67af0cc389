"""Solutions run by `pytest solutions` are in English, and have a home of their own: they are nobody's progress."""

import os
import tempfile

_HOME = tempfile.TemporaryDirectory(prefix="tapedeck-", ignore_cleanup_errors=True)
os.environ["TAPEDECK_HOME"] = _HOME.name
os.environ["TAPEDECK_LANG"] = "en"
