"""Last digits and what others print cost nobody a mark; another number does, and so does another word."""

import math

import pytest
from nbformat.v4 import new_output

from widgets.common.grader_protocol import ABSOLUTE, RELATIVE
from widgets.grading.kernel_output import (
    MAX_EXTRA_LINES,
    error_text,
    expected_if_equal,
    is_close,
    plain_text,
    shorten,
    stdout_text,
)

DUE = "wave\n  x = -1.47    value 1.4625    slope -1.1429\n  x = 0.8      value 1e-05     slope nan?\nRight: done.\n"


@pytest.mark.parametrize(
    "printed",
    [
        DUE,
        DUE.replace("1.4625", "1.462500012345").replace("-1.1429", "-1.142901"),
        DUE.replace("    value", " value"),
        DUE.replace("1e-05", "0.0"),
        DUE.replace("1e-05", "-3e-06"),
        "a thread says\n" + DUE.replace("  x = 0.8", "so\n  x = 0.8") + "and goes on",
        "42" + DUE.removesuffix("\n") + "still here",
        "step 7: y = 0.5\n" * 5000 + DUE,
    ],
)
def test_the_same_numbers_are_the_same(printed):
    assert expected_if_equal(printed, DUE) == DUE


@pytest.mark.parametrize(
    "printed",
    [
        "",
        DUE.replace("1.4625", "1.4635"),
        DUE.replace("-1.1429", "1.1429"),
        DUE.replace("1e-05", "nan"),
        DUE.replace("1e-05", "inf"),
        DUE.replace("1.4625", "[1.4625]"),
        DUE.replace("1.4625", ""),
        DUE.replace("Right", "Not right"),
        DUE.replace("wave", "waves"),
        "\n".join(reversed(DUE.splitlines())),
        DUE.replace("  x = 0.8", "  x = 0.8 0.8"),
        "try\n" * (MAX_EXTRA_LINES + 1) + DUE,
        DUE.replace("\n  x = 0.8", "\n  x = -1.47    value 1.5    slope -1.1429\n  x = 0.8"),
    ],
)
def test_anything_else_is_not(printed):
    assert expected_if_equal(printed, DUE) == printed


@pytest.mark.parametrize("due", [0.0, 1.0, -250.0, 1e9])
def test_a_number_may_be_as_far_away_as_a_check_allows_twice(due):
    room = 2 * (ABSOLUTE + RELATIVE * abs(due))
    assert is_close(due + 0.99 * room, due) and is_close(due - 0.99 * room, due)
    assert not is_close(due + 1.01 * room, due) and not is_close(due - 1.01 * room, due)


def test_what_is_no_finite_number_is_near_itself_at_most():
    assert is_close(math.inf, math.inf) and not is_close(-math.inf, math.inf) and not is_close(1.0, math.inf)
    assert not is_close(math.nan, math.nan) and not is_close(math.nan, 1.0) and not is_close(math.inf, 1.0)


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


def test_only_standard_output_is_printed():
    outputs = [
        new_output("stream", name="stderr", text="a warning\n"),
        new_output("stream", name="stdout", text="one\n"),
        new_output("display_data", data={"text/plain_text": "a picture"}),
        new_output("error", ename="ValueError", evalue="", traceback=["Traceback"]),
        new_output("stream", name="stdout", text="two\n"),
    ]
    assert stdout_text(outputs) == "one\ntwo\n"


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
