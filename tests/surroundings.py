"""What every test runs in: English, Ctrl-C, and a home of its own, so that nothing it does is anybody's progress."""

import os
import signal
import tempfile

_HOME = tempfile.TemporaryDirectory(prefix="tapedeck-", ignore_cleanup_errors=True)  # until this process ends


def enter():
    """Set them for this process. Kernels and servers that tests start inherit them."""
    os.environ["TAPEDECK_HOME"] = _HOME.name
    os.environ["TAPEDECK_LANG"] = "en"
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it; tests interrupt
