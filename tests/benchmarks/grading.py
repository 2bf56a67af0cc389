"""What grading a class costs: cold kernels, forked ones, and plain nbval without a sandbox, on the same notebooks.

    python -m tests.benchmarks.grading [NOTEBOOKS] [WAY ...]

Each learner hands in the solution of lesson 01, and as many are graded at a time as there are processors. A run counts
from its command to its end, with all that is done once: the reference, the process that kernels are forked from. That
everybody passes is made sure of. A class of 1,000 has the rest of it at the pace between the first verdict and the
last. Memory is PSS, where each of those who share a page has a part of it; a kernel is all that runs in its sandbox,
and what counts is the largest that was seen. Processor seconds are those of the whole run for each notebook, which tell
more than the clock where other work runs beside; they miss at most what was used in the last look's length by processes
that nobody waited for. `python -m tests.benchmarks.grading 300 forked cold` measures some of the ways.
"""

import collections
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
LESSON = "01_the_tape"
NOTEBOOKS, WORKERS, CLASS = 24, os.cpu_count(), 1_000
MAIN = "from widgets.cli import main; raise SystemExit(main())"
OFTEN = 0.25  # seconds between two looks at the memory; reading it takes a moment too

GRADE = (sys.executable, "-c", MAIN, "grade", "class", "--reference", str(ROOT), "--workers", str(WORKERS))
NBVAL = (sys.executable, "-m", "pytest", "-q", "-c", "empty.ini", "--nbval", "--nbval-current-env", "class")
WAYS = {
    "cold": (*GRADE, "--out", "cold", "--sandbox", "bwrap"),
    "forked": (*GRADE, "--out", "forked", "--sandbox", "forked"),
    "plain": (*NBVAL, "--nbval-cell-timeout=120", f"--numprocesses={WORKERS}", "--dist=loadfile"),
}
NESTED = {"cold": 1, "forked": 1, "plain": 0}
"""How many process namespaces deeper than here a kernel runs."""


def hand_in(folder, count):
    """Write a notebook of each learner, no two with the same bytes."""
    notebook = json.loads((ROOT / "solutions" / f"{LESSON}.ipynb").read_text("utf-8"))
    for number in range(count):
        learner = folder / "class" / f"learner_{number:04}"
        learner.mkdir(parents=True)
        notebook["metadata"]["learner"] = learner.name
        (learner / f"{LESSON}.ipynb").write_text(json.dumps(notebook), "utf-8")
    (folder / "empty.ini").write_text("[pytest]\n")


def measured(way, folder):
    """Run one way. Return its seconds, its processor seconds, and the peaks of one kernel and of all in bytes."""
    begin = time.perf_counter()
    with open(folder / "said", "wb") as said:
        run = subprocess.Popen(WAYS[way], cwd=folder, stdout=said, stderr=said)
        peaks, over = [0.0, 0, 0], threading.Event()
        watch = threading.Thread(target=_watch, args=(run.pid, NESTED[way], peaks, over))
        watch.start()
        status = run.wait()
        took = time.perf_counter() - begin
        over.set()
        watch.join()
    if status:
        sys.exit(f"{way} did not pass everybody:\n{(folder / 'said').read_text()[-2000:]}")
    return took, *peaks


def projected(way, folder, count, took):
    """Return the seconds for a whole class."""
    times = [path.stat().st_mtime for path in (folder / way).rglob("verdicts/*/*.json")]
    each = (max(times) - min(times)) / (count - WORKERS) if count > WORKERS and times else took / count
    return took + each * (CLASS - count)


def _watch(pid, nested, peaks, over):
    while not over.wait(OFTEN):
        kernels, everything = _memory(pid, _depth("self") + nested)
        peaks[:] = max(peaks[0], _processor_seconds(pid)), max([peaks[1], *kernels]), max(peaks[2], everything)


def _processor_seconds(pid):
    """Return what a process and everything below it has used, with those that have ended and were waited for."""
    total = 0.0
    for number in _below(pid):
        try:
            total += sum(psutil.Process(number).cpu_times()[:4])
        except psutil.Error:
            continue  # it has ended
    return total


def _memory(pid, depth):
    """Return the PSS of each kernel below a process, and that of all that runs there."""
    kernels, everything = collections.Counter(), 0
    for number in _below(pid):
        try:
            pss, world = _pss(number), os.readlink(f"/proc/{number}/ns/pid")
            is_kernel = _depth(number) == depth and (depth > _depth("self") or _is_plain(number))
        except (OSError, psutil.Error):
            continue  # it has ended
        everything += pss
        if is_kernel:
            kernels[world if depth > _depth("self") else number] += pss
    return kernels.values(), everything


def _below(pid):
    try:
        process = psutil.Process(pid)
        return [pid, *(one.pid for one in process.children(recursive=True))]
    except psutil.Error:
        return []


def _pss(pid):
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _depth(pid):
    """Return in how many process namespaces a process has a number."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(len(line.split()) for line in lines if line.startswith("NSpid:"))


def _is_plain(pid):
    return "ipykernel_launcher" in psutil.Process(pid).cmdline()


def main():
    """Print a line for each way, and how they compare."""
    count, paces = int(sys.argv[1]) if sys.argv[1:] else NOTEBOOKS, {}
    print(f"{count} honest notebooks of lesson 01, {WORKERS} at a time")
    print("way     per minute   seconds  processor seconds each  peak of a kernel  peak in all  a class of 1,000")
    for way in sys.argv[2:] or WAYS:
        with tempfile.TemporaryDirectory(prefix="grading-") as folder:
            hand_in(Path(folder), count)
            took, used, kernel, everything = measured(way, Path(folder))
            whole = projected(way, Path(folder), count, took)
        paces[way] = 60 * count / took
        sizes = f"{used / count:22.2f}  {kernel / 1e6:13.0f} MB  {everything / 1e6:8.0f} MB"
        print(f"{way:6}  {paces[way]:10.1f}  {took:8.1f}  {sizes}  {whole / 60:8.0f} minutes", flush=True)
    if paces.keys() == WAYS.keys():
        print(f"forked kernels: {paces['forked'] / paces['cold']:.1f} × as fast as cold ones  (at least 3)")
        print(f"forked kernels: {paces['forked'] / paces['plain']:.1f} × as fast as plain nbval, which protects nobody")


if __name__ == "__main__":
    main()
