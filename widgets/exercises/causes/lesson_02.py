"""The misconceptions that lesson 02 treats: what is watched, and None against 0."""

from widgets.common.catalogue import _
from widgets.diagnosis.cause import Row

ROWS = (
    Row(
        code="SOME_NOT_WATCHED",
        cause=_("Of several constants the tape was told to watch only some, so the others get None."),
        repair=_("Hand all of them to `tape.watch`, as a list, before the calculation."),
        lesson="02",
        exercise="watch_all",
    ),
    Row(
        code="SAME_SOURCE",
        cause=_("The same source was asked about again and again."),
        repair=_("Ask once with a list: `tape.gradient(y, [a, b, c])` gives one gradient for each source."),
        lesson="02",
        exercise="watch_all",
    ),
    Row(
        code="NOT_TRAINABLE",
        cause=_("A Variable with `trainable=False` was expected to be watched by itself."),
        repair=_("Watch it with `tape.watch`, or make it trainable if it is to be learned."),
        lesson="02",
        exercise="reads",
    ),
    Row(
        code="NOT_COUNTED",
        cause=_("The Variables came back, where their number was asked for."),
        repair=_("Count them with `len`."),
        lesson="02",
        exercise="reads",
    ),
    Row(
        code="WRONG_TARGET",
        cause=_("The gradient is that of a number on the way, not of the last one."),
        repair=_("Put the number whose change you want to know in front: `tape.gradient(target, source)`."),
        lesson="02",
        exercise="repaired",
    ),
    Row(
        code="LAST_ONLY",
        cause=_("In a loop each round overwrote the result of the one before, so only the last has a slope."),
        repair=_("Add to what is there: `total = total + term`."),
        lesson="02",
        exercise="total",
    ),
    Row(
        code="NONE_NOT_ZERO",
        cause=_("None was passed on where 0 was wanted: None says that no way leads back, 0 that the way is level."),
        repair=_('Ask with `unconnected_gradients="zero"` where a missing way should count as 0.'),
        lesson="02",
        exercise="zero_or_none",
    ),
    Row(
        code="ZERO_HIDES_NONE",
        cause=_('`unconnected_gradients="zero"` turned a forgotten watch into a 0 that looks like a slope.'),
        repair=_("Find out first why it is None; ask for 0 only where no way back is what you expect."),
        lesson="02",
        exercise="zero_or_none",
    ),
)
