"""The microscope for print: the whole path, one step among the floats, and how every update shrinks to half a tick."""

import numpy as np
from matplotlib.figure import Figure

from widgets.common.catalogue import _
from widgets.common.columns import wrapped
from widgets.common.fonts import readable_fonts
from widgets.common.numbers import printed
from widgets.rounding.sentences import title
from widgets.rounding.text import rate_text, says, says_try, share_text
from widgets.rounding.ticks import around

_INK, _PAPER, _BLUE, _GREY, _BAND, _RED = "#1c1c1c", "#ffffff", "#1456a0", "#8a8a8a", "#cfe0f3", "#a02020"
_COUNT = 5
"""Floats drawn on each side of x."""

_LARGEST = 1e300

_BEHIND = {"color": _GREY, "linewidth": 0.8, "marker": ".", "markersize": 1.5, "zorder": 2}
_SHOWN = _BEHIND | {"color": _BLUE, "linewidth": 2.0, "markersize": 3, "zorder": 3}
_SMALL = {"fontsize": 8, "ha": "center", "va": "center"}

_WIDE = 105
"""Letters of a line of the caption."""


@readable_fonts()
def precision_picture(magnified, run, step, tried=None):
    """Return a Figure of one Run at one step; `tried` is a learning rate for one more step from a stall, or None."""
    figure = Figure(figsize=(8, 7.2), dpi=100, facecolor=_PAPER, layout="constrained")
    path, floats, shares = figure.subplots(3, 1, height_ratios=(0.8, 1.5, 2.4))
    said = says(run, step, magnified.iterations)
    if tried is not None:
        other = run.others.at(magnified.rates.index(tried))
        said = f"{said} {says_try(other, tried, step, magnified.iterations)}"
    figure.suptitle(title(magnified), color=_INK, fontsize=11)
    _draw_path(path, run, step)
    _draw_floats(floats, run.at(step), run.learning_rate, None if tried is None else (tried, other))
    _draw_shares(shares, magnified, run, step)
    figure.supxlabel("\n".join(wrapped(said, _WIDE)), fontsize=9, color=_INK)
    return figure


def _draw_path(axes, run, step):
    """Draw the places of the path on a number line."""
    places = _places(run.facts.x)
    axes.plot(places, np.zeros_like(places), "|", color=_GREY, markersize=14)
    axes.plot(_places(run.at(step).x), [0], "o", color=_BLUE, markersize=8)
    axes.set_title(
        _("Learning rate {rate}, {dtype}: the path, and x after {step} steps").format(
            rate=rate_text(run.learning_rate), dtype=run.facts.dtype, step=step
        ),
        fontsize=9,
        loc="left",
    )
    _number_line(axes)


def _places(x):
    """Return x in float64, with nan where it is too large for a picture."""
    places = np.atleast_1d(x).astype(np.float64)
    return np.where(np.abs(places) < _LARGEST, places, np.nan)


def _draw_floats(axes, facts, rate, other):
    """Draw the floats around x, the band that rounds to x, and the update as an arrow against it."""
    _number_line(axes)
    axes.set_xlim(-_COUNT - 0.5, _COUNT + 0.5)
    axes.set_ylim(-0.6, 1.6)
    axes.set_title(_("Every float around x: what lands in the band rounds to x"), fontsize=9, loc="left")
    if not np.isfinite(facts.x) or printed(facts.below) == printed(facts.above):
        said = _("No floats around {x} can be told apart here.").format(x=printed(facts.x))
        axes.text(0, 0.5, said, ha="center", fontsize=9)
        axes.set_xticks([])
        return
    floats = around(facts.x, _COUNT)
    offsets = (floats.astype(np.float64) - float(facts.x)) / float(facts.ulp)
    axes.axvspan(offsets[_COUNT - 1] / 2, offsets[_COUNT + 1] / 2, color=_BAND, linewidth=0)
    axes.vlines(offsets, -0.25, 0.25, color=_GREY)
    axes.plot([0], [0], "o", color=_BLUE, markersize=8)
    named = range(0, 2 * _COUNT + 1, 2 if facts.dtype == "float32" else 5)
    axes.set_xticks(offsets[list(named)], [printed(floats[i]) for i in named], fontsize=7)
    _arrow(axes, facts, rate, 0.55, _BLUE)
    if other is not None:
        _arrow(axes, other[1], other[0], 1.1, _RED)


def _arrow(axes, facts, rate, height, colour):
    """Draw -update in ticks. What reaches beyond the picture ends at its edge."""
    with np.errstate(over="ignore", invalid="ignore"):
        ticks = np.nan_to_num(-facts.update.astype(np.float64) / facts.ulp)
    end = float(np.clip(ticks, -_COUNT - 0.4, _COUNT + 0.4))
    style = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (end, height), (0, height), arrowprops=style)
    at, side = (-0.6, "right") if end >= 0 else (0.6, "left")
    text = _("{rate} × gradient: {share} × half a tick").format(rate=rate_text(rate), share=share_text(facts.share))
    axes.text(at, height, text, color=colour, va="center", ha=side, fontsize=8)


def _number_line(axes):
    axes.axhline(0, color=_INK, linewidth=0.8, zorder=0)
    axes.set_yticks([])
    axes.spines[["left", "right", "top", "bottom"]].set_visible(False)
    axes.tick_params(labelsize=8)


def _draw_shares(axes, magnified, run, step):
    """Draw, for every rate, how long each update is in half ticks: where it is no more than 1, the run stalls."""
    below = axes.get_xaxis_transform()
    for other in magnified.runs[run.facts.dtype]:
        style = _SHOWN if other is run else _BEHIND
        axes.plot(other.steps + 1, _drawable(other.facts), **style)
        if other.stalled_at:
            spot = (other.stalled_at, 0.035)  # at the bottom, whatever the axis there says
            axes.text(*spot, rate_text(other.learning_rate), transform=below, color=style["color"], **_SMALL)
    axes.axhline(1, color=_RED, linewidth=1, linestyle="--")
    axes.plot([step + 1], _drawable(run.at(step)), "o", color=_BLUE, markersize=8, zorder=4)
    axes.set(xscale="log", yscale="log", xlabel=_("step"), ylabel=_("update, in half ticks"))
    axes.set_title(_("Each rate stalls where its update falls to half a tick (dashed)"), fontsize=9, loc="left")
    axes.set_ylim(_longest(run.facts.x) ** -0.12, _longest(run.facts.x))
    axes.tick_params(labelsize=8)


def _drawable(facts):
    """Return shares for a log axis: no 0 of a flat place, and no x of 0, where ticks measure nothing."""
    return np.where((facts.share > 0) & (facts.share < _longest(facts.x)), facts.share, np.nan)


def _longest(x):
    return 16 / np.finfo(x.dtype).eps
