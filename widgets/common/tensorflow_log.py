"""TensorFlow's log, kept away from learners: a first cell should not end in a red box of remarks about CPUs.

Most remarks are written by C++ to file descriptor 2 during the import, before any setting is read; those at a first op
obey `TF_CPP_MIN_LOG_LEVEL`. TensorFlow is not started here: a learner may still have devices to configure.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from typing import IO


def import_tensorflow() -> None:
    """Import TensorFlow with what it says put aside (and said after all if it fails); later warnings stay on."""
    if "tensorflow" in sys.modules:
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1")
    with tempfile.TemporaryFile() as aside:
        try:
            with _stderr_to(aside):
                import tensorflow  # noqa: F401
        except BaseException:
            aside.seek(0)
            sys.stderr.write(aside.read().decode(errors="replace"))
            raise


@contextlib.contextmanager
def _stderr_to(file: IO[bytes]) -> Iterator[None]:
    kept = os.dup(2)
    os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


@contextlib.contextmanager
def quiet(level: int = logging.ERROR) -> Iterator[None]:
    """Let TensorFlow log only what is at least as grave as `level`: no advice on speed, no warning that it retraces."""
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None:  # an answer that is called may do without
        yield
        return
    log = tensorflow.get_logger()
    before = log.level
    log.setLevel(level)
    try:
        yield
    finally:
        log.setLevel(before)


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Show nothing that is printed, nor TensorFlow's warnings of retracing: checks run the same function often."""
    with quiet(), contextlib.redirect_stdout(io.StringIO()):
        yield
