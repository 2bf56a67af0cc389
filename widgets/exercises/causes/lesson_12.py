"""The misconceptions that lesson 12 treats: how a tape is played back."""

from widgets.common.catalogue import _
from widgets.diagnosis.cause import Row

ROWS = (
    Row(
        code="PLAYED_FORWARD",
        cause=_("The entries were gone through from the beginning, where no gradient has arrived yet."),
        repair=_("Begin at the end: for output, inputs, pullback in reversed(entries)."),
        lesson="12",
        exercise="play_back",
    ),
    Row(
        code="DEAD_END",
        cause=_("An entry was asked to hand over, although the target does not depend on its output."),
        repair=_("Leave out entries whose output has no gradient."),
        lesson="12",
        exercise="play_back",
    ),
    Row(
        code="NO_DICTIONARY",
        cause=_("One gradient came back, or none, where all of them were asked for."),
        repair=_("Return the dictionary, with a gradient for each number that has one."),
        lesson="12",
        exercise="play_back",
    ),
    Row(
        code="STARTS_WITH_VALUE",
        cause=_("The way back began with the target's value in place of its gradient."),
        repair=_("Begin with 1: that is how much y changes when y does."),
        lesson="12",
        exercise="play_back",
    ),
    Row(
        code="DIVISOR_SIGN",
        cause=_("What the divisor gets has the wrong sign."),
        repair=_("When the divisor grows, the quotient shrinks: the derivative of a/b to b is -a/b²."),
        lesson="12",
        exercise="divide_back",
    ),
    Row(
        code="DIVISOR_NOT_SQUARED",
        cause=_("What the divisor gets was divided by it only once."),
        repair=_("The derivative of 1/b is -1/b²."),
        lesson="12",
        exercise="divide_back",
    ),
    Row(
        code="LIKE_A_PRODUCT",
        cause=_("A quotient was played back by the pattern of a product."),
        repair=_("Hold one of the two still, and take the derivative to the other."),
        lesson="12",
        exercise="divide_back",
    ),
    Row(
        code="TARGET_IS_SOURCE",
        cause=_("The gradient of a number with respect to itself was asked for, and that is 1."),
        repair=_("Give the tape y as the target and x as the source."),
        lesson="12",
        exercise="my_slope",
    ),
)
