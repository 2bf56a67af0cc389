"""The misconceptions that lesson 03 treats: what happens on the way back."""

from widgets.common.catalogue import _
from widgets.diagnosis.cause import Row

ROWS = (
    Row(
        code="UPSTREAM_FORGOTTEN",
        cause=_("The slope of an operation was taken alone, without the gradient that comes down to it."),
        repair=_("Multiply each operation's own slope by the upstream gradient, what its output received."),
        lesson="03",
        exercise="backward",
    ),
    Row(
        code="CHAIN_ADDED",
        cause=_("Slopes that lie one behind the other on one path were added."),
        repair=_("Multiply along a path, and add only where several paths meet."),
        lesson="03",
        exercise="backward",
    ),
    Row(
        code="PLACE_OF_X",
        cause=_("The slope of the outer function was taken at x, not at what goes into it."),
        repair=_("Take each slope at the number that this operation had as its input on the way forward."),
        lesson="03",
        exercise="backward",
    ),
    Row(
        code="STOPPED_HALFWAY",
        cause=_("The way back ended at an intermediate result, before it came to the source."),
        repair=_("Go on to the source: multiply by the slope of each step that is left."),
        lesson="03",
        exercise="paths",
    ),
    Row(
        code="SELF_UPSTREAM",
        cause=_("A product was taken to hand each factor to itself."),
        repair=_("Hand to each factor the other one: the slope of a·b with respect to a is b."),
        lesson="03",
        exercise="paths",
    ),
    Row(
        code="LIST_FOR_TENSOR",
        cause=_("`output_gradients` was a Python list, which the tape reads as one gradient for each target."),
        repair=_("Hand over a tensor of the target's shape: `tf.constant([...])` or `tf.one_hot(k, n)`."),
        lesson="03",
        exercise="part",
    ),
    Row(
        code="PART_IGNORED",
        cause=_("The same part of the result was differentiated, whichever was asked for."),
        repair=_("Let the place that was asked for decide where the weight 1 stands."),
        lesson="03",
        exercise="part",
    ),
    Row(
        code="COUNTED_FROM_ONE",
        cause=_("The place was counted from 1, so the part before it was taken."),
        repair=_("Count from 0, as Python does."),
        lesson="03",
        exercise="part",
    ),
    Row(
        code="NOT_A_WITNESS",
        cause=_("The derivative was checked with itself: it came from the tape again, or from the same formula."),
        repair=_("Use nothing but two values of the function: `(f(x + h) - f(x - h)) / (2 * h)`."),
        lesson="03",
        exercise="central",
    ),
    Row(
        code="ONE_SIDED",
        cause=_("The difference looks to one side only, so its error shrinks with h and not with h²."),
        repair=_("Take the values at x + h and at x - h, and divide by 2h."),
        lesson="03",
        exercise="central",
    ),
    Row(
        code="NOT_TWICE_H",
        cause=_("The rise between x - h and x + h was not divided by 2h."),
        repair=_("Divide by the whole distance, with brackets: `/ (2 * h)`."),
        lesson="03",
        exercise="central",
    ),
    Row(
        code="RISE_NOT_SLOPE",
        cause=_("The rise of the function was taken for its slope."),
        repair=_("Divide the rise by the distance over which it happened."),
        lesson="03",
        exercise="central",
    ),
    Row(
        code="ON_ITS_SIDE",
        cause=_("Rows and columns of a Jacobian were exchanged."),
        repair=_("Give each result a row and each input a column."),
        lesson="03",
        exercise="rows",
    ),
)
