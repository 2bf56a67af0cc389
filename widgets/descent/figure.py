"""One run of a descent as a matplotlib figure, for print: where it went, and the value at each iteration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from widgets.common.catalogue import _
from widgets.common.fonts import readable_fonts
from widgets.common.outlined_text import lines_within
from widgets.descent.contours import evened
from widgets.descent.loss_surface import LossSurface
from widgets.descent.model import Paths
from widgets.descent.text import heading, run_line, verdict_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _BLUE, _GRAY = "#1c1c1c", "#1456a0", "#6a6a6a"
_LINE: dict[str, Any] = {"color": _BLUE, "linewidth": 1, "marker": "o", "markersize": 3.5}
_MINIMUM: dict[str, Any] = {"color": _INK, "marker": "+", "markersize": 11, "markeredgewidth": 1.8, "linestyle": ""}

_POSITIONS = {"left": 0.08, "right": 0.98, "bottom": 0.25, "top": 0.9, "wspace": 0.22}
"""Where the axes stand. A layout that matplotlib computes for itself takes as long as the whole drawing."""

_WIDE, _HIGH, _MORE = 9, 3.9, 0.16  # of a picture, and of a further line of its caption; inches
_LARGEST = np.finfo(np.float64).max / 8  # with larger numbers matplotlib finds no ticks
_TICKS = 4  # parts of an axis at most: each tick is a millisecond for which a first picture waits


@readable_fonts()
def draw_run(paths: Paths, surface: LossSurface, at: int, iterations: int, logarithmic: bool = False) -> Figure:
    """Draw the run with the learning rate at position `at`: the path on the loss surface, the value at each step."""
    figure = Figure(figsize=(_WIDE, _HIGH), dpi=100, facecolor="white")
    room = 100 * (_WIDE - 0.2)
    said = f"{run_line(paths, at, iterations)}\n{verdict_line(paths, at)}"
    caption = lines_within(figure, said, 9, room, most=4)
    (title,) = lines_within(figure, heading(paths), 11, room, most=1)
    positions = _POSITIONS
    if (more := _MORE * (len(caption) - 2)) > 0:  # the axes keep their size, higher up
        high = _HIGH + more
        figure.set_size_inches(_WIDE, high)
        positions = {**_POSITIONS, **{end: (more + _HIGH * _POSITIONS[end]) / high for end in ("bottom", "top")}}
    left, right = figure.subplots(1, 2, gridspec_kw=positions)
    for axes in (left, right):
        axes.locator_params(nbins=_TICKS)
    figure.suptitle(title, fontsize=11, color=_INK, parse_math=False)
    (_on_curve if len(surface.axes) == 1 else _over_contours)(left, paths, surface, at, iterations)
    _values(right, paths, at, iterations, logarithmic)
    figure.supxlabel("\n".join(caption), fontsize=9, color=_INK, parse_math=False)
    return figure


def _on_curve(axes: Axes, paths: Paths, surface: LossSurface, at: int, iterations: int) -> None:
    (xs,) = surface.axes
    axes.plot(xs, surface.values, color=_GRAY, linewidth=1.2)
    for found in surface.minima:
        axes.plot(found.point, found.value, **_MINIMUM)
    axes.plot(paths.x[: iterations + 1, at], paths.y[: iterations + 1, at], **_LINE)
    (name,) = paths.names
    axes.set(xlabel=name, ylabel=f"f({name})", xlim=(xs[0], xs[-1]), ylim=surface.value_range)


def _over_contours(axes: Axes, paths: Paths, surface: LossSurface, at: int, iterations: int) -> None:
    across, up, heights, levels = evened(surface)
    axes.contourf(across, up, heights, levels=[-1.0, *levels], cmap="GnBu_r", alpha=0.75)
    axes.contour(across, up, heights, levels=levels, colors="white", linewidths=0.6)
    for found in surface.minima:
        axes.plot(*found.point, **_MINIMUM)
    axes.plot(*paths.x[: iterations + 1, at].T, **_LINE)
    axes.set(xlabel=paths.names[0], ylabel=paths.names[1], xlim=(across[0], across[-1]), ylim=(up[0], up[-1]))


def _values(axes: Axes, paths: Paths, at: int, iterations: int, logarithmic: bool) -> None:
    values = paths.y[: iterations + 1, at].astype(np.float64)
    if logarithmic:
        values = values - paths.lowest
        axes.set_yscale("log")
    with np.errstate(over="ignore", invalid="ignore"):
        axes.plot(np.where(np.abs(values) < _LARGEST, values, np.nan), **_LINE)
    is_above = logarithmic and paths.lowest != 0
    axes.set(xlabel=_("iteration"), ylabel=_("y − lowest y") if is_above else "y")
