"""A class on one machine: from the bell to everybody's first deck, and the memory of each.

    python -m tests.benchmarks.whole_class [LEARNERS ...] [--forked] [--hub] [--lesson NN] [--cold] [--at-most MB]

At the bell so many learners start JupyterLab, each their own server, open a lesson (01 by default), and run its cells
from top to bottom without reading. Nobody opens a page: a browser makes the machine send files, and no more. It prints
for the slowest, in seconds since the bell, when a server answered, when a kernel was there, when TensorFlow was
imported, and when the first deck was there; and how many seconds of one processor that took for each learner, which
does not depend on what else runs. Memory is PSS, where each of those who share a page have a part of it, read when the
lesson is at its end and everybody is still there.

--forked    kernels are forked from a process that has imported TensorFlow (Linux; docs/classroom.md)
--hub       the servers are JupyterHub's, by docs/classroom/jupyterhub_config.py; needs jupyterhub and its proxy
--cold      the system forgets the files that it has read first, as after a night; needs to be root
--at-most   fail where everything together takes more MB
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
from jupyter_client.blocking.client import BlockingKernelClient

from widgets.classroom.shared_kernels import READ_AT_IMPORT

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "docs/classroom/jupyterhub_config.py"
PATIENCE = 300
SOON = 0.05
TOKEN = "0" * 32
STAGES = ("server", "kernel", "TensorFlow", "first deck")
HEADINGS = ("learners", *STAGES, "processor", "a server", "a kernel", "in all")
VIEW = "application/vnd.jupyter.widget-view+json"


class Learner:
    """One learner: a server, then a kernel, then the cells of a lesson.

    Attributes:
        url: the address of the server, "" while it is not known.
        times: seconds since the bell, by stage.
        processor: seconds that processors have worked for this learner until the first deck.
        server: the server's process.
        kernel: the kernel's process.
        done: set when the lesson is at its end, or has failed.
    """

    def __init__(self, room, lesson):
        self.room, self.lesson, self.url, self.times, self.processor = room, lesson, "", {}, 0.0
        self.runtime, self.done = room / "runtime", threading.Event()
        self.runtime.mkdir(parents=True)

    def ask(self, path, body=None):
        """Return what the server answers, or None while it does not."""
        return ask(self.url + path, body)

    def work(self, bell):
        """Run the lesson."""
        try:
            self.start(bell)
            notebook = json.loads(self.lesson.read_text("utf-8"))
            for cell in notebook["cells"]:
                if cell["cell_type"] == "code":
                    self.run("".join(cell["source"]), bell)
        finally:
            self.done.set()

    def start(self, bell):
        """Wait for the server, then for a kernel of the lesson."""
        (info,) = until(lambda: [*filter(None, map(read, self.runtime.glob("jpserver-*.json")))])
        self.url, self.server = info["url"], psutil.Process(info["pid"])
        until(lambda: self.ask("api/status"))
        self.times["server"] = time.perf_counter() - bell
        body = {"path": "lesson.ipynb", "name": "", "type": "notebook", "kernel": {"name": "python3"}}
        session = until(lambda: self.ask("api/sessions", body))
        file = self.runtime / f"kernel-{session['kernel']['id']}.json"
        self.client = BlockingKernelClient(connection_file=str(file))
        self.client.load_connection_file()
        self.client.start_channels(hb=False)  # a busy machine is no dead kernel
        self.client.wait_for_ready(timeout=PATIENCE)
        self.times["kernel"] = time.perf_counter() - bell
        self.client.execute_interactive("import os; print(os.getpid())", timeout=PATIENCE, output_hook=self.note_pid)

    def note_pid(self, message):
        """Keep the process whose number the kernel prints."""
        if message["msg_type"] == "stream":
            self.kernel = psutil.Process(int(message["content"]["text"]))

    def run(self, source, bell):
        """Run a cell; note when TensorFlow and the first deck were there."""

        def look(message):
            data = message["content"].get("data", {})
            if VIEW in data and data.get("text/plain", "").startswith("Tape of") and "first deck" not in self.times:
                self.times["first deck"] = time.perf_counter() - bell
                self.processor = sum(sum(one.cpu_times()[:2]) for one in (self.server, self.kernel))

        self.client.execute_interactive(source, timeout=PATIENCE, output_hook=look)
        if "%load_ext widgets" in source or "import tensorflow" in source:
            self.times.setdefault("TensorFlow", time.perf_counter() - bell)


def ask(url, body=None):
    """Return what a server answers, or None while it does not."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Authorization": f"token {TOKEN}"})
    with contextlib.suppress(urllib.error.URLError, ConnectionError):
        return json.loads(urllib.request.urlopen(request, timeout=PATIENCE).read() or "true") or True


def read(path):
    """Return what a file says as JSON, {} while it is being written."""
    with contextlib.suppress(ValueError):
        return json.loads(path.read_text("utf-8"))
    return {}


