"""One run of a descent as a matplotlib figure, for print: where it went, and the value at each iteration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from widgets.common.catalogue import _
from widgets.common.fonts import readable_fonts
from widgets.common.outlined_text import lines_within
from widgets.descent.data_figure import draw_data
from widgets.descent.losses.fit import Fit
from widgets.descent.losses.parameter_names import value_name
from widgets.descent.model import Paths
from widgets.descent.plane_text import axis_names
from widgets.descent.surface.contours import evened
from widgets.descent.surface.loss_surface import LossSurface
from widgets.descent.text import heading, run_line, verdict_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _BLUE, _GRAY = "#1c1c1c", "#1456a0", "#6a6a6a"
_LINE: dict[str, Any] = {"color": _BLUE, "linewidth": 1, "marker": "o", "markersize": 3.5}
_MINIMUM: dict[str, Any] = {"color": _INK, "marker": "+", "markersize": 11, "markeredgewidth": 1.8, "linestyle": ""}

_POSITIONS = {"left": 0.08, "right": 0.98, "bottom": 0.25, "top": 0.9, "wspace": 0.22}
"""Where the axes stand. A layout that matplotlib computes for itself takes as long as the whole drawing."""

_WIDE, _HIGH, _MORE = 9, 3.9, 0.16  # of a picture, and of a further line of its caption; inches
_HIGH_OVER_DATA, _BELOW = 5.4, {"bottom": 0.17, "hspace": 0.38}  # data and values stand one above the other
_LARGEST = np.finfo(np.float64).max / 8  # with larger numbers matplotlib finds no ticks
_TICKS = 4  # parts of an axis at most: each tick is a millisecond for which a first picture waits


@readable_fonts()
def draw_run(
    paths: Paths, surface: LossSurface, at: int, iterations: int, logarithmic: bool = False, fit: Fit | None = None
) -> Figure:
    """Draw the run with the learning rate at position `at`: the path on the loss surface, the value at each step.

    With a `fit`, the data and what is predicted stand beside the path.
    """
    high, positions = (_HIGH, _POSITIONS) if fit is None else (_HIGH_OVER_DATA, _POSITIONS | _BELOW)
    figure = Figure(figsize=(_WIDE, high), dpi=100, facecolor="white")
    room = 100 * (_WIDE - 0.2)
    said = f"{run_line(paths, at, iterations)}\n{verdict_line(paths, at)}"
    caption = lines_within(figure, said, 9, room, most=4)
    (title,) = lines_within(figure, heading(paths), 11, room, most=1)
    if (more := _MORE * (len(caption) - 2)) > 0:  # the axes keep their size, higher up
        figure.set_size_inches(_WIDE, high + more)
        ends = {end: (more + high * positions[end]) / (high + more) for end in ("bottom", "top")}
        positions = positions | ends
    figure.suptitle(title, fontsize=11, color=_INK, parse_math=False)
    path, values, data = _three(figure, positions, fit is not None)
    (_on_curve if len(surface.axes) == 1 else _over_contours)(path, paths, surface, at, iterations)
    _values(values, paths, at, iterations, logarithmic)
    if fit is not None and data is not None:
        draw_data(data, fit, paths.x[iterations, at], surface.minimum_point)
    figure.supxlabel("\n".join(caption), fontsize=9, color=_INK, parse_math=False)
    return figure


def _three(figure: Figure, positions: dict[str, float], has_data: bool) -> tuple[Axes, Axes, Axes | None]:
    """Return the axes of the path, at the left, and of the values; and of the data, above these."""
    grid = figure.add_gridspec(2 if has_data else 1, 2, height_ratios=(1.6, 1) if has_data else None, **positions)
    path, values = figure.add_subplot(grid[:, 0]), figure.add_subplot(grid[-1, 1])
    data = figure.add_subplot(grid[0, 1]) if has_data else None
    for axes in filter(None, (path, values, data)):
        axes.locator_params(nbins=_TICKS)
    return path, values, data


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
    for found in surface.shown_minima:
        axes.plot(*surface.coordinates(found.point), **_MINIMUM)
    axes.plot(*surface.coordinates(paths.x[: iterations + 1, at]).T, **_LINE)
    name, upward = axis_names(paths, surface)
    axes.set(xlabel=name, ylabel=upward, xlim=(across[0], across[-1]), ylim=(up[0], up[-1]))


def _values(axes: Axes, paths: Paths, at: int, iterations: int, logarithmic: bool) -> None:
    values = paths.y[: iterations + 1, at].astype(np.float64)
    if logarithmic:
        values = values - paths.lowest
        axes.set_yscale("log")
    with np.errstate(over="ignore", invalid="ignore"):
        axes.plot(np.where(np.abs(values) < _LARGEST, values, np.nan), **_LINE)
    is_above, name = logarithmic and paths.lowest != 0, value_name(paths.names)
    axes.set(xlabel=_("iteration"), ylabel=_("{name} − lowest {name}").format(name=name) if is_above else name)
