"""An answer that gave no numbers, run once more under the recorder, and what is wrong in that recording.

This knows nothing of exercises, so that the evidence on an answer can ask for it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from widgets.common.tensorflow_log import quietly
from widgets.diagnosis import model
from widgets.diagnosis.finding import automatic_findings
from widgets.diagnosis.model import Finding
from widgets.tape.model import Recording
from widgets.tape.recorder import record


def recording_of(answer: Any, use: Callable[..., Any], given: Sequence[Any]) -> Recording | None:
    """Return the recording of one question; None if it cannot be recorded.

    Args:
        answer: the learner's answer.
        use: how it is put to use, `use(answer, *given)`.
        given: what the question gives.

    Returns:
        The recording.
    """

    def run(*given: Any) -> Any:
        return use(answer, *given)

    with contextlib.suppress(Exception, SystemExit), quietly():
        run.__wrapped__ = answer  # type: ignore[attr-defined]  # whose code is read, as by `record` itself
        return record(run, *given)
    return None


def finding_of(recording: Recording | None) -> Finding | None:
    """Return why a recorded answer gave no numbers; None if its recording does not show it."""
    if recording is None:
        return None
    found: tuple[Finding, ...] = ()
    with contextlib.suppress(Exception):  # the answer may hold objects that object to being looked at
        found = automatic_findings(recording)
    is_told = bool(found) and found[0].symptom in (model.NONE, model.ERROR)
    return found[0] if is_told else None
