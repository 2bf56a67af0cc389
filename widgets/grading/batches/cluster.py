"""A batch on a Dask cluster that is there already: one task for each submission, and verdicts kept by the client alone.

A submission's bytes go to a worker and its verdicts come back, so workers need not see the teacher's disk. What a
worker had begun when it was killed is begun again on another one: nothing counts until it has arrived.
"""

import contextlib
import dataclasses
import functools
import importlib.util
import sys
import threading
from pathlib import Path

from widgets.common.catalogue import _
from widgets.grading.asking import Refusal
from widgets.grading.batches.jobs import checks
from widgets.grading.handed_in.opening import Unreadable, bytes_of
from widgets.grading.handed_in.reading import MOST
from widgets.grading.sandbox.private_folder import private_folder
from widgets.grading.settings import FORKED, NONE

_RETRIES = 3
"""So often a task is begun again that raised something: a worker's disk may be full, and another's not."""

_PATIENCE = 3  # seconds between two looks whether anybody works there

_AHEAD = 2
"""So many submissions for each thread of the cluster are on their way: no worker waits, and most stay on disk."""


class OtherChecks(RuntimeError):
    """A worker has another version of the checks than the reference was run with."""


@contextlib.contextmanager
def on_cluster(address, settings):
    """Give what `grade` takes as `each`, on the cluster whose scheduler is at an address. Raises Refusal."""
    if settings.sandbox == NONE:
        raise Refusal(_("A cluster grades what others wrote, and that never runs without a sandbox."))
    if importlib.util.find_spec("distributed") is None:
        raise Refusal(_("Grading on a cluster needs distributed: pip install -e '.[class]' installs it."))
    with _client(address) as client, _told_if_nobody_works(client, address), _zygotes(client, settings):
        yield functools.partial(_each, client)


def _client(address):
    from distributed import Client  # here: only a class needs it

    try:
        return Client(address, set_as_default=False)
    except (OSError, ValueError) as error:  # a TimeoutError is an OSError
        said = _("There is no Dask scheduler at {address}: {reason}")
        raise Refusal(said.format(address=address, reason=error)) from None


def _zygotes(client, settings):
    """Keep what kernels are forked from on all workers, if they are."""
    if settings.sandbox != FORKED:
        return contextlib.nullcontext()
    from widgets.grading.batches import zygotes  # here: it needs distributed

    return zygotes.everywhere(client, settings.limits)


@contextlib.contextmanager
def _told_if_nobody_works(client, address):
    """Say so, meanwhile, whenever the cluster has had no workers for some seconds. When one comes, all goes on."""
    over = threading.Event()
    threading.Thread(target=_watch, args=(client, address, over), daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _watch(client, address, over):
    there = True
    while not over.wait(_PATIENCE):
        before, there = there, _has_workers(client)
        if before and not there:
            said = _("Waiting for workers of {address}: it has none. Start one with: dask worker {address}")
            print(said.format(address=address), file=sys.stderr)


def _has_workers(client):
    try:
        return bool(client.nthreads())
    except Exception:  # the scheduler is gone, or this client: whoever waits for a result hears of that
        return True


def _each(client, function, submissions, stop):
    """Yield each submission with the function's result, or the exception that it raised, as they are done."""
    from distributed import as_completed

    # A task, so that it is sent once, and made again where it went down with a worker; what is scattered would be lost.
    shared = client.submit(_itself, function, pure=False)
    left, begun, done = list(reversed(submissions)), {}, as_completed([], loop=client.loop)
    while True:
        while left and not stop.is_set() and len(begun) < _room(client):
            submission = left.pop()
            try:
                begun[future := _begin(client, shared, submission)] = submission
                done.add(future)
            except Unreadable:
                yield submission, function(submission)  # nothing of it will run, and why, is seen here
        if not begun:
            return
        future = next(done)
        yield begun.pop(future), _result(future)


def _room(client):
    """Return how many tasks may be on their way. Workers come and go."""
    return max(1, _AHEAD * sum(client.nthreads().values()))


def _begin(client, shared, submission):
    data = bytes_of(submission.path, MOST)
    return client.submit(_marked, shared, submission, data, checks(), pure=False, retries=_RETRIES)


def _result(future):
    try:
        return future.result()
    except Exception as error:  # whatever befell it, the others go on
        return error


def _itself(function):
    return function


def _marked(function, submission, data, of):
    """Mark a submission on a worker, in a file that is there as long as that takes."""
    if of != checks():
        raise OtherChecks(_("This worker has another version of Tapedeck than the one that asks it."))
    with private_folder() as folder:  # if the worker is killed, the next one to grade there clears it away
        path = Path(folder, "notebook.ipynb")
        path.write_bytes(data)
        graded = function(dataclasses.replace(submission, path=str(path)))
    return dataclasses.replace(graded, submission=dataclasses.replace(graded.submission, path=submission.path))
