"""A race as a matplotlib figure, for print: a bar for each execution mode on a logarithmic scale, and its numbers."""

from __future__ import annotations

import textwrap
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from widgets.common.catalogue import _, clauses
from widgets.common.columns import wrapped
from widgets.common.fonts import BOLD, readable_fonts
from widgets.race import text
from widgets.race.model import EAGER, Race, Result

_INK, _PAPER, _BLUE, _GREY = "#1c1c1c", "#ffffff", "#1456a0", "#5f6770"
_ROW, _HEADER, _FOOTER, _WIDTH = 1.0, 0.75, 2.1, 9.0  # inches
_LINE = 125  # letters


@readable_fonts()
def race_figure(race: Race) -> Figure:
    """Return a Figure: full bars for 1,000 steps, whiskers for their quartiles, outlined bars for the first calls."""
    high = _ROW * len(race.results)
    height = _HEADER + high + _FOOTER
    figure = Figure(figsize=(_WIDTH, height), dpi=100, facecolor=_PAPER)
    axes = figure.add_axes((0.04, _FOOTER / height, 0.92, high / height))
    axes.set(xscale="log", xlim=race.time_scale, ylim=(len(race.results) - 0.5, -0.5), yticks=[])
    axes.set_xlabel(_("seconds: full bars for 1,000 steps, outlined bars for the first call"), color=_INK)
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.grid(axis="x", color="#dddddd", linewidth=0.8)
    axes.set_axisbelow(True)
    for row, result in enumerate(race.results):
        _draw(axes, row, result)
    _write(figure, height, race)
    return figure


def _draw(axes: Axes, row: int, result: Result) -> None:
    left, color = axes.get_xlim()[0], _GREY if result.mode == EAGER else _BLUE
    if result.spread:
        median, lower, upper = result.spread.median, result.spread.lower, result.spread.upper
        axes.barh(row + 0.02, median - left, 0.26, left, color=color)
        axes.plot([lower, upper], [row + 0.02] * 2, color=_INK, linewidth=1.5, marker="|", markersize=9)
    if result.first:
        outline: dict[str, Any] = {"facecolor": "none", "edgecolor": color, "hatch": "////", "linewidth": 1.0}
        axes.barh(row + 0.27, result.first.seconds - left, 0.14, left, **outline)
    style: dict[str, Any] = {
        "va": "center",
        "color": _INK,
        "transform": axes.get_yaxis_transform(),
        "fontsize": 8,
        "parse_math": False,
    }
    axes.text(0.0, row - 0.3, text.NAMES[result.mode], **style | {"fontsize": 10, "fontweight": BOLD})
    axes.text(1.0, row - 0.3, _numbers(result), ha="right", **style)
    if not result.spread:
        reason = textwrap.fill(result.failure or text.DESCRIPTIONS[result.mode], _LINE, max_lines=3)
        axes.text(0.0, row + 0.05, reason, **style)


def _numbers(result: Result) -> str:
    """Return the numbers beside a bar, or why there are none."""
    if not result.spread:
        return _("cannot run this function") if result.failure else _("not run yet")
    parts = text.duration(result.spread.median), text.spread(result), text.first_call(result), text.traces(result)
    return clauses(parts)


def _write(figure: Figure, height: float, race: Race) -> None:
    line: dict[str, Any] = {"color": _INK, "va": "top", "parse_math": False}
    figure.text(0.04, 1 - 0.12 / height, text.title(race), fontsize=12, fontweight=BOLD, **line)
    figure.text(0.04, 1 - 0.4 / height, text.settings(race), fontsize=9, **line)
    said, arrived = _("{name}: {arrival}."), [one for one in race.results if one.x is not None]
    arrivals = " ".join(said.format(name=text.NAMES[one.mode], arrival=text.arrival(one)) for one in arrived)
    paragraphs = [text.summary(race), arrivals, text.machine(race) if arrivals else ""]
    words = "\n".join(line for paragraph in paragraphs for line in wrapped(paragraph, _LINE))
    figure.text(0.04, 1.5 / height, words, fontsize=8.5, **line)
