"""Tests of misconceptions that a tape itself shows: the answer runs once more under the recorder, as `explain` sees it."""

import contextlib

from widgets.diagnosis import findings
from widgets.exercises.asking import quietly
from widgets.exercises.faults import gave, is_nothing
from widgets.tape import RecordingError, record


def explained_as(code):
    """Return a test: did every question give None, and does the recording of the first one show this cause?"""
    gave_nothing = gave(is_nothing)
    return lambda evidence: gave_nothing(evidence) and code in _codes(evidence)


def _codes(evidence):
    with contextlib.suppress(RecordingError), quietly():
        return [finding.code for finding in findings(record(evidence.answer, *evidence.outcomes[0].question.given))]
    return []
