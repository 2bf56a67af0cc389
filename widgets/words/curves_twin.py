"""The text twin of the derivative explorer: the table at its point, the best h, and the notes."""

from widgets.words.catalogue import _
from widgets.words.curves import heading, nearest, notes, place, rows, step_text

HEADS = ("order", "by the tape", "central difference", "apart")

WORDS = {
    english: _(english)
    for english in (
        *HEADS,
        "At x = {x} f is {value}, f′ is {slope}, f″ is {bend}.",
        "At x = {x}, h = {h}",
        "Central difference against the tape",
        "Curves",
        "Drawn",
        "how far apart",
        "of",
        "on the floor: equal to the tape's number",
        "osculating parabola",
        "Point x",
        "Step h",
        "tangent",
        "The central difference of f′ with h = {h} is {estimate}: {distance} apart.",
        "This is the nearest prepared position; only a running notebook has x = {asked} itself.",
        "{curves} near x = {x}. {said}",
        "{name}, {dash}",
        "{name} at x = {x}: how far the central difference is from the tape's number, for each h. {said}",
        "{text} is no x that can be shown. Type a number from {low} to {high}, such as {example}.",
    )
}
"""The words on the explorer. The front end has none of its own; English is the key."""


def twin(curves, spot, h):
    """Return the explorer as text: deterministic, complete."""
    table = [tuple(_(head) for head in HEADS), *rows(spot, h)]
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
