"""Calls of Linux that no lesson needs and no namespace divides up, forbidden to every sandboxed kernel by seccomp.

Keyrings are the user's in whatever namespace: keys of the grader's session could be read in there, and left for the
next kernel. Sockets of virtual machines (vsock) reach the host without a network, and io_uring makes sockets past any
filter. The rest looks into other processes and into Linux itself.
"""

import ctypes
import os
import struct

from widgets.grading.sandbox.calling import call, gain_no_privileges

_UNIX, _INET, _INET6, _NETLINK = 1, 2, 10, 16
SOCKET_FAMILIES = (_UNIX, _INET, _INET6, _NETLINK)
"""The kinds of socket that may be made. In the sandbox none of them leads out of it."""

MACHINES = {
    "x86_64": (0xC000003E, 41, (101, 248, 249, 250, 298, 310, 311, 321, 323, 425)),
    "aarch64": (0xC00000B7, 198, (117, 217, 218, 219, 241, 270, 271, 280, 282, 425)),
}
"""By machine: what Linux calls it, the number of `socket`, and those of ptrace, add_key, request_key, keyctl,
perf_event_open, process_vm_readv, process_vm_writev, bpf, userfaultfd and io_uring_setup."""

_LOAD, _IS, _IS_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _MACHINE, _FIRST = 0, 4, 16  # where a call's number lies, the machine's, and the first argument
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001  # the latter as EPERM
_X32 = 0x40000000  # the same calls begin here once more, for another kind of program
_SECCOMP, _FILTER = 22, 2


def install_filter():
    """Hold this process, and all that it will start, to the filter for good. On other machines there is none.

    Raises OSError if Linux does not take it.
    """
    if os.uname().machine not in MACHINES:
        return
    steps = _steps(*MACHINES[os.uname().machine])
    buffer = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = struct.pack("@HP", len(steps), ctypes.addressof(buffer))
    gain_no_privileges()  # else only root may
    call("prctl", _SECCOMP, ctypes.c_ulong(_FILTER), program)


def _steps(machine, socket, others):
    """Return the filter's steps: what to do, how many to skip if so and if not, and a number."""
    on, refuse, allow = "on", "refuse", "allow"
    steps = [
        (_LOAD, on, on, _MACHINE),
        (_IS, on, refuse, machine),
        (_LOAD, on, on, _NUMBER),
        (_IS_AT_LEAST, refuse, on, _X32),
        *((_IS, refuse, on, number) for number in others),
        (_IS, on, allow, socket),
        (_LOAD, on, on, _FIRST),
        *((_IS, allow, on, family) for family in SOCKET_FAMILIES),
        (_RETURN, on, on, _REFUSE),
        (_RETURN, on, on, _ALLOW),
    ]
    last = {refuse: len(steps) - 2, allow: len(steps) - 1}

    def skipped(place, to):
        return last[to] - place - 1 if to in last else 0

    return [
        (do, skipped(place, if_so), skipped(place, if_not), number)
        for place, (do, if_so, if_not, number) in enumerate(steps)
    ]
