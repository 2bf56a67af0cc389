"""Which files were handed in, and by whom: a walk over folders that follows no link and believes no name."""

import collections
import dataclasses
import fnmatch
import os
from pathlib import Path

from widgets.common.catalogue import _
from widgets.grading.facts import Submission
from widgets.grading.handed_in.found import Found, Refused
from widgets.grading.handed_in.names import amiss, digest, safe, shown

SUBMITTED = "submitted"
"""The folder in which nbgrader keeps what was handed in, as learner/assignment/notebook."""


def collect(paths, only="*"):
    """Return a tuple of Found and a tuple of Refused for some files and folders, in the order of their names.

    A folder holds notebooks, or a folder for each learner with notebooks in it or in a folder for each assignment.
    `only` is a pattern for the end of a notebook's path. What is hidden is passed over.
    """
    things = [thing for path in paths for thing in _in(Path(path), alone=len(paths) == 1)]
    every = {one.submission.path: one for one in reversed(things) if isinstance(one, Found)}
    found = [one for one in reversed(every.values()) if one.problem or _fits(one, only)]
    without = {one.submission.learner for one in every.values()} - {one.submission.learner for one in found}
    refused = [thing for thing in things if isinstance(thing, Refused)]
    refused += [Refused(learner, _("No notebook here is {only}.").format(only=only)) for learner in sorted(without)]
    return tuple(_told_apart(found)), tuple(refused)


def _in(path, alone):
    """Yield what is at a path that the teacher named."""
    whole = Path(os.path.abspath(path))
    if not os.path.lexists(path):
        yield Refused(str(path), _("There is no such file or folder."))
    elif os.path.isdir(path) and os.path.islink(path):
        yield Refused(str(path), _("This is a link to a folder. Name the folder itself."))
    elif os.path.isdir(path):
        yield from _in_folder(whole)
    else:
        yield from _notebook(whole, "" if alone else whole.parent.name, whole.parent)


def _in_folder(folder):
    submitted = folder / SUBMITTED
    if os.path.isdir(submitted) and not os.path.islink(submitted):
        folder = submitted
    one = folder.parent.name == SUBMITTED  # nbgrader's folder of one learner
    return _of_learner(folder, folder.name) if one else _of_class(folder)


def _of_class(folder):
    """Yield what is in a folder of folders, one for each learner; notebooks directly in it go by its own name."""
    things = [thing for path in _listed(folder) for thing in _in_class(path, folder)]
    yield from things or [_without_notebook(folder)]


def _in_class(path, folder):
    if isinstance(path, Refused) or not os.path.isdir(path):
        return _within(path, folder.name, folder, depth=0)
    problem = _amiss(path)
    return [_found(path, path.name, folder, problem)] if problem else _of_learner(path, path.name)


def _of_learner(folder, learner):
    """Yield the notebooks in a learner's folder and in the folders in it; say it where there is none."""
    things = [thing for path in _listed(folder) for thing in _within(path, learner, folder, depth=1)]
    yield from things or [_without_notebook(folder)]


def _within(path, learner, folder, depth):
    if isinstance(path, Refused):
        yield path
    elif problem := _amiss(path):
        yield _found(path, learner, folder, problem)
    elif not os.path.isdir(path):
        yield from _notebook(path, learner, folder)
    elif depth:
        for inner in _listed(path):
            yield from _within(inner, learner, folder, depth - 1)


def _notebook(path, learner, folder):
    """Yield a file. That it may not be read is the grader's trouble, not the learner's."""
    if not os.path.islink(path) and not os.access(path, os.R_OK):
        yield Refused(str(path), _("You may not read this file."))
    else:
        yield _found(path, learner, folder, _amiss(path))


def _listed(folder):
    """Yield the folders and notebooks in a folder, sorted, without what is hidden; or why it cannot be listed."""
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        yield Refused(str(folder), _("This folder cannot be read: {reason}.").format(reason=error.strerror))
    else:
        yield from (path for path in paths if not _is_hidden(path) and (os.path.isdir(path) or _is_notebook(path)))


def _without_notebook(folder):
    return Refused(str(folder), _("There is no notebook in this folder."))


def _is_hidden(path):
    return path.name.startswith(".") and not path.name.startswith("..")


def _amiss(path):
    return amiss(path.name) or (_("This is a link, and links are not followed.") if os.path.islink(path) else "")


def _is_notebook(path):
    return path.suffix.lower() == ".ipynb"


def _found(path, learner, folder, problem):
    below = path.relative_to(folder).with_suffix("") if path != folder else Path(path.name)
    key = "/".join(map(safe, [*([learner] if learner else []), *below.parts]))
    return Found(Submission(shown(learner), "", str(path), ""), key, problem)


def _fits(found, only):
    return fnmatch.fnmatch(Path(found.submission.path).as_posix(), f"*/{only}")


def _told_apart(found):
    """Give the files that two folders have in the same place a key each."""
    times = collections.Counter(one.key for one in found)
    for one in found:
        key = one.key if times[one.key] == 1 else f"{one.key}-{digest(one.submission.path)}"
        yield dataclasses.replace(one, key=key)