def until(ask):
    """Return what `ask` returns, once it is something."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        if answer := ask():
            return answer
        time.sleep(SOON)
    raise TimeoutError


@contextlib.contextmanager
def process(command, room, **variables):
    """Run a program in a folder until the end of the block."""
    room.mkdir(parents=True, exist_ok=True)
    with open(room / "said", "ab") as said:
        run = subprocess.Popen(command, cwd=room, env=os.environ | variables, stdout=said, stderr=said)
    try:
        yield psutil.Process(run.pid)
    finally:
        run.terminate()
        run.wait()


@contextlib.contextmanager
def forking(room):
    """Have TensorFlow loaded by the process that kernels are forked from; give what asks for them."""
    asked = {"TAPEDECK_KERNELS": str(room / "kernels"), "JUPYTER_DEFAULT_PROVISIONER_NAME": "tapedeck-class"}
    with process([sys.executable, "-m", "widgets.classroom.shared_kernels"], room / "parent", **asked):
        until((room / "kernels").is_socket)
        yield asked


def a_server(learner, environment):
    """Run a JupyterLab of a learner's own."""
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.port=0"]
    command += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={learner.room}"]
    own = {"HOME": str(learner.room), "JUPYTER_RUNTIME_DIR": str(learner.runtime)}
    return process(command, learner.room, **environment, **own)


HUB = """
c = get_config()
load_subconfig({config!r})
runtime = {{"JUPYTER_RUNTIME_DIR": lambda one: {room!r} + f"/{{one.user.name}}/runtime"}}
c.Spawner.environment = {{**c.Spawner.environment, **{environment!r}, **runtime}}
c.JupyterHub.bind_url, c.JupyterHub.hub_port = "http://127.0.0.1:18000", 18081
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:18001"
c.JupyterHub.authenticator_class, c.JupyterHub.spawner_class = "dummy", "simple"
c.Authenticator.allowed_users = {names!r}
c.Spawner.cmd, c.Spawner.args = [{python!r}, "-m", "jupyterhub.singleuser"], ["--allow-root"]
c.JupyterHub.services = [{{"name": "bell", "api_token": {token!r}}}]
scopes = ["admin:users", "admin:servers", "access:servers"]
c.JupyterHub.load_roles = [{{"name": "bell", "scopes": scopes, "services": ["bell"]}}]
"""
HUB_API = "http://127.0.0.1:18081/hub/api"


@contextlib.contextmanager
def a_hub(room, learners, environment):
    """Run JupyterHub for these learners. It hands on few variables, and those that libraries read must be the same."""
    environment |= {name: value for name, value in os.environ.items() if name.startswith(READ_AT_IMPORT)}
    settings = {
        "room": str(room),
        "names": {one.room.name for one in learners},
        "token": TOKEN,
        "python": sys.executable,
    }
    config = room / "hub.py"
    config.write_text(HUB.format(config=str(CONFIG), environment=environment, **settings))
    with process([sys.executable, "-m", "jupyterhub", "-f", str(config)], room / "hub") as hub:
        until(lambda: ask(f"{HUB_API}/users") or hub.status() == psutil.STATUS_ZOMBIE)
        if hub.status() == psutil.STATUS_ZOMBIE:
            sys.exit(f"JupyterHub has not started:\n{(room / 'hub/said').read_text()[-2000:]}")
        yield


def a_class(count, room, lesson, chosen):
    """Return the slowest learner's seconds of each stage, those of a processor, and the memory."""
    with contextlib.ExitStack() as held:
        environment = held.enter_context(forking(room)) if chosen.forked else {}
        environment |= {"TAPEDECK_PREDICT": "off", "TAPEDECK_HOME": str(room / "progress")}
        learners = [Learner(room / f"learner{number}", lesson) for number in range(count)]
        if chosen.hub:
            held.enter_context(a_hub(room, learners, environment))
        if chosen.cold:
            os.sync()
            Path("/proc/sys/vm/drop_caches").write_text("3")
        bell = time.perf_counter()
        for learner in learners:
            if chosen.hub:
                threading.Thread(target=ask, args=(f"{HUB_API}/users/{learner.room.name}/server", {})).start()
            else:
                held.enter_context(a_server(learner, environment))
            threading.Thread(target=learner.work, args=(bell,), daemon=True).start()
        for learner in learners:
            learner.done.wait(PATIENCE)
        times = [max(learner.times[stage] for learner in learners) for stage in STAGES]
        return *times, sum(learner.processor for learner in learners) / count, *measured(learners)


def measured(learners):
    """Return the MB of a server and of a kernel, the mean of all, and of everything that runs here."""
    servers, kernels = (sum(pss(getattr(one, name)) for one in learners) for name in ("server", "kernel"))
    everything = sum(map(pss, psutil.Process().children(recursive=True)))
    return servers / len(learners), kernels / len(learners), everything


def pss(process):
    """Return the MB of a process, where each of those who share a page have a part of it."""
    lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1e6


def main():
    """Print a line for each number of learners."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("learners", nargs="*", type=int, default=[1, 6])
    for option in ("--forked", "--hub", "--cold"):
        parser.add_argument(option, action="store_true")
    parser.add_argument("--lesson", default="01", metavar="NN")
    parser.add_argument("--at-most", type=int, default=0, metavar="MB")
    chosen = parser.parse_args()
    (lesson,) = ROOT.glob(f"solutions/{chosen.lesson}_*.ipynb")
    memory = psutil.virtual_memory().total / 1e9
    print(f"{os.cpu_count()} processors, {memory:.0f} GB; lesson {chosen.lesson}; in seconds, and in MB")
    print("".join(f"{heading:>12}" for heading in HEADINGS))
    for count in chosen.learners:
        with tempfile.TemporaryDirectory(prefix="class-", ignore_cleanup_errors=True) as room:
            row = a_class(count, Path(room), lesson, chosen)
        print(f"{count:12}" + "".join(f"{number:12.1f}" for number in row), flush=True)
        if chosen.at_most and row[-1] > chosen.at_most:
            sys.exit(f"That is more than {chosen.at_most} MB.")


if __name__ == "__main__":
    main()
