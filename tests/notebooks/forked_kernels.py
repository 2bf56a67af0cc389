"""Processes forked by the standard library's fork server, which has imported TensorFlow already: that takes most time.

They are kernels, and whatever else needs a process of its own: because it speaks another language, say.
"""

import asyncio
import contextlib
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
from importlib.metadata import EntryPoint
from multiprocessing import forkserver
from pathlib import Path

import pytest
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.notebooks.preloaded"])


@contextlib.contextmanager
def forking():
    """Have the kernels that are started inside forked."""
    with pytest.MonkeyPatch.context() as patch:
        if sys.platform == "linux":  # elsewhere a fork does not have all that was imported, or there is none
            factory, name = KernelProvisionerFactory.instance(), "fork-server"
            provisioner = EntryPoint(name, f"{__name__}:ForkServerProvisioner", factory.GROUP_NAME)
            patch.setitem(factory.provisioners, name, provisioner)
            patch.setattr(factory, "default_provisioner_name", name)
        yield


def preload():
    """Start the fork server now: by the time that a kernel is wanted, it has imported everything."""
    if sys.platform == "linux":
        forkserver.ensure_running()


def run_python(code, *arguments, cwd=None, **environment):
    """Run some code as `python -c` does, with these variables in its environment besides, and return what it prints."""
    started = code, arguments, os.environ | environment, os.path.abspath(cwd or ".")
    if sys.platform == "linux":
        status, said, complaints = _run_forked(started)
    else:
        command, streams = [sys.executable, "-X", "utf8", "-c", code, *arguments], {"capture_output": True}
        done = subprocess.run(command, cwd=cwd, env=os.environ | environment, encoding="utf-8", **streams)
        status, said, complaints = done.returncode, done.stdout, done.stderr
    assert status == 0, complaints
    return said


def _run_forked(started):
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("said", "complaints")]
        process = _CONTEXT.Process(target=_be_python, args=(*started, *files))
        process.start()
        process.join()
        said, complaints = (file.read_text("utf-8") if file.exists() else "" for file in files)
    return process.exitcode, said, complaints


def _be_python(code, arguments, environment, folder, said, complaints):
    from tests.notebooks import preloaded

    for number, name in ((1, said), (2, complaints)):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), number)
    preloaded.be_in(environment, folder)
    sys.argv[:] = ["-c", *arguments]
    exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})


class ForkedKernel(_CONTEXT.Process):
    """Stands for a kernel's process as `subprocess.Popen` does for one that starts by itself."""

    stdin = stdout = stderr = None

    def poll(self):
        return self.exitcode

    def wait(self, timeout=None):
        self.join(timeout)
        return self.exitcode

    def send_signal(self, number):
        if self.exitcode is None:  # a Popen sends none to what has ended either
            os.kill(self.pid, number)


class ForkServerProvisioner(LocalProvisioner):
    """Forks a kernel instead of starting its command, with the same arguments, environment and folder.

    A grader's kernel has a command of its own, and starts by itself.
    """

    async def launch_kernel(self, cmd, *, env, cwd=".", **kwargs):
        if "ipykernel_launcher" not in cmd:
            return await super().launch_kernel(cmd, env=env, cwd=cwd, **kwargs)
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        self.process = ForkedKernel(target=be_a_kernel, args=(arguments, env, os.path.abspath(cwd)), daemon=True)
        await asyncio.to_thread(self.process.start)  # JupyterLab answers while the fork server is still importing
        return self.connection_info


def be_a_kernel(arguments, environment, folder):
    """Become a kernel like any other, and go when the process that asked for it has gone."""
    from ipykernel.kernelapp import IPKernelApp

    from tests.notebooks import preloaded

    os.setsid()  # Ctrl-C is for those who asked
    threading.Thread(target=_end_with_parent, daemon=True).start()
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    preloaded.be_in(environment, folder)
    sys.argv[:] = ["ipykernel_launcher", *arguments]
    IPKernelApp.launch_instance(arguments)


def _end_with_parent():
    multiprocessing.parent_process().join()
    os._exit(1)
