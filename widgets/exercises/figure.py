"""A sketched curve as a matplotlib figure, for print: beside the true one, once that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from widgets.common.catalogue import _
from widgets.common.fonts import readable_fonts

if TYPE_CHECKING:
    from widgets.exercises.predictions import Prediction

_INK, _PAPER, _BLUE, _GRID = "#1c1c1c", "#ffffff", "#1456a0", "#dddddd"


@readable_fonts()
def sketch_figure(prediction: Prediction) -> Figure:
    """Return a committed sketch: the learner's curve dashed with its points, the true one as a line."""
    figure = Figure(figsize=(6.0, 3.6), dpi=100, facecolor=_PAPER, layout="constrained")
    axes = figure.subplots()
    low, high, bottom, top = prediction.form.sketch
    axes.set(xlabel="x", ylabel="y", xlim=(low, high))
    axes.grid(color=_GRID, linewidth=0.8)
    axes.plot(*np.array(prediction.value).T, "o--", color=_INK, label=_("you predicted"), markersize=4)
    if prediction.outcome is not ...:
        axes.plot(*np.array(prediction.outcome).T, color=_BLUE, linewidth=2, label=_("it is"))
    axes.set_ylim(min(bottom, axes.get_ylim()[0]), max(top, axes.get_ylim()[1]))
    axes.set_title(prediction.name, loc="left", color=_INK, fontsize=11, parse_math=False)
    axes.legend(frameon=False)
    return figure
