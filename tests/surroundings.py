"""What every test runs in: English, Ctrl-C, one thread for TensorFlow's operations, and a home of its own.

The home is there so that nothing a test does is anybody's progress.
"""

import os
import signal
import tempfile

_HOME = tempfile.TemporaryDirectory(prefix="tapedeck-", ignore_cleanup_errors=True)  # until this process ends


def enter():
    """Set them for this process. Kernels and servers that tests start inherit them."""
    os.environ["TAPEDECK_HOME"] = _HOME.name
    os.environ["TAPEDECK_LANG"] = "en"
    for pool in ("INTRAOP", "INTEROP"):  # in what is as small as a test, handing work to a thread takes more than it
        os.environ.setdefault(f"TF_NUM_{pool}_THREADS", "1")
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it; tests interrupt
