"""A judge's question in, what the answer did out, both as JSON: all that a judge learns, and it may be lies.

The learner's code runs in this process and may change anything in it. So nothing here is a secret, and nothing here
decides: of a lie nothing counts but the numbers in it, which are right for a question that has only just come, or not.
"""

from __future__ import annotations

import base64
import contextlib
import json
import linecache
import traceback
from typing import Any

from widgets.answers.handed_over import built
from widgets.answers.plain_values import as_plain
from widgets.common.errors import own_message
from widgets.common.tensorflow_log import quietly

_LONGEST_MESSAGE, _LONGEST_CODE = 160, 80


def encoded_reply(request: str, answer: Any) -> str:
    """Return the reply in base64, in which it looks the same however a kernel writes it down."""
    return base64.b64encode(reply(request, answer).encode()).decode()


def reply(request: str, answer: Any) -> str:
    """Do what a judge asks with an answer.

    Args:
        request: JSON, as `widgets.exercises.observer` writes it.
        answer: whatever the learner gave. Its code may raise anything, which is part of what it does; only Ctrl-C
            passes.

    Returns:
        JSON: what the answer is, what it returned or raised, or why it gives no numbers.
    """
    asked = json.loads(request)
    if asked["ask"] == "kind":
        kind = {"is_missing": answer is ..., "is_function": callable(answer), "kind": type(answer).__name__}
        return json.dumps(kind)
    use, given = _use(asked["use"]), [built(part) for part in asked["given"]]
    if asked["ask"] == "explain":
        return json.dumps(_explained(answer, use, given))
    with quietly():  # what the learner's code prints is not shown: a right answer with a `print` reads like one without
        return json.dumps(_outcome(answer, use, given))


def _use(name: str) -> Any:
    """Return how an answer is put to use. To be called needs no TensorFlow, which takes seconds to import."""
    if name == "call":
        return lambda answer, *given: answer(*given)
    from widgets.answers.uses import USES

    return USES[name]


def _outcome(answer: Any, use: Any, given: list[Any]) -> dict[str, Any]:
    try:
        return {"returned": as_plain(use(answer, *given))}
    except (Exception, SystemExit) as error:  # anything the learner's code may raise, but Ctrl-C passes
        return {"fault": _fault(error)}


def _explained(answer: Any, use: Any, given: list[Any]) -> dict[str, str]:
    """Return why an answer gives no numbers; nothing if that fails, since it is wrong with a reason or without one."""
    from widgets.answers.answer_recording import explained  # here, since a right answer needs no recorder

    with contextlib.suppress(Exception, SystemExit):
        return explained(answer, use, given)
    return {}


def _fault(error: BaseException) -> dict[str, Any]:
    """Return an exception's message, and the last line of the learner's own code that led to it."""
    from widgets.tape.places import is_learners  # here, since it brings TensorFlow

    kind, message = type(error).__name__, (own_message(error).strip().splitlines() or [""])[0][:_LONGEST_MESSAGE]
    places = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__) if is_learners(frame)]
    if not places:
        return {"kind": kind, "message": message}
    frame, line = places[-1]
    code = linecache.getline(frame.f_code.co_filename, line).strip()
    return {"kind": kind, "message": message, "line": line, "code": code[:_LONGEST_CODE]}
