"""Derivatives as plain text: what to call them, the table at a point, the best h, notes, and the explorer's words."""

from __future__ import annotations

import numpy as np

from widgets.common.catalogue import _, words
from widgets.common.columns import table
from widgets.common.numbers import half_up, printed
from widgets.derivatives.model import MAX_ORDER, ONE_BY_ONE, Curves, Point, Spot

NAMES = ("f", "f′", "f″", "f‴", "f⁗")
"""What an order of derivative is called."""

DASHES = (_("solid"), _("dashed"), _("dotted"), _("dash-dot"), _("dash-dot-dot"))
"""How each order is drawn, so that nobody needs the colors."""

WORDS = words(
    lambda _: (
        _("order"),
        _("by the tape"),
        _("central difference"),
        _("apart"),
        _("At x = {x} f is {value}, f′ is {slope}, f″ is {bend}."),
        _("At x = {x}, h = {h}"),
        _("Central difference against the tape"),
        _("Curves"),
        _("Drawn"),
        _("how far apart"),
        _("of"),
        _("on the floor: equal to the tape's number"),
        _("osculating parabola"),
        _("Point x"),
        _("Step h"),
        _("tangent"),
        _("The central difference of f′ with h = {h} is {estimate}: {distance} apart."),
        _("This is the nearest prepared position; only a running notebook has x = {asked} itself."),
        _("{curves} near x = {x}. {said}"),
        _("{name}, {dash}"),
        _("{name} at x = {x}: how far the central difference is from the tape's number, for each h. {said}"),
        _("{text} is not an x that can be shown. Type a number from {low} to {high}, such as {example}."),
    )
)
"""The words on the explorer. The front end has none of its own; English is the key."""

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def explorer_text(curves: Curves, spot: Spot, h: float) -> str:
    """Return the explorer as text: the table at its point, the best h, and the notes. Equal explorers, equal text."""
    heads = (_("order"), _("by the tape"), _("central difference"), _("apart"))
    return "\n".join(
        [
            heading(curves),
            _("at x = {x}, h = {h}, {dtype}").format(x=x_text(spot.point), h=step_text(h), dtype=spot.point.dtype),
            *table([heads, *comparison_rows(spot, h)]),
            *best_steps(spot, 1),
            *notes(curves),
        ]
    )


def heading(curves: Curves) -> str:
    """Return the title: what f is called, and the interval."""
    low, high = (f"{end:.6g}" for end in curves.interval)
    return _("Derivatives of {title}, x from {low} to {high}").format(title=curves.title, low=low, high=high)


def step_name(h: float) -> str:
    """Return a step as the power of two that it is: `2⁻⁵`."""
    return f"2{str(round(np.log2(h))).translate(_SUPERSCRIPTS)}"


def step_text(h: float) -> str:
    """Return a step with its value: `2⁻⁵ = 0.03125`, and `≈` where six digits are not all."""
    value = f"{h:.6g}"
    return f"{step_name(h)} {'=' if float(value) == h else '≈'} {value}"


def distance_text(error: float) -> str:
    """Return how far two numbers are apart, to two digits: `0.0016`, `1.2e-6`, `0`, `?` where one is not a number."""
    if not np.isfinite(error):
        return "?" if np.isnan(error) else "inf"
    rounded = half_up(error, 2)
    if rounded == 0 or 1e-3 <= rounded < 1e4:
        return f"{rounded:g}"
    mantissa, power = f"{rounded:.1e}".split("e")
    return f"{float(mantissa):g}e{int(power)}"


def x_text(point: Point) -> str:
    """Return the x that the tape ran at, as TensorFlow prints it."""
    return printed(np.dtype(point.dtype).type(point.x))


def tape_text(point: Point, order: int) -> str:
    """Return the tape's number of one order: "None" where the tape returned None, "?" where it could not compute."""
    if order > point.reach:
        return "?"
    return printed(point.values[order]) if point.connected[order] else "None"


def comparison_rows(spot: Spot, h: float) -> list[tuple[str, str, str, str]]:
    """Return the table at a point: for each order its name, by tape, by central difference with h, how far apart."""
    point, differences = spot.point, spot.differences[spot.point.dtype]
    j = int(np.flatnonzero(differences.h == h)[0])
    rows = [(NAMES[0], tape_text(point, 0), "", "")]
    for order in range(1, MAX_ORDER + 1):
        estimate, error = (values[order - 1, 0, j] for values in (differences.estimates, differences.errors))
        rows.append((NAMES[order], tape_text(point, order), printed(estimate), distance_text(error)))
    return rows


def best_steps(spot: Spot, order: int) -> list[str]:
    """Return a line for each dtype: with which h the central difference of an order is closest to the tape."""
    lines = []
    closest = _(
        "The central difference for {name} is closest to the tape with h = {h}: they differ by {error} ({dtype})."
    )
    equal = _("The central difference for {name} equals the tape's number for {count} of {all} h ({dtype}), e.g. {h}.")
    for dtype, differences in spot.differences.items():
        errors, h = differences.errors[order - 1, 0], differences.h
        if np.isnan(errors).all():
            continue
        best = int(np.nanargmin(errors))
        sentence = closest if errors[best] else equal
        blanks = {"error": distance_text(errors[best]), "count": int((errors == 0).sum()), "all": h.size}
        lines.append(sentence.format(name=NAMES[order], dtype=dtype, h=step_name(h[best]), **blanks))
    return lines


def notes(curves: Curves) -> list[str]:
    """Return what a reader must know about the curves as a whole: gaps, None, what could not be computed."""
    lines, undefined = [], int((~np.isfinite(curves.values[0])).sum())
    if undefined:
        lines.append(
            _("f has no finite value at {count} of {all} positions: the curve has gaps there.").format(
                count=undefined, all=curves.x.size
            )
        )
    is_nan = np.isnan(curves.values)
    none = [
        NAMES[order] for order, connected in enumerate(curves.connected) if not connected and not is_nan[order].any()
    ]
    if none:
        lines.append(
            _("The tape returned None for {names}: the order before does not depend on x, so the value is 0.").format(
                names=", ".join(none)
            )
        )
    lost = [NAMES[order] for order, row in enumerate(is_nan) if row.all()]
    if lost:
        lines.append(_("The tape cannot compute {names}.").format(names=", ".join(lost)))
    if curves.how == ONE_BY_ONE:
        lines.append(
            _("TensorFlow cannot compile f, so it ran separately at each position, and there are fewer positions.")
        )
    if curves.note:
        lines.append(_("TensorFlow says: {note}").format(note=curves.note))
    return lines
