"""The order of the tests, their language, and a home of their own: nothing here touches anybody's progress."""

import os
import tempfile
from pathlib import Path

BROWSER = Path(__file__).with_name("browser")
_HOME = tempfile.TemporaryDirectory(prefix="tapedeck-", ignore_cleanup_errors=True)  # until this process ends
os.environ["TAPEDECK_HOME"] = _HOME.name  # kernels and servers that tests start inherit both
os.environ["TAPEDECK_LANG"] = "en"


def pytest_collection_modifyitems(items):
    """Put browser tests last: Playwright leaves an event loop running in this thread, where others start theirs."""
    items.sort(key=lambda item: BROWSER in item.path.parents)
