"""The text twin of the derivative explorer: the table at its point, the best h, and the notes."""

from widgets.words.catalogue import _
from widgets.words.curves import NAMES, heading, nearest, notes, place, rows, step_text

HEADS = (_("order"), _("by the tape"), _("central difference"), _("apart"))

WORDS = {
    english: _(english)
    for english in (
        "also drawn",
        "At x = {x} f is {value}, f′ is {slope}, f″ is {bend}.",
        "by central difference",
        "by the tape",
        "Central differences against the tape, {name}",
        "Curves",
        "equal to the tape's number",
        "how far apart",
        "Numbers at x = {x}",
        "of",
        "osculating parabola",
        "Point x",
        "Step h",
        "tangent",
        "The central difference of f′ with h = {h} is {estimate}: {error} apart.",
        "The nearest prepared position is shown: x = {x}. A running notebook would show {asked} itself.",
        "type x",
        "{curves} near x = {x}. {said}",
        "{name} at x = {x}: how far the central difference is from the tape's number, for each h.",
        "{text} is no number that f can be shown at. Type a number from {low} to {high}, such as {example}.",
    )
}
"""The words on the explorer. The front end has none of its own; English is the key."""


def twin(curves, spot, h):
    """Return the explorer as text: deterministic, complete."""
    table = [HEADS, *rows(spot, h)]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEADS))]
    return "\n".join(
        [
            heading(curves),
            _("at x = {x}, h = {h}, {dtype}").format(x=place(spot.point), h=step_text(h), dtype=spot.point.dtype),
            *("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table),
            *nearest(spot, 1),
            *notes(curves),
        ]
    )


def legend(order, dash):
    """Return a curve's name with the dash it is drawn with."""
    return _("{name} ({dash})").format(name=NAMES[order], dash=dash)
