"""A zip of a class, unpacked without trusting a byte of it: only notebooks, only so many, only into one folder."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from widgets.common.catalogue import _
from widgets.grading.notebook_reader import MOST_BYTES
from widgets.grading.untrusted import escaped, name_problem

MOST_MEMBERS = 20_000
"""Entries of an archive, and of those in it, that are looked at."""

MOST_IN_ALL = 4_000_000_000
"""Bytes of all notebooks together: some hundred learners with all their pictures have a tenth of that."""

_DEEPEST, _INNERMOST = 6, 2
"""Folders round a notebook; archives round an archive: that of a class, and that of one learner."""

_UTF8 = 0x800  # the flag of a member whose name is UTF-8
_ENDINGS = (".ipynb", ".zip")


class BadArchive(ValueError):
    """A file is no zip that can be read; the message says why."""


def is_archive(path: Path) -> bool:
    """Say whether a path is taken for a zip: by its name, since a learner's notebook may hold anything."""
    return path.suffix.lower() == ".zip" and path.is_file()


def unpack(archive: Path, folder: Path) -> list[tuple[str, str]]:
    """Write the notebooks of a zip, and of the zips in it, into a folder, and nothing beside it.

    Args:
        archive: the file.
        folder: where to. It is made; a notebook that is there already is replaced. What is in a zip inside goes into a
            folder of that one's name.

    Returns:
        What was left out although it is a notebook or a zip: its name in the zip, and why, in a sentence.

    Raises:
        BadArchive: if it is no zip, or a broken one, or larger than anything that a class hands in.
        OSError: if something cannot be written.
    """
    return _Unpacking().unpack(archive, folder, 0)


class _Unpacking:
    """One archive with those in it, which share the limits."""

    def __init__(self) -> None:
        self.members, self.size, self.left_out = 0, 0, list[tuple[str, str]]()

    def unpack(self, archive: Path | io.BytesIO, folder: Path, depth: int) -> list[tuple[str, str]]:
        try:
            with zipfile.ZipFile(archive) as opened:
                members = list(_wanted(opened))
                self.members += len(opened.infolist())
                self.size += sum(member.file_size for member, _place in members)
                if self.members > MOST_MEMBERS or self.size > MOST_IN_ALL:
                    raise BadArchive(_("This archive is larger than what a class hands in."))
                around = _folder_round([place for _member, place in members]) if depth else PurePosixPath()
                for member, place in members:
                    if problem := _problem(member, place):
                        self.left_out.append((escaped(str(place)), problem))
                    else:
                        self._take(opened, member, place, folder / place.relative_to(around), depth)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
            if isinstance(error, BadArchive):
                raise
            raise BadArchive(_("This archive cannot be read: {reason}.").format(reason=error)) from error
        return self.left_out

    def _take(
        self, opened: zipfile.ZipFile, member: zipfile.ZipInfo, place: PurePosixPath, path: Path, depth: int
    ) -> None:
        """Write a notebook, or unpack an archive that is a member. What goes wrong with one costs no other."""
        try:
            with opened.open(member) as packed:
                data = packed.read(MOST_BYTES + 1)  # not more, whatever the archive claims
            if place.suffix.lower() == ".ipynb":
                _write(path, data, member.date_time)
            elif depth < _INNERMOST:
                self.unpack(io.BytesIO(data), path.with_suffix(""), depth + 1)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
            said = _("It cannot be written: {reason}.").format(reason=error.strerror)
            self.left_out.append((escaped(str(place)), said))
        except BadArchive as problem:
            self.left_out.append((escaped(str(place)), str(problem)))
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
            said = _("This archive cannot be read: {reason}.").format(reason=error)
            self.left_out.append((escaped(str(place)), said))


def _write(path: Path, data: bytes, when: tuple[int, int, int, int, int, int]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    with contextlib.suppress(ValueError, OverflowError):  # no such date
        seconds = time.mktime((*when, 0, 0, -1))
        os.utime(path, (seconds, seconds))


def class_folder(folder: Path) -> Path:
    """Return the folder in an unpacked zip that holds the learners: some zips have one folder round everything."""
    inner = list(folder.iterdir()) if folder.is_dir() else []
    while len(inner) == 1 and inner[0].is_dir() and all(path.is_dir() for path in inner[0].iterdir()):
        folder, inner = inner[0], list(inner[0].iterdir())
    return folder


def _wanted(opened: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """Yield each notebook and each zip in an archive, and its place there."""
    for member in opened.infolist():
        place = PurePosixPath(_name(member))
        is_hidden = any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in place.parts)
        if not member.is_dir() and not is_hidden and place.name.lower().endswith(_ENDINGS):
            yield member, place


def _name(member: zipfile.ZipInfo) -> str:
    """Return a member's name: macOS writes UTF-8 and does not say so, and Windows may write backslashes."""
    name = member.filename
    if not member.flag_bits & _UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return name.replace("\\", "/")


def _folder_round(places: list[PurePosixPath]) -> PurePosixPath:
    """Return the one folder that all of some places are in, if there is one: learners zip a folder, not its files."""
    first = {place.parts[0] for place in places if len(place.parts) > 1}
    return (
        PurePosixPath(*first) if len(first) == 1 and all(len(place.parts) > 1 for place in places) else PurePosixPath()
    )


def _problem(member: zipfile.ZipInfo, place: PurePosixPath) -> str:
    if stat.S_ISLNK(member.external_attr >> 16):
        return _("This is a link, and links are not followed.")
    if ".." in place.parts or place.is_absolute() or len(place.parts) > _DEEPEST or ":" in place.parts[0]:
        return _("Its place in the archive is odd.")
    return next(filter(None, map(name_problem, place.parts)), "")
