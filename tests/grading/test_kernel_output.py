"""What a kernel says is shown as plain text, and an exception with the learner's line."""

import pytest

from widgets.grading.kernel_output import error_text, plain_text, shorten


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
    assert plain_text(text) == left


def test_a_long_text_keeps_its_beginning_and_its_end():
    assert shorten("short") == "short"
    short = shorten("begin" + "x" * 10_000 + "end", 100)
    assert len(short) <= 100 and short.startswith("begin") and short.endswith("end")


TRACEBACK = [
    "\x1b[31mValueError\x1b[0m  Traceback",
    "Cell \x1b[32mIn[7], line 2\x1b[0m, in wave(x)\n----> 2     raise",
    "…",
]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ({"ename": "ValueError", "evalue": "no", "traceback": TRACEBACK}, "ValueError: no, in the line: raise x"),
        ({"ename": "ValueError", "evalue": "", "traceback": []}, "ValueError"),
        ({"ename": "\x1b[31mE\x1b[0m", "evalue": 7, "traceback": "none"}, "E: 7"),
        ({"ename": "E", "evalue": "", "traceback": ["Cell In[1], line 99"]}, "E"),
        ({"ename": "E", "evalue": "", "traceback": [None]}, "E"),
        ({}, ""),
        (
            {
                "ename": "SyntaxError",
                "evalue": "expected ':' (3200784409.py, line 2)",
                "traceback": ["  Cell In[1], line 2"],
            },
            "SyntaxError: expected ':', in the line: raise x",
        ),
        ({"ename": "SyntaxError", "evalue": "bad (3200784409.py, line 9)"}, "SyntaxError: bad"),
        ({"ename": "E", "evalue": "bad (mine.py, line 2)"}, "E: bad (mine.py, line 2)"),
    ],
)
def test_an_exception_is_told_with_the_cells_line(error, said):
    assert error_text(error, "def wave(x):\n    raise x") == said


def test_a_long_message_is_cut():
    assert len(error_text({"ename": "E", "evalue": "x" * 10**6}, "")) < 2000
