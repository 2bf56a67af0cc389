"""A recording as a matplotlib figure, for print: the graph, with `value | gradient` on each node."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from widgets.common import columns
from widgets.common.catalogue import _
from widgets.common.fonts import readable_fonts
from widgets.common.numbers import text_of
from widgets.deck.graph_layout import Graph, Spot, drawn_entries, layout
from widgets.deck.text import notes
from widgets.tape.model import Recording
from widgets.tape.text import RecordingText

LARGEST = 40
"""Tensors drawn at most; the caption says so where there are more."""

_INK, _PAPER, _BLUE, _GREY = "#1c1c1c", "#ffffff", "#1456a0", "#8a8a8a"
_HIGH, _GAP, _LETTER, _CAPTION, _HEADER = 0.62, 0.55, 0.078, 6.0, 0.45  # inches
_Inches: TypeAlias = tuple[float, float]
_TIGHT = {"shrinkA": 0, "shrinkB": 0}


@readable_fonts()
def deck_figure(recording: Recording) -> Figure:
    """Return the graph of a recording as a Figure, with the gradients of the last reconciled backward pass."""
    graph = layout(recording, LARGEST)
    gradients = _gradients(recording)
    texts = _texts(recording, graph, gradients)
    across, width = _across(graph, texts)
    width, half = max(_CAPTION, width), _HIGH * max(graph.rows, 1) / 2
    figure = Figure(figsize=(width, 2 * half + _HEADER), dpi=100, facecolor=_PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(0, width), ylim=(-half, half + _HEADER))
    axes.text(0.1, half + _HEADER - 0.1, _caption(recording, graph), va="top", color=_INK, fontsize=10)
    nodes = {
        tensor: _node(axes, _inches(spot, across), texts[tensor], tensor in gradients)
        for tensor, spot in graph.spots.items()
    }
    for source, made, bends in graph.edges:
        stops = [_inches(bend, across) for bend in bends]
        _arrow(axes, nodes[source], nodes[made], stops, has_gradient=source in gradients and made in gradients)
    return figure


def _texts(recording: Recording, graph: Graph, gradients: dict[int, str]) -> dict[int, str]:
    """Return what stands on each node: the tensor's name, then `value | gradient`; of a bare constant, its value."""
    names, texts = RecordingText(recording), {}
    for tensor in graph.spots:
        name, value = _short(names.tensor_name(tensor)), text_of(recording.tensors[tensor].value)
        numbers = f"{value} | {gradients[tensor]}" if tensor in gradients else value
        texts[tensor] = numbers if name == value else f"{name}\n{numbers}"
    return texts


def _across(graph: Graph, texts: dict[int, str]) -> tuple[list[float], float]:
    """Return the middle of each column, so that its widest text has room, and the width of all, in inches."""
    widths = [0.5] * max(graph.columns, 1)
    for tensor, (column, _row) in graph.spots.items():
        widths[column] = max(widths[column], _LETTER * max(map(columns.width, texts[tensor].split("\n"))))
    ends = list(itertools.accumulate((width + _GAP for width in widths), initial=_GAP / 2))
    return [end + width / 2 for end, width in zip(ends, widths, strict=False)], ends[-1]


def _inches(spot: Spot, across: Sequence[float]) -> _Inches:
    column, row = spot
    return across[column], -_HIGH * row


def _caption(recording: Recording, graph: Graph) -> str:
    parts = [_("Tape of {title}: value | gradient").format(title=recording.title)]
    tensors = {tensor for entry in drawn_entries(recording) for tensor in (*entry.inputs, *entry.outputs)}
    if len(tensors) > len(graph.spots) == LARGEST:
        parts.append(_("the first {shown} of {all} tensors").format(shown=LARGEST, all=len(tensors)))
    return " · ".join([*parts, *notes(recording)])


def _gradients(recording: Recording) -> dict[int, str]:
    """Return the whole gradient of each tensor, as text, in the last reconciled backward pass."""
    reconciled = [backward_pass for backward_pass in recording.backward_passes if backward_pass.reconciled]
    if not reconciled:
        return {}
    contributions = itertools.chain(
        reconciled[-1].seeds, *(pullback.input_gradients for pullback in reconciled[-1].pullbacks)
    )
    return {each.tensor: text_of(each.total) for each in contributions if not each.skipped}


def _short(text: str) -> str:
    return text if len(text) <= 22 else text[:21] + "…"


def _arrow(axes: Axes, start: Text, end: Text, bends: Iterable[_Inches], has_gradient: bool) -> None:
    """Draw an edge as an arrow through its bends. On top: a box knows where an arrow must end once drawn."""
    style: dict[str, Any] = {"color": _BLUE if has_gradient else _GREY, "linewidth": 1.4 if has_gradient else 0.9}
    ends: dict[str, Any] = {"patchA": start.get_bbox_patch(), "patchB": end.get_bbox_patch()}
    last = start.get_position()
    for bend in bends:
        axes.annotate("", bend, last, arrowprops=style | ends | {"arrowstyle": "-", "patchB": None} | _TIGHT, zorder=4)
        last, ends["patchA"] = bend, None
    axes.annotate("", end.get_position(), last, arrowprops=style | ends | {"arrowstyle": "-|>"} | _TIGHT, zorder=4)


def _node(axes: Axes, position: _Inches, text: str, has_gradient: bool) -> Text:
    box = {"boxstyle": "round,pad=0.35", "facecolor": _PAPER, "edgecolor": _BLUE if has_gradient else _GREY}
    return axes.text(*position, text, ha="center", va="center", fontsize=8, color=_INK, bbox=box, parse_math=False)
