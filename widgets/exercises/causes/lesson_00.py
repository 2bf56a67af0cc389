"""The misconceptions that lesson 00 meets, where the first answers are given."""

from widgets.common.catalogue import _
from widgets.diagnosis.cause import Row

ROWS = (
    Row(
        code="PLACE_NOT_SLOPE",
        cause=_("The number x itself was given, where the slope at x was asked for."),
        repair=_("Read off what comes back to x when the tape is played backward."),
        lesson="00",
        exercise="came_back",
    ),
    Row(
        code="SEED_NOT_GRADIENT",
        cause=_("The 1 with which every way back starts was taken for the gradient."),
        repair=_("Follow the way back to its end: the gradient is what arrives at the source."),
        lesson="00",
        exercise="came_back",
    ),
    Row(
        code="SQUARE_NOT_DOUBLE",
        cause=_("The number was multiplied by itself, not by 2."),
        repair=_("Write `2 * x`; `x * x` is the square."),
        lesson="00",
        exercise="double",
    ),
    Row(
        code="TWO_ADDED",
        cause=_("The 2 was added, where it should multiply."),
        repair=_("Write `2 * x`, with a star."),
        lesson="00",
        exercise="double",
    ),
    Row(
        code="UNCHANGED",
        cause=_("What came in was given back as it was."),
        repair=_("Work out what is asked for, and return that."),
        lesson="00",
        exercise="double",
    ),
    Row(
        code="LEFT_OF_PLACE",
        cause=_("The point stands left of where it belongs."),
        repair=_("Move it to the right, by drag or with the arrow keys."),
        lesson="00",
        exercise="at_two",
    ),
    Row(
        code="RIGHT_OF_PLACE",
        cause=_("The point stands right of where it belongs."),
        repair=_("Move it to the left, by drag or with the arrow keys."),
        lesson="00",
        exercise="at_two",
    ),
)
