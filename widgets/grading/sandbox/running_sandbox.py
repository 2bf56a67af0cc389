"""A running bubblewrap with its limits: it starts its program once they are set, and ends with all that runs in it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from widgets.grading.model import Limits
from widgets.grading.sandbox import bubblewrap, cgroups

_PATIENCE = 5  # seconds for the last process of a sandbox to be gone


class RunningSandbox:
    """A program in a sandbox. When this process ends, it ends, too.

    Attributes:
        process: bubblewrap itself, whose exit status is the program's: 128 + n if signal n ended that.
        group: the control group that holds it. Where the system allows no complete one, a `ProcessMonitor` is added.
    """

    def __init__(
        self,
        command: Sequence[str],
        limits: Limits,
        environment: Mapping[str, str],
        inherited: Sequence[int],
        data: Path | None = None,
        connection_file: str = os.devnull,
        options: Sequence[str] = (),
    ) -> None:
        """Start it.

        Args:
            command: the program and its arguments.
            limits: of all its processes together.
            environment: all its environment variables.
            inherited: the numbers of open files that it inherits.
            data: the folder of the data that lessons read, or None.
            connection_file: a file that it sees at its own path.
            options: more of bubblewrap's.
        """
        self.group, self._first_pidfd = cgroups.ControlGroup(), -1
        self._monitor: cgroups.ProcessMonitor | None = None
        bwrap, *usual = bubblewrap.bwrap_arguments(limits, connection_file, data, bubblewrap.font_caches())
        with _StartGate() as gate:
            self.process = subprocess.Popen(
                [bwrap, *gate.arguments, *usual, *options, *command],
                env=dict(environment),
                cwd="/",
                pass_fds=[*gate.inherited, *inherited],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            first_pid = gate.first_pid()
            if first_pid is not None:
                self._first_pidfd = os.pidfd_open(first_pid)
                self.group = cgroups.make_group(first_pid, limits)
                self._monitor = None if self.group.is_complete else cgroups.ProcessMonitor(first_pid, limits)
            gate.release()

    @property
    def ran_out_of_memory(self) -> bool:
        """Whether something in it was killed because all together used too much memory."""
        return self.group.ran_out_of_memory or (self._monitor is not None and self._monitor.ran_out_of_memory)

    def end(self) -> None:
        """Kill it, wait until its last process is gone, and remove its control group."""
        self.process.kill()
        self.process.wait()
        if self._first_pidfd >= 0:
            select.select([self._first_pidfd], [], [], _PATIENCE)
            os.close(self._first_pidfd)
            self._first_pidfd = -1
        self.group.remove()
        if self._monitor:
            self._monitor.join()


class _StartGate:
    """Holds a new sandbox until it has been limited: bubblewrap reports its first process, and waits.

    Attributes:
        inherited: the file descriptors that bubblewrap inherits: the one it writes to, and the one it waits on.
    """

    def __init__(self) -> None:
        self._info, info_writer = os.pipe()
        block_reader, self._block = os.pipe()
        self.inherited: tuple[int, ...] = (info_writer, block_reader)

    @property
    def arguments(self) -> list[str]:
        """The pipes as arguments of bwrap."""
        info_writer, block_reader = self.inherited
        return ["--info-fd", str(info_writer), "--block-fd", str(block_reader)]

    def first_pid(self) -> int | None:
        """Return the number, outside, of the sandbox's first process; None if no sandbox was made."""
        self._close_inherited()
        info = b""
        while b"}" not in info and (more := os.read(self._info, 4096)):
            info += more
        return int(json.loads(info)["child-pid"]) if info else None

    def release(self) -> None:
        """Let the sandbox start its program."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._block, b"!")

    def __enter__(self) -> _StartGate:
        return self

    def __exit__(self, *_: object) -> None:
        self._close_inherited()
        for descriptor in (self._info, self._block):
            os.close(descriptor)

    def _close_inherited(self) -> None:
        for descriptor in self.inherited:
            os.close(descriptor)
        self.inherited = ()
