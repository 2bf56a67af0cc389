"""Python as it is on Windows, for this package alone: put this folder on PYTHONPATH, and every Python below has it.

What our modules import is as poor as there; what others import, such as `subprocess` itself, is not. So this shows that
our code asks for nothing that is not there. It does not show that everybody else's does the same as on Linux.
"""

import builtins
import types

GONE = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "_posixsubprocess"}
"""Modules."""

WITHOUT = {
    "os": {
        "fork", "forkpty", "killpg", "getpgid", "getpgrp", "setpgid", "setsid", "getsid", "getuid", "geteuid",
        "getgid", "getegid", "setuid", "setgid", "uname", "nice", "mkfifo", "mknod", "chown", "lchown", "chroot",
        "statvfs", "pidfd_open", "eventfd", "memfd_create", "sched_getaffinity", "wait", "wait3", "wait4", "waitid",
        "WNOHANG", "openpty", "O_NOFOLLOW", "O_NONBLOCK", "O_DIRECTORY", "O_CLOEXEC", "O_PATH", "O_SYNC", "posix_spawn",
    },
    "signal": {
        "SIGKILL", "SIGXCPU", "SIGXFSZ", "SIGCHLD", "SIGHUP", "SIGALRM", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGSTOP",
        "SIGCONT", "SIGPIPE", "alarm", "setitimer", "pause", "pthread_kill", "pthread_sigmask", "sigwait",
        "pidfd_send_signal",
    },
    "socket": {"AF_UNIX", "SOCK_SEQPACKET", "SCM_RIGHTS", "CMSG_SPACE", "send_fds", "recv_fds"},
    "select": {"poll", "epoll", "devpoll", "kqueue"},
    "subprocess": set(),
    "sys": {"abiflags"},
}  # fmt: skip
"""Names that modules do not have."""

OTHERWISE = {"os": {"name": "nt"}, "sys": {"platform": "win32"}, "subprocess": {"CREATE_NEW_PROCESS_GROUP": 0x200}}
"""Names that have another value, or that only Windows has."""

LOCKS = types.SimpleNamespace(LK_NBLCK=2, LK_UNLCK=0, locking=lambda number, mode, length: None)
"""What only Windows has for a lock on a file, for one process at a time."""

_import = builtins.__import__
_poor = {}


class Poor(types.ModuleType):
    """A module without what is not there."""

    def __init__(self, module):
        super().__init__(module.__name__, module.__doc__)
        vars(self).update(_module=module, **OTHERWISE.get(module.__name__, {}))

    def __getattr__(self, name):
        if name in WITHOUT[self.__name__]:
            raise AttributeError(f"on Windows there is no {self.__name__}.{name}")
        return getattr(self._module, name)


def _start(*arguments, creationflags=0, **options):
    """Start a process with nothing that Windows would refuse."""
    import subprocess

    if options.get("pass_fds") or options.get("preexec_fn"):
        raise ValueError("not on Windows")
    return subprocess.Popen(*arguments, **options)


OTHERWISE["subprocess"]["Popen"] = _start


def _poorly(name, globals=None, locals=None, fromlist=(), level=0):
    if not str((globals or {}).get("__package__")).startswith("widgets") or level:
        return _import(name, globals, locals, fromlist, level)
    if name == "msvcrt":
        return LOCKS
    if name in GONE:
        raise ModuleNotFoundError(f"on Windows there is no {name}", name=name)
    module = _import(name, globals, locals, fromlist, level)
    return _poor.setdefault(name, Poor(module)) if name in WITHOUT else module


builtins.__import__ = _poorly
