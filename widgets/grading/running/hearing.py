"""What a kernel sends while a cell runs, with everything left out that is not as the protocol has it.

Whoever runs in a kernel can send any message. A strange one is no reason to stop, and must not stop the grader.
"""

import zmq

_TEXTS = {"stream": ("name", "text"), "status": ("execution_state",), "error": ("ename", "evalue")}
"""What is heard at all, and which of its contents have to be texts. Pictures and results are not compared."""


class Heard:
    """The messages of one request: `reply`, and `published` in their order; `size` counts the bytes of all messages."""

    def __init__(self, request):
        self.request, self.reply, self.published, self.size = request, None, [], 0

    @property
    def is_done(self):
        """Whether the kernel has said on the public channel that it is done. What comes later is too late."""
        return bool(self.published) and _is_idle(self.published[-1])

    @property
    def is_whole(self):
        """Whether the kernel has answered, too."""
        return self.reply is not None and self.is_done

    def take(self, session, frames):
        """Hear a message in the form in which ZeroMQ brings it."""
        self.size += sum(map(len, frames))
        message = _message(session, frames)
        if message is None or message["parent_header"].get("msg_id") != self.request:
            return
        if message["msg_type"].endswith("_reply"):
            self.reply = message["content"]
        elif not self.is_done and _is_sound(message):
            self.published.append(message)


def receive(socket):
    """Return the frames of a message that has arrived on a socket, or None."""
    try:
        return socket.recv_multipart(zmq.NOBLOCK)
    except zmq.Again:
        return None


def _message(session, frames):
    try:
        message = session.deserialize(session.feed_identities(frames)[1])
        shapes = {"parent_header": dict, "content": dict, "msg_type": str}
        return message if all(isinstance(message.get(key), shape) for key, shape in shapes.items()) else None
    except Exception:  # unsigned, sent twice, no JSON, nested too deeply, …: it is not for us
        return None


def _is_sound(message):
    kind, content = message["msg_type"], message["content"]
    if kind not in _TEXTS or not all(isinstance(content.get(key), str) for key in _TEXTS[kind]):
        return False
    return kind != "error" or is_texts(content.get("traceback"))


def is_texts(value):
    """Whether a value is a list of texts."""
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


def _is_idle(message):
    return message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
