"""Names that others chose, of learners and of their files: which are sound, how they are shown, how OUT is named."""

import hashlib
import re
import unicodedata

from widgets.common.catalogue import _

_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,79}")
_LIKE_OURS = re.compile(r".*-[0-9a-f]{12}")
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""They turn the direction of what follows, so that a name reads as another one."""


def amiss(name):
    """Say what is the matter with the name of a file or folder, or nothing."""
    if any(unicodedata.category(letter) in ("Cc", "Cs") or letter in _TURNING for letter in name):
        return _("Its name has characters that cannot be shown. Give it a plain name.")
    if ".." in re.split(r"[\\/]", name) or name.startswith(".."):
        return _("Its name has “..” in it, which points out of the folder. Give it a plain name.")
    return ""


def shown(text, but=""):
    """Return a text in which nothing moves a cursor, turns a line round or fails to be encoded, but for some letters.

    What cannot be shown is written as Python escapes it.
    """
    return "".join(letter if letter in but or _is_plain(letter) else _escaped(letter) for letter in text)


def safe(name):
    """Return a name for a file of ours, the same for the same name and never for another.

    It has letters of ASCII, digits, _ and - only. A name that is not so already is shortened, and gets a digest.
    """
    if _SAFE.fullmatch(name) and not _LIKE_OURS.fullmatch(name):
        return name
    slug = re.sub(r"[^A-Za-z0-9_]+", "_", name)[:60].strip("_") or "_"
    return f"{slug}-{digest(name)}"


def digest(text):
    """Return 12 hexadecimal digits that stand for a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _is_plain(letter):
    return letter not in _TURNING and unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp")


def _escaped(letter):
    return letter.encode("unicode_escape").decode("ascii")
