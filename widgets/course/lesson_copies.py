"""Copies the lessons into a learner's folder, brings newer ones there, and never overwrites what the learner changed.

A folder of lessons has a file `.tapedeck.json`, which notes the checksum of each file as it was copied: a file that
still has it has not been changed. It imports nothing that TensorFlow or Jupyter would have to be installed for.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from widgets.common.catalogue import _
from widgets.common.lessons import LESSONS
from widgets.common.writing import write

FOLDER = "tapedeck-lessons"
"""Where the lessons are copied to, unless another folder is named."""

_HERE = Path(__file__).parent
_NOTES = ".tapedeck.json"
_OURS = ("*.ipynb", "*.md", "data/*", "zh/*.ipynb")
"""The files that are copied; what a learner has beside them is theirs."""


class NoSuchLesson(ValueError):
    """There is no lesson of that number, or no folder of lessons where one was looked for."""


def lessons_folder() -> Path:
    """Return the folder of the lessons as they were delivered: in the installed package, or in a checkout."""
    return _delivered("lessons")


def solutions_folder() -> Path:
    """Return the folder of the executed solutions, in the installed package or in a checkout."""
    return _delivered("solutions")


def lesson_data(name: str) -> Path:
    """Return where a data file of the lessons is, whatever folder the notebook is in.

    Args:
        name: the file's name.

    Returns:
        Its path.

    Raises:
        FileNotFoundError: if the lessons have no such file; the message names those there are.

    Example:
        >>> from widgets import lesson_data
        >>> lesson_data("penguins.csv").name
        'penguins.csv'
    """
    folder = lessons_folder() / "data"
    if not (folder / name).is_file():
        known = ", ".join(sorted(path.name for path in folder.glob("*.csv")))
        raise FileNotFoundError(
            _("The lessons have no data {name}; there are: {known}.").format(name=name, known=known)
        )
    return folder / name


def copy_lessons(folder: Path, version: str) -> list[str]:
    """Copy the lessons that are not there yet; what is there stays as it is.

    Args:
        folder: where to; it is made if need be.
        version: the version of the package, for the notes.

    Returns:
        What was done, a line for each file of which there is something to say, and one for the others together.
    """
    notes, lines, copied = _read_notes(folder), [], 0
    for name, text in _ours(lessons_folder()):
        path = folder / name
        if not path.exists():
            write(path, text)
            notes[name] = _checksum(text)
            copied += 1
        elif _text(path) == text:
            notes[name] = _checksum(text)
        else:
            lines.append(_("{file} is there already, and stays as it is.").format(file=name))
    _write_notes(folder, notes, version)
    return [*lines, _("{count} files copied to {folder}.").format(count=copied, folder=folder)]


def update_lessons(folder: Path, version: str) -> list[str]:
    """Bring the lessons of this version: in place of those that are as they were copied, beside all others.

    Args:
        folder: the learner's folder.
        version: the version of the package; a new lesson beside a changed one has it in its name.

    Returns:
        What was done, as `copy_lessons` does.

    Raises:
        NoSuchLesson: the folder has no lessons.
    """
    _must_have_lessons(folder)
    notes, lines, unchanged = _read_notes(folder), [], 0
    for name, text in _ours(lessons_folder()):
        path = folder / name
        checksum, delivered = _checksum(text), notes.get(name)
        there = _checksum(_text(path)) if path.exists() else None
        if there == checksum or checksum == delivered:
            unchanged += 1
        elif there is None:
            write(path, text)
            lines.append(_("{file} is new.").format(file=name))
        elif there == delivered:
            write(path, text)
            lines.append(_("{file} is up to date now.").format(file=name))
        else:
            beside = _free(path.with_name(f"{path.stem}.{version}{path.suffix}"))
            write(beside, text)
            lines.append(
                _("{file} has your changes, and stays as it is. The new version is beside it: {beside}").format(
                    file=name, beside=beside.name
                )
            )
        notes[name] = checksum
    _write_notes(folder, notes, version)
    return [*lines, _("{count} files need no update.").format(count=unchanged)]


def reset_lesson(number: str, folder: Path, now: datetime) -> list[str]:
    """Give a learner a lesson as it was at first; their own is kept beside it.

    Args:
        number: the lesson's, such as "05".
        folder: the learner's folder.
        now: the time that the name of the kept one has.

    Returns:
        What was done.

    Raises:
        NoSuchLesson: there is no lesson of this number, or the folder has no lessons.
    """
    _must_have_lessons(folder)
    name = _lesson_file(number)
    path, lines = folder / name, []
    text = _text(lessons_folder() / name)
    if path.exists():
        if _text(path) == text:
            return [_("{file} is as it was at first already.").format(file=name)]
        kept = _free(path.with_name(f"{path.stem}.{now:%Y-%m-%d-%H%M%S}{path.suffix}"))
        path.rename(kept)
        lines = [_("Your version is kept: {file}").format(file=kept.name)]
    write(path, text)
    return [*lines, _("{file} is as it was at first.").format(file=name)]


def copy_solution(number: str, folder: Path) -> list[str]:
    """Copy the solution of a lesson into the folder `solutions` beside the lessons; a file that is there stays.

    Args:
        number: the lesson's, such as "05".
        folder: the learner's, or the teacher's, folder.

    Returns:
        Where it is.

    Raises:
        NoSuchLesson: there is no lesson of this number, or the folder has no lessons.
    """
    _must_have_lessons(folder)
    name = _lesson_file(number)
    path, text = folder / "solutions" / name, _text(_delivered("solutions") / name)
    if path.exists() and _text(path) != text:
        path = _free(path)
    write(path, text)
    return [_("The solution: {file}").format(file=path)]


def nearest_lessons(here: Path) -> Path | None:
    """Return the folder of lessons that is at hand: `here`, or one in it; None if there is none."""
    found = (folder for folder in (here, here / "lessons", here / FOLDER) if _has_lessons(folder))
    return next(found, None)


def _delivered(kind: str) -> Path:
    packed = _HERE / kind  # in a wheel
    return packed if packed.is_dir() else _HERE.parents[1] / kind


def _ours(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of the files that a learner gets."""
    for pattern in _OURS:
        for path in sorted(folder.glob(pattern)):
            yield path.relative_to(folder).as_posix(), _text(path)


