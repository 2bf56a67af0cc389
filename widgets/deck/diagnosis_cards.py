"""What is wrong in a recording, as the deck's cards: each waits for the step at which its symptom is seen."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from widgets import diagnosis
from widgets.common.lessons import LESSONS
from widgets.diagnosis import model
from widgets.diagnosis.code_fix import code_fix
from widgets.diagnosis.model import Finding
from widgets.diagnosis.text import MOST, diagnosis_of
from widgets.tape.model import Recording


def diagnosis_cards(recording: Recording, environment: Mapping[str, str] = os.environ) -> list[dict[str, Any]]:
    """Return the cards of a Recording, the first one first.

    Args:
        recording: the Recording.
        environment: what tells in which notebook the kernel runs.

    Returns:
        For each card: `at` (the position at which it may be shown), `is_error`, `is_quiet` (it waits to be asked for),
        `seen`, `cause`, `repair`, `place` (as the payload has places), `fix` (lines of a change to the code),
        `backward_pass` and `sources` (the gradient that it is about; -1 and none where it is about no gradient), and
        `lesson` (a title and a path, which is relative to where Jupyter was started), or None where the notebook is
        that lesson.
    """
    here = environment.get("JPY_SESSION_NAME", "")
    return [_card(finding, here) for finding in _found(recording)]


def _found(recording: Recording) -> Iterator[Finding]:
    yield from (found := diagnosis.automatic_findings(recording)[:MOST])
    if recording.error and not found:  # one that nothing is known of: what it says, and where
        yield from diagnosis.findings(recording)[:1]


def _card(finding: Finding, here: str) -> dict[str, Any]:
    words, place = diagnosis_of(finding), finding.place
    if place and place.listing >= len(finding.recording.listings):
        place = None  # in a helper function that ran no operation, and so is not shown
    return {
        "at": _position(finding),
        "is_error": finding.symptom == model.ERROR,
        "is_quiet": False,
        "seen": words.seen,
        "cause": words.cause,
        "repair": words.repair,
        "place": [place.listing, place.line, place.column, place.end] if place else None,
        "fix": code_fix(finding),
        "backward_pass": finding.backward_pass,
        "sources": finding.tensors,
        "lesson": _lesson(finding.cause.lesson, here),
    }


def _position(finding: Finding) -> int:
    """Return the position at which the symptom is seen: the gradient is returned, or the exception raised."""
    steps = finding.recording.steps
    returned = (
        index + 1
        for index, step in enumerate(steps)
        if (step.kind, step.subject) == ("gradients", finding.backward_pass)
    )
    return next(returned, len(steps))


def _lesson(number: str, here: str) -> dict[str, str] | None:
    lesson = next((one for one in LESSONS if one.number == number), None)
    folder, name = posixpath.split(here.replace("\\", "/"))
    if lesson is None or name == posixpath.basename(lesson.path):
        return None
    is_beside = any(name == posixpath.basename(one.path) for one in LESSONS)
    path = posixpath.join(folder, posixpath.basename(lesson.path)) if is_beside else lesson.path
    return {"title": f"{lesson.number} {lesson.title}", "path": path}
