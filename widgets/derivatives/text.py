"""The text twin of the derivative explorer: the table at its point, the best h, and the notes."""

from widgets.common.catalogue import _, words
from widgets.common.columns import table
from widgets.derivatives.sentences import heading, nearest, notes, place, rows, step_text

WORDS = words(
    lambda _: (
        _("order"),
        _("by the tape"),
        _("central difference"),
        _("apart"),
        _("At x = {x} f is {value}, f′ is {slope}, f″ is {bend}."),
        _("At x = {x}, h = {h}"),
        _("Central difference against the tape"),
        _("Curves"),
        _("Drawn"),
        _("how far apart"),
        _("of"),
        _("on the floor: equal to the tape's number"),
        _("osculating parabola"),
        _("Point x"),
        _("Step h"),
        _("tangent"),
        _("The central difference of f′ with h = {h} is {estimate}: {distance} apart."),
        _("This is the nearest prepared position; only a running notebook has x = {asked} itself."),
        _("{curves} near x = {x}. {said}"),
        _("{name}, {dash}"),
        _("{name} at x = {x}: how far the central difference is from the tape's number, for each h. {said}"),
        _("{text} is no x that can be shown. Type a number from {low} to {high}, such as {example}."),
    )
)
"""The words on the explorer. The front end has none of its own; English is the key."""


def twin(curves, spot, h):
    """Return the explorer as text: deterministic, complete."""
    heads = (_("order"), _("by the tape"), _("central difference"), _("apart"))
    return "\n".join(
        [
            heading(curves),
            _("at x = {x}, h = {h}, {dtype}").format(x=place(spot.point), h=step_text(h), dtype=spot.point.dtype),
            *table([heads, *rows(spot, h)]),
            *nearest(spot, 1),
            *notes(curves),
        ]
    )
