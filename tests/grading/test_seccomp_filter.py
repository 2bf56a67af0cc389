"""What no namespace keeps from a kernel: keyrings, sockets of virtual machines, other processes' memory."""

import platform

import pytest

from tests.grading.kernel_fixtures import kernel, need_the_sandbox
from widgets.grading.forks.supervisor import fork_servers
from widgets.grading.sandbox.limits import Limits
from widgets.grading.settings import BWRAP, FORKED

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are those of x86-64")

CALL = """
import ctypes
system = ctypes.CDLL(None, use_errno=True)
(system.syscall({arguments}), ctypes.get_errno())
"""
REFUSED = (-1, 1)

CALLS = {
    "keyctl": "250, 0, -3, 0",  # the number of the session's keyring
    "add_key": "248, b'user', b'a key of a test', b'secret', 6, -3",
    "request_key": "249, b'user', b'a key of a test', None, 0",
    "ptrace": "101, 0, 0, 0, 0",
    "process_vm_readv": "310, 1, None, 0, None, 0, 0",
    "io_uring_setup": "425, 1, None",
    "bpf": "321, 0, None, 0",
    "vsock": "41, 40, 1, 0",
    "packets": "41, 17, 3, 0",
    "x32": "0x40000000 + 39",
}


@pytest.fixture(scope="module", params=[BWRAP, FORKED])
def inside(request):
    """A kernel in each sandbox."""
    need_the_sandbox()
    with fork_servers(), kernel(sandbox=request.param, limits=Limits()) as started:
        yield started


@pytest.mark.parametrize("call", CALLS)
def test_it_is_refused(inside, call):
    assert inside.value(CALL.format(arguments=CALLS[call])) == REFUSED


NEEDED = {
    "getpid": "import os\nos.getpid() > 0",
    "sockets": "import socket\nall(socket.socket(kind, socket.SOCK_DGRAM).fileno() > 0 for kind in (1, 2, 16))",
    "processes": "import multiprocessing\nwith multiprocessing.Pool(2) as pool: one = pool.map(abs, [-1])\none == [1]",
}


@pytest.mark.parametrize("source", NEEDED.values(), ids=NEEDED)
def test_what_kernels_need_is_not(inside, source):
    assert inside.value(source) is True


def test_nothing_that_linux_is_told_can_be_changed(inside):
    source = "import os\n[f for d, _, fs in os.walk('/proc/sys') for f in fs if os.access(f'{d}/{f}', os.W_OK)]"
    assert inside.value(source) == []


def test_no_core_is_written_anywhere(inside):
    assert inside.value("import resource\nresource.getrlimit(resource.RLIMIT_CORE)") == (1, 1)
