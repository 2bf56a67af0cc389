"""What is said of many parameters: how much of a path its plane shows, which are left out, and where they start."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from widgets.common.catalogue import _
from widgets.common.functions import Function
from widgets.descent.losses.loss import Loss
from widgets.descent.model import Paths
from widgets.descent.surface.loss_surface import LossSurface
from widgets.descent.view_numbers import MOST_SENT, PRINTED, ViewNumbers
from widgets.descent.view_words import WORDS

_NAMED = 4  # of those that are left out


def axis_names(paths: Paths, surface: LossSurface) -> list[str]:
    """Return what the axes of a picture are called: the parameters that they are of, or directions in a plane."""
    if surface.plane is None:
        return list(paths.names)
    return [_("direction {number}").format(number=number) for number in (1, 2)]


def share_text(share: float) -> str:
    """Return a part of a whole in percent, never more than it is, and "all" only for all of it."""
    if share >= 1 - 1e-9:
        return _("all")
    if share < 0.01:
        return _("less than 1%")
    return f"{math.floor(100 * share)}%" if share < 0.99 else f"{math.floor(1000 * share) / 10:.1f}%"


def plane_lines(numbers: ViewNumbers, at: int, iterations: int) -> list[str]:
    """Return what is said of the plane for the path at one position of the learning rates; nothing without a plane."""
    if not numbers.on_plane:
        return []
    share = numbers.shares[at]
    if share is None:
        return [WORDS["This path does not move."]]
    told = WORDS["This plane holds {share} of this path's variance up to iteration {iterations}."]
    return [told.format(share=share_text(share), iterations=iterations)]


def data_note(f: Function | Loss, numbers: ViewNumbers) -> str:
    """Return why the data under a loss are not drawn, where that is for the number of its parameters, or ""."""
    if not isinstance(f, Loss) or not f.data or numbers.is_all:
        return ""
    return _("The data and what is predicted from them are drawn for up to {most} parameters.").format(most=MOST_SENT)


def left_out(names: Sequence[str]) -> str:
    """Return which parameters have no line of their own, or ""."""
    if not names:
        return ""
    some = ", ".join(name.replace(" ", "\N{NO-BREAK SPACE}") for name in names[:_NAMED])
    if len(names) <= _NAMED:
        return _("Left out, because they move less: {names}.").format(names=some)
    template = _("Left out, because they move less: {names} and {count:,} more.")
    return template.format(names=some, count=len(names) - _NAMED)


def start_text(start: Any) -> str:
    """Return a start as its field shows it: whole up to six numbers, or its first ones, and how many there are."""
    count = int(np.size(start))
    if count <= PRINTED:
        return str(start) if np.ndim(start) == 0 else f"[{', '.join(map(_digits, start))}]"
    first = ", ".join(f"{number:.4g}" for number in start[:3])
    return _("[{first}, …] ({count:,} numbers)").format(first=first, count=count)


def _digits(number: float) -> str:
    """Return a number in the digits that tell it from other float32 numbers, if it is one: a weight's, for example."""
    single = np.float32(number)
    return str(single) if float(single) == number else str(number)
