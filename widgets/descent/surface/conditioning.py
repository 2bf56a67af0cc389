"""What feature scaling changes: the condition number of the Hessian, and where the steepest way down leads."""

from __future__ import annotations

import dataclasses

import numpy as np

from widgets.common.arrays import Floats
from widgets.common.catalogue import _
from widgets.descent.losses.loss import Loss
from widgets.descent.surface.loss_surface import LossSurface
from widgets.descent.surface.stability import value_and_gradient

_SAME = 1.05  # a condition number that changes by less is said to stay


@dataclasses.dataclass(frozen=True)
class Conditioning:
    """How well gradient descent can go on a loss.

    Attributes:
        number: the largest eigenvalue of the Hessian at the minimum over the smallest; None where that is not known.
        angle: in degrees, between minus the gradient at the start and the way to the minimum; None where there is none.
    """

    number: float | None = None
    angle: float | None = None

    @classmethod
    def of(cls, loss: Loss, start: Floats, surface: LossSurface) -> Conditioning:
        """Return the conditioning of a loss: exact for a quadratic one, else that at the minimum that was found."""
        if not surface.minima:
            return cls()
        limits = surface.minima[0].limits
        if not limits.lowest_curvature > 0:
            return cls()
        _value, gradient = value_and_gradient(loss.whole, start)
        way = (limits.point.astype(np.float64) - start).ravel()
        lengths = float(np.linalg.norm(gradient) * np.linalg.norm(way))
        number = limits.curvature / limits.lowest_curvature
        if not (lengths > 0 and np.isfinite(lengths)):
            return cls(number)
        cosine = float(-gradient @ way) / lengths
        return cls(number, float(np.degrees(np.arccos(np.clip(cosine, -1, 1)))))


def conditioning_text(before: Conditioning, after: Conditioning | None, count: int) -> str:
    """Return what is known of the conditioning.

    Args:
        before: of the features as they are.
        after: of the scaled ones, where these are shown; None where they are not.
        count: of parameters.

    Returns:
        Sentences, or "".
    """
    said = []
    if count > 1 and before.number is not None:
        if after is None:
            said += [_("The condition number of the Hessian is {before}.").format(before=_short(before.number))]
            said += [_misses(before.angle)] if before.angle is not None else []
        elif after.number is not None:
            said += [_changed(before.number, after.number)]
            said += [_leads(before.angle, after.angle)] if before.angle is not None and after.angle is not None else []
    if after is not None:
        said.append(
            _("The start has the same numbers, but they now belong to the scaled features: they mean something else.")
        )
    return " ".join(said)


def _changed(before: float, after: float) -> str:
    numbers = {"before": _short(before), "after": _short(after)}
    if before / _SAME <= after <= before * _SAME:
        return _("The condition number of the Hessian stays at {after}.").format(**numbers)
    if after < before:
        return _(
            "Scaling the features brings the condition number of the Hessian from {before} down to {after}."
        ).format(**numbers)
    return _("Scaling the features brings the condition number of the Hessian from {before} up to {after}.").format(
        **numbers
    )


def _leads(before: float, after: float) -> str:
    sentence = _(
        "At the start, minus the gradient now points {after}° away from the minimum; before, it was {before}°."
    )
    return sentence.format(before=f"{before:.0f}", after=f"{after:.0f}")


def _misses(angle: float) -> str:
    return _("At the start, minus the gradient points {angle}° away from the minimum.").format(angle=f"{angle:.0f}")


def _short(number: float) -> str:
    return f"{number:.3g}" if number < 1000 else f"{number:,.0f}"
