"""What no namespace keeps from a kernel: keyrings, sockets of virtual machines, other processes' memory."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tests.grading.kernel_fixtures import kernel, need_the_sandbox
from widgets.grading.model import BWRAP, FORKED, Limits
from widgets.grading.sandbox import provisioner, seccomp_filter

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
    "kcmp": "312, 1, 1, 0, 0, 0",
    "pidfd_getfd": "438, 0, 0, 0",
    "process_madvise": "440, 0, None, 0, 0, 0",
    "move_pages": "279, 0, 0, None, None, None, 0",
    "ioprio_set": "251, 1, 1, 0",
    "shmget": "29, 0, 4096, 0o1666",
    "msgget": "68, 0, 0o1666",
    "mq_open": "240, b'note', 0o102, 0o666, None",
    "vsock": "41, 40, 1, 0",
    "packets": "41, 17, 3, 0",
    "x32": "0x40000000 + 39",
}


@pytest.fixture(scope="module", params=[BWRAP, FORKED])
def inside(request):
    """A kernel in each sandbox."""
    need_the_sandbox()
    with kernel(sandbox=request.param, limits=Limits()) as started:
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


def test_a_family_that_linux_reads_in_half_of_the_bits_is_refused(inside):
    assert inside.value(CALL.format(arguments=f"41, ctypes.c_long({(1 << 32) + 40}), 1, 0")) == REFUSED
    assert inside.value(CALL.format(arguments="41, ctypes.c_long(-1), 1, 0")) == REFUSED


THREADS = """
import os
statuses = [open(f"/proc/self/task/{thread}/status").read() for thread in os.listdir("/proc/self/task")]
[status.split("Seccomp:")[1].split()[0] for status in statuses]
"""


def test_every_thread_is_held_to_it(inside):
    assert {*inside.value(THREADS)} == {"2"}


@pytest.fixture
def asked_anew(monkeypatch):
    """Forget what was found out about this machine, now and afterwards."""
    caches = (seccomp_filter.filter_missing, seccomp_filter._library)
    for cached in caches:
        cached.cache_clear()
    yield monkeypatch
    for cached in caches:
        cached.cache_clear()


def test_a_machine_that_has_the_library_gets_the_filter(asked_anew):
    assert seccomp_filter.filter_missing() == ""


def test_a_machine_without_the_library_or_the_calls_is_told_so(asked_anew):
    asked_anew.setattr(seccomp_filter, "REFUSED_CALLS", ("a_call_of_tomorrow",))
    assert "a_call_of_tomorrow" in seccomp_filter.filter_missing()
    seccomp_filter.filter_missing.cache_clear()
    seccomp_filter._library.cache_clear()
    asked_anew.setattr(seccomp_filter, "_LIBRARY", "libnothing.so.1")
    assert "libnothing.so.1" in seccomp_filter.filter_missing() and "libseccomp2" in seccomp_filter.filter_missing()


def test_a_linux_without_filters_is_told_so(asked_anew, tmp_path):
    asked_anew.setattr(seccomp_filter, "_SUPPORTED", tmp_path / "nothing")
    assert "seccomp" in seccomp_filter.filter_missing()


def test_without_the_library_kernels_start_without_a_filter(monkeypatch):
    monkeypatch.setattr(provisioner, "filter_missing", lambda: "there is none")
    with kernel() as unfiltered:
        assert unfiltered.value(THREADS)[0] == Path("/proc/self/status").read_text().split("Seccomp:")[1].split()[0]


def test_a_kernel_that_should_have_the_filter_and_cannot_does_not_start():
    code = (
        "from widgets.grading.sandbox import kernel_main, seccomp_filter as s\n"
        "s._LIBRARY = 'libnothing.so.1'\nkernel_main.main(['-f', 'nothing', '--filter'])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 1 and "libnothing.so.1" in run.stderr
