"""Whose a file is where a learning platform has put that into its name: Canvas, Moodle, Blackboard, Google.

The forms are read off what these platforms call the files of a class when a teacher downloads them together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_FORMS = (
    # Ada Lovelace_1234_assignsubmission_file_01_the_tape.ipynb, or a folder that ends in `file` or `file_`
    re.compile(r"(?P<learner>.+?)_(?P<number>\d+)_assignsubmission_[a-z]+(?:_(?P<file>.*))?"),
    # Homework_alovelace_attempt_2026-11-29-12-30-00_01_the_tape.ipynb
    re.compile(r".+?_(?P<learner>[^_]+)_attempt_(?P<attempt>\d{4}(?:-\d\d){5})_(?P<file>.+)"),
    # lovelaceada_LATE_1234_5678_01_the_tape-2.ipynb: -2 is Canvas's mark of a third attempt
    re.compile(r"(?P<learner>[^\W\d_][^_]*)_(?:LATE_)?(?P<number>\d+)_\d+_(?P<file>.+?)(?:-(?P<attempt>\d+))?"),
)

_SHARED = re.compile(r"(?P<learner>[^\W\d_].*?) - (?:.+ )?\d\d_.+")
"""Ada Lovelace - Copy of 01_the_tape.ipynb"""


@dataclass(frozen=True)
class DownloadName:
    """What a platform's name of a file, or of a folder, tells.

    Attributes:
        learner: the name or the account of whose it is.
        number: the platform's number of the learner; "" if the name has none.
        file: what the learner called it; "" for a folder.
        attempt: a text that is greater for a later attempt of the same file; "" if the name has none.
    """

    learner: str
    number: str
    file: str
    attempt: str


def download_name(stem: str) -> DownloadName | None:
    """Take a platform's name apart.

    Args:
        stem: a file's name without its ending, or a folder's name.

    Returns:
        What it tells; None if no platform makes such names.

    Example:
        >>> download_name("lovelaceada_LATE_1234_5678_01_the_tape-1")
        DownloadName(learner='lovelaceada', number='1234', file='01_the_tape', attempt='00000001')
    """
    found = next(filter(None, (form.fullmatch(stem) for form in _FORMS)), None)
    if not found:
        return None
    parts = {"number": "", "file": "", "attempt": ""} | {name: text or "" for name, text in found.groupdict().items()}
    attempt = parts["attempt"]
    return DownloadName(parts["learner"], parts["number"], parts["file"], attempt and attempt.zfill(8))


def name_before_lesson(stem: str) -> str:
    """Return the learner's name that stands before a lesson's, as in Google's folders of a class; "" if none does.

    Args:
        stem: the name of a file that lies in a class's folder, without its ending.

    Returns:
        The name.

    Example:
        >>> name_before_lesson("Ada Lovelace - 01_the_tape")
        'Ada Lovelace'
    """
    found = _SHARED.fullmatch(stem)
    return found["learner"] if found else ""
