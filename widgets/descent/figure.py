"""One run of a descent as a matplotlib figure, for print: where it went, and the value at each iteration."""

import numpy as np
from matplotlib.figure import Figure

from widgets.common.catalogue import _
from widgets.common.fonts import readable_fonts
from widgets.descent.labels import run_shown
from widgets.descent.text import heading
from widgets.descent.verdict_sentences import says

_INK, _BLUE, _GREY = "#1c1c1c", "#1456a0", "#6a6a6a"
_LINE = {"color": _BLUE, "linewidth": 1, "marker": "o", "markersize": 3.5}

_PLACES = {"left": 0.08, "right": 0.98, "bottom": 0.25, "top": 0.9, "wspace": 0.22}
"""Where the axes stand. A layout that matplotlib works out for itself takes as long as the whole drawing."""

_TICKS = 4  # parts of an axis at most: each tick is a millisecond for which a first picture waits


@readable_fonts()
def picture(paths, ground, at, iterations, logarithmic=False):
    """Return a Figure of the path at position `at` of the learning rates, as far as `iterations`, on its Ground."""
    figure = Figure(figsize=(9, 3.9), dpi=100, facecolor="white")
    where, height = figure.subplots(1, 2, gridspec_kw=_PLACES)
    for axes in (where, height):
        axes.locator_params(nbins=_TICKS)
    figure.suptitle(heading(paths), fontsize=11, color=_INK, parse_math=False)
    (_on_curve if len(ground.axes) == 1 else _over_contours)(where, paths, ground, at, iterations)
    _values(height, paths, at, iterations, logarithmic)
    caption = f"{run_shown(paths, at, iterations)}\n{says(paths.verdicts[at], paths.x[:, at], paths.y[:, at])}"
    figure.supxlabel(caption, fontsize=9, color=_INK, parse_math=False)
    return figure


def _on_curve(axes, paths, ground, at, iterations):
    (xs,) = ground.axes
    axes.plot(xs, ground.heights, color=_GREY, linewidth=1.2)
    axes.plot(paths.x[: iterations + 1, at], paths.y[: iterations + 1, at], **_LINE)
    axes.set(xlabel="x", ylabel="f(x)", xlim=(xs[0], xs[-1]), ylim=ground.frame)


def _over_contours(axes, paths, ground, at, iterations):
    across, up = ground.axes
    axes.contour(across, up, ground.heights, levels=ground.levels, colors=_GREY, linewidths=0.7)
    axes.plot(*paths.x[: iterations + 1, at].T, **_LINE)
    axes.set(xlabel="x[0]", ylabel="x[1]", xlim=(across[0], across[-1]), ylim=(up[0], up[-1]))


def _values(axes, paths, at, iterations, logarithmic):
    values = paths.y[: iterations + 1, at].astype(np.float64)
    if logarithmic:
        values = values - paths.lowest
        axes.set_yscale("log")
    with np.errstate(over="ignore", invalid="ignore"):
        axes.plot(np.where(np.isfinite(values), values, np.nan), **_LINE)
    is_above = logarithmic and paths.lowest != 0
    axes.set(xlabel=_("iteration"), ylabel=_("y − lowest y") if is_above else "y")
