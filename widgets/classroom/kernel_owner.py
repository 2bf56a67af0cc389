"""Who asked for a kernel: a process moves to that user, and to the limits of that user's Jupyter server, for good.

The process that forks kernels for a whole class runs as root. What it hands to a learner has to be no more than what
the learner's own server could start: the same user and groups, control group (where memory is limited), resource
limits, view of the file system, and the promise never to gain a right. What cannot be followed is refused; the learner
gets an ordinary kernel then.
"""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Iterator
from pathlib import Path

from widgets.classroom import namespaces

_GROUPS = Path("/sys/fs/cgroup")
_ELSEWHERE = ("cgroup", "ipc", "net", "pid", "user", "uts")
"""Namespaces that a server in a container has for itself, and into which no process here can be moved."""

_LIMITS = {
    **{"cpu time": "CPU", "file size": "FSIZE", "data size": "DATA", "stack size": "STACK", "core file size": "CORE"},
    **{"resident set": "RSS", "processes": "NPROC", "open files": "NOFILE", "locked memory": "MEMLOCK"},
    **{"address space": "AS", "pending signals": "SIGPENDING", "msgqueue size": "MSGQUEUE", "nice priority": "NICE"},
    **{"realtime priority": "RTPRIO", "realtime timeout": "RTTIME"},
}
"""What `/proc/PID/limits` calls them, and `resource`."""

_LIMIT_LINE = re.compile(r"Max (.+?)\s{2,}(\w+)\s+(\w+)")


class Refused(RuntimeError):
    """A shared kernel would differ from one that the learner's own server starts; the message says in what."""


def become(pid: int, user: int, group: int) -> None:
    """Give this process to who asked for it, for good.

    Args:
        pid: of the learner's server.
        user: its user, as Linux had it when the server connected.
        group: its group, as well.

    Raises:
        Refused: if the server has something that this process cannot have.
    """
    if user != os.stat(f"/proc/{pid}").st_uid:
        raise Refused("the process that asked has ended")
    _refuse_containers(pid)
    status = _status(pid)
    os.umask(int(status.get("Umask", "0022"), 8))
    if os.getuid() == 0:
        _copy_limits(pid)
        _join_control_groups(pid)
        _share_mounts(pid)
        _change_user(user, group)
        if status.get("NoNewPrivs") == "1":
            namespaces.gain_no_privileges()
    elif (user, group) != (os.getuid(), os.getgid()):
        raise Refused("the process that kernels are forked from belongs to another user, and is not root")
    os.setsid()
    namespaces.die_with_parent()  # a change of the user would have undone it


def _refuse_containers(pid: int) -> None:
    for kind in _ELSEWHERE:
        try:
            same = os.readlink(f"/proc/{pid}/ns/{kind}") == os.readlink(f"/proc/self/ns/{kind}")
        except OSError as error:
            raise Refused(f"the server's namespaces cannot be read: {error}") from error
        if not same:
            raise Refused(f"the server is in a container ({kind} namespace)")


def _status(pid: int) -> dict[str, str]:
    """Return what Linux says of a process, by name."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _colon, value in (line.partition(":") for line in lines)}


def _copy_limits(pid: int) -> None:
    """Take over the limits of setrlimit(2), as Linux shows them to everybody: asking for another's needs a right."""
    import resource  # here: Windows has none, and mypy checks for every system

    for line in Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]:
        name, soft, hard = _LIMIT_LINE.match(line).groups()  # type: ignore[union-attr]
        number = getattr(resource, f"RLIMIT_{_LIMITS.get(name, '')}", None)
        if number is not None:
            bounds = (resource.RLIM_INFINITY if one == "unlimited" else int(one) for one in (soft, hard))
            resource.setrlimit(number, (next(bounds), next(bounds)))


def _join_control_groups(pid: int) -> None:
    """Move into the groups of another process: what this one takes from now on counts there, and ends with them."""
    ours = {*_control_groups("self")}
    for folder in _control_groups(pid):
        if folder not in ours:
            try:
                (folder / "cgroup.procs").write_text(str(os.getpid()))
            except OSError as error:
                raise Refused(f"the server's control group cannot be joined: {error}") from error


def _control_groups(pid: int | str) -> Iterator[Path]:
    """Yield the folders of a process's control groups: one (version 2), or one for each controller (version 1)."""
    unified = "unified" if (_GROUPS / "unified").is_dir() else "."  # where both versions are in use
    for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        _number, controllers, path = line.split(":", 2)
        yield _GROUPS / (controllers.removeprefix("name=") or unified) / path.lstrip("/")


def _share_mounts(pid: int) -> None:
    """See the same files: a server of systemd may have a /tmp of its own, or folders that it only reads."""
    here, there = (os.stat(f"/proc/{one}/ns/mnt").st_ino for one in ("self", pid))
    if here != there:
        descriptor = os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY)
        try:
            namespaces.enter(descriptor)
        finally:
            os.close(descriptor)


def _change_user(user: int, group: int) -> None:
    try:
        os.initgroups(pwd.getpwuid(user).pw_name, group)
    except KeyError:  # a user without a name, such as systemd makes for one service
        os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)
