"""What a kernel printed becomes plain letters, whatever it was."""

import pytest
from nbformat.v4 import new_output

from widgets.grading.running.printed import of_stdout, plain, shortened


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("10%\r50%\r100%\nnext\r\n", "100%\nnext\n"),
        ("a\x00b\x08c\x9bd\u202ee\ud800f\tg", "abcdef\tg"),
        ("\x1b", ""),
    ],
)
def test_only_letters_are_left(text, left):
    assert plain(text) == left


def test_a_long_text_keeps_its_beginning_and_its_end():
    assert shortened("short") == "short"
    short = shortened("begin" + "x" * 10_000 + "end", 100)
    assert len(short) <= 100 and short.startswith("begin") and short.endswith("end")


def test_only_standard_output_is_printed():
    outputs = [
        new_output("stream", name="stderr", text="a warning\n"),
        new_output("stream", name="stdout", text="one\n"),
        new_output("display_data", data={"text/plain": "a picture"}),
        new_output("error", ename="ValueError", evalue="", traceback=["Traceback"]),
        new_output("stream", name="stdout", text="two\n"),
    ]
    assert of_stdout(outputs) == "one\ntwo\n"
