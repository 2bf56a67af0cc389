"""One writer at a time: a lock that the system lets go of when its holder dies, on Linux, macOS and Windows."""

import contextlib
import time

try:
    import fcntl

    def _take(file):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _let_go(file):
        fcntl.flock(file, fcntl.LOCK_UN)

except ImportError:  # Windows
    import msvcrt

    def _take(file):
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def _let_go(file):
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)


PATIENCE, PAUSE = 5.0, 0.01  # seconds


@contextlib.contextmanager
def locked(path, patience=PATIENCE):
    """Hold the lock that the file at `path` stands for. Raises TimeoutError if another process does not let go."""
    with path.open("a+b") as file:
        held = _wait(file, patience)
        try:
            yield
        finally:
            if held:
                _let_go(file)


def _wait(file, patience):
    """Take the lock, and return whether there is one: some network folders know no locks, and go without."""
    end = time.monotonic() + patience
    while True:
        try:
            _take(file)
        except (BlockingIOError, PermissionError) as taken:
            if time.monotonic() > end:
                raise TimeoutError(str(taken)) from taken
            time.sleep(PAUSE)
        except OSError:
            return False
        else:
            return True
