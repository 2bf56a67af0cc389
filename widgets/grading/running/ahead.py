"""A pytest that has imported all before it is asked for: it is forked (see `widgets.grading.forks.pytests`)."""

import os

from widgets.grading.forks.forking import PYTESTS
from widgets.grading.forks.processes import Process


def is_there():
    """Whether there is something to fork it from."""
    return PYTESTS in os.environ


class Forked(Process):
    """Stands for it as `subprocess.Popen` does for one that starts by itself, with `stdin` and `stdout`."""

    def __init__(self, folder, said):
        hearing, stdin = os.pipe()
        stdout, telling = os.pipe()
        self.stdin, self.stdout = open(stdin, "wb"), open(stdout, "rb")  # noqa: SIM115 - closed at the end
        try:
            super().__init__(os.environ[PYTESTS], {"folder": folder}, [hearing, telling, said.fileno()])
        finally:
            os.close(hearing)
            os.close(telling)
        self.run()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stdout.close()
        self.wait()
        self.stdin.close()
