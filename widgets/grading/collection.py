"""Which files were submitted, and by whom: a walk over folders that follows no link and trusts no name."""

from __future__ import annotations

import collections
import dataclasses
import fnmatch
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import TypeAlias

from widgets.common.catalogue import _
from widgets.grading.archives import is_archive
from widgets.grading.download_names import DownloadName, download_name, name_before_lesson
from widgets.grading.model import VERDICT_FOLDER, Submission
from widgets.grading.untrusted import escaped, name_problem, safe_name, short_digest

SUBMITTED = "submitted"
"""The folder in which nbgrader keeps submissions, as learner/assignment/notebook.

See https://nbgrader.readthedocs.io/en/stable/user_guide/philosophy.html.
"""

_AROUND = (SUBMITTED, "Student Work", "Submitted files")
"""Folders round those of the learners: nbgrader's, and those of Teams."""

_VERSION = re.compile(r"version \d+", re.IGNORECASE)
"""A folder in an assignment's, as Teams makes one for each time that something is handed in."""


@dataclasses.dataclass(frozen=True)
class FoundFile:
    """A submitted file; or a link, or a folder, that is not looked into.

    Attributes:
        submission: whose it is and where, as far as its place tells.
        key: what names its files in OUT, such as "alice/01_the_tape": parts that are safe in any file system.
        problem: why it is not looked into, in a sentence; "" if it may be.
        platform: what its name tells where a learning platform has given it; None for any other name.
        notes: what the teacher should know of how it was found, in sentences.
    """

    submission: Submission
    key: str
    problem: str = ""
    platform: DownloadName | None = None
    notes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class RefusedPath:
    """A path with nothing to grade.

    Attributes:
        path: as the teacher knows it.
        reason: in a sentence.
    """

    path: str
    reason: str


_Found: TypeAlias = Iterable[FoundFile | RefusedPath]


def collect(paths: Sequence[str | Path], only: str = "*") -> tuple[tuple[FoundFile, ...], tuple[RefusedPath, ...]]:
    """Return what was submitted, in the order of the names. Hidden files are skipped.

    Args:
        paths: files and folders. A folder holds notebooks, or a folder for each learner with notebooks in it or in a
            folder for each assignment. What Canvas, Moodle or Blackboard has named after a learner is that learner's.
        only: a pattern for the end of a notebook's path.

    Returns:
        The files to grade, and the paths with nothing to grade.
    """
    found, rest, refused = _asked_for(paths, only)
    names = {one.submission.learner for one in _asked_in_vain(found, rest, only)}
    said = _("No notebook here is {only}.").format(only=only)
    return found, (*refused, *(RefusedPath(learner, said) for learner in sorted(names)))


def not_asked_for(paths: Sequence[str | Path], only: str) -> tuple[FoundFile, ...]:
    """Return what is at the same paths and does not match the pattern."""
    return _asked_for(paths, only)[1]


def is_own_file(paths: Sequence[str]) -> bool:
    """Return whether the paths are one notebook: the learner's own, for all that the grader knows."""
    return len(paths) == 1 and not Path(paths[0]).is_dir() and not is_archive(Path(paths[0]))


def _asked_for(
    paths: Sequence[str | Path], only: str
) -> tuple[tuple[FoundFile, ...], tuple[FoundFile, ...], list[RefusedPath]]:
    """Return the files that match a pattern, the others, and the paths with nothing to grade.

    A key is the same whatever the pattern is, so that what is kept under it is found again.
    """
    things = [thing for path in paths for thing in _at(Path(path), alone=len(paths) == 1)]
    every = {one.submission.path: one for one in reversed(things) if isinstance(one, FoundFile)}
    found = list(_last_attempts([one for one in reversed(every.values()) if one.problem or _matches(one, only)]))
    rest = _last_attempts([one for one in reversed(every.values()) if not (one.problem or _matches(one, only))])
    unique = tuple(_with_unique_keys([*found, *rest]))
    refused = [thing for thing in things if isinstance(thing, RefusedPath)]
    return unique[: len(found)], unique[len(found) :], refused


