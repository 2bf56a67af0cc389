"""A recording as a matplotlib figure, for print: the graph, with `value | gradient` on each node."""

import itertools

from matplotlib.figure import Figure

from widgets.common import columns
from widgets.common.catalogue import _
from widgets.common.fonts import readable_fonts
from widgets.common.numbers import text_of
from widgets.deck.graph_layout import drawn, layout
from widgets.deck.text import notes
from widgets.tape.text import RecordingText

LARGEST = 40
"""Tensors drawn at most; the caption says so where there are more."""

_INK, _PAPER, _BLUE, _GREY = "#1c1c1c", "#ffffff", "#1456a0", "#8a8a8a"
_HIGH, _GAP, _LETTER, _CAPTION, _HEADER = 0.62, 0.55, 0.078, 6.0, 0.45  # inches
_TIGHT = {"shrinkA": 0, "shrinkB": 0}


@readable_fonts()
def picture(recording):
    """Return a Figure of the forward graph with the gradients of the last playback that can be trusted."""
    graph = layout(recording, LARGEST)
    texts = _texts(recording, graph)
    across, width = _across(graph, texts)
    width, half = max(_CAPTION, width), _HIGH * max(graph.rows, 1) / 2
    figure = Figure(figsize=(width, 2 * half + _HEADER), dpi=100, facecolor=_PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(0, width), ylim=(-half, half + _HEADER))
    axes.text(0.1, half + _HEADER - 0.1, _caption(recording, graph), va="top", color=_INK, fontsize=10)
    gradients = _gradients(recording)
    spots = {number: _inches(spot, across) for number, spot in graph.spots.items()}
    nodes = {number: _node(axes, spot, texts[number], number in gradients) for number, spot in spots.items()}
    for source, made, bends in graph.edges:
        bends = [_inches(bend, across) for bend in bends]
        _arrow(axes, nodes[source], nodes[made], bends, back=source in gradients and made in gradients)
    return figure


def _texts(recording, graph):
    """Return what stands on each node: the tensor's name, then `value | gradient`; of a bare constant, its value."""
    teller, gradients, texts = RecordingText(recording), _gradients(recording), {}
    for number in graph.spots:
        name, value = _short(teller.tensor_name(number)), text_of(recording.tensors[number].value)
        numbers = f"{value} | {gradients[number]}" if number in gradients else value
        texts[number] = numbers if name == value else f"{name}\n{numbers}"
    return texts


def _across(graph, texts):
    """Return the middle of each column in inches, so that its widest text has room."""
    widths = [0.5] * max(graph.columns, 1)
    for number, (column, _row) in graph.spots.items():
        widths[column] = max(widths[column], _LETTER * max(map(columns.width, texts[number].split("\n"))))
    ends = list(itertools.accumulate((width + _GAP for width in widths), initial=_GAP / 2))
    return [end + width / 2 for end, width in zip(ends, widths, strict=False)], ends[-1]


def _inches(spot, across):
    column, row = spot
    return across[column], -_HIGH * row


def _caption(recording, graph):
    parts = [_("Tape of {title}: value | gradient").format(title=recording.title)]
    met = {number for entry in drawn(recording) for number in (*entry.inputs, *entry.outputs)}
    if len(met) > len(graph.spots) == LARGEST:
        parts.append(_("the first {shown} of {all} tensors").format(shown=LARGEST, all=len(met)))
    return " · ".join([*parts, *notes(recording)])


def _gradients(recording):
    """Return the whole gradient of each tensor, as text, in the last reconciled playback."""
    trusted = [playback for playback in recording.backward_passes if playback.reconciled]
    if not trusted:
        return {}
    hands = [*trusted[-1].seeds, *(hand for pullback in trusted[-1].pullbacks for hand in pullback.input_gradients)]
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


def _node(axes, spot, text, has_gradient):
    box = {"boxstyle": "round,pad=0.35", "facecolor": _PAPER, "edgecolor": _BLUE if has_gradient else _GREY}
    return axes.text(*spot, text, ha="center", va="center", fontsize=8, color=_INK, bbox=box, parse_math=False)
