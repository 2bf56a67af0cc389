"""Derivatives in words: what to call them, what stands at a point, and what a reader must be told."""

import decimal

import numpy as np

from widgets.common.catalogue import _
from widgets.common.numbers import printed
from widgets.derivatives.model import HIGHEST, ONE_BY_ONE

NAMES = ("f", "f′", "f″", "f‴", "f⁗")
"""What an order of derivative is called."""

DASHES = (_("solid"), _("dashed"), _("dotted"), _("dash-dot"), _("dash-dot-dot"))
"""How each order is drawn, so that nobody needs the colours."""

_TWO_DIGITS = decimal.Context(prec=2, rounding=decimal.ROUND_HALF_UP)  # as JavaScript rounds, which shows them too

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def heading(curves):
    """Return the title: what f is called, and where it is looked at."""
    low, high = (f"{end:.6g}" for end in curves.interval)
    return _("Derivatives of {title}, x from {low} to {high}").format(title=curves.title, low=low, high=high)


def step_name(h):
    """Return a step as the power of two that it is: `2⁻⁵`."""
    return f"2{str(round(np.log2(h))).translate(_RAISED)}"


def step_text(h):
    """Return a step with its value: `2⁻⁵ = 0.03125`, and `≈` where six digits do not say it all."""
    value = f"{h:.6g}"
    return f"{step_name(h)} {'=' if float(value) == h else '≈'} {value}"


def apart(error):
    """Return how far two numbers are apart, to two digits: `0.0016`, `1.2e-6`, `0`, `?` where one is no number."""
    if not np.isfinite(error):
        return "?" if np.isnan(error) else "inf"
    rounded = float(_TWO_DIGITS.create_decimal(float(error)))
    if rounded == 0 or 1e-3 <= rounded < 1e4:
        return f"{rounded:g}"
    mantissa, power = f"{rounded:.1e}".split("e")
    return f"{float(mantissa):g}e{int(power)}"


def place(point):
    """Return the x that the tape ran at, as TensorFlow prints it."""
    return printed(np.dtype(point.dtype).type(point.x))


def by_tape(point, order):
    """Return the tape's number of one order as text: "None" where the tape handed back None, "?" where it gave up."""
    if order > point.reach:
        return "?"
    return printed(point.values[order]) if point.connected[order] else "None"


def rows(spot, h):
    """Return the table at a point: for each order its name, by tape, by central difference with h, how far apart."""
    point, differences = spot.point, spot.differences[spot.point.dtype]
    j = int(np.flatnonzero(differences.h == h)[0])
    found = [(NAMES[0], by_tape(point, 0), "", "")]
    for order in range(1, HIGHEST + 1):
        estimate, error = (values[order - 1, 0, j] for values in (differences.estimates, differences.errors))
        found.append((NAMES[order], by_tape(point, order), printed(estimate), apart(error)))
    return found


def nearest(spot, order):
    """Say of each dtype with which h the central difference of an order comes nearest to the tape's number."""
    said = []
    apart_by = _("{name} by central difference comes nearest to the tape with h = {h}: {error} apart ({dtype}).")
    equal = _(
        "{name} by central difference equals the tape's number with {count} of {all} h ({dtype}), as with h = {h}."
    )
    for dtype, differences in spot.differences.items():
        errors, h = differences.errors[order - 1, 0], differences.h
        if np.isnan(errors).all():
            continue
        best = int(np.nanargmin(errors))
        sentence = apart_by if errors[best] else equal
        blanks = {"h": step_name(h[best]), "error": apart(errors[best]), "count": (errors == 0).sum(), "all": h.size}
        said.append(sentence.format(name=NAMES[order], dtype=dtype, **blanks))
    return said


def notes(curves):
    """Return what a reader must be told about the curves as a whole: gaps, None, what could not be computed."""
    told, undefined = [], int((~np.isfinite(curves.values[0])).sum())
    if undefined:
        told.append(
            _("f has no finite value at {count} of {all} positions: the curve has gaps there.").format(
                count=undefined, all=curves.x.size
            )
        )
    none = [
        NAMES[order] for order, connected in enumerate(curves.connected) if not connected and _is_zero(curves, order)
    ]
    if none:
        told.append(
            _("None for {names}: what it is the derivative of does not depend on x, so it is 0.").format(
                names=", ".join(none)
            )
        )
    lost = [NAMES[order] for order in range(len(curves.values)) if np.isnan(curves.values[order]).all()]
    if lost:
        told.append(_("The tape cannot give {names}.").format(names=", ".join(lost)))
    if curves.how == ONE_BY_ONE:
        told.append(_("TensorFlow cannot compile f, so each position was a run of its own, and there are fewer."))
    if curves.note:
        told.append(_("TensorFlow says: {note}").format(note=curves.note))
    return told


def _is_zero(curves, order):
    return not np.isnan(curves.values[order]).any()
