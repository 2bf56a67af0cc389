"""A view that is locked, as a figure for print: the sentence that the live view shows, and nothing of its content."""

from matplotlib.figure import Figure

from widgets.common.letters import letters

_INK, _PAPER, _RULE = "#5f6770", "#ffffff", "#c8ccd1"


@letters()
def locked_picture(says):
    """Return a Figure: a quiet panel with the sentence that `says()` gives, in a language that can be drawn."""
    figure = Figure(figsize=(9.0, 1.2), dpi=100, facecolor=_PAPER, edgecolor=_RULE, linewidth=1.0)
    figure.text(0.5, 0.5, says(), ha="center", va="center", color=_INK, fontsize=12, parse_math=False, wrap=True)
    return figure
