"""What a kernel printed, as plain text: the kernel can write anything, and nothing but letters comes out of here."""

import re

LONGEST = 6000
"""Characters of a text that goes on to a verdict."""

_COMMANDS = re.compile(r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)?|\[[0-?]*[ -/]*[@-~]|[ -/]*[0-~])")
"""What tells a terminal to change colour, title or place."""

_NO_LETTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_DOTS = " … "


def plain(text):
    """Return a text as a terminal would leave it, without colours; each line after its last carriage return."""
    lines = _COMMANDS.sub("", text).replace("\r\n", "\n").split("\n")
    return "\n".join(_NO_LETTERS.sub("", line.rstrip("\r").rpartition("\r")[2]) for line in lines)


def shortened(text, most=LONGEST):
    """Return a text of at most so many characters: its beginning and its end."""
    if len(text) <= most:
        return text
    half = (most - len(_DOTS)) // 2
    return text[:half] + _DOTS + text[-half:]


def of_stdout(outputs):
    """Return what a cell printed, as plain text, of its outputs as nbformat has them. Errors and pictures are not."""
    streams = (output for output in outputs if output.get("output_type") == "stream")
    return plain("".join("".join(stream.text) for stream in streams if stream.get("name") == "stdout"))
