"""The data under a loss in print: the examples, what is predicted here, and dashed what is predicted at the minimum.

Where predictions depend on more than there is room for, each is drawn against its target; dashed is where both agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from widgets.common.arrays import Floats
from widgets.common.catalogue import _
from widgets.descent.data_facts import boundary, predictions
from widgets.descent.losses.fit import Fit, Float64s

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FIRST: dict[str, Any] = {"color": "#0b6e5b", "marker": "o", "markersize": 3.6, "linestyle": ""}
_OTHER: dict[str, Any] = {"color": "#c04f0d", "marker": "^", "markersize": 4.6, "linestyle": ""}
_NOW: dict[str, Any] = {"color": "#1c1c1c", "linewidth": 1.8}
_BEST: dict[str, Any] = {"color": "#6a6a6a", "linewidth": 1.1, "dashes": (4, 3)}
_ROOM = 0.08  # of the data, around it


def draw_data(axes: Axes, fit: Fit, parameters: Floats, minimum: Floats | None) -> None:
    """Draw the examples of a loss with its predictions at some parameters, and at the minimum if that is known."""
    if fit.is_against_targets:
        _draw_against_targets(axes, fit, parameters)
        return
    is_plane = fit.plane is not None
    across, up = fit.features[:, 0], fit.features[:, 1] if is_plane else fit.targets
    is_other = fit.targets > 0.5 if fit.is_logit else np.zeros(fit.targets.size, bool)
    axes.plot(across[~is_other], up[~is_other], **_FIRST)
    axes.plot(across[is_other], up[is_other], **_OTHER)
    frame = _around(across), _around(up)
    for place, line in ((minimum, _BEST), (parameters, _NOW)):
        if place is not None:
            axes.plot(*(_boundary(fit, place, frame) if is_plane else _curve(fit, place, frame[1])), **line)
    word = _("input")
    names = (f"{word} 1", f"{word} 2") if is_plane else (word, _("target"))
    axes.set(xlabel=names[0], ylabel=names[1], xlim=frame[0], ylim=frame[1])


def _draw_against_targets(axes: Axes, fit: Fit, parameters: Floats) -> None:
    frame = _around(fit.targets)
    far = 10 * (frame[1] - frame[0])
    axes.plot(frame, frame, **_BEST)
    axes.plot(fit.targets, np.clip(predictions(fit, parameters), frame[0] - far, frame[1] + far), **_FIRST)
    axes.set(xlabel=_("target"), ylabel=_("prediction"), xlim=frame, ylim=frame)


def _curve(fit: Fit, parameters: Floats, frame: tuple[float, float]) -> tuple[Float64s, Float64s]:
    """Return the predictions in the order of their feature, none so far outside that matplotlib could not draw it."""
    order = np.argsort(fit.features[:, 0], kind="stable")
    far = 10 * (frame[1] - frame[0])
    values = np.clip(predictions(fit, parameters)[order], frame[0] - far, frame[1] + far)
    return fit.features[order, 0], values


def _boundary(fit: Fit, parameters: Floats, frame: tuple[tuple[float, float], ...]) -> tuple[Float64s, Float64s]:
    """Return the two ends of the line where the logit is 0, from edge to edge; of no line, none."""
    plane = boundary(fit, parameters)
    if plane is None:
        return np.empty(0), np.empty(0)
    constant, a, b = plane
    (left, right), (low, high) = frame
    if abs(a) * (right - left) > abs(b) * (high - low):  # steep
        ends = np.array([low, high])
        return -(constant + b * ends) / a, ends
    ends = np.array([left, right])
    return ends, -(constant + a * ends) / b


def _around(numbers: Float64s) -> tuple[float, float]:
    """Return the ends of an axis that holds some numbers with room around them."""
    low, high = float(numbers.min()), float(numbers.max())
    room = _ROOM * (high - low) or 1.0
    return low - room, high + room
