"""Curves as a matplotlib figure, for print: derivatives with tangent and parabola, and the error against h."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from widgets.common.arrays import Floats
from widgets.common.catalogue import _
from widgets.common.fonts import readable_fonts
from widgets.derivatives.model import Curves, Point, Spot
from widgets.derivatives.text import NAMES, heading, step_name, tape_text, x_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _GRAY = "#1c1c1c", "#6a6a6a"
_COLORS = ("#1c1c1c", "#1456a0", "#b3440b", "#0b7a55", "#8a2f8f")
_DASHES = ("-", (0, (6, 2)), (0, (1.2, 1.6)), (0, (6, 2, 1.2, 2)), (0, (6, 2, 1.2, 2, 1.2, 2)))
_DTYPE_COLORS = {"float32": _COLORS[1], "float64": _COLORS[2]}
_MARKERS = {"float32": "o", "float64": "s"}
_BREAK = 0.6  # of the window's height


@readable_fonts()
def draw_curves(
    curves: Curves,
    spot: Spot,
    h: float,
    orders: Iterable[int] = (0, 1, 2),
    tangent: bool = True,
    parabola: bool = True,
) -> Figure:
    """Draw the curves of some orders with what touches f at a point, and beside them the error of f′ for each h."""
    orders = tuple(orders)
    figure = Figure(figsize=(9, 4.2), dpi=100, facecolor="white")
    figure.subplots_adjust(left=0.08, right=0.985, top=0.8, bottom=0.19, wspace=0.24)
    left, right = figure.subplots(1, 2, width_ratios=(1.6, 1))
    figure.suptitle(heading(curves), fontsize=11, color=_INK, parse_math=False)
    _curves(left, curves, orders)
    _touch(left, curves, spot.point, tangent, parabola)
    left.legend(fontsize=8, loc="lower left", bbox_to_anchor=(0, 1), ncols=5, frameon=False)
    _errors(right, spot, h)
    figure.supxlabel(_caption(spot.point), fontsize=9, color=_INK, parse_math=False)
    return figure


def _curves(axes: Axes, curves: Curves, orders: tuple[int, ...]) -> None:
    (low, high), rows = curves.window(orders), curves.drawn()
    for order in orders:
        values = broken(rows[order], low, high)
        style: dict[str, Any] = {"color": _COLORS[order], "linestyle": _DASHES[order], "linewidth": 1.5}
        axes.plot(curves.x, values, label=NAMES[order], **style)
    axes.set(xlim=curves.interval, ylim=(low, high), xlabel="x")
    axes.axhline(0, color=_GRAY, linewidth=0.5)


def broken(values: Floats, low: float, high: float) -> npt.NDArray[np.float64]:
    """Return a curve's values in float64 with a gap where it leaps over most of the window: at a pole, or a step."""
    line = values.astype(np.float64)
    seen = np.clip(line, low, high)
    with np.errstate(invalid="ignore"):
        leaps = np.flatnonzero(np.abs(np.diff(seen)) > _BREAK * (high - low))
    line[np.concatenate([leaps, np.flatnonzero(np.isinf(line))])] = np.nan
    return line


def _touch(axes: Axes, curves: Curves, point: Point, tangent: bool, parabola: bool) -> None:
    """Draw the tangent and the parabola that has f's slope and curvature at the point, and the point itself."""
    for wanted, order, name, width in ((tangent, 1, _("tangent"), 0.8), (parabola, 2, _("osculating parabola"), 3)):
        if wanted and np.isfinite(point.values[: order + 1]).all():
            style: dict[str, Any] = {"color": _GRAY, "alpha": 1.2 / (width + 0.4), "linewidth": width, "zorder": 1}
            axes.plot(curves.x, touching(point, curves.x, order), label=name, **style)
    axes.plot([point.x], [point.values[0]], "o", color=_INK, markersize=6, clip_on=False)


def touching(point: Point, x: npt.NDArray[np.float64], order: int) -> npt.NDArray[np.float64]:
    """Return the tangent (order 1) or the osculating parabola (order 2) of a Point at some x."""
    away = x - point.x
    value, slope, curvature = (float(number) for number in point.values[:3])
    with np.errstate(over="ignore", invalid="ignore"):
        line: npt.NDArray[np.float64] = value + slope * away + (curvature / 2 * away**2 if order == 2 else 0.0)
    return line


def _errors(axes: Axes, spot: Spot, h: float) -> None:
    """Draw how far the central difference of f′ is from the tape, for every h; where they are equal there is no dot."""
    for dtype, differences in spot.differences.items():
        errors = differences.errors[0, 0]
        shown = np.where(errors > 0, errors, np.nan)
        equal = _("{dtype}, equal for {count} h").format(dtype=dtype, count=(errors == 0).sum())
        style: dict[str, Any] = {"color": _DTYPE_COLORS[dtype], "markersize": 3, "linestyle": "-", "linewidth": 0.7}
        axes.loglog(differences.h, shown, _MARKERS[dtype], label=equal if 0 in errors else dtype, **style)
    axes.axvline(h, color=_GRAY, linewidth=1, linestyle=(0, (4, 2)), label=f"h = {step_name(h)}")
    axes.set(xlabel="h", ylabel=_("distance from the tape's f′"))
    axes.legend(fontsize=8, loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)


def _caption(point: Point) -> str:
    values = [f"{name} = {tape_text(point, order)}" for order, name in enumerate(NAMES)]
    return _("By the tape at x = {x}: {values}").format(x=x_text(point), values=",  ".join(values))
