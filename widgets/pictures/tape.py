"""A recording as a matplotlib figure, for print: the graph, with `value | gradient` on each node."""

from matplotlib.figure import Figure

from widgets.pictures.layout import drawn, layout
from widgets.words.catalogue import _
from widgets.words.numbers import text_of
from widgets.words.tape import Teller
from widgets.words.twin import notes

LARGEST = 40
"""Tensors drawn at most; the caption says so where there are more."""

_INK, _PAPER, _BLUE, _GREY = "#1c1c1c", "#ffffff", "#1456a0", "#8a8a8a"
_WIDE, _HIGH = 2.1, 0.95
_TIGHT = {"shrinkA": 0, "shrinkB": 0}


def picture(recording):
    """Return a Figure of the forward graph with the gradients of the last playback that can be trusted."""
    graph = layout(recording, LARGEST)
    width, height = max(6.0, _WIDE * graph.columns), max(1.6, _HIGH * graph.rows) + 0.7
    figure = Figure(figsize=(width, height), dpi=100, facecolor=_PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(-0.55, max(graph.columns - 1, 1.9) + 0.55), ylim=(-_half(graph), _half(graph) + 0.7))
    axes.text(0.01, 0.99, _caption(recording, graph), transform=axes.transAxes, va="top", color=_INK, fontsize=10)
    teller, gradients = Teller(recording), _gradients(recording)
    nodes = {}
    for number, spot in graph.spots.items():
        value = text_of(recording.tensors[number].value)
        nodes[number] = _node(axes, spot, _short(teller.called(number)), value, gradients.get(number))
    for source, made, bends in graph.edges:
        _arrow(axes, nodes[source], nodes[made], bends, back=source in gradients and made in gradients)
    return figure


def _half(graph):
    return max(graph.rows, 1.6 / _HIGH) / 2


def _caption(recording, graph):
    parts = [_("Tape of {title}: value | gradient").format(title=recording.title)]
    met = {number for entry in drawn(recording) for number in (*entry.inputs, *entry.outputs)}
    if len(met) > len(graph.spots) == LARGEST:
        parts.append(_("the first {shown} of {all} tensors").format(shown=LARGEST, all=len(met)))
    return " · ".join([*parts, *notes(recording)])


def _gradients(recording):
    """Return the whole gradient of each tensor, as text, in the last reconciled playback."""
    trusted = [playback for playback in recording.playbacks if playback.reconciled]
    if not trusted:
        return {}
    hands = [*trusted[-1].seeds, *(hand for pullback in trusted[-1].pullbacks for hand in pullback.hands)]
    return {hand.tensor: text_of(hand.total) for hand in hands if not hand.skipped}


def _short(text):
    return text if len(text) <= 22 else text[:21] + "…"


def _arrow(axes, start, end, bends, back):
    """Draw an edge as an arrow through its bends. On top: a box knows where an arrow must end once drawn."""
    style = {"color": _BLUE if back else _GREY, "linewidth": 1.4 if back else 0.9}
    last, ends = start.get_position(), {"patchA": start.get_bbox_patch(), "patchB": end.get_bbox_patch()}
    for bend in bends:
        axes.annotate("", bend, last, arrowprops=style | ends | {"arrowstyle": "-", "patchB": None} | _TIGHT, zorder=4)
        last, ends["patchA"] = bend, None
    axes.annotate("", end.get_position(), last, arrowprops=style | ends | {"arrowstyle": "-|>"} | _TIGHT, zorder=4)


def _node(axes, spot, name, value, gradient):
    numbers = value if gradient is None else f"{value} | {gradient}"
    text = numbers if name == value else f"{name}\n{numbers}"
    box = {"boxstyle": "round,pad=0.35", "facecolor": _PAPER, "edgecolor": _BLUE if gradient else _GREY}
    return axes.text(*spot, text, ha="center", va="center", fontsize=8, color=_INK, bbox=box, parse_math=False)
