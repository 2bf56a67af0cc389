"""The one small file in which a learner's progress is kept, on this machine and nowhere else.

Every change is made to what the file holds at that moment, under a lock, and written beside it first: two notebooks
never lose each other's changes, and a crash at any instant leaves the old file or the new one, whole.
"""

from __future__ import annotations

import contextlib
import errno
import os
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import platformdirs

from widgets.common.catalogue import _
from widgets.common.writing import write
from widgets.exercises.progress_schema import Change, DamagedFile, NewerFile, Progress, from_text, hint_asked, to_text

NAME = "progress.json"

_PATIENCE_S, _POLL_S = 5.0, 0.01
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}
"""What a system says in a folder that has no locks, as some network folders have none."""

_unwritten: defaultdict[Path, list[Change]] = defaultdict(list)  # by file: what it lacks, since it may not be writable
_told: set[tuple[Path, str]] = set()  # the file and what is wrong with it: each is said once in a kernel


def path_of_file() -> Path:
    """Return the path of the file: in TAPEDECK_HOME if that is set, else where this system keeps a user's data."""
    chosen = os.environ.get("TAPEDECK_HOME")
    folder = Path(chosen).expanduser() if chosen else platformdirs.user_data_path("tapedeck", appauthor=False)
    return folder / NAME


def update(change: Change) -> Progress:
    """Make a change to what is kept, and return all of it. Where it cannot be written, it is kept in memory."""
    path = path_of_file()
    _unwritten[path].append(change)
    try:
        return _write_changes(path)
    except (OSError, NewerFile) as problem:
        _tell_once(path, problem)
        return load()


def load() -> Progress:
    """Return what is kept: what the file holds, with the changes that could not be written to it."""
    path, progress = path_of_file(), Progress()
    with contextlib.suppress(OSError, DamagedFile, NewerFile):
        progress = _read(path)
    return _with_changes(progress, _unwritten[path])


def count_hint(name: str) -> int:
    """Count one more hint that is asked for, and return which it is, from 1."""
    return update(hint_asked(name)).hints[name]


def _write_changes(path: Path) -> Progress:
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path.with_suffix(".lock")):
        changes = tuple(_unwritten[path])
        progress = _with_changes(_read_or_put_aside(path), changes)
        write(path, to_text(progress))
    del _unwritten[path][: len(changes)]
    return progress


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock that the system releases when its holder dies (none in a folder without locks), or raise OSError."""
    try:
        from filelock import FileLock  # here: Colab may lack it, where each learner has a machine of their own
    except ImportError:
        yield
        return
    lock = FileLock(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that filelock falls back to another way of locking
            lock.acquire(timeout=_PATIENCE_S, poll_interval=_POLL_S)
    except NotImplementedError:  # what filelock before 4 makes of ENOSYS
        pass
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
    try:
        yield
    finally:
        lock.release()


def _with_changes(progress: Progress, changes: Sequence[Change]) -> Progress:
    for change in changes:
        progress = change(progress)
    return progress


def _read(path: Path) -> Progress:
    try:
        return from_text(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Progress()
    except UnicodeDecodeError as error:
        raise DamagedFile(str(error)) from error


def _read_or_put_aside(path: Path) -> Progress:
    """Read the file; one that is not ours is renamed, and never overwritten."""
    try:
        return _read(path)
    except DamagedFile:
        numbered = (path.with_name(f"{path.stem}-{number}.damaged") for number in range(1, 10_000))
        aside = next(name for name in numbered if not name.exists())
        os.replace(path, aside)
        print(
            _(
                "The file with your progress could not be read. It was renamed to {aside}, and Tapedeck starts a new "
                "one. The lessons work as before."
            ).format(aside=aside)
        )
        return Progress()


def _tell_once(path: Path, problem: Exception) -> None:
    if isinstance(problem, NewerFile):
        text = _("{path} was written by a newer Tapedeck, so it is not changed.")
    else:
        text = _("Your progress cannot be written to {path}: {reason}.")
    if (path, text) not in _told:
        _told.add((path, text))
        reason = getattr(problem, "strerror", None) or str(problem)
        print(text.format(path=path, reason=reason), _("Tapedeck remembers it until this kernel ends."))
