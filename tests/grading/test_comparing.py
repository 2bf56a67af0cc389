"""Last digits and what others print cost nobody a mark; another number does, and so does another word."""

import math

import pytest

from widgets.common.grader_protocol import ABSOLUTE, RELATIVE
from widgets.grading.running.comparing import MOST_NOISE, near, snapped

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
    assert snapped(printed, DUE) == DUE


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
        "try\n" * (MOST_NOISE + 1) + DUE,
        DUE.replace("\n  x = 0.8", "\n  x = -1.47    value 1.5    slope -1.1429\n  x = 0.8"),
    ],
)
def test_anything_else_is_not(printed):
    assert snapped(printed, DUE) == printed


@pytest.mark.parametrize("due", [0.0, 1.0, -250.0, 1e9])
def test_a_number_may_be_as_far_away_as_a_check_allows_twice(due):
    room = 2 * (ABSOLUTE + RELATIVE * abs(due))
    assert near(due + 0.99 * room, due) and near(due - 0.99 * room, due)
    assert not near(due + 1.01 * room, due) and not near(due - 1.01 * room, due)


def test_what_is_no_finite_number_is_near_itself_at_most():
    assert near(math.inf, math.inf) and not near(-math.inf, math.inf) and not near(1.0, math.inf)
    assert not near(math.nan, math.nan) and not near(math.nan, 1.0) and not near(math.inf, 1.0)
