"""What of the paths the explorer's view gets: all numbers of few parameters; of many, what is drawn and printed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np

from widgets.common.arrays import Floats
from widgets.descent.model import Paths
from widgets.descent.surface.loss_surface import LossSurface

PRINTED = 6
"""Parameters that `tf.print` writes out; of more, the first three and the last three. Of so many the whole gradient is
sent, of more its norm."""

MOST_SENT = 16
"""Parameters that are all sent; of more, those that are drawn or printed."""

_PIECE = 1_000_000  # numbers that are projected together


@dataclasses.dataclass(frozen=True)
class ViewNumbers:
    """The numbers of some paths as a view has them.

    Attributes:
        x: of shape (iterations + 1, rates, *dims); on a plane, the two coordinates there come first, then parameters.
        y: of shape (iterations + 1, rates).
        gradient: shaped like x, or (iterations + 1, rates, n), or its norm, (iterations + 1, rates, 1).
        scheduled: the learning rate of each step where a schedule sets it, else None.
        parameters: the positions of those whose numbers are in x.
        count: how many parameters there are.
        on_plane: whether the coordinates on a plane come first.
        shares: for each learning rate the part of the variance of its path that lies in the plane; None if it does
            not move.
        in_plane: on a plane, the gradient's components along its two directions, (iterations + 1, rates, 2), else None.
    """

    x: Floats
    y: Floats
    gradient: Floats
    scheduled: Floats | None
    parameters: tuple[int, ...]
    count: int
    on_plane: bool = False
    shares: tuple[float | None, ...] = ()
    in_plane: Floats | None = None

    @property
    def is_all(self) -> bool:
        """Whether x has all parameters."""
        return len(self.parameters) == self.count

    @property
    def per_step(self) -> int:
        """Numbers of each step of each path."""
        return sum(int(array[0, 0].size) for array in self.arrays)

    @property
    def arrays(self) -> list[Floats]:
        """The arrays in the order in which they are sent."""
        every = self.x, self.y, self.gradient, self.in_plane, self.scheduled
        return [array for array in every if array is not None]

    def norms(self) -> Floats:
        """Return the norm of the gradient at each step of each path."""
        with np.errstate(over="ignore", invalid="ignore"):
            each = self.gradient.reshape(*self.y.shape, -1).astype(np.float64)
            norms: Floats = np.linalg.norm(each, axis=-1)
        return norms

    def column(self, parameter: int) -> int:
        """Return where a parameter is among the numbers of x."""
        return 2 * self.on_plane + self.parameters.index(parameter)

    def printed_columns(self) -> list[int]:
        """Return where the parameters that `tf.print` writes are among the numbers of x."""
        return [self.column(parameter) for parameter in printed_parameters(self.count)]


def view_numbers(paths: Paths, surface: LossSurface) -> ViewNumbers:
    """Return what of some paths a view of their surface gets."""
    count = int(paths.x[0, 0].size)
    if surface.plane is None:
        return ViewNumbers(paths.x, paths.y, paths.gradient, paths.scheduled_rates, tuple(range(count)), count)
    everything = range(count) if count <= MOST_SENT else {*surface.plane.moving, *printed_parameters(count)}
    columns = np.array(sorted(everything))
    x = np.empty((*paths.y.shape, 2 + columns.size), paths.dtype)
    norms, shares = np.empty((*paths.y.shape, 1), paths.dtype), np.empty(paths.learning_rates.size)
    in_plane = np.empty((*paths.y.shape, 2), paths.dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        for some in _pieces(paths):
            x[:, some, :2], shares[some] = surface.plane.seen(paths.x[:, some])
            slopes = paths.gradient[:, some].astype(np.float64)
            in_plane[:, some] = slopes @ surface.plane.directions.T
            if count > PRINTED:
                norms[:, some, 0] = np.linalg.norm(slopes, axis=-1)
    x[..., 2:] = paths.x[..., columns]
    gradient = paths.gradient if count <= PRINTED else norms
    known = tuple(None if np.isnan(share) else float(share) for share in shares)
    parameters = tuple(map(int, columns))
    return ViewNumbers(x, paths.y, gradient, paths.scheduled_rates, parameters, count, True, known, in_plane)


def _pieces(paths: Paths) -> Iterator[slice]:
    """Yield the positions of learning rates, piece by piece: in float64, all would take twice their memory."""
    width = max(1, _PIECE // (len(paths.x) * int(paths.x[0, 0].size)))
    for first in range(0, paths.learning_rates.size, width):
        yield slice(first, first + width)


def printed_parameters(count: int) -> Sequence[int]:
    """Return the positions of the parameters that `tf.print` writes of so many."""
    half = PRINTED // 2
    return range(count) if count <= PRINTED else [*range(half), *range(count - half, count)]
