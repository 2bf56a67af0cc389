"""A race as a matplotlib figure, for print: a bar for each contestant on a logarithmic scale, numbers beside it."""

import math
import textwrap

from matplotlib.figure import Figure

from widgets.common.catalogue import _
from widgets.common.columns import wrapped
from widgets.common.fonts import BOLD, readable_fonts
from widgets.race.compute import EAGER
from widgets.race.mode_names import ABOUT, NAMES, arrival, duration, first, spread, traces
from widgets.race.text import about, machine, says, title

_INK, _PAPER, _BLUE, _GREY = "#1c1c1c", "#ffffff", "#1456a0", "#5f6770"
_ROW, _HEADER, _FOOTER, _WIDTH = 1.0, 0.75, 2.1, 9.0  # inches
_LINE = 125  # letters
_SHOWN = (1e-4, 10.0)  # seconds, where nothing is longer or shorter


@readable_fonts()
def race_picture(race):
    """Return a Figure: full bars for 1,000 steps, whiskers for their quartiles, outlined bars for the first calls."""
    high = _ROW * len(race.results)
    height = _HEADER + high + _FOOTER
    figure = Figure(figsize=(_WIDTH, height), dpi=100, facecolor=_PAPER)
    axes = figure.add_axes((0.04, _FOOTER / height, 0.92, high / height))
    axes.set(xscale="log", xlim=limits(race), ylim=(len(race.results) - 0.5, -0.5), yticks=[])
    axes.set_xlabel(_("seconds: full bars for 1,000 steps, outlined bars for the first call"), color=_INK)
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.grid(axis="x", color="#dddddd", linewidth=0.8)
    axes.set_axisbelow(True)
    for place, result in enumerate(race.results):
        _draw(axes, place, result)
    _write(figure, height, race)
    return figure


def limits(race):
    """Return the seconds at both ends of the scale: whole powers of ten around all that was measured."""
    seconds = [*_SHOWN]
    for result in race.results:
        seconds += [result.first.seconds] if result.first else []
        seconds += [result.spread.lower, result.spread.upper] if result.spread else []
    return 10.0 ** math.floor(math.log10(min(seconds))), 10.0 ** math.ceil(math.log10(max(seconds)))


def _draw(axes, place, result):
    left, colour = axes.get_xlim()[0], _GREY if result.kind == EAGER else _BLUE
    if result.spread:
        median, lower, upper = result.spread.median, result.spread.lower, result.spread.upper
        axes.barh(place + 0.02, median - left, 0.26, left, color=colour)
        axes.plot([lower, upper], [place + 0.02] * 2, color=_INK, linewidth=1.5, marker="|", markersize=9)
    if result.first:
        outline = {"facecolor": "none", "edgecolor": colour, "hatch": "////", "linewidth": 1.0}
        axes.barh(place + 0.27, result.first.seconds - left, 0.14, left, **outline)
    text = {
        "va": "center",
        "color": _INK,
        "transform": axes.get_yaxis_transform(),
        "fontsize": 8.5,
        "parse_math": False,
    }
    axes.text(0.0, place - 0.3, NAMES[result.kind], **text | {"fontsize": 10, "fontweight": BOLD})
    axes.text(1.0, place - 0.3, _numbers(result), ha="right", **text)
    if not result.spread:
        axes.text(0.0, place + 0.05, textwrap.fill(result.failure or ABOUT[result.kind], _LINE, max_lines=3), **text)


def _numbers(result):
    """Return the numbers beside a bar, or why there are none."""
    if not result.spread:
        return _("cannot run this f") if result.failure else _("not run yet")
    return f"{duration(result.spread.median)}; {spread(result)}; {first(result)}; {traces(result)}"


def _write(figure, height, race):
    line = {"color": _INK, "va": "top", "parse_math": False}
    figure.text(0.04, 1 - 0.12 / height, title(race), fontsize=12, fontweight=BOLD, **line)
    figure.text(0.04, 1 - 0.4 / height, about(race), fontsize=9, **line)
    said, arrived = _("{name}: {arrival}."), [one for one in race.results if one.x is not None]
    arrivals = " ".join(said.format(name=NAMES[one.kind], arrival=arrival(one)) for one in arrived)
    paragraphs = [says(race), arrivals, machine(race) if arrivals else ""]
    words = "\n".join(line for paragraph in paragraphs for line in wrapped(paragraph, _LINE))
    figure.text(0.04, 1.5 / height, words, fontsize=8.5, **line)
