"""A recording as a matplotlib figure, for print: the graph, with `value | gradient` on each node."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any, TypeAlias

from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import BoxStyle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import BboxBase

from widgets.common import columns
from widgets.common.catalogue import _
from widgets.common.fonts import readable_fonts
from widgets.common.numbers import text_of
from widgets.common.outlined_text import canvas_of, lines_within
from widgets.deck.graph_layout import Graph, Spot, drawn_entries, layout
from widgets.deck.level_text import LevelText
from widgets.deck.levels import Level, levels, opening_level
from widgets.deck.text import diagnosis_notes, notes
from widgets.tape.model import Recording

LARGEST = 40
"""Tensors drawn at most; the caption says so where there are more."""

_INK, _PAPER, _GRADIENT, _GREY = "#1c1c1c", "#ffffff", "#8a3ea8", "#8a8a8a"
_HIGH, _GAP, _LETTER, _CAPTION, _HEADER, _LINE = 0.62, 0.55, 0.078, 6.0, 0.45, 0.17  # inches
_LINES, _EDGE = 4, 0.1  # of a caption, at most; inches around it
_Inches: TypeAlias = tuple[float, float]
_HEAD_LONG, _HEAD_WIDE, _PAD = 0.09, 0.035, 0.04  # of an arrow, and round a text; inches
_DPI, _SIZE = 100, 8  # dots in an inch; of the letters on nodes, in points


@readable_fonts()
def deck_figure(recording: Recording, known: Sequence[Level] = ()) -> Figure:
    """Return the graph of a recording as a Figure, with the gradients of the last reconciled backward pass.

    Args:
        recording: what is drawn, on the level that a deck opens on.
        known: its levels, if they are wanted for more than this picture.

    Returns:
        The figure.
    """
    level = opening_level(known or levels(recording))
    shown = level.shown.recording
    graph = layout(shown, LARGEST)
    gradients = _gradients(shown)
    texts = _texts(shown, graph, gradients)
    across, width = _across(graph, texts)
    width, half = max(_CAPTION, width), _HIGH * max(graph.rows, 1) / 2
    height = 2 * half + _HEADER
    figure = Figure(figsize=(width, height), dpi=_DPI, facecolor=_PAPER)
    inches = figure.dpi_scale_trans
    caption: dict[str, Any] = {"va": "top", "color": _INK, "fontsize": 10, "transform": inches, "parse_math": False}
    lines_said = lines_within(figure, _caption(recording, level, graph), 10, (width - 2 * _EDGE) * _DPI, _LINES)
    if len(lines_said) > 1:
        height += (len(lines_said) - 1) * _LINE
        figure.set_size_inches(width, height)
    figure.text(_EDGE, height - _EDGE, "\n".join(lines_said), **caption)
    # No axes, no arrows that know their boxes, and no texts that do: each takes matplotlib longer than all the rest.
    nodes = {tensor: _node(figure, _inches(spot, across, half), texts[tensor]) for tensor, spot in graph.spots.items()}
    renderer = canvas_of(figure).get_renderer()
    extents = {tensor: node.get_window_extent(renderer) for tensor, node in nodes.items()}
    boxes = {tensor: extent.padded(_DPI * _PAD) for tensor, extent in extents.items()}
    lines, heads, colors = [], [], []
    for source, made, bends in graph.edges:
        stops = [_inches(spot, across, half) for spot in (graph.spots[source], *bends, graph.spots[made])]
        head = _head(stops[-2], stops[-1], boxes[made].width / 2 / _DPI, boxes[made].height / 2 / _DPI)
        lines.append([*stops[:-1], head[0]])
        heads.append(head)
        colors.append(_GRADIENT if source in gradients and made in gradients else _GREY)
    widths = [1.4 if color == _GRADIENT else 0.9 for color in colors]
    figure.add_artist(LineCollection(lines, colors=colors, linewidths=widths, transform=inches, zorder=1))
    edges = [_GRADIENT if tensor in gradients else _GREY for tensor in extents]
    rounded = list(map(_rounded, extents.values()))
    figure.add_artist(PathCollection(rounded, facecolors=_PAPER, edgecolors=edges, transform=inches, zorder=2))
    figure.add_artist(PolyCollection(heads, facecolors=colors, transform=inches, zorder=4))
    return figure


def _head(last: _Inches, middle: _Inches, half_width: float, half_height: float) -> list[_Inches]:
    """Return the head of an arrow that comes from `last` to a box: its tip is where the line meets the box."""
    across, up = last[0] - middle[0], last[1] - middle[1]
    length = math.hypot(across, up) or 1.0
    reach = min(half_width / abs(across) if across else math.inf, half_height / abs(up) if up else math.inf, 1.0)
    tip = middle[0] + across * reach, middle[1] + up * reach
    x, y = across / length, up / length
    back = tip[0] + x * _HEAD_LONG, tip[1] + y * _HEAD_LONG
    sides = [(back[0] - side * y * _HEAD_WIDE, back[1] + side * x * _HEAD_WIDE) for side in (1, -1)]
    return [tip, *sides]


def _texts(recording: Recording, graph: Graph, gradients: dict[int, str]) -> dict[int, str]:
    """Return what stands on each node: the tensor's name, then `value | gradient`; of a bare constant, its value."""
    names, texts = LevelText(recording), {}
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


def _inches(spot: Spot, across: Sequence[float], half: float) -> _Inches:
    column, row = spot
    return across[column], half - _HIGH * row


def _caption(recording: Recording, level: Level, graph: Graph) -> str:
    parts = [_("Tape of {title}: value | gradient").format(title=recording.title)]
    if level.key in ("layers", "lines"):
        parts.append(_("by layers") if level.key == "layers" else _("by lines of code"))
    tensors = {tensor for entry in drawn_entries(level.shown.recording) for tensor in (*entry.inputs, *entry.outputs)}
    if len(tensors) > len(graph.spots) == LARGEST:
        parts.append(_("the first {shown} of {all} tensors").format(shown=LARGEST, all=len(tensors)))
    return " · ".join([*parts, *notes(recording), *diagnosis_notes(recording)])


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


def _node(figure: Figure, position: _Inches, text: str) -> Text:
    style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": _SIZE, "color": _INK, "zorder": 3}
    return figure.text(*position, text, transform=figure.dpi_scale_trans, parse_math=False, **style)


def _rounded(extent: BboxBase) -> Path:
    """Return the outline of the box around a text, in inches."""
    rounding: Any = BoxStyle.Round(pad=0.35)
    path = rounding(extent.x0, extent.y0, extent.width, extent.height, _SIZE * _DPI / 72)
    return Path(path.vertices / _DPI, path.codes)
