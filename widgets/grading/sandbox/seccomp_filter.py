"""System calls that no lesson needs and no namespace isolates, refused to every sandboxed kernel by seccomp.

Keyrings belong to the user in whatever namespace: a kernel could read keys of the grader's session, and leave some for
the next kernel. Shared memory, semaphores and queues of System V and POSIX stay when their processes are gone, for the
next kernel in the same sandbox. Sockets of virtual machines (vsock) reach the host without a network, and io_uring
makes sockets past any filter. The rest looks into other processes and into Linux itself.

libseccomp compiles the filter and knows the numbers of the calls on every architecture. Its Python binding on PyPI,
pyseccomp, has had no release since 2021, so the six functions needed are called through ctypes; their documentation is
at https://man7.org/linux/man-pages/man3/seccomp_rule_add.3.html.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
from collections.abc import Iterator
from pathlib import Path

from widgets.common.catalogue import _

REFUSED_CALLS = (
    *("keyctl", "add_key", "request_key", "ptrace", "process_vm_readv", "process_vm_writev"),
    *("perf_event_open", "bpf", "userfaultfd", "io_uring_setup", "kcmp", "pidfd_getfd", "process_madvise"),
    *("move_pages", "migrate_pages", "ioprio_set", "shmget", "semget", "msgget", "mq_open"),
)

_NEW_CALLS = {"pidfd_getfd": 438, "process_madvise": 440}
"""Numbers of calls that are younger than some libseccomp: since 2019 they are the same on every architecture."""

_UNIX, _INET, _INET6, _NETLINK = 1, 2, 10, 16
SOCKET_FAMILIES = (_UNIX, _INET, _INET6, _NETLINK)
"""The kinds of sockets that may be made. In the sandbox none of them leads out of it."""

_LIBRARY = "libseccomp.so.2"
_SUPPORTED = Path("/proc/sys/kernel/seccomp/actions_avail")  # exists where Linux itself has filters
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_OTHER_ARCHITECTURES, _ALL_THREADS = 2, 4  # attributes of a filter
_EQUAL, _GREATER = 4, 6
_UNKNOWN_CALL = -1


class _Comparison(ctypes.Structure):
    """`struct scmp_arg_cmp`: an argument's place, how it is compared, and with what."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("value", ctypes.c_uint64),
        ("unused", ctypes.c_uint64),
    )


@functools.cache
def filter_missing() -> str:
    """Return "" if kernels on this machine get the filter; otherwise why not, in a sentence."""
    if not _SUPPORTED.exists():
        return _("Sandboxed kernels get no system-call filter: this system has no seccomp. It is part of Linux.")
    try:
        _library().seccomp_release(_compiled())
    except OSError as error:
        return _(
            "Sandboxed kernels get no system-call filter: {reason}. "
            "Install libseccomp 2.4 or newer (on Debian and Ubuntu: sudo apt install libseccomp2)."
        ).format(reason=error)
    return ""


def install_filter() -> None:
    """Apply the filter to this process and everything it will start, for good. All other machines' calls are refused.

    Raises:
        OSError: if there is no libseccomp, or Linux does not take the filter.
    """
    library, context = _library(), _compiled()
    _check(library.seccomp_load(context), "seccomp_load")
    library.seccomp_release(context)


def _compiled() -> ctypes.c_void_p:
    """Return a filter, not loaded yet: calls of other architectures (x32, 32 bits) are refused, too."""
    library = _library()
    context = ctypes.c_void_p(library.seccomp_init(_ALLOW))
    _check(library.seccomp_attr_set(context, _OTHER_ARCHITECTURES, _REFUSE), "seccomp_attr_set")
    _check(library.seccomp_attr_set(context, _ALL_THREADS, 1), "seccomp_attr_set")
    for name in REFUSED_CALLS:
        _check(library.seccomp_rule_add_array(context, _REFUSE, _number(name), 0, None), name)
    for family in _refused_families():
        _check(library.seccomp_rule_add_array(context, _REFUSE, _number("socket"), 1, ctypes.byref(family)), "socket")
    return context


def _refused_families() -> Iterator[_Comparison]:
    """Yield what a call of `socket` is refused for: libseccomp compares all 64 bits, of which Linux reads 32."""
    yield _Comparison(0, _GREATER, max(SOCKET_FAMILIES))
    for family in {*range(max(SOCKET_FAMILIES))} - {*SOCKET_FAMILIES}:
        yield _Comparison(0, _EQUAL, family)


def _number(name: str) -> int:
    number = int(_library().seccomp_syscall_resolve_name(name.encode()))
    number = _NEW_CALLS.get(name, number) if number == _UNKNOWN_CALL else number
    if number == _UNKNOWN_CALL:
        raise OSError(errno.ENOSYS, f"libseccomp does not know {name}")
    return number


def _check(status: int, name: str) -> None:
    if status < 0:
        raise OSError(-status, f"{name}: {os.strerror(-status)}")


@functools.cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(_LIBRARY)
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = (ctypes.c_uint32,)
    library.seccomp_attr_set.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32)
    library.seccomp_rule_add_array.argtypes = (
        *(ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint),
        ctypes.POINTER(_Comparison),
    )
    library.seccomp_load.argtypes = library.seccomp_release.argtypes = (ctypes.c_void_p,)
    return library