def _asked_in_vain(found: Sequence[FoundFile], rest: Sequence[FoundFile], only: str) -> Iterator[FoundFile]:
    """Yield files of learners without a match, unless the pattern names other learners, as 'ada/*' does.

    It does if what matched would not match in their folders. Where nothing matched, everybody was asked for.
    """
    learners = {one.submission.learner for one in found}
    matched = [one for one in found if _matches(one, only)]
    inner = {PurePath(one.submission.path).relative_to(_folder_of(one)) for one in matched}
    for one in rest:
        theirs = _folder_of(one)
        if one.submission.learner not in learners and (
            not inner or any(_is_like((theirs / path).as_posix(), only) for path in inner)
        ):
            yield one


def _folder_of(found: FoundFile) -> Path:
    """Return the folder of a file's learner: that in which the file's key begins, after the learner."""
    depth = found.key.count("/") - bool(found.submission.learner)
    return Path(found.submission.path).parents[depth]


def _at(path: Path, alone: bool) -> _Found:
    """Yield what is at a path that the teacher named."""
    whole = Path(os.path.abspath(path))
    if not os.path.lexists(path):
        yield RefusedPath(str(path), _("There is no such file or folder."))
    elif os.path.isdir(path) and os.path.islink(path):
        yield RefusedPath(str(path), _("This is a link to a folder. Name the folder itself."))
    elif os.path.isdir(path):
        yield from _in_folder(whole)
    else:
        yield from _notebook(whole, "" if alone else whole.parent.name, whole.parent)


def _in_folder(folder: Path) -> _Found:
    for name in _AROUND:
        inner = folder / name
        folder = inner if os.path.isdir(inner) and not os.path.islink(inner) else folder
    is_of_one = folder.parent.name == SUBMITTED  # nbgrader's folder of one learner
    return _of_learner(folder, folder.name) if is_of_one else _of_class(folder)


def _of_class(folder: Path) -> _Found:
    """Yield what is in a folder of folders, one for each learner; notebooks directly in it go by its own name."""
    things = [thing for path in _listed(folder) for thing in _in_class(path, folder)]
    yield from things or _without_notebook(folder)


def _in_class(path: Path | RefusedPath, folder: Path) -> _Found:
    if isinstance(path, RefusedPath) or not os.path.isdir(path):
        learner = "" if isinstance(path, RefusedPath) else name_before_lesson(path.stem)
        return _within(path, learner or folder.name, folder, depth=0)
    problem = _problem(path)
    named = download_name(path.name)
    return [_found(path, path.name, folder, problem)] if problem else _of_learner(path, _whose(named) or path.name)


def _of_learner(folder: Path, learner: str) -> _Found:
    """Yield the notebooks in a learner's folder and in its folders; report it if there are none."""
    things = [thing for path in _listed(folder) for thing in _within(path, learner, folder, depth=1)]
    yield from things or _without_notebook(folder)


def _within(path: Path | RefusedPath, learner: str, folder: Path, depth: int) -> _Found:
    if isinstance(path, RefusedPath):
        yield path
    elif problem := _problem(path):
        yield _found(path, learner, folder, problem)
    elif not os.path.isdir(path):
        yield from _notebook(path, learner, folder)
    elif depth or _VERSION.fullmatch(path.name):
        for inner in _listed(path):
            yield from _within(inner, learner, folder, max(0, depth - 1))


def _notebook(path: Path, learner: str, folder: Path) -> _Found:
    """Yield a file. That it may not be read is the grader's problem, not the learner's."""
    if not os.path.islink(path) and not os.access(path, os.R_OK):
        yield RefusedPath(str(path), _("You do not have permission to read this file."))
    else:
        yield _found(path, learner, folder, _problem(path))


