"""What forked processes have in common for who treats them as `subprocess.Popen`'s."""

from __future__ import annotations

import abc


class Forked(abc.ABC):
    """A process that Jupyter did not start itself: it has no pipes, and no other signal than one that kills."""

    stdin = stdout = stderr = None

    @abc.abstractmethod
    def kill(self) -> None:
        """Kill it, and everything it started."""

    def terminate(self) -> None:
        """Kill it: it has no gentler signal."""
        self.kill()

    def send_signal(self, number: int) -> None:
        """Kill it, for any signal but 0: kernels are interrupted by a message."""
        if number:
            self.kill()
