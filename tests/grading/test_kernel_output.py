"""What a kernel says is shown as plain text, and an exception with the learner's line."""

import pytest

from widgets.grading.kernel_output import error_text, plain_text, shorten, without_inputs, without_paths


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


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("No such file: '/home/teacher/data.csv'", "No such file: '…/data.csv'"),
        ('File "/usr/lib/a.py", line 3', 'File "…/a.py", line 3'),
        (r"C:\Users\ada\x.txt", r"…\x.txt"),
        ("dy/dx = 3/4, a / b, https://www.tensorflow.org/guide/function", None),
    ],
)
def test_of_a_path_the_last_part_is_left(text, left):
    assert without_paths(text) == (left or text)
    assert error_text({"ename": "E", "evalue": text}, "") == f"E: {left or text}"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("x=0.97, -0.9700000286102295, 9.70e-1, 1.530", "x=…, …, …, …"),
        ("0.25, 0.971, 1.5, 97, 2.97, v0.97.1, (3, 2)", None),
    ],
)
def test_the_inputs_are_not_left_in_a_message(text, left):
    assert without_inputs(text, [0.97, 1.53]) == (left or text)
