"""A batch on a Dask cluster that already runs: one task for each submission, and only the client keeps verdicts.

A submission's bytes go to a worker and its verdicts come back, so workers need not see the teacher's disk. What a
worker was running when it was killed runs again on another one: nothing counts until it has arrived.
See https://distributed.dask.org/en/stable/resilience.html.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from distributed import Client, Future, Worker, WorkerPlugin

from widgets.common.catalogue import _
from widgets.common.dask_client import NoScheduler, connect, message_without_workers
from widgets.grading.batch import RunEach, run_in_threads
from widgets.grading.cleanup import private_folder
from widgets.grading.ledger import checks_digest
from widgets.grading.model import GradedSubmission, Refusal, Settings, Submission
from widgets.grading.notebook_reader import MOST_BYTES
from widgets.grading.pytest_process import pytests_kept
from widgets.grading.untrusted import UnreadableFile, read_regular_file

_RETRIES = 3
"""How often a task that raised an error runs again: a worker's disk may be full, and another's not."""

_AHEAD = 2
"""Submissions on their way for each thread of the cluster: no worker waits, and most submissions stay on disk."""

_THREADS = 256
"""Of this process, each of which waits for one submission."""


class DifferentChecks(RuntimeError):
    """A worker has another version of the checks than the reference was run with."""


@contextlib.contextmanager
def on_cluster(address: str, settings: Settings) -> Iterator[RunEach]:
    """Give what `grade` takes as `run_each`.

    Args:
        address: of the cluster's scheduler.
        settings: the batch's settings.

    Yields:
        What runs a function for many submissions on the cluster.

    Raises:
        Refusal: if there is no scheduler, or a worker cannot fork kernels.
    """
    with (
        _client(address) as client,
        message_without_workers(client, address),
        _processes_kept(client),
    ):
        yield functools.partial(_run_each, client)


class KeptProcesses(WorkerPlugin):
    """Lets the processes on a worker that notebooks run in serve one after the other, while a batch is graded."""

    def __init__(self) -> None:
        self.name = f"tapedeck-{uuid.uuid4().hex}"
        self._kept = contextlib.ExitStack()

    def setup(self, worker: Worker) -> None:
        """Keep them from now on."""
        self._kept.enter_context(pytests_kept())

    def teardown(self, worker: Worker) -> None:
        """End them, with all kernels that are left, unless another batch is graded there, too."""
        self._kept.close()


def _client(address: str) -> Client:
    try:
        return connect(address)
    except NoScheduler as error:
        raise Refusal(str(error)) from None


@contextlib.contextmanager
def _processes_kept(client: Client) -> Iterator[None]:
    """Keep what notebooks run in on all workers, also on those that come later."""
    plugin = KeptProcesses()
    client.register_plugin(plugin)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # the scheduler may be gone
            client.unregister_worker_plugin(plugin.name)


def _run_each(
    client: Client,
    function: Callable[[Submission], GradedSubmission],
    submissions: Sequence[Submission],
    stop: threading.Event,
) -> Iterator[tuple[Submission, GradedSubmission | BaseException]]:
    """Yield each submission with the function's result, or the exception that it raised, as they are done."""
    # A task, so that it is sent once, and made again where it was lost with a worker; scattered data would stay lost.
    shared = client.submit(_identity, function, pure=False)
    send = functools.partial(_mark_on_cluster, client, shared, function)
    return run_in_threads(send, submissions, stop, _THREADS, functools.partial(_capacity, client))


def _capacity(client: Client) -> int:
    """Return how many submissions may be on their way. Workers come and go."""
    threads: int = sum(client.nthreads().values())
    return min(_THREADS, max(1, _AHEAD * threads))


def _mark_on_cluster(
    client: Client, shared: Future[Any], function: Callable[[Submission], GradedSubmission], submission: Submission
) -> GradedSubmission:
    try:
        data = read_regular_file(submission.path, MOST_BYTES)
    except UnreadableFile:
        return function(submission)  # nothing of it will run, and the reason is only seen here
    digest = checks_digest()
    future = client.submit(_mark_on_worker, shared, submission, data, digest, pure=False, retries=_RETRIES)
    graded: GradedSubmission = future.result()
    return graded


def _identity(function: Callable[[Submission], GradedSubmission]) -> Callable[[Submission], GradedSubmission]:
    return function


def _mark_on_worker(
    function: Callable[[Submission], GradedSubmission], submission: Submission, data: bytes, digest: str
) -> GradedSubmission:
    """Mark a submission on a worker, in a file that exists for as long as that takes."""
    if digest != checks_digest():
        raise DifferentChecks(_("This worker has another version of Tapedeck than the computer that sends the work."))
    with private_folder() as folder:  # if the worker is killed, the next one to grade there clears it away
        path = Path(folder, "notebook.ipynb")
        path.write_bytes(data)
        graded = function(dataclasses.replace(submission, path=str(path)))
    return dataclasses.replace(graded, submission=dataclasses.replace(graded.submission, path=submission.path))
