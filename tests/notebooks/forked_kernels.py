"""Kernels forked by the standard library's fork server, which has imported TensorFlow already: that takes most time."""

import multiprocessing
import os
import sys
import threading

from jupyter_client.provisioning import LocalProvisioner

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.notebooks.preloaded"])


class ForkedKernel(_CONTEXT.Process):
    """Stands for a kernel's process as `subprocess.Popen` does for one that starts by itself."""

    stdin = stdout = stderr = None

    def poll(self):
        return self.exitcode

    def wait(self, timeout=None):
        self.join(timeout)
        return self.exitcode

    def send_signal(self, number):
        os.kill(self.pid, number)


class ForkServerProvisioner(LocalProvisioner):
    """Forks a kernel instead of starting its command, with the same arguments, environment and folder."""

    async def launch_kernel(self, cmd, *, env, cwd=".", **kwargs):
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        self.process = ForkedKernel(target=be_a_kernel, args=(arguments, env, os.path.abspath(cwd)), daemon=True)
        self.process.start()
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
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:] = preloaded.PATH
    os.chdir(folder)
    IPKernelApp.launch_instance(arguments)


def _end_with_parent():
    multiprocessing.parent_process().join()
    os._exit(1)
