"""A Dask cluster that already runs: who is connected to it hears when there is none, or when it has no workers.

See https://distributed.dask.org/en/stable/client.html.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator

from distributed import Client

from widgets.common.catalogue import _

_POLL_SECONDS = 3
"""Between two looks whether the cluster has workers."""


class NoScheduler(Exception):
    """There is no scheduler where one was said to be."""


def connect(address: str) -> Client:
    """Connect to a cluster.

    Args:
        address: of its scheduler, such as "tcp://127.0.0.1:8786".

    Returns:
        A client, which is not the process' default.

    Raises:
        NoScheduler: if there is none; the message says so, and why.
    """
    try:
        return Client(address, set_as_default=False)
    except (OSError, ValueError) as error:  # a TimeoutError is an OSError
        said = _("There is no Dask scheduler at {address}: {reason}")
        raise NoScheduler(said.format(address=address, reason=error)) from error


@contextlib.contextmanager
def message_without_workers(client: Client, address: str) -> Iterator[None]:
    """Print a message, meanwhile, whenever the cluster has lost its last worker. When one comes, the work goes on."""
    over = threading.Event()
    threading.Thread(target=_watch_workers, args=(client, address, over), daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _watch_workers(client: Client, address: str, over: threading.Event) -> None:
    has_workers = True
    while not over.wait(_POLL_SECONDS):
        had_workers, has_workers = has_workers, _has_workers(client)
        if had_workers and not has_workers:
            said = _("Waiting for workers: {address} has none. Start one with: dask worker {address}")
            print(said.format(address=address), file=sys.stderr)


def _has_workers(client: Client) -> bool:
    try:
        return bool(client.nthreads())
    except Exception:  # the scheduler is gone, or this client: whoever waits for a result is told
        return True
