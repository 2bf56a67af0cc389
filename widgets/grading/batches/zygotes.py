"""A zygote on every worker of a cluster, those that come later too, for as long as a batch is graded there."""

import contextlib
import uuid

from distributed import WorkerPlugin

from widgets.common.catalogue import _
from widgets.grading.asking import Refusal
from widgets.grading.forks.supervisor import fork_servers as zygote

_users, _held = [], contextlib.ExitStack()
"""In a worker's process: the batches that are graded there, and what their kernels are forked from."""


@contextlib.contextmanager
def everywhere(client, limits):
    """Have what kernels are forked from on every worker of a client's cluster. Raises Refusal."""
    each = Zygote(limits)
    try:
        client.register_plugin(each)
    except Exception as error:  # whatever it is that a worker lacks
        said = _("Not every worker can fork kernels: {reason}. Ask again without --sandbox forked.")
        raise Refusal(said.format(reason=error)) from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # the scheduler may be gone
            client.unregister_worker_plugin(each.name)


class Zygote(WorkerPlugin):
    """Keeps one on a worker, unless another batch has one there already."""

    def __init__(self, limits):
        self.name, self._limits = f"tapedeck-zygote-{uuid.uuid4().hex}", limits

    def setup(self, worker):
        """Start it. Whoever asks for a kernel waits until it has imported everything."""
        if not _users:
            _held.enter_context(zygote(self._limits))
        _users.append(self.name)

    def teardown(self, worker):
        """End it, with all kernels that are left."""
        _users.remove(self.name)
        if not _users:
            _held.close()
