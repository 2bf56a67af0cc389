"""Judging an answer from outside: the kernel runs it, and this process alone knows what is right.

The kernel belongs to the learner's code, which may change anything in it. So no question is drawn before the answer's
cell has run, each is sent alone, and of a reply nothing counts but the numbers in it. The reply comes on the channel
of the kernel's own replies (https://jupyter-client.readthedocs.io/en/stable/messaging.html#execute); what is printed
plays no part.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import json
import re
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from widgets.answers.plain_values import Source
from widgets.common.grader_protocol import misconception_table
from widgets.exercises import general_misconceptions as general
from widgets.exercises.exercise import RIGHT, Exercise, generator
from widgets.exercises.judgement import Judgement, judge_by_asking
from widgets.exercises.messages import conclusion
from widgets.exercises.own_records import exercise_of
from widgets.exercises.registry import EXERCISES, LESSON_OF
from widgets.grading.kernel_client import KernelClient, KernelEnded
from widgets.grading.kernel_output import is_memory_error, plain_text, shorten, without_inputs, without_paths

_LONGEST = 100_000  # characters of one reply
_SECONDS_TO_EXPLAIN = 15  # why an answer gives no numbers: it decides nothing
_ASK = "__import__('widgets.answers.replies', fromlist=['replies']).encoded_reply({request!r}, {answer})"


class AnswerFailed(Exception):
    """The expression for the answer cannot be evaluated: `error` is the kernel's, with `ename` and `evalue`."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error.get("ename"))
        self.error = error


@dataclasses.dataclass(frozen=True)
class Judged:
    """What came of judging an answer.

    Attributes:
        status: RIGHT, WAITING or WRONG, as in `widgets.exercises.exercise`.
        code: the code of the misconception, if one was recognized.
        said: the sentences for the learner. They name none of the questions.
        ran_out_of_memory: whether the answer raised that there is no more memory.
    """

    status: str
    code: str
    said: str
    ran_out_of_memory: bool


def judge_in_kernel(kernel: KernelClient, name: str, answer: str, seconds: float, record: str = "") -> Judged:
    """Judge an answer whose cell a kernel has run.

    Args:
        kernel: the kernel.
        name: of the exercise.
        answer: the expression that the lesson's own check passes as the answer.
        seconds: how long all questions together may take.
        record: the text of the exercise's record, in a course of a teacher's own.

    Returns:
        What came of it.

    Raises:
        AnswerFailed: if there is no such answer.
        KernelEnded: if the kernel does not reply in time, or at all.
    """
    seed = secrets.token_hex()  # nobody else knows it, and no other run has it
    exercise = exercise_of(name, record) if record else EXERCISES[name]
    judged = judge_by_asking(exercise, asking(kernel, answer, seconds), generator(name, seed))
    return _told(exercise, judged, "" if record else LESSON_OF[name])


def asking(kernel: KernelClient, answer: str, seconds: float) -> Callable[[str], str]:
    """Return what sends a judge's requests to a kernel and returns the replies.

    Args:
        kernel: the kernel.
        answer: the expression for the answer.
        seconds: how long all requests together may take.

    Returns:
        The function. It raises as `judge_in_kernel` does.
    """
    deadline = time.monotonic() + seconds

    def ask(request: str) -> str:
        expressions = {"reply": _ASK.format(request=request, answer=answer)}
        sent = kernel.kc.execute("", silent=True, user_expressions=expressions, allow_stdin=False)
        left, is_asked_why = max(0.0, deadline - time.monotonic()), json.loads(request)["ask"] == "explain"
        try:
            kernel.await_reply(sent, min(left, _SECONDS_TO_EXPLAIN) if is_asked_why else left)
        except KernelEnded:
            if not is_asked_why:
                raise
            kernel.is_spent = True  # that the answer is wrong is known already
            return ""
        return _text_of(kernel.messages.reply or {})

    return ask


def _text_of(reply: dict[str, Any]) -> str:
    """Return the text in a kernel's reply: base64 in quotes. Whatever else it is reads as no answer at all."""
    expressions = reply.get("user_expressions")
    result = expressions.get("reply") if isinstance(expressions, dict) else None
    if not isinstance(result, dict) and reply.get("status") == "ok":
        return ""
    if not isinstance(result, dict):
        raise AnswerFailed(reply)
    if result.get("status") == "error":
        raise AnswerFailed(result)
    data = result.get("data")
    text = data.get("text/plain") if isinstance(data, dict) else None
    if not isinstance(text, str) or len(text) > _LONGEST:
        return ""
    try:
        return base64.b64decode(text[1:-1], validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _told(exercise: Exercise, judged: Judgement, lesson: str) -> Judged:
    if judged.code == general.DIFFERENT.code:  # its sentence names a question, and what is due
        judged = dataclasses.replace(judged, sentence=general.DIFFERENT.cause)
    said = without_paths(plain_text(conclusion(exercise, judged, lesson)))
    outcomes = judged.evidence.outcomes if judged.evidence else ()
    if judged.evidence and judged.evidence.numbers is None:  # so that some of it are the kernel's own words
        said = without_inputs(said, [number for one in outcomes for number in numbers_in(one.question.given)])
    memory = judged.status != RIGHT and any(one.fault and is_memory_error(one.fault.kind) for one in outcomes)
    known = {*misconception_table(), *(one.code for one in exercise.misconceptions)}  # the kernel may name any other
    return Judged(judged.status, judged.code if judged.code in known else "", shorten(said), memory)


def numbers_in(given: Any) -> Iterator[float]:
    """Yield the numbers that are not whole in what a question gives: also those in the code of what it hands over."""
    if isinstance(given, list | tuple | np.ndarray):
        for part in given:
            yield from numbers_in(part)
    elif isinstance(described := getattr(given, "described", None), list | tuple):
        yield from numbers_in(described)
    elif isinstance(described, Source):
        yield from (float(text) for text in re.findall(r"\d+\.\d+", described.code))
    elif isinstance(given, float | np.floating) and given % 1:
        yield float(given)
