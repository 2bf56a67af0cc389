"""Kernels that tests ask: started as the grader starts them, and asked in Python."""

import ast
import contextlib
import os

import pytest

from widgets.grading.sandbox.bubblewrap import sandbox_missing
from widgets.grading.sandbox.kernel_manager import kernel_manager

SECONDS = 60
"""How long a kernel may take for anything: as long as a busy machine needs."""


def need_the_sandbox():
    """Skip a test where there is no sandbox. On CI it fails: a skipped test there would be one that nobody runs."""
    if sandbox_missing():
        pytest.fail(sandbox_missing()) if os.environ.get("CI") == "true" else pytest.skip(sandbox_missing())


class Kernel:
    """A running kernel."""

    def __init__(self, manager, client):
        self.manager, self.client = manager, client

    def run(self, source, seconds=SECONDS):
        """Run a cell; return how it went ("ok" or the name of the exception) and what it printed.

        That is standard output alone: on some processors TensorFlow tells stderr how it will calculate.
        """
        printed = []

        def hear(message):
            if message["content"].get("name") == "stdout":
                printed.append(message["content"]["text"])

        reply = self.client.execute_interactive(source, allow_stdin=False, timeout=seconds, output_hook=hear)["content"]
        return reply.get("ename", "ok"), "".join(printed)

    def value(self, source):
        """Return the value of the expression on the last line of a cell."""
        *before, last = source.strip().splitlines()
        how, printed = self.run("\n".join([*before, f"print(repr({last}))"]))
        assert how == "ok", printed
        return ast.literal_eval(printed)

    def raised(self, source):
        """Return the name of the exception that a cell raises, or "ok"."""
        return self.run(source)[0]

    def reply(self, asked):
        """Return the content of the reply to the request of this id."""
        while True:
            message = self.client.get_shell_msg(timeout=SECONDS)
            if message["parent_header"].get("msg_id") == asked:
                return message["content"]

    def printed(self, asked):
        """Yield what the request of this id prints, up to the word that it is done."""
        while True:
            message = self.client.get_iopub_msg(timeout=SECONDS)
            if message["parent_header"].get("msg_id") == asked:
                if message["content"].get("execution_state") == "idle":
                    return
                yield message["content"].get("text", "")

    def dies_of(self, source):
        """Run a cell that ends the kernel, and return the provisioner's `KernelExit`."""
        self.client.execute(source)
        self.wait_for_the_end()
        return self.manager.provisioner.kernel_exit()

    def wait_for_the_end(self):
        """Wait until the kernel is dead."""
        with contextlib.suppress(ChildProcessError):
            self.manager.provisioner.process.wait(SECONDS)
        assert not self.manager.is_alive()


@contextlib.contextmanager
def kernel(**chosen):
    """A kernel, made by `kernel_manager` with what was chosen; gone afterwards."""
    manager = kernel_manager(**chosen)
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=SECONDS)
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
