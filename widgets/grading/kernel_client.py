"""A client of a kernel that may die, flood, fall silent or lie: it ends in time, and says how the kernel ended.

The messages are those of https://jupyter-client.readthedocs.io/en/stable/messaging.html. Code that runs in a kernel can
send any message. One that does not follow the protocol is ignored; it must not stop the grader.
"""

from __future__ import annotations

import dataclasses
import os
import subprocess
import time
from collections.abc import Sequence
from queue import Empty
from typing import Any

import psutil
import zmq
from jupyter_client.session import Session
from nbval.kernel import RunningKernel

from widgets.grading.cleanup import descendants, kill_all
from widgets.grading.kernel_output import is_list_of_texts
from widgets.grading.model import MIB, Limits
from widgets.grading.sandbox.kernel_manager import GradingKernelManager
from widgets.grading.verdict_kinds import DIED, OUTPUT, TIMEOUT

_INTERVAL = 0.2  # seconds between two looks whether the kernel is still alive
_PATIENCE = 5.0  # seconds for what must follow at once: the last message after a reply, an exit after a disconnection

_MAX_GROWTH = 256 * MIB
"""Bytes that this process may grow by. ZeroMQ keeps all parts of a message until the last, and limits each alone."""

_TEXT_FIELDS = {"stream": ("name", "text"), "status": ("execution_state",), "error": ("ename", "evalue")}
"""The types of messages that are kept, and which of their contents must be texts. Pictures and results are not
compared."""

Message = dict[str, Any]


@dataclasses.dataclass(eq=False)
class CellMessages:
    """The well-formed messages that belong to one request.

    Attributes:
        request: the id of the request.
        reply: the content of the kernel's reply; None before it arrives.
        published: the messages on the public channel, in order, up to the one that says that the kernel is idle.
        size: the bytes of all messages that arrived meanwhile, well-formed or not.
    """

    request: str
    reply: dict[str, Any] | None = None
    published: list[Message] = dataclasses.field(default_factory=list)
    size: int = 0

    @property
    def is_idle(self) -> bool:
        """Whether the kernel has said on the public channel that it is done. What comes later is too late."""
        return any(
            message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
            for message in self.published[-1:]
        )

    @property
    def is_complete(self) -> bool:
        """Whether the kernel has replied, too."""
        return self.reply is not None and self.is_idle

    def add(self, session: Session, frames: Sequence[bytes]) -> None:
        """Add a message, in the frames that ZeroMQ delivers, if it belongs here and has the session's signature."""
        self.size += sum(map(len, frames))
        message = _parsed(session, frames)
        if message is None or message["parent_header"].get("msg_id") != self.request:
            return
        if message["msg_type"].endswith("_reply"):
            self.reply = self.reply or message["content"]  # the first one counts
        elif not self.is_idle and _is_well_formed(message):
            self.published.append(message)


def _parsed(session: Session, frames: Sequence[bytes]) -> Message | None:
    try:
        message = session.deserialize(session.feed_identities(list(frames))[1])
        types = {"parent_header": dict, "content": dict, "msg_type": str}
        return message if all(isinstance(message.get(key), kind) for key, kind in types.items()) else None
    except Exception:  # unsigned, sent twice, no JSON, nested too deeply, …: it is not for us
        return None


def _is_well_formed(message: Message) -> bool:
    kind, content = message["msg_type"], message["content"]
    if kind not in _TEXT_FIELDS or not all(isinstance(content.get(key), str) for key in _TEXT_FIELDS[kind]):
        return False
    return kind != "error" or is_list_of_texts(content.get("traceback"))


