"""A class graded on a Dask cluster, whose workers are killed while they grade: every verdict is there, and the same."""

import contextlib
import gc
import json
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dask
import psutil
import pytest
from distributed import Client

from widgets.cli import main
from widgets.common import dask_client
from widgets.grading import dask_cluster
from widgets.grading.collection import collect
from widgets.grading.command import need_cluster_packages
from widgets.grading.model import GradedSubmission, Refusal, Settings
from widgets.grading.sandbox.bubblewrap import sandbox_missing
from widgets.grading.verdict_kinds import PASSED, WRONG

from . import small

ROOT = Path(__file__).parents[2]
WORKERS = 2
KILLS = 2
RIGHT, FALSE = small.ANSWER, "def double(x):\n    return 3 * x"
LEARNERS = {f"learner_{number}": RIGHT if number % 2 else FALSE for number in range(4)}
DUE = {learner: PASSED if source == RIGHT else WRONG for learner, source in LEARNERS.items()}
PATIENCE = 60  # seconds that a busy machine may take for what takes one
SCHEDULER = "distributed.cli.dask_scheduler"
WORKER = "distributed.cli.dask_worker"


def start(module, *options):
    """Start a part of a cluster as its owner does, in a process of its own."""
    command = [sys.executable, "-m", module, "--no-dashboard", *options]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def start_worker(address, folder):
    return start(WORKER, address, "--no-nanny", "--nthreads", "1", "--local-directory", str(folder))


@pytest.fixture(autouse=True)
def no_failed_client():
    """Clear away a Client that found no scheduler: if it ends while another starts, distributed waits for itself."""
    gc.collect()


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """A scheduler and its workers. What a test kills, it replaces. Return its address, the workers, and a folder."""
    folder = tmp_path_factory.mktemp("cluster")
    with scheduler(folder) as (address, processes):
        processes += [start_worker(address, folder) for _ in range(WORKERS)]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(WORKERS, timeout=PATIENCE)
        yield address, processes, folder