def _text(path: Path) -> str:
    """Return what is in a file, in which an editor may have left letters of another encoding."""
    return path.read_text("utf-8", errors="surrogateescape")


def _has_lessons(folder: Path) -> bool:
    return (folder / _NOTES).is_file() or any((folder / f"{lesson.stem}.ipynb").is_file() for lesson in LESSONS)


def _must_have_lessons(folder: Path) -> None:
    if not _has_lessons(folder):
        message = _("There are no lessons in {folder}. Get them with: tapedeck lessons {folder}")
        raise NoSuchLesson(message.format(folder=folder))


def _lesson_file(number: str) -> str:
    for lesson in LESSONS:
        if number.isdecimal() and int(lesson.number) == int(number):
            return f"{lesson.stem}.ipynb"
    message = _("There is no lesson {number}; there are {first} to {last}. For example: tapedeck reset 05")
    raise NoSuchLesson(message.format(number=number, first=LESSONS[0].number, last=LESSONS[-1].number))


def _free(path: Path) -> Path:
    """Return a path where nothing is yet: this one, or one with a number."""
    numbered = (path.with_name(f"{path.stem}.{number}{path.suffix}") for number in range(2, 10_000))
    return next(one for one in (path, *numbered) if not one.exists())


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="surrogateescape")).hexdigest()


def _read_notes(folder: Path) -> dict[str, str]:
    """Return the checksums as the files were delivered; of a folder without notes, or with damaged ones, none."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        files = json.loads((folder / _NOTES).read_text("utf-8"))["files"]
        return {name: checksum for name, checksum in files.items() if isinstance(checksum, str)}
    return {}


def _write_notes(folder: Path, files: Mapping[str, str], version: str) -> None:
    write(folder / _NOTES, json.dumps({"version": version, "files": files}, indent=1, sort_keys=True) + "\n")
