"""A conversation with a kernel that may die, flood, fall silent or lie: it ends in time, and says how it ended."""

import os
import subprocess
import time
from queue import Empty

import psutil
import zmq
from nbval.kernel import RunningKernel

from widgets.grading.running.hearing import Heard, receive
from widgets.grading.running.uprooting import below, end
from widgets.grading.sandbox.limits import MIB
from widgets.grading.verdicts import DIED, OUTPUT, TIMEOUT

_PAUSE = 0.2  # seconds between two looks whether the kernel is still there
_PATIENCE = 5.0  # seconds for what has to follow at once: the last message after a reply, an end after a disconnection

_GROWTH = 256 * MIB
"""Bytes that this process may grow by. ZeroMQ keeps all pieces of a message until the last, and bounds only each."""


class Ended(Exception):
    """The kernel is of no use any more. `kind` says why: DIED, TIMEOUT, OUTPUT or MEMORY."""

    def __init__(self, kind):
        super().__init__(kind)
        self.kind = kind


class Conversation(RunningKernel):
    """nbval's running kernel, of a manager that is not started yet.

    Both channels are listened to while a cell runs, so that neither fills up; what a cell published waits in `heard`
    until nbval asks for it.
    """

    def __init__(self, manager, limits):
        self.km, self.limits, self.heard, self._next = manager, limits, None, 0
        self.km.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.kc = self.km.client()
        self.kc.start_channels(shell=True, iopub=True, stdin=False, hb=False, control=False)
        self._channels = [channel.socket for channel in (self.kc.shell_channel, self.kc.iopub_channel)]
        self._monitors, self._process = [], psutil.Process()
        self._most = self._resident() + _GROWTH
        self._await_ready(time.monotonic() + limits.startup)
        self._monitors = [socket.get_monitor_socket(zmq.EVENT_DISCONNECTED) for socket in self._channels]

    def _await_ready(self, end):
        """Ask for the kernel's name until both channels bring an answer: the first may be too early for one of them."""
        patience = 1.0
        while True:
            try:
                return self.await_reply(self.kc.kernel_info(), patience)
            except Ended as ended:
                if ended.kind != TIMEOUT or time.monotonic() > end:
                    raise
                patience *= 2

    def await_reply(self, msg_id, timeout=None):
        """Hear all that belongs to a request, up to the word that it is done. Raises Ended."""
        self.heard, self._next = Heard(msg_id), 0
        end = time.monotonic() + timeout
        while not self.heard.is_whole:
            if not self._hear() and not self.is_alive():
                raise Ended(self.cause_of_death())
            if self.heard.size > self.limits.output or self._resident() > self._most or self._is_cut_off():
                raise Ended(OUTPUT)
            if self.heard.reply is not None:
                end = min(end, time.monotonic() + _PATIENCE)
            if time.monotonic() > end:
                raise Ended(TIMEOUT)

    def get_message(self, stream, timeout=None):
        """Return the next of the messages that were heard, as nbval asks for them. Raises Empty after the last."""
        if self._next >= len(self.heard.published):
            raise Empty
        self._next += 1
        return self.heard.published[self._next - 1]

    def cause_of_death(self):
        """Return what the provisioner has found out: without a sandbox it is only known that the kernel died."""
        ended = getattr(self.km.provisioner, "ended", lambda: None)()
        return ended.kind if ended else DIED

    def stop(self):
        """Kill the kernel and what it started, and clear away what it was given."""
        for socket in self._channels:
            socket.disable_monitor()
        if self.km.folder:
            end(below(os.getpid()))  # without walls around it, what a kernel has started may outlive it
        super().stop()

    def _hear(self):
        """Take what has arrived, or wait a moment for it. Return whether anything had."""
        poller = zmq.Poller()
        for socket in self._channels:
            poller.register(socket, zmq.POLLIN)
        arrived = [frames for socket, _event in poller.poll(_PAUSE * 1000) if (frames := receive(socket))]
        for frames in arrived:
            self.heard.take(self.kc.session, frames)
        return bool(arrived)

    def _is_cut_off(self):
        """Whether ZeroMQ refused a message that is too long: it disconnects. If the kernel died of it, raise that."""
        if not any(monitor.poll(0) for monitor in self._monitors):
            return False
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            if not self.is_alive():
                raise Ended(self.cause_of_death())
            time.sleep(_PAUSE)
        return True

    def _resident(self):
        """Return how many bytes of memory this process holds."""
        return self._process.memory_info().rss
