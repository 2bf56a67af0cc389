"""What a loss says of its data at one place: the line or boundary, and how far it is from the examples, in words.

The parameters are TensorFlow's; what is computed from them here, by NumPy, is called so.
"""

from __future__ import annotations

import numpy as np

from widgets.common.arrays import Floats
from widgets.common.catalogue import _, clauses
from widgets.common.functions import Function
from widgets.common.numbers import printed
from widgets.descent.losses.fit import Fit, Float64s, find_fit
from widgets.descent.losses.loss import Loss
from widgets.descent.model import BATCHED, EAGER, Paths

_STRAIGHT = 1e-3  # of the spread of the predictions: what is further off a line is none


def predictions(fit: Fit, parameters: Floats) -> Float64s:
    """Return the prediction for each example: the probability of class 1 where a prediction is a logit."""
    with np.errstate(over="ignore", invalid="ignore"):
        values = fit.at(parameters)
        return 1 / (1 + np.exp(-values)) if fit.is_logit else values


def boundary(fit: Fit, parameters: Floats) -> Float64s | None:
    """Return the boundary between two classes over two features, as constant, a, and b; None where there is none."""
    if fit.plane is None:
        return None
    found: Float64s = fit.plane[:, 0] + fit.plane[:, 1:] @ np.atleast_1d(parameters).astype(np.float64)
    return found if found[1:].any() and np.isfinite(found).all() else None


def fit_of(f: Function | Loss, paths: Paths, corners: tuple[Floats, Floats]) -> Fit | None:
    """Return the data under a loss, where they are certain; `corners` are parameters, the lowest and the highest."""
    if paths.how in (BATCHED, EAGER):  # what takes all x at once is a function of x alone
        return None
    low, high = (corner.reshape(paths.start.shape) for corner in corners)
    return find_fit(f.whole if isinstance(f, Loss) else f, (low, high))


def data_lines(fit: Fit, iterations: int, parameters: Floats, minimum: Floats | None) -> list[str]:
    """Return what is said of the data.

    Args:
        fit: the examples and their predictions.
        iterations: how many led to the parameters.
        parameters: where the path is.
        minimum: the parameters at the minimum, or None where none is known.

    Returns:
        A line for the data, one for the iteration, and one for the minimum.
    """
    drawn = fit.targets.size
    counted = _("{count} examples.") if drawn == fit.count else _("{count} examples, {drawn} of them here.")
    lines = [counted.format(count=fit.count, drawn=drawn)]
    places = [(_("At iteration {iterations}").format(iterations=iterations), parameters)]
    if minimum is not None:
        places.append((_("At the minimum"), minimum))
    return [*lines, *(said for where, place in places if (said := _said(fit, where, place)))]


def _said(fit: Fit, where: str, parameters: Floats) -> str:
    """Return a sentence about one place; "" where its numbers are not finite."""
    values = predictions(fit, parameters)
    if not np.isfinite(values).all():
        return ""
    parts = _shape(fit, parameters, values), _share(fit, values) if fit.is_logit else _residual(fit, values)
    return _("{where}: {facts} (computed with NumPy).").format(where=where, facts=clauses(parts))


def _shape(fit: Fit, parameters: Floats, values: Float64s) -> str:
    """Return the line or boundary as an equation; "" where there is none."""
    if fit.plane is not None:
        found = boundary(fit, parameters)
        return "" if found is None else _("the boundary is {equation}").format(equation=_equation(found))
    if fit.is_against_targets:
        return ""
    feature = fit.features[:, 0]
    heights = fit.at(parameters)
    slope, level = np.polyfit(feature, heights, 1)
    if np.abs(level + slope * feature - heights).max() > _STRAIGHT * max(np.ptp(heights), np.abs(heights).max()):
        return ""
    if fit.is_logit:
        return "" if slope == 0 else _("p = 0.5 at input {place}").format(place=_short(-level / slope))
    return _("the line is target = {slope} · input {sign} {level}").format(
        slope=_short(slope), sign=_sign(level), level=_short(abs(level))
    )


def _equation(plane: Float64s) -> str:
    """Return where a plane is 0: "−1.2 + 0.5 · input 1 − 2 · input 2 = 0"."""
    word = _("input")
    names = ["", *(f" · {word} {at}" for at in range(1, plane.size))]
    parts = [(one, name) for one, name in zip(plane, names, strict=True) if one]
    first, *others = [(_sign(one), f"{_short(abs(one))}{name}") for one, name in parts]
    start = first[1] if first[0] == "+" else "".join(first)
    return " ".join([start, *(f"{sign} {term}" for sign, term in others), "= 0"])


def _residual(fit: Fit, values: Float64s) -> str:
    mean = float(np.abs(values - fit.targets).mean())
    return _("the mean absolute residual is {mean}").format(mean=_short(mean))


def _share(fit: Fit, values: Float64s) -> str:
    right = int(((values > 0.5) == (fit.targets > 0.5)).sum())
    return _("{right} of {count} examples are on the side of their class").format(right=right, count=fit.targets.size)


def _sign(number: float) -> str:
    return "−" if number < 0 else "+"


def _short(number: float) -> str:
    """Return a number rounded to three digits."""
    return printed(np.float32(f"{number:.3g}"))
