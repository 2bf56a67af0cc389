"""Whatever a kernel sends: what is not as the protocol has it is not heard."""

import json

import pytest
from jupyter_client.session import Session

from widgets.grading.kernel_client import CellMessages

SESSION = Session(key=b"known to the kernel, too")


def frames(kind, content, request="r", **changed):
    """Return a message as ZeroMQ brings it, signed."""
    message = SESSION.msg(kind, content, parent={"msg_id": request}) | changed
    return SESSION.serialize(message, ident=b"topic")


def heard(*messages):
    """Return what is heard of messages."""
    found = CellMessages("r")
    for message in messages:
        found.add(SESSION, message)
    return found


def stream(text="text"):
    return frames("stream", {"name": "stdout", "text": text})


def idle():
    return frames("status", {"execution_state": "idle"})


def reply():
    return frames("execute_reply", {"status": "ok"})


def test_a_request_is_whole_with_its_answer_and_the_word_that_it_is_done():
    assert not heard(stream(), reply()).is_complete and not heard(stream(), idle()).is_complete
    found = heard(stream("one"), idle(), stream("too late"), reply())
    assert found.is_complete and found.reply == {"status": "ok"}
    assert [message["content"].get("text") for message in found.published] == ["one", None]


@pytest.mark.parametrize(
    "odd",
    [
        [b"no delimiter"],
        [b"<IDS|MSG>"],
        [b"<IDS|MSG>", b"not signed", b"{}", b"{}", b"{}", b"{}"],
        frames("stream", {"name": "stdout", "text": 7}),
        frames("stream", {"name": ["stdout"], "text": ""}),
        frames("stream", {}),
        frames("stream", b"[]"),
        frames("status", {"execution_state": None}),
        frames("error", {"ename": "E", "evalue": "", "traceback": [1]}),
        frames("error", {"ename": "E", "evalue": ""}),
        frames("execute_result", {"data": {}}),
        frames("stream", {"name": "stdout", "text": "another's"}, request="another"),
        frames("stream", {"name": "stdout", "text": ""}, parent_header="r"),
        frames("stream", {"name": "stdout", "text": ""}, parent_header=[]),
    ],
)
def test_what_is_odd_is_counted_and_not_heard(odd):
    found = heard(odd)
    assert found.published == [] and found.reply is None and found.size == sum(map(len, odd))


def test_what_is_nested_too_deeply_is_not_heard():
    whole = frames("stream", {"name": "stdout", "text": ""})
    deep = [*whole[:2], b"", *whole[3:-1], b"[" * 100_000]
    deep[2] = SESSION.sign(deep[3:])
    assert heard(deep).published == [] and json.loads(whole[-1])
