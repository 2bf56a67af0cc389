"""A zip of a class, unpacked without trusting a byte of it: only notebooks, only so many, only into one folder."""

from __future__ import annotations

import errno
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from widgets.common.catalogue import _
from widgets.grading.notebook_reader import MOST_BYTES
from widgets.grading.untrusted import escaped, name_problem

MOST_MEMBERS = 20_000
"""Entries of an archive that are looked at."""

MOST_IN_ALL = 4_000_000_000
"""Bytes of all notebooks together: some hundred learners with all their pictures have a tenth of that."""

_DEEPEST = 6


class BadArchive(ValueError):
    """A file is no zip that can be read; the message says why."""


def is_archive(path: Path) -> bool:
    """Say whether a path is taken for a zip: by its name, since a learner's notebook may hold anything."""
    return path.suffix.lower() == ".zip" and path.is_file()


def unpack(archive: Path, folder: Path) -> list[tuple[str, str]]:
    """Write the notebooks of a zip into a folder, and nothing beside it.

    Args:
        archive: the file.
        folder: where to. It is made; a notebook that is there already is replaced.

    Returns:
        What was left out although it is a notebook: its name in the zip, and why, in a sentence.

    Raises:
        BadArchive: if it is no zip, or an encrypted or a broken one, or larger than anything that a class hands in.
        OSError: if something cannot be written.
    """
    left_out: list[tuple[str, str]] = []
    try:
        with zipfile.ZipFile(archive) as opened:
            members = list(_notebooks(opened))
            if len(opened.infolist()) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_IN_ALL:
                raise BadArchive(_("This archive is larger than what a class hands in."))
            for member in members:
                if problem := _problem(member):
                    left_out.append((escaped(member.filename), problem))
                    continue
                with opened.open(member) as packed:
                    data = packed.read(MOST_BYTES + 1)  # not more, whatever the archive claims
                try:
                    _write(folder / PurePosixPath(member.filename), data)
                except OSError as error:
                    if error.errno in (errno.ENOSPC, errno.EDQUOT):
                        raise
                    left_out.append(
                        (escaped(member.filename), _("It cannot be written: {reason}.").format(reason=error.strerror))
                    )
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        if isinstance(error, BadArchive):
            raise
        raise BadArchive(_("This archive cannot be read: {reason}.").format(reason=error)) from error
    return left_out


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def class_folder(folder: Path) -> Path:
    """Return the folder in an unpacked zip that holds the learners: some zips have one folder round everything."""
    inner = list(folder.iterdir()) if folder.is_dir() else []
    while len(inner) == 1 and inner[0].is_dir() and all(path.is_dir() for path in inner[0].iterdir()):
        folder, inner = inner[0], list(inner[0].iterdir())
    return folder


def _notebooks(opened: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    for member in opened.infolist():
        parts = PurePosixPath(member.filename).parts
        is_hidden = any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in parts)
        if not member.is_dir() and not is_hidden and member.filename.lower().endswith(".ipynb"):
            yield member


def _problem(member: zipfile.ZipInfo) -> str:
    parts = PurePosixPath(member.filename).parts
    if stat.S_ISLNK(member.external_attr >> 16):
        return _("This is a link, and links are not followed.")
    if ".." in parts or member.filename.startswith("/") or len(parts) > _DEEPEST or ":" in parts[0]:
        return _("Its place in the archive is odd.")
    return next(filter(None, map(name_problem, parts)), "")
