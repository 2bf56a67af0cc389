"""The one small file in which a learner's progress is kept, on this machine and nowhere else.

Every change is made to what the file holds at that moment, under a lock, and written beside it first: two notebooks
lose nothing of one another's, and a crash at any instant leaves the old file or the new one, whole.
"""

import contextlib
import os
from collections import defaultdict
from pathlib import Path

import platformdirs

from widgets.common.catalogue import _
from widgets.common.writing import write
from widgets.exercises.file_lock import locked
from widgets.exercises.progress_schema import Damaged, Kept, Newer, as_json, from_json

NAME = "progress.json"
_waiting = defaultdict(list)  # path of a file -> changes that it has not got: it may not be writable
_told = set()  # (path, what is the matter with it): each is said once in a kernel


def place():
    """Return the path of the file: in TAPEDECK_HOME if that is set, else where this system keeps a user's data."""
    chosen = os.environ.get("TAPEDECK_HOME")
    folder = Path(chosen).expanduser() if chosen else platformdirs.user_data_path("tapedeck", appauthor=False)
    return folder / NAME


def update(change):
    """Make a change to what is kept and return all of it. Where it cannot be written, it is kept in memory."""
    path = place()
    _waiting[path].append(change)
    try:
        return _written(path)
    except (OSError, Newer) as problem:
        _tell_once(path, problem)
        return load()


def load():
    """Return what is kept: what the file holds, with what could not be written to it."""
    path, kept = place(), Kept()
    with contextlib.suppress(OSError, Damaged, Newer):
        kept = _read(path)
    return _with_changes(kept, _waiting[path])


def _written(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path.with_suffix(".lock")):
        changes = tuple(_waiting[path])
        kept = _with_changes(_read_or_put_aside(path), changes)
        write(path, as_json(kept))
    del _waiting[path][: len(changes)]
    return kept


def _with_changes(kept, changes):
    for change in changes:
        kept = change(kept)
    return kept


def _read(path):
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Kept()
    except UnicodeDecodeError as error:
        raise Damaged(str(error)) from error


def _read_or_put_aside(path):
    """Read the file; one that is not ours is renamed, and never written over."""
    try:
        return _read(path)
    except Damaged:
        numbered = (path.with_name(f"{path.stem}-{number}.damaged") for number in range(1, 10_000))
        aside = next(name for name in numbered if not name.exists())
        os.replace(path, aside)
        print(
            _(
                "The file with your progress could not be read. It is kept as {aside}, and a new one is begun. "
                "The lessons work as before."
            ).format(aside=aside)
        )
        return Kept()


def _tell_once(path, problem):
    if isinstance(problem, Newer):
        said = _("{path} was written by a newer Tapedeck, and is left as it is.")
    else:
        said = _("Your progress cannot be written to {path}: {reason}.")
    if (path, said) not in _told:
        _told.add((path, said))
        reason = getattr(problem, "strerror", None) or str(problem)
        print(said.format(path=path, reason=reason), _("It is remembered until this kernel ends."))