class KernelEnded(Exception):
    """The kernel is of no use any more; `kind` says why: DIED, TIMEOUT, OUTPUT or MEMORY."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class KernelClient(RunningKernel):  # type: ignore[misc]  # nbval has no types
    """nbval's running kernel, of a manager that is not started yet.

    Both channels are read while a cell runs, so that neither fills up; what a cell published waits in `messages` until
    nbval asks for it.

    Attributes:
        limits: the limits.
        messages: those of the last request.
        is_spent: whether it has ended, or is busy for ever, where that decides nothing.
    """

    is_spent = False

    def __init__(self, manager: GradingKernelManager, limits: Limits) -> None:
        """Start the kernel.

        Args:
            manager: of the kernel.
            limits: the limits.

        Raises:
            KernelEnded: if it does not answer in time.
        """
        self.km, self.limits, self.messages, self._next = manager, limits, CellMessages(""), 0
        self.km.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.kc = self.km.client()
        self.kc.start_channels(shell=True, iopub=True, stdin=False, hb=False, control=False)
        self._channels = [channel.socket for channel in (self.kc.shell_channel, self.kc.iopub_channel)]
        self._monitors: list[zmq.Socket[bytes]] = []
        self._process = psutil.Process()
        self._max_resident = self._resident() + _MAX_GROWTH
        self._await_ready(time.monotonic() + limits.startup)
        self._monitors = [socket.get_monitor_socket(zmq.EVENT_DISCONNECTED) for socket in self._channels]

    def _await_ready(self, deadline: float) -> None:
        """Ask for the kernel's name until both channels bring an answer: the first may be too early for one of them."""
        patience = 1.0
        while True:
            try:
                return self.await_reply(self.kc.kernel_info(), patience)
            except KernelEnded as ended:
                if ended.kind != TIMEOUT or time.monotonic() > deadline:
                    raise
                patience *= 2

    def await_reply(self, msg_id: str, timeout: float = 0) -> None:
        """Read everything that belongs to a request, up to the message that it is done.

        Args:
            msg_id: of the request.
            timeout: in seconds.

        Raises:
            KernelEnded: if it is not done in time, or not within the limits, or the kernel has died.
        """
        self.messages, self._next = CellMessages(msg_id), 0
        deadline = time.monotonic() + timeout
        while not self.messages.is_complete:
            if not self._read() and not self.is_alive():
                raise KernelEnded(self.cause_of_death())
            too_much = self.messages.size > self.limits.output or self._resident() > self._max_resident
            if too_much or self._is_disconnected():
                raise KernelEnded(OUTPUT)
            if self.messages.reply is not None:
                deadline = min(deadline, time.monotonic() + _PATIENCE)
            if time.monotonic() > deadline:
                raise KernelEnded(TIMEOUT)

    def get_message(self, stream: str, timeout: float | None = None) -> Message:
        """Return the next published message, as nbval asks for them.

        Args:
            stream: ignored.
            timeout: ignored.

        Returns:
            The message.

        Raises:
            Empty: after the last one.
        """
        if self._next >= len(self.messages.published):
            raise Empty
        self._next += 1
        return self.messages.published[self._next - 1]

    def cause_of_death(self) -> str:
        """Return what the provisioner has found out: without a sandbox it is only known that the kernel died."""
        kernel_exit = getattr(self.km.provisioner, "kernel_exit", lambda: None)()
        return kernel_exit.kind if kernel_exit else DIED

    def stop(self) -> None:
        """Kill the kernel and what it started, and remove what it was given."""
        for socket in self._channels:
            socket.disable_monitor()
        if self.km.folder:
            kill_all(descendants(os.getpid()))  # without a sandbox, what a kernel has started may outlive it
        super().stop()

    def _read(self) -> bool:
        """Read what has arrived, or wait a moment for it. Return whether anything had."""
        poller = zmq.Poller()
        for socket in self._channels:
            poller.register(socket, zmq.POLLIN)
        arrived = [frames for socket, _event in poller.poll(int(_INTERVAL * 1000)) if (frames := _received(socket))]
        for frames in arrived:
            self.messages.add(self.kc.session, frames)
        return bool(arrived)

    def _is_disconnected(self) -> bool:
        """Whether ZeroMQ refused a message that is too long: it disconnects. If the kernel died of it, raise that."""
        if not any(monitor.poll(0) for monitor in self._monitors):
            return False
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if not self.is_alive():
                raise KernelEnded(self.cause_of_death())
            time.sleep(_INTERVAL)
        return True

    def _resident(self) -> int:
        """Return how many bytes of memory this process holds."""
        return int(self._process.memory_info().rss)


def _received(socket: zmq.Socket[bytes]) -> list[bytes] | None:
    """Return the frames of a message that has arrived on a socket, or None."""
    try:
        return socket.recv_multipart(zmq.NOBLOCK)
    except zmq.Again:
        return None
