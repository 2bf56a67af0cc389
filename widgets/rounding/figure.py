"""The microscope as a figure, for print: the path, one step among the floats, and how every update shrinks.

In this picture every float is a tick on the number line, and half a ULP is half a tick.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from widgets.common.arrays import Array, Floats
from widgets.common.catalogue import _
from widgets.common.columns import wrapped
from widgets.common.fonts import readable_fonts
from widgets.common.numbers import printed
from widgets.rounding.float_steps import floats_around
from widgets.rounding.model import Number, Precision, PrecisionRun, PrecisionRuns
from widgets.rounding.text import rate_text, share_text, step_sentence, title, trial_sentence

_INK, _PAPER, _BLUE, _GREY, _BAND, _RED = "#1c1c1c", "#ffffff", "#1456a0", "#8a8a8a", "#cfe0f3", "#a02020"
_COUNT = 5
"""Floats drawn on each side of x."""

_LARGEST = 1e300

_BEHIND: dict[str, Any] = {"color": _GREY, "linewidth": 0.8, "marker": ".", "markersize": 1.5, "zorder": 2}
_SHOWN = _BEHIND | {"color": _BLUE, "linewidth": 2.0, "markersize": 3, "zorder": 3}
_SMALL: dict[str, Any] = {"fontsize": 8, "ha": "center", "va": "center"}

_LINE = 105
"""Letters of a line of the caption."""


@readable_fonts()
def precision_figure(runs: PrecisionRuns, run: PrecisionRun, step: int, trial_rate: float | None = None) -> Figure:
    """Draw one run after some steps, with one more step at `trial_rate` (one of `runs.rates`) from where it stalled."""
    figure = Figure(figsize=(8, 7.2), dpi=100, facecolor=_PAPER, layout="constrained")
    path, floats, shares = figure.subplots(3, 1, height_ratios=(0.8, 1.5, 2.4))
    caption, trial = step_sentence(run, step, runs.iterations), None
    if trial_rate is not None:
        trial = (trial_rate, run.other_rates.at(runs.rates.index(trial_rate)))
        caption = f"{caption} {trial_sentence(runs, run, step, trial_rate)}"
    figure.suptitle(title(runs), color=_INK, fontsize=11)
    _draw_path(path, run, step)
    _draw_floats(floats, run.at(step), run.learning_rate, trial)
    _draw_shares(shares, runs, run, step)
    figure.supxlabel("\n".join(wrapped(caption, _LINE)), fontsize=9, color=_INK)
    return figure


def _draw_path(axes: Axes, run: PrecisionRun, step: int) -> None:
    """Draw every x of the path on a number line."""
    xs = _drawable_xs(run.facts.x)
    axes.plot(xs, np.zeros_like(xs), "|", color=_GREY, markersize=14)
    axes.plot(_drawable_xs(run.at(step).x), [0], "o", color=_BLUE, markersize=8)
    axes.set_title(
        _("Learning rate {rate}, {dtype}: the path, and x after {step} steps").format(
            rate=rate_text(run.learning_rate), dtype=run.facts.dtype, step=step
        ),
        fontsize=9,
        loc="left",
    )
    _number_line(axes)


def _drawable_xs(x: Number) -> Floats:
    """Return x in float64, with nan where it is too large for a picture."""
    xs = np.atleast_1d(x).astype(np.float64)
    return np.where(np.abs(xs) < _LARGEST, xs, np.nan)


def _draw_floats(axes: Axes, facts: Precision, rate: float, trial: tuple[float, Precision] | None) -> None:
    """Draw the floats around x, the band that rounds to x, and the update as an arrow against it."""
    _number_line(axes)
    axes.set_xlim(-_COUNT - 0.5, _COUNT + 0.5)
    axes.set_ylim(-0.6, 1.6)
    axes.set_title(_("Every float around x: results inside the band round to x"), fontsize=9, loc="left")
    if not np.isfinite(facts.x) or printed(facts.below) == printed(facts.above):
        note = _("No floats around {x} can be told apart here.").format(x=printed(facts.x))
        axes.text(0, 0.5, note, ha="center", fontsize=9)
        axes.set_xticks([])
        return
    floats = floats_around(facts.x, _COUNT)
    offsets = (floats.astype(np.float64) - float(facts.x)) / float(facts.ulp)
    axes.axvspan(offsets[_COUNT - 1] / 2, offsets[_COUNT + 1] / 2, color=_BAND, linewidth=0)
    axes.vlines(offsets, -0.25, 0.25, color=_GREY)
    axes.plot([0], [0], "o", color=_BLUE, markersize=8)
    named = range(0, 2 * _COUNT + 1, 2 if facts.dtype == "float32" else 5)
    axes.set_xticks(offsets[list(named)], [printed(floats[i]) for i in named], fontsize=7)
    _arrow(axes, facts, rate, 0.55, _BLUE)
    if trial is not None:
        _arrow(axes, trial[1], trial[0], 1.1, _RED)


def _arrow(axes: Axes, facts: Precision, rate: float, height: float, color: str) -> None:
    """Draw -update in ULPs. An arrow that reaches beyond the picture ends at its edge."""
    with np.errstate(over="ignore", invalid="ignore"):
        ulps = np.nan_to_num(-facts.update.astype(np.float64) / facts.ulp)
    end = float(np.clip(ulps, -_COUNT - 0.4, _COUNT + 0.4))
    style: dict[str, Any] = {"arrowstyle": "-|>", "color": color, "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (end, height), (0, height), arrowprops=style)
    at, side = (-0.6, "right") if end >= 0 else (0.6, "left")
    text = _("{rate} × gradient: {share} × half a tick").format(rate=rate_text(rate), share=share_text(facts.share))
    axes.text(at, height, text, color=color, va="center", ha=side, fontsize=8)


def _number_line(axes: Axes) -> None:
    axes.axhline(0, color=_INK, linewidth=0.8, zorder=0)
    axes.set_yticks([])
    axes.spines[["left", "right", "top", "bottom"]].set_visible(False)
    axes.tick_params(labelsize=8)


def _draw_shares(axes: Axes, runs: PrecisionRuns, run: PrecisionRun, step: int) -> None:
    """Draw, for every learning rate, each update in half ULPs: where it is no more than 1, the run stalls."""
    below = axes.get_xaxis_transform()
    for other in runs.runs[run.facts.dtype]:
        style: dict[str, Any] = _SHOWN if other is run else _BEHIND
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


def _drawable(facts: Precision) -> Array:
    """Return shares for a log axis: no 0 of a flat place, and no x of 0, where ULPs measure nothing."""
    return np.where((facts.share > 0) & (facts.share < _longest(facts.x)), facts.share, np.nan)


def _longest(x: Number) -> Any:
    """Return the largest share that is drawn."""
    return 16 / np.finfo(x.dtype).eps
