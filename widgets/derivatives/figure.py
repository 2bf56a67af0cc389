"""Curves as a matplotlib figure, for print: derivatives with tangent and parabola, and the error against h."""

import numpy as np
from matplotlib.figure import Figure

from widgets.common.catalogue import _
from widgets.common.fonts import readable_fonts
from widgets.derivatives.plot_range import broken, drawn, touching, window
from widgets.derivatives.sentences import NAMES, by_tape, heading, place, step_name

_INK, _GREY = "#1c1c1c", "#6a6a6a"
_COLOURS = ("#1c1c1c", "#1456a0", "#b3440b", "#0b7a55", "#8a2f8f")
_DASHES = ("-", (0, (6, 2)), (0, (1.2, 1.6)), (0, (6, 2, 1.2, 2)), (0, (6, 2, 1.2, 2, 1.2, 2)))
_PRECISIONS = {"float32": _COLOURS[1], "float64": _COLOURS[2]}
_MARKS = {"float32": "o", "float64": "s"}


@readable_fonts()
def picture(curves, spot, h, orders=(0, 1, 2), tangent=True, parabola=True):
    """Return a Figure of the orders drawn, what touches f at the spot, and the central differences of f′ for each h."""
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


def _curves(axes, curves, orders):
    (low, high), rows = window(curves, orders), drawn(curves)
    for order in orders:
        values = broken(rows[order], low, high)
        style = {"color": _COLOURS[order], "linestyle": _DASHES[order], "linewidth": 1.5}
        axes.plot(curves.x, values, label=NAMES[order], **style)
    axes.set(xlim=curves.interval, ylim=(low, high), xlabel="x")
    axes.axhline(0, color=_GREY, linewidth=0.5)


def _touch(axes, curves, point, tangent, parabola):
    """Draw the tangent and the parabola that has f's slope and bend at the point, and the point itself."""
    for wanted, order, name, width in ((tangent, 1, _("tangent"), 0.8), (parabola, 2, _("osculating parabola"), 3)):
        if wanted and np.isfinite(point.values[: order + 1]).all():
            style = {"color": _GREY, "alpha": 1.2 / (width + 0.4), "linewidth": width, "zorder": 1}
            axes.plot(curves.x, touching(point, curves.x, order), label=name, **style)
    axes.plot([point.x], [point.values[0]], "o", color=_INK, markersize=6, clip_on=False)


def _errors(axes, spot, h):
    """Draw how far the central difference of f′ is from the tape, for every h; where they are equal there is no dot."""
    for dtype, differences in spot.differences.items():
        errors = differences.errors[0, 0]
        shown = np.where(errors > 0, errors, np.nan)
        equal = _("{dtype}, equal for {count} h").format(dtype=dtype, count=(errors == 0).sum())
        style = {"color": _PRECISIONS[dtype], "markersize": 3, "linestyle": "-", "linewidth": 0.7}
        axes.loglog(differences.h, shown, _MARKS[dtype], label=equal if 0 in errors else dtype, **style)
    axes.axvline(h, color=_GREY, linewidth=1, linestyle=(0, (4, 2)), label=f"h = {step_name(h)}")
    axes.set(xlabel="h", ylabel=_("distance from the tape's f′"))
    axes.legend(fontsize=8, loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)


def _caption(point):
    said = [f"{name} = {by_tape(point, order)}" for order, name in enumerate(NAMES)]
    return _("By the tape at x = {x}: {said}").format(x=place(point), said=",  ".join(said))
