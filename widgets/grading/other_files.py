"""What the files of a class have to do with each other: several versions of one learner's, copies of another's."""

from __future__ import annotations

import collections
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from widgets.common.catalogue import _
from widgets.grading.model import GradedSubmission, Submission

_NAMED = 3
"""Files that a note names."""

_SAME_MOMENT = 2
"""Seconds: zips and some disks know a time no better."""

_DOWNLOAD = re.compile(r"\((\d+)\)$")
"""What a browser adds to the name of a file that it has downloaded before."""


def other_versions(submissions: Iterable[Submission]) -> Iterator[tuple[str, str]]:
    """Yield (path, a sentence) for each file of a learner who has handed in another one of the same lesson, too."""
    for paths in several_versions(submissions):
        counts = _("The one that was changed last counts: {name}.").format(name=PurePath(latest(paths)).name)
        for path in paths:
            others = [PurePath(other).name for other in paths if other != path]
            names = ", ".join(others[:_NAMED]) + ("…" if len(others) > _NAMED else "")
            said = _("Of this lesson there are other files of the same learner: {names}.").format(names=names)
            yield path, f"{said} {counts}"


def several_versions(submissions: Iterable[Submission]) -> list[list[str]]:
    """Return the paths of several files of one lesson that a learner has handed in, learner by learner."""
    files = collections.defaultdict(list)
    for one in submissions:
        if one.learner and one.lesson:
            files[one.learner, one.lesson].append(one.path)
    return [paths for paths in files.values() if len(paths) > 1]


def counting(graded: Iterable[GradedSubmission]) -> list[GradedSubmission]:
    """Return what counts for a learner: of several files of a lesson the one that was changed last."""
    every = list(graded)
    versions = several_versions(one.submission for one in every)
    old = {path for paths in versions for path in paths if path != latest(paths)}
    return [one for one in every if one.submission.path not in old]


def latest(paths: Iterable[str]) -> str:
    """Return the file that was changed last; of several from the same moment, the download with the highest number."""

    def age(path: str) -> tuple[float, int, str]:
        try:
            changed = os.stat(path, follow_symlinks=False).st_mtime // _SAME_MOMENT
        except OSError:
            changed = 0.0
        number = _DOWNLOAD.search(PurePath(path).stem)
        return changed, int(number[1]) if number else 0, path

    return max(paths, key=age)


def identical_submissions(submissions: Iterable[Submission]) -> dict[str, str]:
    """Return by path, for each file that another learner submitted byte for byte, a sentence on that."""
    readable = [one for one in submissions if one.sha256]
    learners = collections.defaultdict(set)
    for one in readable:
        learners[one.sha256].add(one.learner)
    said = _("The same file, byte for byte, was submitted by {learners}.")
    others = {one.path: sorted(learners[one.sha256] - {one.learner}) for one in readable}
    return {path: said.format(learners=", ".join(names)) for path, names in others.items() if names}
