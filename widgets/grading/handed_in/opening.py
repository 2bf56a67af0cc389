"""A file's bytes, however it got where it is: never a link's, never a pipe's, never more than asked for."""

import os
import stat

from widgets.common.catalogue import _

_CAREFULLY = os.O_RDONLY | sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
"""Not through a link, and without waiting for the other end of a pipe. Windows has none but the last."""


class Unreadable(ValueError):
    """Why a file is not read, in a sentence."""


def bytes_of(path, most):
    """Return the bytes of a regular file of at most `most` bytes, or raise Unreadable."""
    try:
        return _regular(path, most)
    except (OSError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(_("The file cannot be read: {reason}.").format(reason=_reason(error))) from None


def _regular(path, most):
    _refuse(os.lstat(path), most)  # where the system cannot open carefully, this is what keeps from opening at all
    with open(os.open(path, _CAREFULLY), "rb") as file:
        _refuse(os.fstat(file.fileno()), most)
        data = file.read(most + 1)
    if len(data) > most:  # it grew meanwhile, or its file system does not know its size
        raise Unreadable(_too_large(most))
    return data


def _refuse(status, most):
    if stat.S_ISLNK(status.st_mode):
        raise Unreadable(_("The file is a link to another one, and links are not followed."))
    if stat.S_ISDIR(status.st_mode):
        raise Unreadable(_("This is a folder, not a notebook."))
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable(_("This is not an ordinary file."))
    if status.st_size > most:
        raise Unreadable(_too_large(most))


def _too_large(most):
    said = _("The file is larger than {most} MB. Clearing all outputs makes a notebook small.")
    return said.format(most=round(most / 1e6, 1))


def _reason(error):
    return getattr(error, "strerror", None) or type(error).__name__