@contextlib.contextmanager
def scheduler(folder):
    """Give the address of a scheduler without workers, and a list of processes that are killed in the end."""
    file = folder / "scheduler.json"
    processes = [start(SCHEDULER, "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))]
    try:
        wait_until(lambda: file.exists() and file.read_text())
        yield json.loads(file.read_text())["address"], processes
    finally:
        for process in processes[::-1]:
            process.kill()
            process.wait()


def wait_until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.02)


@pytest.fixture
def submissions(tmp_path):
    """A class that has handed in the small lesson."""
    small.lesson(tmp_path / "course")
    small.handed_in(tmp_path / "class", LEARNERS)
    return tmp_path


@pytest.fixture
def each(there):
    with dask_cluster.on_cluster(there[0], Settings()) as each:
        yield each


def collected(submissions):
    found, _refused = collect([str(submissions / "class")])
    return found


@contextlib.contextmanager
def killing(there, moments):
    """Meanwhile kill a worker at each of some moments after a task has begun there; put another in its place."""
    address, processes, folder = there
    below, done = [], threading.Event()

    def kill():
        for place, moment in enumerate(moments, start=1):
            worker = psutil.Process(processes[place].pid)
            while not worker.children() and not done.is_set():
                time.sleep(0.01)
            time.sleep(moment)
            below.extend([worker, *worker.children(recursive=True)])
            processes[place].send_signal(signal.SIGKILL)
            processes[place].wait()
            processes[place] = start_worker(address, folder)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield below
    finally:
        done.set()
        thread.join()


@pytest.mark.skipif(bool(sandbox_missing()), reason=sandbox_missing())
def test_a_worker_killed_in_mid_run_loses_no_verdict(there, submissions):
    chance, out = random.Random(5), submissions / "out"
    moments = [chance.uniform(0, 1) for _ in range(KILLS)]
    asked = ["--reference", str(submissions / "course"), "--out", str(out), "--dask", there[0]]
    with killing(there, moments) as killed:
        assert main(["grade", str(submissions / "class"), *asked]) == 0
    kept = [json.loads(path.read_text()) for path in (out / "verdicts").rglob("*.json")]
    assert {one["submission"]["learner"]: one["verdicts"][0]["kind"] for one in kept} == DUE
    assert len((out / "grades.csv").read_text().splitlines()) == 1 + len(kept)
    assert len(killed) > KILLS, "none of them had begun anything"
    assert psutil.wait_procs(killed, PATIENCE)[1] == [], "what a worker had started outlives it"


@pytest.mark.skipif(bool(sandbox_missing()), reason=sandbox_missing())
def test_forked_kernels_are_forked_on_the_workers_and_nothing_of_it_stays(there, submissions):
    address, processes, _folder = there
    asked = ["--reference", str(submissions / "course"), "--out", str(submissions / "out"), "--dask", address]
    assert main(["grade", str(submissions / "class"), *asked, "--sandbox", "forked"]) == 0
    kept = [json.loads(path.read_text()) for path in (submissions / "out" / "verdicts").rglob("*.json")]
    assert {one["submission"]["learner"]: one["verdicts"][0]["kind"] for one in kept} == DUE
    workers = [psutil.Process(process.pid) for process in processes[1:]]
    wait_until(lambda: not any(worker.children() for worker in workers))


def read_there(submission):
    """A task: return what a worker finds in the file that it is given, and where."""
    with open(submission.path, encoding="utf-8") as file:
        return GradedSubmission(submission, (), problem=file.read(), notes=(submission.path,))


@pytest.fixture
def handed_in(submissions):
    return [one.submission for one in collected(submissions)]


def test_the_bytes_are_sent_and_the_path_comes_back(each, handed_in):
    results = dict(each(read_there, handed_in, threading.Event()))
    assert results.keys() == set(handed_in)
    for submission, graded in results.items():
        assert graded.submission == submission and graded.notes != (submission.path,)
        assert json.loads(graded.problem)["cells"][1]["source"] == LEARNERS[submission.learner]


def test_what_cannot_be_read_goes_nowhere_and_the_others_go_on(each, handed_in):
    linked = Path(handed_in[0].path)
    linked.rename(linked.with_name("elsewhere"))
    linked.symlink_to("elsewhere")
    results = dict(each(read_there, handed_in, threading.Event()))
    assert len(results) == len(handed_in)
    assert [one.learner for one, graded in results.items() if graded.notes == (one.path,)] == ["learner_0"]


def test_once_stopped_it_begins_nothing_more(each, handed_in, monkeypatch):
    monkeypatch.setattr(dask_cluster, "_AHEAD", 1)
    stop, results = threading.Event(), []
    for result in each(read_there, handed_in, stop):
        results.append(result)
        stop.set()
    assert 1 <= len(results) < len(handed_in)
    assert list(each(read_there, handed_in, stop)) == []


def divide(_submission):
    return 1 / 0


def test_what_a_task_raises_is_what_it_gives(each, handed_in):
    assert [type(error) for _one, error in each(divide, handed_in[:1], threading.Event())] == [ZeroDivisionError]


def test_a_worker_with_other_checks_marks_nobody(each, handed_in, monkeypatch):
    monkeypatch.setattr(dask_cluster, "checks_digest", lambda: "those of another version")
    ((_submission, error),) = each(read_there, handed_in[:1], threading.Event())
    assert isinstance(error, dask_cluster.DifferentChecks) and "another version" in str(error)


def test_where_nobody_works_one_is_told_so_until_somebody_comes(tmp_path, handed_in, monkeypatch, capsys):
    monkeypatch.setattr(dask_client, "_POLL_SECONDS", 0.1)
    said = []
    with scheduler(tmp_path) as (address, processes), dask_cluster.on_cluster(address, Settings()) as each:
        working = ThreadPoolExecutor().submit(lambda: dict(each(read_there, handed_in, threading.Event())))
        wait_until(lambda: said.append(capsys.readouterr().err) or any(said))
        assert not working.done()
        processes.append(start_worker(address, tmp_path))
        assert working.result(PATIENCE).keys() == set(handed_in)
    (once,) = "".join(said).splitlines()
    assert once.endswith(f"Start one with: dask worker {address}")


def test_without_a_sandbox_a_cluster_is_refused():
    with pytest.raises(Refusal, match="never runs without a sandbox"):
        need_cluster_packages("none")


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nowhere", "carrier-pigeon://loft"])
def test_where_no_scheduler_is_one_is_told_so(address):
    soon = dask.config.set({"distributed.comm.timeouts.connect": "500ms"})
    refused = pytest.raises(Refusal, match=f"no Dask scheduler at {address}")
    with soon, refused, dask_cluster.on_cluster(address, Settings()):
        pass
