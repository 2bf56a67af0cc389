"""What any order of lines may be told, and one mistake that only shows where an optimizer takes the step."""

from widgets.common.catalogue import _
from widgets.diagnosis.cause import Row

ROWS = (
    Row(
        code="NOT_LINES",
        cause=_("Something else came than an order of the lines that there are."),
        repair=_("Give their numbers in a list, each at most once, like [3, 1, 2]."),
        lesson="05",
        exercise="loop_order",
    ),
    Row(
        code="DOES_NOT_PARSE",
        cause=_("In this order the lines are no program that Python can read."),
        repair=_("Put an indented line under each line that ends in a colon, and none where there is no such line."),
        lesson="05",
        exercise="loop_order",
    ),
    Row(
        code="USED_BEFORE_MADE",
        cause=_("A name is used before the line that makes it."),
        repair=_("Read the program from the top, and make each name before it is used."),
        lesson="05",
        exercise="loop_order",
    ),
    Row(
        code="NOT_A_VARIABLE",
        cause=_("An optimizer was handed an ordinary tensor to change."),
        repair=_("Make x a `tf.Variable` once, before the loop, and keep it."),
        lesson="05",
        exercise="loop_order",
    ),
)
