"""Kernels forked for a class: no others than those that a learner's server starts itself, and in their place."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from importlib.metadata import EntryPoint
from pathlib import Path

import psutil
import pytest
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerFactory

from widgets.classroom.class_provisioner import ClassKernelProvisioner, NotShared, SharedKernel
from widgets.classroom.shared_kernels import ADDRESS_VARIABLE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can fork kernels")

ROOT = Path(__file__).parents[2]
NAME = "tapedeck-class"
SECONDS = 60

GRADIENT = """
import numpy as np
import tensorflow as tf
x = tf.Variable(tf.random.stateless_normal((300, 300), (1, 2)))
with tf.GradientTape() as tape:
    y = tf.reduce_sum(tf.sin(tf.linalg.matmul(x, x)) ** 2)
product = np.linspace(0, 1, 360_000).reshape(600, 600)
bits = tape.gradient(y, x).numpy().tobytes() + (product @ product).tobytes()
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The socket of a process that forks kernels, whose number is in a file beside it."""
    path = tmp_path_factory.mktemp("class") / "kernels"
    command = [sys.executable, "-m", "widgets.classroom.shared_kernels"]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | {ADDRESS_VARIABLE: str(path)}) as parent:
        path.with_name("parent").write_text(str(parent.pid))
        wait_until(path.is_socket)
        yield path
        parent.kill()


@pytest.fixture
def start(monkeypatch, tmp_path):
    """Give what starts a kernel as JupyterLab does, in a folder of its own; all are gone after the test."""
    factory = KernelProvisionerFactory.instance()
    provisioner = f"{ClassKernelProvisioner.__module__}:{ClassKernelProvisioner.__name__}"
    monkeypatch.setitem(factory.provisioners, NAME, EntryPoint(NAME, provisioner, factory.GROUP_NAME))
    monkeypatch.setattr(factory, "default_provisioner_name", NAME)
    with contextlib.ExitStack() as held:

        def start_kernel(address, **environment):
            monkeypatch.setenv(ADDRESS_VARIABLE, str(address))
            manager = KernelManager()
            held.callback(manager.shutdown_kernel, now=True)
            manager.start_kernel(cwd=str(tmp_path), env=os.environ | environment)
            return manager

        yield start_kernel


@contextlib.contextmanager
def client_of(manager):
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=SECONDS)
        yield client
    finally:
        client.stop_channels()


def printed(client, source):
    """What a cell prints, or how it fails."""
    said = []

    def note(message):
        content = message["content"]
        said.append(content.get("text") or content.get("evalue") or "")

    reply = client.execute_interactive(source, timeout=SECONDS, output_hook=note)["content"]
    return "".join(said).strip() or reply.get("ename", "")


def wait_until(condition):
    limit = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_a_forked_kernel_is_like_any_other(address, start, tmp_path):
    manager = start(address, SOME_VARIABLE="there")
    assert isinstance(manager.provisioner.process, SharedKernel)
    with client_of(manager) as client:
        assert printed(client, "import os, sys; print(os.getcwd(), os.environ['SOME_VARIABLE'])") == f"{tmp_path} there"
        ours = "import builtins; print([n for n in sys.modules if n.startswith('widgets')], '' in sys.path)"
        assert printed(client, ours) == "[] True"
        here = {}
        exec(GRADIENT, here)
        assert printed(client, f"{GRADIENT}\nprint(bits.hex())") == here["bits"].hex()
        assert printed(client, "%load_ext widgets\nimport matplotlib; print(matplotlib.get_backend())") in (
            "inline",
            "module://matplotlib_inline.backend_inline",
        )

        client.execute("while True: pass")
        time.sleep(0.2)
        manager.interrupt_kernel()
        assert "KeyboardInterrupt" in printed(client, "pass") + printed(client, "print('KeyboardInterrupt', len(bits))")

        first = printed(client, "import random; print(random.random(), np.random.rand())")
        manager.restart_kernel()
        client.wait_for_ready(timeout=SECONDS)
        assert isinstance(manager.provisioner.process, SharedKernel)
        assert printed(client, "bits") == "name 'bits' is not defined"
        again = "import random, numpy as np; print(random.random(), np.random.rand())"
        assert not {*first.split()} & {*printed(client, again).split()}
        printed(client, f"import atexit, pathlib; atexit.register(pathlib.Path('{tmp_path}/end').touch)")
    manager.shutdown_kernel()
    assert (tmp_path / "end").exists()


def test_lesson_1_prints_what_its_solution_has(address, start, tmp_path):
    notebook = json.loads((ROOT / "solutions/01_the_tape.ipynb").read_text("utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    (tmp_path / "progress").mkdir()
    manager = start(address, TAPEDECK_PREDICT="off", TAPEDECK_HOME=str(tmp_path / "progress"), TAPEDECK_LANG="en")
    with client_of(manager) as client:
        streams = 0
        for cell in cells:
            expected = "".join("".join(one["text"]) for one in cell["outputs"] if one["output_type"] == "stream")
            said = []
            client.execute_interactive(
                "".join(cell["source"]),
                timeout=SECONDS,
                output_hook=lambda message, said=said: said.append(message["content"].get("text", "")),
            )
            assert "".join(said) == expected
            streams += bool(expected)
    assert streams > 3


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"environment": {"TF_ENABLE_ONEDNN_OPTS": "0"}}, "TF_ENABLE_ONEDNN_OPTS"),
        ({"environment": {"PYTHONPATH": "/somewhere"}}, "PYTHONPATH"),
        ({"python": "/usr/bin/another-python"}, "another-python"),
        ({"folder": "/nowhere"}, "/nowhere"),
        ({"files": {".keras/keras.json": '{"floatx": "float64"}'}}, "keras.json sets floatx"),
        ({"files": {".config/matplotlib/matplotlibrc": ""}}, "matplotlibrc"),
    ],
)
def test_a_kernel_that_would_differ_is_not_forked(address, tmp_path, change, reason):
    for name, text in change.get("files", {}).items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
    environment = os.environ | {"HOME": str(tmp_path)} | change.get("environment", {})
    environment.pop("XDG_CONFIG_HOME", None)
    request = {"python": sys.executable, "arguments": [], "folder": "/", "environment": environment}
    with pytest.raises(NotShared, match=reason):
        SharedKernel(
            str(address), request | {key: change[key] for key in change.keys() & request.keys() - {"environment"}}
        )


def test_without_a_process_to_fork_from_the_kernel_starts_by_itself(start, tmp_path, caplog):
    manager = start(tmp_path / "kernels")
    assert isinstance(manager.provisioner.process, subprocess.Popen)
    assert "class-kernels" in caplog.text


def test_a_kernel_ends_with_the_process_that_it_was_forked_from(address, start):
    manager = start(address)
    kernel = psutil.Process(manager.provisioner.process.pid)
    os.kill(int(address.with_name("parent").read_text()), signal.SIGKILL)
    assert psutil.wait_procs([kernel], timeout=10)[0]
    assert not manager.is_alive()
    manager.restart_kernel(now=True)
    assert isinstance(manager.provisioner.process, subprocess.Popen)