def _listed(folder: Path) -> Iterator[Path | RefusedPath]:
    """Yield the folders and notebooks in a folder, sorted, without hidden ones; or why it cannot be listed."""
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        yield RefusedPath(str(folder), _("This folder cannot be read: {reason}.").format(reason=error.strerror))
    else:
        yield from (path for path in paths if not _is_hidden(path) and (os.path.isdir(path) or _is_notebook(path)))


def archives_in(folder: Path) -> Iterator[Path]:
    """Yield the zips that learners have handed in: beside their folders, or in one of them."""
    for path in _visible(folder):
        yield from (one for one in (_visible(path) if path.is_dir() else [path]) if is_archive(one))


def _visible(folder: Path) -> list[Path]:
    """Return what is in a folder, but for links and what is hidden; nothing of one that may not be read."""
    try:
        return sorted(path for path in folder.iterdir() if not _is_hidden(path) and not path.is_symlink())
    except OSError:
        return []


def _without_notebook(folder: Path) -> list[RefusedPath]:
    """Return that there is nothing in a folder to grade; an archive is unpacked elsewhere, and looked at there."""
    if any(archives_in(folder)):
        return []
    return [RefusedPath(str(folder), _("There is no notebook in this folder."))]


def _is_hidden(path: Path) -> bool:
    """Return whether a name is not the learner's: what systems hide, and a folder that was graded into."""
    is_systems = path.name == "__MACOSX" or (path.name.startswith(".") and not path.name.startswith(".."))
    return is_systems or os.path.isdir(path / VERDICT_FOLDER)


def _problem(path: Path) -> str:
    is_link = os.path.islink(path)
    return name_problem(path.name) or (_("This is a link, and links are not followed.") if is_link else "")


def _is_notebook(path: Path) -> bool:
    return path.suffix.lower() == ".ipynb"


def _found(path: Path, learner: str, folder: Path, problem: str) -> FoundFile:
    below = path.relative_to(folder).with_suffix("") if path != folder else Path(path.name)
    named = download_name(path.stem)
    if named and named.file:
        learner, below = _whose(named), below.with_name(named.file)
    key = "/".join(map(safe_name, [*([learner] if learner else []), *below.parts]))
    return FoundFile(Submission(escaped(learner), "", str(path), ""), key, problem, named)


def _whose(named: DownloadName | None) -> str:
    """Return what a learner is called: two of one name have different numbers."""
    return f"{named.learner} {named.number}".rstrip() if named else ""


def _last_attempts(found: Sequence[FoundFile]) -> Iterator[FoundFile]:
    """Yield the files; of several attempts that a platform has numbered only the last, with a note on the others."""
    attempts: dict[tuple[str, str], list[FoundFile]] = {}
    for one in found:
        name = one.platform.file if one.platform and not one.problem else one.submission.path
        attempts.setdefault((one.submission.learner, name), []).append(one)
    for several in attempts.values():
        *earlier, last = sorted(several, key=lambda one: one.platform.attempt if one.platform else "")
        names = ", ".join(Path(one.submission.path).name for one in earlier)
        said = _("Only the last attempt is graded. There are earlier ones: {names}.").format(names=names)
        yield dataclasses.replace(last, notes=(said,)) if earlier else last


def _matches(found: FoundFile, only: str) -> bool:
    return _is_like(Path(found.submission.path).as_posix(), only)


def _is_like(path: str, only: str) -> bool:
    return fnmatch.fnmatch(path, f"*/{only}")


def _with_unique_keys(found: Sequence[FoundFile]) -> Iterator[FoundFile]:
    """Yield the files; those that two folders have in the same place get a digest in their keys."""
    times = collections.Counter(one.key for one in found)
    for one in found:
        key = one.key if times[one.key] == 1 else f"{one.key}-{short_digest(one.submission.path)}"
        yield dataclasses.replace(one, key=key)
