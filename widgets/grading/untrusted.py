"""What other people chose, made safe: names of learners and files, the bytes of a file, and text to be shown."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata

from widgets.common.catalogue import _

MOST_SHOWN = 10_000
"""How many characters of an answer, or of what a check printed, are shown."""

MOST_LINES = 500
"""How many lines."""

_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,79}")
_LIKE_OURS = re.compile(r".*-[0-9a-f]{12}")
_BIDIRECTIONAL = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""These change the direction of the text after them, so that a name reads as another one.

See https://trojansource.codes.
"""

_ANSI_COLORS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")

_OPEN_FLAGS = os.O_RDONLY | sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
"""Not through a link, and without waiting for the other end of a pipe. Windows has only the last."""


class UnreadableFile(ValueError):
    """Why a file is not read, in a sentence."""


def name_problem(name: str) -> str:
    """Return a sentence on what is wrong with the name of a file or folder, "" if nothing is."""
    if any(unicodedata.category(letter) in ("Cc", "Cs") or letter in _BIDIRECTIONAL for letter in name):
        return _("Its name has characters that cannot be displayed. Rename it.")
    if ".." in re.split(r"[\\/]", name) or name.startswith(".."):
        return _("Its name contains “..”, which points out of the folder. Rename it.")
    return ""


def safe_name(name: str) -> str:
    """Return a name for a file of ours: the same for the same name, and never for another.

    It has only ASCII letters, digits, _ and -. A name that is not already like that is shortened, and gets a digest.
    """
    if _SAFE.fullmatch(name) and not _LIKE_OURS.fullmatch(name):
        return name
    slug = re.sub(r"[^A-Za-z0-9_]+", "_", name)[:60].strip("_") or "_"
    return f"{slug}-{short_digest(name)}"


def short_digest(text: str) -> str:
    """Return 12 hexadecimal digits of a text's SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def escaped(text: str, keep: str = "") -> str:
    """Return a text in which nothing moves the cursor, changes direction or fails to be encoded.

    What cannot be shown is written as Python escapes it, but for the characters to keep.
    """
    return "".join(
        letter if letter in keep or _is_plain(letter) else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )


def display_text(text: str, most: int = MOST_SHOWN) -> str:
    """Return so much of a text of several lines, fit to be shown: without a terminal's colors, and escaped."""
    plain = _ANSI_COLORS.sub("", text)
    kept = "\n".join(plain[:most].split("\n", MOST_LINES)[:MOST_LINES])
    shown = escaped(kept, keep="\n\t")
    if len(plain) > len(kept):
        shown += "\n" + _("… and {count} more characters, not shown here").format(count=f"{len(plain) - len(kept):,}")
    return shown


def read_regular_file(path: str, most: int) -> bytes:
    """Read a file: never through a link, never from a pipe.

    Args:
        path: of the file.
        most: the size in bytes that it may have.

    Returns:
        Its bytes.

    Raises:
        UnreadableFile: if it is not a regular file, is larger, or cannot be read.
    """
    try:
        return _read(path, most)
    except (OSError, ValueError) as error:
        if isinstance(error, UnreadableFile):
            raise
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise UnreadableFile(_("The file cannot be read: {reason}.").format(reason=reason)) from None


def _read(path: str, most: int) -> bytes:
    _refuse(os.lstat(path), most)  # where the system has none of these flags, this is what prevents the opening
    with open(os.open(path, _OPEN_FLAGS), "rb") as file:
        _refuse(os.fstat(file.fileno()), most)
        data = file.read(most + 1)
    if len(data) > most:  # it grew meanwhile, or its file system does not know its size
        raise UnreadableFile(too_large(most))
    return data


def _refuse(status: os.stat_result, most: int) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise UnreadableFile(_("The file is a link to another file, and links are not followed."))
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableFile(_("This is a folder, not a notebook."))
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableFile(_("This is not a regular file."))
    if status.st_size > most:
        raise UnreadableFile(too_large(most))


def too_large(most: int) -> str:
    """Return the sentence that a file has more bytes than `most`."""
    said = _("The file is larger than {most} MB. Clear all outputs to make the notebook small.")
    return said.format(most=round(most / 1e6, 1))


def _is_plain(letter: str) -> bool:
    return letter not in _BIDIRECTIONAL and unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp")
